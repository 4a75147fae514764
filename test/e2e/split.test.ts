// A cable is pulled between two halves of a room, and put back: each half continues by itself, and then they are
// one room again, with one history.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSameHistory } from './agreement.ts'
import type { RoomNode } from './harness.ts'
import { Stage } from './harness.ts'
import { Network } from './network.ts'

const names = ['n1', 'n2', 'n3', 'n4', 'n5']

/** Resolves when it told so often how much was said on the other side. */
function isTold(node: RoomNode, times: number, count: number): Promise<unknown> {
  const notice = `the room was split: ${count} messages were said on the other side`
  return node.until(
    () => node.notices.filter((text) => text === notice).length === times,
    `"${notice}", ${times} times`,
  )
}

test('two halves of a room go on by themselves, and become one room with one history', async (context) => {
  const network = Network.open(context, 2, 3)
  if (!network) return
  const stage = await Stage.open(context)
  const nodes: RoomNode[] = []
  for (const [i, name] of names.entries())
    nodes.push(await stage.node(name, { through: nodes[0], host: network.hosts[i] }).ready())
  await Promise.all(nodes.map((node) => node.sees(names)))
  const left = nodes.slice(0, 2)
  const right = nodes.slice(2)
  const said: string[] = []
  // The second time, others lead than the first: who led before a cut need not lead after it.
  for (const round of [1, 2]) {
    network.cut(true)
    await Promise.all(left.map((node) => node.sees(names.slice(0, 2))))
    await Promise.all(right.map((node) => node.sees(names.slice(2))))
    const here = left.map(({ name }) => `${name} on the left, ${round}`)
    const there = right.map(({ name }) => `${name} on the right, ${round}`)
    for (const [i, node] of left.entries()) node.say(here[i] ?? '')
    for (const [i, node] of right.entries()) node.say(there[i] ?? '')
    await Promise.all(left.map((node) => node.has(here)))
    await Promise.all(right.map((node) => node.has(there)))
    network.cut(false)
    const healedAt = performance.now()
    said.push(...here, ...there)
    await Promise.all(nodes.map((node) => node.has(said)))
    context.diagnostic(`one history ${Math.round(performance.now() - healedAt)} ms after the cable was back`)
    await Promise.all(nodes.map((node) => node.sees(names)))
    await Promise.all([
      ...left.map((node) => isTold(node, round, right.length)),
      ...right.map((node) => isTold(node, round, left.length)),
    ])
  }
  const last = nodes.map(({ name }) => `${name} is whole again`)
  for (const [i, node] of nodes.entries()) node.say(last[i] ?? '')
  await Promise.all(nodes.map((node) => node.has(last)))
  assert.equal(new Set(nodes.map(({ leader }) => leader?.id)).size, 1)
  for (const node of nodes)
    assert.deepEqual([...node.texts()].sort(), [...said, ...last].sort(), `${node.name} printed each once`)
  await assertSameHistory(stage, nodes, [...said, ...last])
})
