// All nodes of a room are gone at once and come back from their disks, in any order: one room again, and the
// same history everywhere.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertOnce, assertSameHistory, inRing } from './agreement.ts'
import { Flow, Stage, type RoomNode } from './harness.ts'

const names = ['n1', 'n2', 'n3', 'n4', 'n5']
/** Different at every run, printed where it fails. */
const seed = Math.floor(Math.random() * 1e6)

function shuffled<T>(items: readonly T[], salt: number): T[] {
  let state = seed + salt + 1
  const draw = (): number => (state = (state * 48_271) % 2_147_483_647)
  return items
    .map((item) => ({ item, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** Says from all, kills all in the flow, starts them in `order`. */
async function powerCut(
  stage: Stage,
  nodes: readonly RoomNode[],
  order: readonly RoomNode[],
  together: boolean,
): Promise<void> {
  const flows = nodes.map((node) => new Flow(node, `${node.name} says`, 30))
  await Promise.all(nodes.map((node) => node.has(nodes.map(({ name }) => `${name} says 10`))))
  for (const node of nodes) node.signal('SIGKILL')
  for (const flow of flows) flow.stop()
  await Promise.all(nodes.map((node) => node.exit))
  // What was shown and not sent yet may have been in memory only, everywhere.
  const known = nodes.flatMap(({ messages, sent }) =>
    messages.filter(({ own, id }) => own && sent.has(id)).map(({ text }) => text),
  )
  assert.ok(known.length >= nodes.length, `${known.length} messages were sent`)
  const back: RoomNode[] = []
  for (const node of order) {
    const again = stage.node(node.name, { resume: true, port: node.port, home: node.home })
    back.push(again)
    if (!together) await again.ready()
  }
  await Promise.all(back.map((node) => node.ready()))
  await Promise.all(back.map((node) => node.sees(names)))
  assert.equal(new Set(back.map(({ room }) => room)).size, 1)
  const after = back.map(({ name }) => `${name} is back`)
  for (const [at, node] of back.entries()) node.say(after[at] ?? '')
  await Promise.all(back.map((node) => node.has([...known, ...after])))
  assertOnce(back)
  await assertSameHistory(stage, back, [...known, ...after])
}

test('all are killed in a flow and started at once', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names)
  await powerCut(stage, nodes, nodes, true)
})

test(`all are killed in a flow and started one after the other, the last leader last`, async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names)
  const [leader, ...rest] = inRing(nodes)
  assert.ok(leader)
  await powerCut(stage, nodes, [...rest, leader], false)
})

test(`all are killed in a flow and started one after the other, in any order (seed ${seed})`, async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names)
  await powerCut(stage, nodes, shuffled(nodes, 1), false)
})
