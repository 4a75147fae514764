// What a node tells one that watches it: its bytes, and what is no such frame.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadFrame } from '../../src/wire/bad-frame.ts'
import { encodeEnvelope } from '../../src/wire/codec.ts'
import { decodeDirect, encodeDirect, type DirectFrame } from '../../src/wire/direct-codec.ts'
import type { Sight as WireSight } from '../../src/wire/schema.ts'
import type { Sight } from '../../src/wire/sight-codec.ts'

const a = 'a'.repeat(32)
const b = 'b'.repeat(32)
const clocks = { at: 1_795_967_425_550, lamport: 7 }
const node: Sight = {
  type: 'node',
  ...clocks,
  status: 'following',
  term: 2,
  leader: b,
  next: b,
  previous: null,
  participant: true,
  sentMax: b,
  view: { ver: 3, members: [a, b] },
  size: 10,
  safe: 9,
}
const sights: Sight[] = [
  node,
  { ...node, leader: null, next: null, sentMax: null, participant: false, view: { ver: 0, members: [] } },
  { type: 'frame', ...clocks, way: 'sent', peer: b, frame: 'FOLLOW_OK' },
  { type: 'frame', ...clocks, way: 'received', peer: b, frame: 'ELECT', term: 2, candidate: a },
  {
    type: 'frame',
    ...clocks,
    way: 'sent',
    peer: b,
    frame: 'REC',
    messages: [`${a}:${'0'.repeat(28)}:12`],
    count: 40,
  },
  { type: 'token', ...clocks, from: b, term: 2, candidate: a, verdict: 'replaced' },
  { type: 'token', ...clocks, from: b, term: 2, candidate: a, verdict: 'dropped', sentMax: b },
  { type: 'token', ...clocks, from: b, term: 2, candidate: a, verdict: 'old' },
  { type: 'log', ...clocks, kind: 'election-won', text: 'election won by Ann in term 2' },
]

function back(frame: DirectFrame): unknown {
  return decodeDirect(encodeDirect(frame).subarray(4))
}

test('the frames of a watch come back as they went', () => {
  for (const heartbeats of [true, false]) {
    const frame = { type: 'watch', heartbeats } as const
    assert.deepEqual(back(frame), frame)
  }
  assert.deepEqual(back({ type: 'watching' }), { type: 'watching' })
  assert.deepEqual(back({ type: 'seen', sights, missed: 5 }), { type: 'seen', sights, missed: 5 })
  assert.deepEqual(back({ type: 'seen', sights: [], missed: 0 }), { type: 'seen', sights: [], missed: 0 })
})

test('their bytes stay what they are', () => {
  const hex = (frame: DirectFrame): string => Buffer.from(encodeDirect(frame)).toString('hex')
  assert.equal(hex({ type: 'watch', heartbeats: true }), '00000007e203046a020801')
  assert.equal(hex({ type: 'watching' }), '00000005e203027200')
  assert.equal(
    hex({ type: 'seen', sights: [{ type: 'log', at: 1, lamport: 2, kind: 'left', text: 'x' }], missed: 3 }),
    '00000018e203157a130a0f0801100232090a046c6566741201781003',
  )
})

test('what breaks a rule is a bad frame', () => {
  const good: WireSight = { at: 1, lamport: 2, logged: { kind: 'left', text: 'x' } }
  const decode = (sight: WireSight): unknown =>
    decodeDirect(encodeEnvelope({ direct: { seen: { sights: [sight], missed: 0 } } }).subarray(4))
  decode(good)
  const uid = Buffer.from(a, 'hex')
  const bad: WireSight[] = [
    { at: 1, lamport: 2 },
    { ...good, at: 2 ** 53 },
    { ...good, lamport: 2 ** 53 },
    { ...good, logged: { kind: 'Left!', text: '' } },
    { ...good, logged: { kind: 'left', text: 'x'.repeat(1025) } },
    { at: 1, lamport: 1, passage: { peer: uid.subarray(1), frame: 'REC' } },
    { at: 1, lamport: 1, passage: { peer: uid, frame: '<b>' } },
    {
      at: 1,
      lamport: 1,
      passage: { peer: uid, frame: 'REC', messages: Array.from({ length: 9 }, () => ({})), count: 9 },
    },
    { at: 1, lamport: 1, judged: { from: uid, term: 1, candidate: uid, verdict: 6 } },
    { at: 1, lamport: 1, judged: { term: 1, candidate: uid, verdict: 0 } },
    { at: 1, lamport: 1, standing: { status: 'a b', members: [] } },
    { at: 1, lamport: 1, standing: { status: 'open', members: Array.from({ length: 513 }, () => uid) } },
  ]
  for (const sight of bad) assert.throws(() => decode(sight), BadFrame, JSON.stringify(sight).slice(0, 120))
  const many = Array.from({ length: 65 }, () => good)
  assert.throws(
    () => decodeDirect(encodeEnvelope({ direct: { seen: { sights: many, missed: 0 } } }).subarray(4)),
    BadFrame,
  )
})
