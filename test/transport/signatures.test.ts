/** Signatures of parts: what a node signs is proven to everybody, and what it did not sign is found. */

import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Address, Inc, RoomId, Uid } from '../../src/core/model/ids.ts'
import type { Notary } from '../../src/core/model/notary.ts'
import { lastAseq, noChain } from '../../src/core/model/records.ts'
import type { Chain, Draft, Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { uidOfKey } from '../../src/transport/identity.ts'
import { createNotary } from '../../src/transport/signatures.ts'
import { BadFrame, decodePart, encodePart } from '../../src/wire/codec.ts'
import { signatureBytes } from '../../src/wire/limits.ts'
import { decodeRecords, encodeRecords } from '../../src/wire/record-columns.ts'
import { Frontier } from '../../src/core/model/frontier.ts'

const room = '00112233445566778899aabbccddeeff' as RoomId
const otherRoom = '10112233445566778899aabbccddeeff' as RoomId
const anyInc = makeInc(1, '0123456789abcdef')

type Speaker = { uid: Uid; key: string }

function newSpeaker(): Speaker {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const uid = uidOfKey(publicKey)
  assert.ok(uid)
  return { uid, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

const [ann, bob] = [newSpeaker(), newSpeaker()]

function draftOf(speaker: Speaker, more: Partial<Draft> = {}): Draft {
  const { inc = anyInc } = more
  return {
    author: speaker.uid,
    inc,
    namespace: namespaceOf(speaker.uid, inc),
    aseq: 1,
    before: '' as PartId,
    lc: 7,
    wall: 1_763_800_000_123,
    name: 'Ann',
    addr: '192.168.1.5:4000' as Address,
    entries: [{ kind: 'message', after: 0, text: 'hello' }],
    ...more,
  }
}

/** As everybody else reads it. */
function read(part: Part): Part {
  return decodePart(Uint8Array.from(encodePart(part)))
}

/** The parts of one process, each of which names the one before. */
function chainOf(speaker: Speaker, count: number, inc: Inc = anyInc): Part[] {
  const notary = createNotary(speaker)
  const parts: Part[] = []
  for (let n = 0; n < count; n++) {
    const last = parts.at(-1)
    const draft = draftOf(speaker, {
      inc,
      aseq: last ? lastAseq(last) + 1 : 1,
      before: last?.id ?? ('' as PartId),
      entries: [
        { kind: 'message', after: 0, text: `message ${n}` },
        { kind: 'action', after: 3, text: 'waves' },
      ],
    })
    parts.push(notary.sign(room, draft))
  }
  return parts.map(read)
}

/** The same part with a signature that is none. */
function unsigned(part: Part): Part {
  const bytes = Uint8Array.from(encodePart(part))
  bytes.fill(7, 0, signatureBytes)
  return decodePart(bytes)
}

/** As a node that has seen nothing yet judges it. */
function findForged(parts: readonly Part[], of = room): Part | undefined {
  return createNotary(bob).findForged(of, parts)
}

test('what a node seals is read by others as it was, and is proven', () => {
  const draft = draftOf(ann)
  const sealed = createNotary(ann).sign(room, draft)
  const { raw: _, ...rest } = sealed
  const { raw: __, ...seen } = read(sealed)
  assert.deepEqual(seen, rest)
  const counts = { count: 1, hasEvents: false }
  assert.deepEqual(rest, { ...draft, ...counts, key: seen.key, id: seen.id, signature: seen.signature })
  assert.equal(seen.author, ann.uid)
  assert.equal(findForged([read(sealed)]), undefined)
  assert.equal(findForged([]), undefined)
  assert.equal(createNotary(ann).sign(room, draft).id, sealed.id, 'the same input gives the same part')
})

test('the key of a part is the one that TLS shows', () => {
  const { key } = createNotary(ann).sign(room, draftOf(ann))
  const { x } = createPublicKey(ann.key).export({ format: 'jwk' })
  assert.equal(key, Buffer.from(x ?? '', 'base64url').toString('hex'))
})

test('a changed bit in any byte of a part is found', () => {
  const good = encodePart(createNotary(ann).sign(room, draftOf(ann)))
  const notary = createNotary(bob)
  let found = 0
  for (let at = 0; at < good.length; at++) {
    const bytes = Uint8Array.from(good)
    bytes[at]! ^= 1 << (at % 8)
    let part: Part
    try {
      part = decodePart(bytes)
    } catch (error) {
      assert.ok(error instanceof BadFrame)
      continue
    }
    assert.equal(notary.findForged(room, [part]), part, `byte ${at}`)
    found++
  }
  assert.ok(found > good.length / 2, `${found} of ${good.length} could be read`)
})

test('a part for another room, and one that another signed, are found', () => {
  const [part] = chainOf(ann, 1)
  assert.ok(part)
  assert.equal(findForged([part], otherRoom), part)
  const { signature } = createNotary(bob).sign(room, part)
  const stolen = { ...part, signature }
  delete stolen.raw
  assert.equal(findForged([read(stolen)])?.author, ann.uid)
})

test('in a run of one process each part is proven by its own signature alone', () => {
  const [anns, bobs] = [chainOf(ann, 5), chainOf(bob, 5)]
  const both = anns.flatMap((part, at) => [part, bobs[at]!])
  assert.equal(findForged(anns), undefined)
  assert.equal(findForged(both), undefined)
  // Anybody who passes it on may end a frame with any of them.
  for (const part of both) {
    const bad = unsigned(part)
    assert.equal(findForged(both.map((one) => (one === part ? bad : one))), bad)
  }
})

test('a part is judged by itself: with a hole before it, and where the next is of another process', () => {
  const [first, , third] = chainOf(ann, 3)
  assert.ok(first && third)
  assert.equal(findForged([first, third]), undefined)
  const bad = unsigned(first)
  const more = { aseq: 2, before: first.id }
  const inc = makeInc(2, '0123456789abcdef')
  for (const next of [
    third,
    createNotary(ann).sign(room, draftOf(ann, { ...more, inc })),
    createNotary(bob).sign(room, draftOf(bob, more)),
  ]) {
    assert.equal(findForged([bad, next]), bad)
    assert.equal(findForged([next, bad]), bad)
  }
})

test('the first that is forged is named', () => {
  const run = chainOf(ann, 6).map((part, at) => (at === 2 || at === 3 ? unsigned(part) : part))
  assert.equal(findForged(run), run[2])
  assert.equal(findForged([...run.slice(3), ...run.slice(0, 3)]), run[3])
  const bobs = chainOf(bob, 2).map(unsigned)
  assert.equal(findForged([...bobs, ...run]), bobs[0])
})

test('what was proven once is not looked at again, for the same room', () => {
  const [part] = chainOf(ann, 1)
  assert.ok(part)
  const notary = createNotary(bob)
  assert.equal(notary.findForged(room, [part]), undefined)
  Object.assign(part, { signature: '00'.repeat(64) })
  assert.equal(notary.findForged(room, [part]), undefined)
  assert.equal(notary.findForged(otherRoom, [part]), part)
  assert.equal(createNotary(bob).findForged(room, [part]), part)
})

test('keys that are no point of the curve prove nothing, and break nothing', () => {
  const [part] = chainOf(ann, 1)
  assert.ok(part)
  for (const key of ['00', '02', '7f', 'ee', 'ff'].map((byte) => byte.repeat(32))) {
    const strange: Part = { ...part, key }
    delete strange.raw
    assert.equal(findForged([read(strange)])?.key, key)
  }
})

test('more authors than there are keys at hand are all judged', () => {
  const parts = Array.from({ length: 1030 }, newSpeaker).map((speaker) =>
    read(createNotary(speaker).sign(room, draftOf(speaker))),
  )
  assert.equal(findForged(parts), undefined)
  const bad = unsigned(parts[0]!)
  assert.equal(findForged([...parts, bad]), bad)
})

/** What `stamper` stamped, with one seal on the last. */
function stampedBy(stamper: Speaker, parts: readonly Part[]): { record: StampedRecord; chain: Chain }[] {
  const notary = createNotary(stamper)
  const namespace = namespaceOf(stamper.uid, anyInc)
  let chain = noChain
  const made = parts.map((part, at) => {
    const place = { stamper: stamper.uid, stamperInc: anyInc, namespace, s: at + 1, ts: 10 + 2 * at }
    const record: StampedRecord = { ...place, part }
    chain = notary.extend(chain, record)
    return { record, chain }
  })
  const last = made.at(-1)
  assert.ok(last)
  last.record.seal = notary.seal(room, namespace, last.record.s, last.chain)
  return made
}

test('a chain is what PROTOCOL.md says, and stands for the order, the times and the parts', () => {
  const [first, second] = chainOf(ann, 2)
  assert.ok(first && second)
  const notary = createNotary(bob)
  const extend: Notary['extend'] = (...given) => notary.extend(...given)
  const one = extend(noChain, { ts: 2 ** 40 + 5, part: first })
  const ts = Buffer.from('0000010000000005', 'hex')
  const expected = (before: string, id: string): string =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.from(before, 'hex'), ts, Buffer.from(id, 'hex')]))
      .digest('hex')
  assert.equal(one, expected('', first.id))
  assert.equal(extend(one, { ts: 2 ** 40 + 5, part: second }), expected(one, second.id))
  const others = [
    extend(noChain, { ts: 2 ** 40 + 6, part: first }),
    extend(noChain, { ts: 2 ** 40 + 5, part: second }),
    extend(one, { ts: 2 ** 40 + 5, part: first }),
  ]
  assert.equal(new Set([one, ...others]).size, 4)
})

