// What an office probes in a second: members that are absent, those that peers only named, and second addresses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import type { BookEntry, Member } from '../../src/core/model/frames.ts'
import type { Address, LinkId, Uid } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'

function node(index: number): Member {
  return {
    uid: index.toString(16).padStart(32, 'f') as Uid,
    inc: makeInc(1, '0123456789abcdef'),
    name: `away-${index}`,
    addr: `10.0.1.${index}:4000` as Address,
  }
}

/** An office of three whose book has `count` absent nodes, each with a second address. */
function office(count: number, told: boolean): State {
  const { state } = new HealthyRoom().node(1)
  for (let i = 1; i <= count; i++) {
    const { uid, addr, name } = node(i)
    const entry: BookEntry = { uid, addr, name, left: false, ...(told && { told: true }) }
    state.book.set(uid, entry)
    state.hearsay.set(uid, `10.0.2.${i}:4000` as Address)
  }
  return state
}

function dials(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'dial' ? [effect.addr] : []))
}

function probe(state: State): string[] {
  return dials(step(state, { type: 'timerFired', name: 'probe' }))
}

test('few nodes are probed in a second, and all of them in turn, also at their second addresses', () => {
  for (const [count, told] of [
    [12, true],
    [60, false],
  ] as const) {
    const state = office(count, told)
    const seen = new Set<string>()
    for (let second = 0; second < 90; second++) {
      const asked = probe(state)
      assert.ok(asked.length <= 7, asked.join())
      for (const addr of asked) seen.add(addr)
      for (const [id, link] of state.links) if (link.purpose === 'probe') step(state, closed(id))
    }
    assert.equal(seen.size, 2 * count, [...seen].sort().join())
  }
})

function closed(link: LinkId): Parameters<typeof step>[1] {
  return { type: 'linkClosed', link, why: 'refused' }
}

test('a leader that a probed node names is asked, also when second addresses are asked in the same second', () => {
  const state = office(12, true)
  probe(state)
  const link = [...state.links.values()].find(
    ({ purpose, addr }) => purpose === 'probe' && addr === node(1).addr,
  )
  assert.ok(link)
  const { uid, inc, name, addr } = node(1)
  step(state, { type: 'linkOpened', link: link.id, uid })
  const leader = { ...node(99), addr: '10.0.3.1:4000' as Address }
  const { room, copies } = state
  const info = {
    type: 'info',
    room,
    uid,
    inc,
    name,
    addr,
    status: 'following',
    term: 1,
    leader,
    many: true,
    copies,
  } as const
  assert.deepEqual(dials(step(state, { type: 'frameReceived', link: link.id, lc: 0, frame: info })), [
    leader.addr,
  ])
})

test('a PROBE counts at once from a node that was a member here, not from one that was only named', () => {
  const other: Member = { ...node(0), uid: 'f'.repeat(32) as Uid }
  const entry: BookEntry = { uid: other.uid, addr: other.addr, name: other.name, left: false }
  for (const told of [true, false]) {
    const { state } = new HealthyRoom().node(1)
    state.book.set(other.uid, { ...entry, ...(told && { told }) })
    const link = 7000 as LinkId
    step(state, { type: 'linkAccepted', link, uid: other.uid })
    const { room, copies } = state
    const hello = { type: 'hello', room, ...other, copies } as const
    step(state, { type: 'frameReceived', link, lc: 0, frame: hello })
    const frame = { type: 'probe', leader: other, many: true, open: true } as const
    const asked = dials(step(state, { type: 'frameReceived', link, lc: 0, frame }))
    assert.deepEqual(asked, told ? [] : [other.addr])
  }
})
