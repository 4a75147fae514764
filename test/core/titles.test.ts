// The title of a room (PROTOCOL.md section 2.21): the latest counts, whatever the order in which titles come.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { laterTitle, titleOf } from '../../src/core/model/titles.ts'
import { World } from '../../sim/world/world.ts'

function titled(id: number, ts: number, title = `title ${id}`): StampedRecord {
  return {
    ts,
    stamper: '01',
    stamperInc: '01',
    part: { id: `${id}`, entries: [{ kind: 'title', after: 0, text: title }] },
  } as unknown as StampedRecord
}

test('the latest title counts, copies included, in whatever order many of them come', () => {
  const records = Array.from({ length: 40 }, (_, i) => titled(i % 30, (i * 7919) % 1009))
  const latest = records.reduce((one, other) => (other.ts > one.ts ? other : one))
  fc.assert(
    fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (order) => {
      let counts: StampedRecord | undefined
      for (const record of order) counts = laterTitle(counts, record)
      assert.equal(counts && titleOf(counts), titleOf(latest))
    }),
  )
})

test('two sides of a cut give titles: all have the later one when they meet, also who comes later or restarts', () => {
  const world = new World({ seed: 1, ordered: true, locked: true })
  const nodes = Array.from({ length: 4 }, () => world.addNode())
  const [n1, n2, n3, n4] = nodes as [
    (typeof nodes)[0],
    (typeof nodes)[0],
    (typeof nodes)[0],
    (typeof nodes)[0],
  ]
  const give = (node: (typeof nodes)[0], title: string): void =>
    world.feed(node, { type: 'titleGiven', title, wall: world.wallOf(node) })
  const told: string[] = []
  world.observers.push({
    stepped: (node, _event, effects) => {
      for (const effect of effects)
        if (effect.type === 'log' && effect.line.type === 'titled')
          told.push(
            `${node.name} ${effect.line.title}${effect.line.over ? `, not ${effect.line.over.title}` : ''}`,
          )
    },
  })
  const titlesOf = (): (string | undefined)[] =>
    world.running.map(({ state }) => state?.titled && titleOf(state.titled))
  world.start(n1, 'create')
  world.runFor(100)
  for (const node of [n2, n3]) {
    world.start(node, { join: n1 })
    world.runFor(500)
  }
  give(n1, 'first')
  world.runFor(500)
  assert.deepEqual(titlesOf(), ['first', 'first', 'first'])
  assert.deepEqual(told.splice(0).sort(), ['n1 first', 'n2 first', 'n3 first'])
  for (const other of [n1, n2]) {
    world.network.setCut(n3.index, other.index, true)
    world.network.setCut(other.index, n3.index, true)
  }
  world.runFor(10_000)
  give(n1, 'ours')
  world.runFor(1000)
  for (let i = 0; i < 5; i++) world.say(n3, 'later')
  give(n3, 'theirs')
  world.runFor(1000)
  assert.deepEqual(titlesOf(), ['ours', 'ours', 'theirs'])
  told.splice(0)
  world.network.healAll()
  world.runFor(20_000)
  assert.deepEqual(titlesOf(), ['theirs', 'theirs', 'theirs'])
  // On the side that gave it, that it stays.
  assert.deepEqual(told.splice(0).sort(), ['n1 theirs', 'n2 theirs', 'n3 theirs, not ours'])
  // A newcomer and one that restarts know it, and are not told of those of before.
  world.start(n4, { join: n2 })
  world.runFor(1000)
  world.crash(n2)
  world.start(n2, 'resume')
  world.runFor(5000)
  assert.deepEqual(titlesOf(), ['theirs', 'theirs', 'theirs', 'theirs'])
  assert.deepEqual(told, [])
})
