// The title of a room (PROTOCOL.md section 2.21): the latest counts, whatever the order in which titles come.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StampedRecord } from '../../src/core/model/records.ts'
import type { Titles } from '../../src/core/model/titles.ts'
import { addTitle, titleOf } from '../../src/core/model/titles.ts'
import { World } from '../../sim/world/world.ts'

function titled(id: number, ts: number, title = `title ${id}`): StampedRecord {
  return {
    ts,
    stamper: '01',
    stamperInc: '01',
    part: { id: `${id}`, entries: [{ kind: 'title', after: 0, text: title }] },
  } as unknown as StampedRecord
}

test('the latest title counts, over the smallest copies, in whatever order they come', () => {
  const records = [titled(1, 10), titled(2, 50), titled(2, 20), titled(3, 30), titled(4, 5)]
  fc.assert(
    fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (order) => {
      const titles: Titles = new Map()
      for (const record of order) assert.ok(addTitle(titles, record))
      assert.equal(titleOf(titles)?.title, 'title 3')
    }),
  )
})

test('of thousands of titles few are kept, and the latest counts', () => {
  const titles: Titles = new Map()
  for (let n = 1; n <= 5000; n++) addTitle(titles, titled(n, (n * 7919) % 5003))
  assert.ok(titles.size <= 16)
  const latest = Array.from({ length: 5000 }, (_, i) => i + 1).find((n) => (n * 7919) % 5003 === 5002)
  assert.equal(titleOf(titles)?.title, `title ${latest}`)
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
          told.push(`${node.name} ${effect.line.title}`)
    },
  })
  const titlesOf = (): (string | undefined)[] =>
    world.running.map(({ state }) => titleOf(state!.titles)?.title)
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
  assert.deepEqual(told.splice(0).sort(), ['n1 theirs', 'n2 theirs'])
  // A newcomer and one that restarts know it, and are not told of those of before.
  world.start(n4, { join: n2 })
  world.runFor(1000)
  world.crash(n2)
  world.start(n2, 'resume')
  world.runFor(5000)
  assert.deepEqual(titlesOf(), ['theirs', 'theirs', 'theirs', 'theirs'])
  assert.deepEqual(told, [])
})