test('a digest is what PROTOCOL.md says, and stands for each namespace, how far it is held, and the chain', () => {
  const notary = createNotary(bob)
  const [one, other] = ['1a'.repeat(32) as Chain, '2b'.repeat(32) as Chain]
  const held = [
    { namespace: namespaceOf(ann.uid, anyInc), s: 2 ** 33 + 7, chain: one },
    { namespace: namespaceOf(bob.uid, anyInc), s: 1, chain: other },
  ]
  const digestOf = (some: typeof held): string => {
    const frontier = new Frontier(1)
    for (const { namespace, s, chain } of some) frontier.advance(namespace, s, 1, chain)
    return frontier.digest(notary)
  }
  const sha = (hex: string): string => createHash('sha256').update(hex, 'hex').digest('hex')
  const frontier = new Frontier(1)
  for (const { namespace, s, chain } of held) frontier.advance(namespace, s, 1, chain)
  const groups = new Array<string>(256).fill('')
  groups[frontier.groupOf(held[0]!.namespace)] += `${ann.uid}${anyInc}0000${hexOfDouble(2 ** 33 + 7)}${one}`
  groups[frontier.groupOf(held[1]!.namespace)] += `${bob.uid}${anyInc}0000${hexOfDouble(1)}${other}`
  const digits = groups.map((hex) => sha(hex).slice(0, 32)).join('')
  assert.equal(digestOf(held), createHash('sha256').update(digits, 'ascii').digest('hex'))
  const [first, second] = [held[0]!, held[1]!]
  assert.equal(digestOf([second, first]), digestOf(held))
  const others = [[first], [first, { ...second, s: 2 }], [first, { ...second, chain: one }], []].map(digestOf)
  assert.equal(new Set([digestOf(held), ...others]).size, 5)
})

