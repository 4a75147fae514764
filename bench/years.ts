/**
 * A room that was in use for years: opening its store, from start to prompt and to the room, the memory of a node in it, and
 * following.
 * --namespaces <n>: processes that led it (default 100,000); twice as many spoke. --times <n>: default 10.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stage, type RoomNode } from '../test/e2e/harness.ts'
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
    // Another member with the same history comes back: digests say that nothing differs.
    const same = join(stage.dir, 'same')
    cpSync(join(home, 'rooms'), join(same, 'rooms'), { recursive: true })
    const backs: number[] = []
    for (let n = 0; n < times; n++) backs.push(await toRoomOf(stage, node, 'Bob', same))
    report(`a member that holds the same, from its start to the room: ${spread(backs)}`)
    // One that said something alone before, so that each side lacks what the other has.
    const alone = stage.node('Bob', { home: same, flags: ['--history', '0'] })
    await alone.ready()
    alone.say('alone')
    await alone.has(['alone'])
    alone.end('//exit')
    await alone.over()
    report(
      `a member that led alone meanwhile, from its start to the room: ${(await toRoomOf(stage, node, 'Bob', same)).toFixed(0)} ms`,
    )
    report(
      `a newcomer, from its start until it holds all: ${((await toRoomOf(stage, node, 'Cid')) / 1000).toFixed(1)} s`,
    )
    report(`the node that led them: ${(await rssMiB(node.child.pid ?? 0)).toFixed(0)} MiB`)
  } finally {
    await stage.close()
  }
}

/** Ms from the start of a member until it holds what the leader held. */
async function toRoomOf(stage: Stage, through: RoomNode, name: string, home?: string): Promise<number> {
  const at = performance.now()
  const node = stage.node(name, { through, flags: ['--history', '0'], ...(home && { home }) })
  await node.ready()
  const took = performance.now() - at
  node.end('//exit')
  await node.over()
  return took
}
