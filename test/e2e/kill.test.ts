// Nodes of a room killed with -9 while people chat: the rest are one room again, and no line is lost or
// doubled. Real processes on loopback; how long it takes is the benchmarks' matter.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aroundLeader, assertAgreement, assertOnce, assertSameHistory, inRing } from './agreement.ts'
import { Flow, numbered, Stage, type RoomNode } from './harness.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at + 1}`)

/** Kills these while the rest chat: the rest must lose and double nothing, and form a room of their own. */
async function killInFlow(
  nodes: readonly RoomNode[],
  chosen: readonly RoomNode[],
): Promise<{ rest: RoomNode[]; said: string[] }> {
  const rest = nodes.filter((node) => !chosen.includes(node))
  const flows = rest.map((node) => new Flow(node, `${node.name} says`, 50))
  try {
    for (const node of nodes) await node.has([`${rest[0]?.name} says 5`])
    for (const node of chosen) node.signal('SIGKILL')
    await Promise.all(chosen.map((node) => node.exit))
    await Promise.all(rest.map((node) => node.sees(rest.map(({ name }) => name))))
  } finally {
    for (const flow of flows) flow.stop()
  }
  const after = rest.map((node) => `${node.name} says: still here`)
  for (const [at, node] of rest.entries()) node.say(after[at] ?? '')
  const said = [...flows.flatMap((flow) => flow.said), ...after]
  await Promise.all(rest.map((node) => node.has(said)))
  // What its author saw as sent is at everyone who lives, once.
  await Promise.all(
    rest.map((node, at) =>
      node.until(() => node.sent.size === (flows[at]?.said.length ?? 0) + 1, 'everything is sent'),
    ),
  )
  assertAgreement(rest, said)
  return { rest, said }
}

test('the leader is killed in a flow, and the next leader, until one is left', async (context) => {
  const stage = await Stage.open(context)
  let nodes = await stage.room(names(5))
  const said: string[] = []
  while (nodes.length > 1) {
    const leader = inRing(nodes)[0]
    assert.ok(leader)
    const others = nodes.filter((node) => node !== leader)
    for (const node of others) node.messages.length = 0
    for (const node of others) node.sent.clear()
    const flows = others.map((node) => new Flow(node, `${node.name} in ${nodes.length} says`, 50))
    await leader.until(
      () => leader.texts().filter((text) => text.includes(` in ${nodes.length} `)).length > 8,
      'a flow',
    )
    await leader.kill()
    await Promise.all(others.map((node) => node.sees(others.map(({ name }) => name))))
    for (const flow of flows) flow.stop()
    const texts = flows.flatMap((flow) => flow.said)
    await Promise.all(others.map((node) => node.has(texts)))
    assertAgreement(others, texts)
    said.push(...texts)
    nodes = others
  }
  await assertSameHistory(stage, nodes, said)
})

test('messages that a killed leader saw as sent are at the others; its unsent ones go out when it is back', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names(4))
  const [leader, ...rest] = inRing(nodes)
  assert.ok(leader && rest[0])
  leader.say(...numbered('of the leader', 1, 400))
  await leader.until(() => leader.sent.size > 20, 'some are sent')
  leader.signal('SIGKILL')
  await leader.exit
  const sent = leader.messages.filter(({ id }) => leader.sent.has(id)).map(({ text }) => text)
  await Promise.all(rest.map((node) => node.sees(rest.map(({ name }) => name))))
  await Promise.all(rest.map((node) => node.has(sent)))
  rest[0].say('meanwhile')
  const back = await stage.node(leader.name, { through: rest[0], home: leader.home }).ready()
  const all = [...rest, back]
  // What it had shown and not sent yet may have been in its memory only.
  const known = [...sent, 'meanwhile']
  await Promise.all(all.map((node) => node.has(known)))
  back.say('back')
  await Promise.all(all.map((node) => node.has(['back'])))
  assertOnce(all)
  await assertSameHistory(stage, all, [...known, 'back'])
})

test('the leader and both its neighbours are killed at the same instant', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names(6))
  await killInFlow(nodes, aroundLeader(nodes).three)
})

test('every other node is killed', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names(6))
  await killInFlow(
    nodes,
    inRing(nodes).filter((_, at) => at % 2 === 0),
  )
})

test('every other node but the leader is killed', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names(6))
  await killInFlow(
    nodes,
    inRing(nodes).filter((_, at) => at % 2 === 1),
  )
})

test('all but one are killed, and come back to the whole history', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(names(5))
  const chosen = nodes.filter(({ name }) => name !== 'n3')
  const { rest, said } = await killInFlow(nodes, chosen)
  const [alone] = rest
  assert.ok(alone)
  const back = await Promise.all(
    chosen.map((node) => stage.node(node.name, { through: alone, home: node.home }).ready()),
  )
  const all = [alone, ...back]
  await Promise.all(all.map((node) => node.sees(names(5))))
  await Promise.all(all.map((node) => node.has(said)))
  await assertSameHistory(stage, all, said)
})
