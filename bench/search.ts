/**
 * Searching a long history: a word that is in many messages, and one that is nowhere; and what a commit waits for meanwhile.
 * --messages <n>: default 1,000,000. --per-part <n>: said in one go, default 1: as people type. --han 1: Chinese.
 */
import { basename } from 'node:path'
import type { RoomId } from '../src/core/model/ids.ts'
import { openSqliteStore } from '../src/store/room/sqlite-store.ts'
import { decodePart, encodePart } from '../src/wire/codec.ts'
import { Stage } from '../test/e2e/harness.ts'
import { count, type Bench } from './measure.ts'
import { saidHome } from './said-home.ts'

const latin = [
  'we',
  'meet',
  'at',
  'the',
  'station',
  'before',
  'lunch',
  'and',
  'then',
  'walk',
  'home',
  'again',
]
const han = ['我们', '明天', '在', '车站', '见面', '吃饭', '以后', '再', '走', '回家', '好', '吗']
/** Messages on a page. */
const page = 20

function textOf(n: number, isHan: boolean): string {
  const words = isHan ? han : latin
  const some = Array.from(
    { length: 10 },
    (_, i) => words[(n * (i + 7) + ((n >> 3) ^ (i * 5))) % words.length],
  )
  return `${some.join(isHan ? '' : ' ')} ${n}`
}

export const search: Bench = async (flags, report) => {
  const messages = flags.get('messages') ?? 1_000_000
  const perPart = flags.get('per-part') ?? 1
  const isHan = flags.has('han')
  const stage = await Stage.open()
  try {
    const said = { messages, perPart, textOf: (n: number) => textOf(n, isHan) }
    const { path } = await saidHome(stage, 'searched', said)
    report(`${count(messages)} messages, ${perPart} in a part`)
    const room = basename(path).slice(0, 32) as RoomId
    const store = await openSqliteStore({ path, room, codec: { encodePart, decodePart } })
    for (const word of [isHan ? '车站' : 'station', 'zebra', '斑马']) {
      const [at, used] = [performance.now(), process.cpuUsage()]
      let found = 0
      for await (const { records } of store.search({ words: [word] }))
        if ((found += records.length) >= page) break
      const { user, system } = process.cpuUsage(used)
      const ms = performance.now() - at
      report(
        `${word}: ${found > 0 ? `a page in ${ms.toFixed(0)} ms` : `nowhere, after ${ms.toFixed(0)} ms`}, ${((user + system) / 1000).toFixed(0)} ms of processor`,
      )
    }
    await store.close()
  } finally {
    await stage.close()
  }
}
