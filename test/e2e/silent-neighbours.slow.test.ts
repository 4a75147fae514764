// Most members of a room stopped with SIGSTOP at once, the leader among them, so that the two that are left stand
// next to each other: the one before the gap has to pass all that are silent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inRing } from './agreement.ts'
import { Stage, within } from './harness.ts'

/** Silent neighbours in a row: more than a node can try in a second, four at a time. */
const silentCount = 20
/** How soon the two that are left must be one room again. Unit: ms. */
const repairedMs = 10_000

test('twenty silent neighbours in a row are passed at once', async (context) => {
  const stage = await Stage.open(context)
  const names = Array.from({ length: silentCount + 2 }, (_, at) => `n${at + 1}`)
  const first = await stage.node(names[0] ?? '').ready()
  const nodes = [first]
  // A few at a time: each start takes a core for a moment.
  while (nodes.length < names.length) {
    const next = names.slice(nodes.length, nodes.length + 3)
    nodes.push(...(await Promise.all(next.map((name) => stage.node(name, { through: first }).ready()))))
  }
  await Promise.all(nodes.map((node) => node.sees(names)))
  const [, one, two, ...others] = inRing(nodes)
  assert.ok(one && two)
  const silent = nodes.filter((node) => node !== one && node !== two)
  assert.equal(silent.length, others.length + 1)
  for (const node of silent) node.signal('SIGSTOP')
  one.say('is anybody there')
  await within(
    Promise.all([one, two].map((node) => node.sees([one.name, two.name]))),
    'the two that are left are one room',
    repairedMs,
  )
  await Promise.all([one, two].map((node) => node.has(['is anybody there'])))
})
