// What is fuzzed: the bytes of a stream up to the frames in it (decoder), and whole conversations up to what the
// core makes of them (handshake). A target throws where the program would have been harmed.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { step } from '../../src/core/index.ts'
import type { State } from '../../src/core/index.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import type { LinkId, Uid } from '../../src/core/model/ids.ts'
import type { Notary } from '../../src/core/model/notary.ts'
import type { Draft, Part, PartId } from '../../src/core/model/records.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { createNotary } from '../../src/transport/signatures.ts'
import { BadFrame, decodeFrame, decodePart, encodeFrame, encodePart } from '../../src/wire/codec.ts'
import { Framer } from '../../src/wire/framer.ts'
import { decodeRecords, encodeRecords } from '../../src/wire/record-columns.ts'
import { simNotary } from '../../sim/world/notary.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'
import { frameTypes, samples, unproven, withoutRaw } from '../wire/samples.ts'
import { record } from './attacker.ts'
import { columnFrames } from './column-mutations.ts'
import { conversations, mutations } from './mutations.ts'

type Target = {
  readonly seeds: readonly Uint8Array[]
  /** What is tried: changes of these and of what was kept, and whatever else it knows of. */
  inputs: (kept: readonly Uint8Array[]) => fc.Arbitrary<Uint8Array>
  run: (input: Uint8Array) => void
}

/** Calls `take` with each frame of a stream, up to its end or to what is none. */
function eachFrame(
  stream: Uint8Array,
  take: (lc: number, frame: ReturnType<typeof decodeFrame>) => void,
): void {
  try {
    new Framer().push(stream, (bytes) => {
      const decoded = decodeFrame(bytes)
      take(decoded.ignored ? 0 : decoded.lc, decoded)
      return true
    })
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error
  }
}

const judge = createNotary(await mintIdentity())

/** What was read can be written, and is read again as it was. Whoever looks at the signatures in it finds an answer. */
const decoder: Target = {
  inputs: (kept) => fc.oneof(mutations(kept, 0), columnFrames),
  seeds: frameTypes.map((type) => encodeFrame(5, samples[type])),
  run: (input) =>
    eachFrame(input, (_, decoded) => {
      if (decoded.ignored) return
      const parts = partsOf(decoded.frame)
      const forged = judge.findForged(samples.hello.room, parts)
      assert.ok(forged === undefined || parts.includes(forged))
      const again = decodeFrame(encodeFrame(decoded.lc, decoded.frame).subarray(4))
      assert.ok(!again.ignored)
      assert.equal(again.lc, decoded.lc)
      assert.deepEqual(withoutRaw(again.frame), withoutRaw(decoded.frame))
      // The texts are made when they are read, and then nothing may be wrong with them any more.
      for (const one of parts) assert.equal(one.entries.length, one.count)
    }),
}

function partsOf(frame: Frame): readonly Part[] {
  if (frame.type === 'submit') return frame.parts
  return frame.type === 'rec' || frame.type === 'up' ? frame.records.map(({ part: one }) => one) : []
}

const room = new HealthyRoom()
const foe = samples.hello
const states = [room.node(1).state, room.node(2).state] as const
const link = 9001 as LinkId
/** What comes in over which link: the stranger's own, or that of a member whose place the attacker has taken. */
const places = ['stranger', 'member'] as const

const known = [foe, ...[1, 2, 3].map((n) => selfOf(room.node(n).state))]
const hello = encodeFrame(1, { ...foe, room: room.node(1).state.room })
const follow = encodeFrame(1, { ...samples.follow, frontier: new Map(), role: 'member', after: '' })
const greeting = Buffer.concat([hello, follow])

/**
 * A simulated uid is made from no key. So a key that is a uid and zeros stands for that uid here, and no signature counts:
 * what is fuzzed is the core behind it.
 */
const keyTail = '0'.repeat(32)
const lenient: Notary = {
  ...simNotary,
  sign: (_room, draft) => part(draft, draft),
  findForged: () => undefined,
  isSealed: () => true,
}

/** A part of anybody's, as it comes over the wire. */
function part(by: Pick<Draft, 'author' | 'inc' | 'name' | 'addr'>, more: Partial<Draft> = {}): Part {
  const draft = {
    aseq: 1,
    before: '' as PartId,
    lc: 1,
    wall: 1_763_800_000_123,
    entries: [{ kind: 'message' as const, after: 0, text: 'forged' }],
    ...by,
    ...more,
  }
  return simulated(unproven(by.author + keyTail, '00'.repeat(64), draft))
}

