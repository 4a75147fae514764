// What a node that was out of step shows when it is in step again (PROTOCOL.md section 2.4): little from memory, much from the disk.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import { midOf, type StampedRecord } from '../../src/core/model/records.ts'
import type { State } from '../../src/core/model/state.ts'
import { keepUnshown } from '../../src/core/log/shown.ts'
import { World } from '../../sim/world/world.ts'

type Shown = Extract<Effect, { type: 'deliver' | 'deliverRange' }>

/** The leader says so many messages of so many bytes while its follower is away. Returns what the follower shows then. */
function shownBehind(count: number, bytes: number): { shown: Shown[]; said: string[]; stored: string[] } {
  const world = new World({ seed: 5, ordered: true, harsh: true })
  // The ring of the smaller one moves.
  const [follower, leader] = [world.addNode(), world.addNode()]
  world.start(leader, 'create')
  world.start(follower, { join: leader })
  assert.ok(world.runWhile(5000, () => follower.entered))
  world.runFor(1000)
  const shown: Shown[] = []
  const said: string[] = []
  world.observers.push({
    stepped: (node, _event, effects) => {
      for (const effect of effects) {
        if (effect.type === 'pending') said.push(midOf(effect.part))
        if (node === follower && (effect.type === 'deliver' || effect.type === 'deliverRange'))
          shown.push(effect)
      }
    },
  })
  world.network.setCut(1, 2, true)
  world.network.setCut(2, 1, true)
  world.runFor(4000)
  for (let i = 0; i < count; i++) world.say(leader, 'x'.repeat(bytes))
  world.runFor(500)
  assert.deepEqual(shown, [])
  world.network.healAll()
  world.runFor(10_000)
  return { shown, said, stored: follower.disk.log.map(({ part }) => midOf(part)) }
}

test('of little each message is shown, once and in order', () => {
  const { shown, said, stored } = shownBehind(5, 100)
  assert.deepEqual(
    shown.map((effect) => effect.type === 'deliver' && midOf(effect.record.part)),
    said,
  )
  assert.deepEqual(stored, said)
})

test('of much a range is shown, which holds all', () => {
  const { shown, said, stored } = shownBehind(5, 30_000)
  assert.deepEqual(shown, [{ type: 'deliverRange', from: 1, to: 5 }])
  assert.deepEqual(stored, said)
})

test('second copies, and records out of order, are shown as a range', () => {
  const kept = (...records: readonly { ts: number; fresh?: boolean }[]): number | undefined => {
    const state = { unshown: [], unshownBytes: 0, end: 1 } as unknown as State
    for (const { ts, fresh = true } of records) {
      const part = { bytes: new Uint8Array(100), entries: [] }
      keepUnshown(state, { ts, stamper: 'a', stamperInc: '1', part } as unknown as StampedRecord, fresh)
    }
    return state.unshownBytes < Infinity ? state.unshown.length : undefined
  }
  assert.equal(kept({ ts: 3 }, { ts: 5 }, { ts: 6 }), 3)
  assert.equal(kept({ ts: 3 }, { ts: 6 }, { ts: 5 }), undefined)
  assert.equal(kept({ ts: 3 }, { ts: 2, fresh: false }, { ts: 6 }), undefined)
})
