/**
 * Peers that behave badly: nodes of another room, frames out of turn, floods, slow readers.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { RoomId, Uid } from '../../src/core/model/ids.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import type { Frame } from '../../src/core/model/frames.ts'

import type { Fault } from '../run/run-state.ts'

export const peerFaults = {
  /** A node of another room dials ours. */
  'wrong-room': (run, prng) => {
    const target = run.one(prng, run.running)
    if (!target || run.world.nodes.length > 60) return false
    const { world } = run
    const stranger = world.addNode()
    stranger.room = 'e'.repeat(32) as RoomId
    stranger.disk.book = [{ uid: target.uid, addr: target.addr, name: target.name, left: false }]
    world.start(stranger, 'resume')
    return true
  },
  /** Tokens and replies out of turn, of terms that are over or never were. None of them is a lie about records. */
  'stale-frames': (run, prng) => {
    const from = run.one(prng, run.running)
    const to = run.one(
      prng,
      run.running.filter((node) => node !== from),
    )
    const third = run.one(prng, run.running)
    const leader = third?.state && selfOf(third.state)
    if (!from?.state || !to?.state || !leader) return false
    const term = Math.max(1, from.state.election.term - nextBelow(prng, 3))
    const vid = { term, leader: from.uid, ver: 1 }
    const frames: Frame[] = [
      { type: 'elect', term, candidate: { uid: leader.uid, inc: leader.inc } },
      { type: 'elected', term, winner: leader, list: [leader] },
      { type: 'stale', term: term + nextBelow(prng, 3) },
      { type: 'alive', leader },
      { type: 'refer', prev: leader, vid },
      { type: 'wait' },
      { type: 'busy' },
      { type: 'linkOk', vid },
      { type: 'pong', nonce: 1 + nextBelow(prng, 5) },
      { type: 'resign', term },
      { type: 'suspect', uid: leader.uid, inc: leader.inc, refused: chance(prng, 0.5) },
    ]
    const frame = run.one(prng, frames)
    return frame !== undefined && run.world.network.inject(from, to, frame)
  },
  /** A follower submits messages again, as after a lost acknowledgement: only some of them, and out of turn. */
  'submit-again': (run, prng) => {
    const from = run.one(
      prng,
      run.running.filter(({ state }) => state?.role.type === 'following' && state.role.phase === 'live'),
    )
    if (from?.state?.role.type !== 'following') return false
    const to = run.world.byUid(from.state.role.leader.uid)
    const own = [...from.disk.log.map(({ part }) => part), ...from.disk.outbox].filter(
      ({ author }) => author === from.uid,
    )
    const parts = own.slice(-8).filter(() => chance(prng, 0.5))
    return (
      to !== undefined && parts.length > 0 && run.world.network.inject(from, to, { type: 'submit', parts })
    )
  },
  /** The same frame five hundred times. */
  flood: (run, prng) => {
    const from = run.one(prng, run.running)
    const to = run.one(
      prng,
      run.running.filter((node) => node !== from),
    )
    if (!from?.state || !to) return false
    const { vid } = from.state.view
    const frames: Frame[] = [
      { type: 'ping', nonce: 7, vid, safe: 0 },
      { type: 'suspect', uid: '00'.repeat(16) as Uid, inc: from.state.inc, refused: true },
      { type: 'submit', parts: [] },
    ]
    const frame = run.one(prng, frames) as Frame
    let any = false
    for (let i = 0; i < 500; i++) any = run.world.network.inject(from, to, frame) || any
    return any
  },
  /** One node reads slowly from everybody. */
  'slow-reader': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    node.readBytesPerSecond = 2000 + nextBelow(prng, 200_000)
    run.later(forMs, () => (node.readBytesPerSecond = 0))
    return true
  },
  /** One node reads nothing from its sockets, and continues to send. */
  'never-reads': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    run.world.network.setDeaf(node, true)
    run.later(forMs, () => run.world.network.setDeaf(node, false))
    return true
  },
  /** At the address of a node another program replies, or another version of ours. */
  alien: (run, prng, forMs) => {
    const node = run.one(prng, run.down)
    if (!node) return false
    node.answersAs = chance(prng, 0.5) ? 'alien' : 'version'
    run.later(forMs, () => (node.answersAs = 'refused'))
    return true
  },
} satisfies Record<string, Fault>