/** The part as the simulated node sees it that reads it. */
function simulated(read: Part): Part {
  if (!read.key.endsWith(keyTail)) return read
  const author = read.key.slice(0, -keyTail.length) as Uid
  return { ...read, author, namespace: namespaceOf(author, read.inc) }
}

function simulatedFrame(frame: Frame): Frame {
  if (frame.type === 'submit') return { ...frame, parts: frame.parts.map(simulated) }
  if (frame.type !== 'rec' && frame.type !== 'up') return frame
  return { ...frame, records: frame.records.map((one) => ({ ...one, part: simulated(one.part) })) }
}

/** Functions and tables cannot be cloned; only the tables need be. */
function copyOf(state: State): State {
  const { frontier, have } = state
  const copy = structuredClone({ ...state, notary: undefined, frontier: undefined, have: undefined })
  return { ...copy, notary: lenient, frontier: frontier.copy(), have: have.copy() }
}

/** The first byte says to whom, and from which place; the rest is what comes over the link. */
const handshake: Target = {
  inputs: (kept) => fc.oneof(mutations(kept, 1), conversations(greeting, known, 1)),
  seeds: handshakeSeeds(),
  run: (input) => {
    const choice = input[0] ?? 0
    const state = copyOf(states[choice & 1] ?? states[0])
    const place = places[(choice >> 1) & 1]
    const at = place === 'stranger' ? link : linkOf(state)
    const sent: Effect[] = []
    const feed = (event: Event): void => void sent.push(...step(state, event))
    if (place === 'stranger') feed({ type: 'linkAccepted', link, uid: foe.uid })
    eachFrame(input.subarray(1), (lc, decoded) => {
      if (!decoded.ignored)
        feed({ type: 'frameReceived', link: at, lc, frame: simulatedFrame(decoded.frame) })
    })
    feed({ type: 'timerFired', name: 'heartbeat' })
    feed({ type: 'linkClosed', link: at, why: 'closed' })
    for (const name of ['evict', 'backup', 'elect', 'search', 'heartbeat']) feed({ type: 'timerFired', name })
    const messages = ['still here', 'and well'].map((text) => ({ text, kind: 'message' as const }))
    feed({ type: 'said', messages, wall: 1 })
    for (const effect of sent) assertReadable(effect)
  },
}

/** The link that this node's leader, or its first follower, is at. */
function linkOf({ role }: State): LinkId {
  if (role.type === 'following') return role.link
  if (role.type !== 'office') return link
  return [...role.followers.values()].find((follower) => follower.link !== undefined)?.link ?? link
}

/** Whatever the node sends or keeps from here on, others and its next process can read. */
function assertReadable(effect: Effect): void {
  if (effect.type === 'send') decodeFrame(encodeFrame(0, effect.frame).subarray(4))
  if (effect.type !== 'persist') return
  for (const { record } of effect.write.records) decodeRecords(encodeRecords([record]), 'records')
  for (const kept of effect.write.outboxPut) decodePart(encodePart(kept))
}

function handshakeSeeds(): Uint8Array[] {
  const { uid, inc, name, addr } = room.node(1).state
  const own = part({ ...foe, author: foe.uid })
  const submit = encodeFrame(2, { type: 'submit', parts: [own] })
  const inName = part({ author: uid, inc, name, addr }, { aseq: 9 })
  // What is uploaded in the name of the node itself.
  const seal = { key: foe.uid + keyTail, signature: '00'.repeat(64) }
  const records = [record(foe, own), { ...record(foe, inName, { s: 2 }), seal }]
  const up = encodeFrame(2, { type: 'up', records })
  return [...frameTypes, undefined].flatMap((type) => {
    const frame = type === undefined ? up : encodeFrame(3, samples[type])
    return [0, 1, 2, 3].map((choice) =>
      Buffer.concat([Buffer.of(choice), ...(choice < 2 ? [greeting] : []), frame, submit]),
    )
  })
}

export const targets = { decoder, handshake }
export type TargetName = keyof typeof targets

/** Inputs that once reached something new, or broke something: one a line, in hex. Kept for ever. */
export function corpusPath(name: TargetName): string {
  return `test/hostile/corpus/${name}.hex`
}

export function corpusOf(name: TargetName): Uint8Array[] {
  const lines = readFileSync(corpusPath(name), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => Buffer.from(line, 'hex'))
}