function hexOfDouble(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}

test('a seal proves what its stamper stamped, and only that', () => {
  const made = stampedBy(ann, chainOf(bob, 3))
  const { record, chain } = made[2]!
  const notary = createNotary(bob)
  const isSealed: Notary['isSealed'] = (...given) => notary.isSealed(...given)
  const [sent] = decodeRecords(encodeRecords([{ ...record, part: read(record.part) }]), 'records')
  assert.ok(sent)
  assert.deepEqual(sent.seal, record.seal)
  assert.ok(isSealed(room, sent, chain))
  assert.ok(!isSealed(otherRoom, sent, chain), 'another room')
  assert.ok(!isSealed(room, sent, made[1]!.chain), 'another chain')
  assert.ok(!isSealed(room, { ...sent, s: 2 }, chain), 'another number')
  const inc = makeInc(2, '0123456789abcdef')
  assert.ok(!isSealed(room, { ...sent, stamperInc: inc, namespace: namespaceOf(ann.uid, inc) }, chain))
  const { seal: _, ...bare } = sent
  assert.ok(!isSealed(room, bare, chain), 'none')
  const bobs = createNotary(bob).seal(room, sent.namespace, sent.s, chain)
  assert.ok(!isSealed(room, { ...sent, seal: bobs }, chain), "another's")
  assert.ok(
    !isSealed(room, { ...sent, seal: { ...bobs, key: sent.seal!.key } }, chain),
    "another's, under the key",
  )
})

test('a signature of a part is no seal, and a seal no signature of a part', () => {
  const [part] = chainOf(ann, 1)
  assert.ok(part)
  const [made] = stampedBy(ann, [part])
  assert.ok(made?.record.seal)
  const { key, signature } = part
  assert.ok(
    !createNotary(bob).isSealed(
      room,
      { ...made.record, seal: { key, signature } },
      part.id as string as Chain,
    ),
  )
  const swapped: Part = { ...part, signature: made.record.seal.signature }
  assert.equal(findForged([swapped]), swapped)
})
