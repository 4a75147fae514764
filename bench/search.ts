import { mkdirSync, renameSync } from 'node:fs'
import { Stage } from '../test/e2e/harness.ts'
import { saidHome } from './said-home.ts'
import type { Bench } from './measure.ts'

const latin = ['we', 'meet', 'at', 'the', 'station', 'before', 'lunch', 'and', 'then', 'walk', 'home', 'again']
const han = ['我们', '明天', '在', '车站', '见面', '吃饭', '以后', '再', '走', '回家', '好', '吗']
export const search: Bench = async (flags, report) => {
  const stage = await Stage.open()
  const messages = flags.get('messages') ?? 1_000_000
  const perPart = flags.get('per-part') ?? 1
  const words = flags.get('han') ? han : latin
  const text = (n: number) => {
    let x = n * 2654435761
    const all: string[] = []
    for (let i = 0; i < 10; i++) { x = (x * 1103515245 + 12345) % 2147483648; all.push(words[x % words.length]!) }
    return `${all.join(flags.get('han') ? '' : ' ')} ${n}`
  }
  const at = performance.now()
  const { home, path } = await saidHome(stage, 'h', { messages, perPart, textOf: text })
  report(`${home} ${path} ${performance.now() - at}`)
  mkdirSync('/tmp/w14/reading-scratch', { recursive: true })
  renameSync(home, `/tmp/w14/reading-scratch/home-${messages}-${perPart}-${flags.get('han') ?? 0}`)
  await stage.close()
}
