/**
 * A room that was in use for years: opening its store, from start to prompt and to the room, and the memory of a node in it.
 * --namespaces <n>: processes that led it (default 100,000); twice as many spoke. --times <n>: default 10.
 */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Stage } from '../test/e2e/harness.ts'
import { ageHome } from './aged-home.ts'
import { count, spread, type Bench } from './measure.ts'
import { hasScript, rssMiB, toPrompt, toRoom } from './start.ts'

export const years: Bench = async (flags, report) => {
  const namespaces = flags.get('namespaces') ?? 100_000
  const times = flags.get('times') ?? 10
  const stage = await Stage.open()
  try {
    const at = performance.now()
    const { home, path } = await ageHome(stage, { namespaces, authors: 2 * namespaces })
    const size = statSync(path).size / 1e6
    report(
      `${count(namespaces)} processes led, ${count(2 * namespaces)} spoke: ${size.toFixed(0)} MB, made in ${((performance.now() - at) / 1000).toFixed(0)} s`,
    )
    const program = fileURLToPath(new URL('open-store.js', import.meta.url))
    const out = execFileSync(process.execPath, ['--expose-gc', program, path, String(times)], {
      encoding: 'utf8',
    })
    const { openMs, before, opened, collected } = JSON.parse(out) as { openMs: number[] } & Record<
      'before' | 'opened' | 'collected',
      number
    >
    report(`the store alone opens: ${spread(openMs)}`)
    report(
      `its process: ${before.toFixed(0)} MiB before, ${opened.toFixed(0)} MiB when it is open, ${collected.toFixed(0)} MiB after a collection`,
    )
    if (hasScript()) {
      const prompts: number[] = []
      for (let n = 0; n < times; n++) prompts.push(await toPrompt(stage, home))
      report(`from start to prompt: ${spread(prompts)}`)
    } else report('to the prompt: skipped, there is no `script` to lend a terminal')
    const rooms: number[] = []
    for (let n = 0; n < times; n++) rooms.push(await toRoom(stage, home))
    report(`from start to the room: ${spread(rooms)}`)
    const node = await stage.node('Ann', { home, flags: ['--history', '0'] }).ready()
    for (const seconds of [1, 10]) {
      await new Promise((done) => setTimeout(done, seconds * 1000))
      report(`a node alone in it, ${seconds} s later: ${(await rssMiB(node.child.pid ?? 0)).toFixed(0)} MiB`)
    }
  } finally {
    await stage.close()
  }
}
