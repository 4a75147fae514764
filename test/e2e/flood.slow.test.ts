// One member says thousands of messages a second, more than any honest program would: how long what another member says
// takes to be printed by all, compared with a quiet room.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Program, Stage, type RoomNode } from './harness.ts'

/** How often the polite member speaks, and how often in all. Unit: ms. */
const everyMs = 50
const spoken = 100

/** Ms from said to printed, for each message and each node. */
async function speak(nodes: readonly RoomNode[], speaker: RoomNode, prefix: string): Promise<number[]> {
  const saidAt = new Map<string, number>()
  const times: number[] = []
  for (const node of nodes)
    node.onMessage = ({ text }, atMs) => {
      const at = saidAt.get(text)
      if (at !== undefined) times.push(atMs - at)
      node.messages.length = node.lines.length = 0
    }
  for (let n = 1; n <= spoken; n++) {
    const text = `${prefix} ${n}`
    saidAt.set(text, performance.now())
    speaker.say(text)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  const all = spoken * nodes.length
  await Promise.all(
    nodes.map((node) => node.until(() => times.length === all, `all of ${prefix} is printed`)),
  )
  return times.sort((a, b) => a - b)
}

test('a member that says 10,000 messages a second slows only itself', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(['n1', 'n2', 'n3', 'n4', 'n5'])
  const [leader, speaker] = nodes
  assert.ok(leader && speaker)
  const calm = await speak(nodes, speaker, 'calm')
  const program = fileURLToPath(new URL('./flooder.js', import.meta.url))
  const flooder = new Program('flooder', spawn(process.execPath, [program, leader.address, '10000']))
  stage.adopt(flooder)
  await flooder.line(/^in$/)
  flooder.say('go')
  const busy = await speak(nodes, speaker, 'busy')
  flooder.end()
  await flooder.over()
  const at = (times: readonly number[], part: number): number => times[Math.floor(part * times.length)] ?? NaN
  const show = (times: readonly number[]): string =>
    `median ${at(times, 0.5).toFixed(1)} ms, p99 ${at(times, 0.99).toFixed(0)} ms`
  context.diagnostic(`quiet room: ${show(calm)}; during the flood: ${show(busy)}`)
  // Without the bound it was 250 times the quiet room's median. Five nodes share this machine, and each verifies what the
  // flooder has signed.
  assert.ok(at(busy, 0.5) <= Math.max(100 * at(calm, 0.5), 400), `quiet: ${show(calm)}; flood: ${show(busy)}`)
})
