// What anybody who reaches a port can upload: records and numbers that are meant to harm what is on disk, or
// counters that last (PROTOCOL.md 2.2). Each attack has a room of its own, which must go on and open again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeInc } from '../../src/core/model/ids.ts'
import type { Member } from '../../src/core/model/frames.ts'
import type { Inc, RoomId, Uid } from '../../src/core/model/ids.ts'
import type { StampedRecord, Chain } from '../../src/core/model/records.ts'
import { bootMax } from '../../src/core/model/bounds.ts'
import { lastAseq } from '../../src/core/model/records.ts'
import { decodePart, encodePart } from '../../src/wire/codec.ts'
import { countMax, lamportMax, signatureBytes } from '../../src/wire/limits.ts'
import type { RoomNode } from '../e2e/harness.ts'
import { anyNonce, enter, Foe, greet, record } from './attacker.ts'
import type { Wire } from './attacker.ts'
import { Besieged } from './besiege.ts'
import { listen } from './ports.ts'

const noVid = { term: 0, leader: '' as Uid, ver: 0 }
const batch = 200

/** Somebody as the attacker claims that it is; `inc`: of a process that there may never have been. */
function memberOf(node: RoomNode, inc: Inc): Member {
  return { uid: node.id as Uid, inc, name: node.name, addr: node.address as Member['addr'] }
}

/** FOLLOW, and UP of these records. */
async function upload(foe: Foe, room: Besieged, records: readonly StampedRecord[]): Promise<Wire> {
  const { wire } = await enter(foe, room.ann.address)
  for (let at = 0; at < records.length; at += batch) {
    wire.say({ type: 'up', records: records.slice(at, at + batch) })
  }
  wire.say({ type: 'upDone' })
  await wire.settled()
  return wire
}

/** The attacker goes; what it did must have left no harm. */
async function survives(room: Besieged, wire: Wire): Promise<void> {
  await room.chat()
  wire.destroy()
  await room.chat()
  await room.holds()
  await room.reopens()
}

/** The room's name, as the core has it. */
function idOf(room: Besieged): RoomId {
  return room.ann.room as RoomId
}

/** Nobody was shown a message with this text, or is shown it later. */
function assertUnshown(room: Besieged, text: RegExp): void {
  for (const node of room.nodes) {
    const shown = [...node.texts(), ...node.notices].filter((line) => text.test(line))
    assert.deepEqual(shown, [], `${node.name} was shown what nobody said`)
  }
}

/** The link is dropped for this value, and only for that; nothing is shown; the room goes on. */
async function isRefused(room: Besieged, node: RoomNode, wire: Wire, what: string): Promise<void> {
  await wire.ended()
  await room.chat()
  assert.match(await room.log(node), new RegExp(`refused.*${what.replaceAll('.', '\\.')}`))
  assertUnshown(room, /owe Mallory|forged/)
  await survives(room, wire)
  assertUnshown(room, /owe Mallory|forged/)
}

test('messages far beyond the newest of a process, up to 2^48 - 1', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const parts = [1, 51, countMax].map((aseq) => foe.part(idOf(room), { aseq }))
  await survives(room, await upload(foe, room, foe.stamped(idOf(room), parts)))
})

test('a record of a boot counter at its end, of a stamper, of an author, and in the name of a member', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const { inc } = memberOf(room.ann, makeInc(bootMax, anyNonce))
  const last = memberOf(room.bob, makeInc(countMax, anyNonce))
  const [own, later] = [foe.part(idOf(room)), foe.part(idOf(room), { inc })]
  for (const records of [
    foe.stamped(idOf(room), [later]),
    foe.stamped(idOf(room), [own], { inc }),
    [record(memberOf(room.ann, inc), Foe.ghost().part(idOf(room), { inc }))],
    [record(last, own)],
  ])
    (await upload(foe, room, records)).destroy()
  const { wire } = await greet(foe, room.ann.address)
  await survives(room, wire)
})

test('FOLLOW_OK of a false leader that names our uid with a boot counter at its end', async (context) => {
  const room = await Besieged.open(context, ['Ann'])
  await room.chat()
  const foe = await Foe.mint((uid) => uid > room.ann.id)
  const close = await falseOffice(context, foe, room, (wire) => {
    const namespace = `${room.ann.id}.${makeInc(countMax, anyNonce)}` as never
    wire.say({
      type: 'followOk',
      frontier: new Map([[namespace, { s: 1, chain: 'ab'.repeat(32) as Chain }]]),
      differing: [],
      term: countMax,
      book: [],
    })
    wire.say({ type: 'synced', pos: countMax })
    wire.say({ type: 'safe', pos: countMax })
  })
  close()
  await room.chat()
  await room.holds()
  await room.reopens()
})

test('PINGs of a stranger that claims no room do not move the clock of a leader', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const { wire } = await greet(foe, room.ann.address)
  for (let k = 1; k <= 2100 && !wire.closed; k++) {
    wire.say({ type: 'ping', nonce: 0, vid: noVid, safe: 0 }, k * 2 ** 40)
  }
  await wire.settled()
  await room.chat()
  const ts = Math.max(...room.ann.messages.map((message) => message.ts))
  assert.ok(ts < 1_000_000, `the clock was moved to ${ts}`)
  await survives(room, wire)
})

test('the clock of a follower moves the clock, but always leaves room to go on', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { wire } = await enter(foe, room.ann.address)
  for (let k = 1; k <= 2100 && !wire.closed; k++) {
    wire.say({ type: 'pong', nonce: 0 }, k * 2 ** 40)
  }
  await wire.settled()
  await room.chat()
  const ts = Math.max(...room.ann.messages.map((message) => message.ts))
  const ticks = (Date.now() - Date.UTC(2020) + 2 * 86_400_000) * 1000
  assert.ok(ts < ticks, `the clock was moved to ${ts}`)
  await survives(room, wire)
})

test('records with timestamps and clocks near the end', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const stampers = await Promise.all([Foe.mint(), Foe.mint(), Foe.mint()])
  const lcs = [2 ** 40, 2 ** 51 - 2, lamportMax - 2]
  const records = stampers.flatMap((stamper, at) =>
    stamper.stamped(idOf(room), [stamper.part(idOf(room), { lc: lcs[at] ?? 0 })]),
  )
  for (const one of records) (await upload(foe, room, [one]).catch(() => undefined))?.destroy()
  const { wire } = await greet(foe, room.ann.address)
  await room.chat()
  const ts = Math.max(...room.ann.messages.map((message) => message.ts))
  const ticks = (Date.now() - Date.UTC(2020) + 2 * 86_400_000) * 1000
  assert.ok(ts < ticks, `the clock was moved to ${ts}`)
  await survives(room, wire)
})

test('2,100 records of 2,100 invented stampers leave room for those who are in the room', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const records = Array.from({ length: 2100 }, () => Foe.ghost()).flatMap((ghost, at) =>
    ghost.stamped(idOf(room), [ghost.part(idOf(room), { text: `ghost ${at}` })]),
  )
  await survives(room, await upload(foe, room, records))
})

test("an upload of a member's next message, which the member did not sign, ends the link", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { said, clock } = await acquainted(foe, room)
  const bob = memberOf(room.bob, said.inc)
  const debt = { lc: clock, before: said.id, text: 'I, Bob, owe Mallory 100' }
  const forged = foe.forged(idOf(room), bob, said.key, { ...debt, aseq: lastAseq(said) + 1 })
  const wire = await upload(foe, room, foe.stamped(idOf(room), [forged]))
  await isRefused(room, room.ann, wire, 'up.records.signature')
})

test("an upload with a member's true signature over other words ends the link, and what came with it is not taken", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { said, clock } = await acquainted(foe, room)
  const entries = [{ kind: 'message' as const, after: 0, text: 'I, Bob, owe Mallory 100' }]
  const { raw: _, ...rest } = said
  const changed = decodePart(encodePart({ ...rest, entries, aseq: lastAseq(said) + 1 }))
  const own = foe.part(idOf(room), { lc: clock, text: 'forged beside it' })
  const wire = await upload(foe, room, foe.stamped(idOf(room), [own, changed]))
  await isRefused(room, room.ann, wire, 'up.records.signature')
})

test('an upload of thousands of signatures that are none ends the link, and none of it is taken', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { clock } = await acquainted(foe, room)
  const parts = Array.from({ length: 2000 }, (_, at) => {
    const own = foe.part(idOf(room), { aseq: at + 1, lc: clock, text: `forged ${at}` })
    const bytes = Uint8Array.from(encodePart(own))
    if (at % 200 >= 100) bytes.fill(7, 0, signatureBytes)
    return decodePart(bytes)
  })
  const wire = await upload(foe, room, foe.stamped(idOf(room), parts))
  await isRefused(room, room.ann, wire, 'up.records.signature')
})

test('what the author itself signed for another room ends the link', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const elsewhere = foe.part('00112233445566778899aabbccddeeff' as RoomId, { text: 'forged elsewhere' })
  const wire = await upload(foe, room, foe.stamped(idOf(room), [elsewhere]))
  await isRefused(room, room.ann, wire, 'up.records.signature')
})

test("SUBMIT in a member's name, or with a signature that is none, ends the link", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { said, clock } = await acquainted(foe, room)
  const bob = memberOf(room.bob, said.inc)
  const forged = foe.forged(idOf(room), bob, said.key, { aseq: lastAseq(said) + 1, lc: clock })
  const { raw: _, ...own } = foe.part(idOf(room), { lc: clock })
  const unsigned = { ...own, signature: said.signature }
  for (const [part, what] of [
    [forged, 'parts.author'],
    [unsigned, 'parts.signature'],
  ] as const) {
    const { wire } = await enter(foe, room.ann.address)
    wire.say({ type: 'upDone' })
    await wire.frame('synced')
    wire.say({ type: 'submit', parts: [part] })
    await wire.ended()
    await room.chat()
    assert.match(await room.log(room.ann), new RegExp(`refused.*submit\\.${what.replace('.', '\\.')}`))
    assertUnshown(room, /forged/)
  }
  await room.holds()
  await room.reopens()
})

test('a false leader that hands out what a member did not say loses the link', async (context) => {
  const room = await Besieged.open(context, ['Ann'])
  await room.chat()
  const foe = await Foe.mint((uid) => uid > room.ann.id)
  let given: Wire | undefined
  const close = await falseOffice(context, foe, room, (wire) => {
    given = wire
    const ann = memberOf(room.ann, makeInc(7, anyNonce))
    const forged = foe.forged(idOf(room), ann, wire.peerKey, { text: 'I, Ann, owe Mallory 100' })
    wire.say({ type: 'followOk', frontier: new Map(), differing: [], term: 1, book: [] })
    wire.say({ type: 'rec', pos: 1, safe: 0, records: foe.stamped(idOf(room), [forged]) })
    wire.say({ type: 'synced', pos: 1 })
  })
  assert.ok(given, 'nobody followed')
  await given.ended()
  close()
  await room.chat()
  assert.match(await room.log(room.ann), /refused.*rec\.records\.signature/)
  assertUnshown(room, /owe Mallory/)
  await room.holds()
  await room.reopens()
})

test("a record in the leader's own namespace, with its next number, does not stop its stamping", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { last, clock } = await acquainted(foe, room)
  const of = foe.part(idOf(room), { lc: clock, text: 'stamped by Ann, says Mallory' })
  const ann = { uid: last.stamper, inc: last.stamperInc }
  const next = [1, 2, 3].map((n) => record(ann, of, { s: last.s + n }))
  const [own] = foe.stamped(idOf(room), [of])
  assert.ok(own?.seal && last.seal)
  // Without a seal, with one of the attacker's, and with one that Ann has made for something else.
  for (const seal of [undefined, own.seal, last.seal])
    (
      await upload(
        foe,
        room,
        next.map((one) => ({ ...one, seal })),
      )
    ).destroy()
  await room.chat()
  assertUnshown(room, /stamped by Ann/)
  const { wire } = await greet(foe, room.ann.address)
  await survives(room, wire)
})

test('a part without a signature, which its next part would prove, does not keep a room from being handed on', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const good = foe.part(idOf(room), { text: 'forged' })
  const bytes = Uint8Array.from(encodePart(good)).fill(7, 0, signatureBytes)
  const next = foe.part(idOf(room), { aseq: 2, before: good.id, text: 'forged too' })
  // So much between them that no frame of an honest node has both.
  const ghost = Foe.ghost()
  const between = [1, 2].map((aseq) => ghost.part(idOf(room), { aseq, text: 'x'.repeat(65_000) }))
  const records = foe.stamped(idOf(room), [decodePart(bytes), ...between, next])
  await isRefused(room, room.ann, await upload(foe, room, records), 'up.records.signature')
})

/** What a follower learns: Bob's newest message, the newest record, the largest clock. */
async function acquainted(
  foe: Foe,
  room: Besieged,
): Promise<{ said: StampedRecord['part']; last: StampedRecord; clock: number }> {
  await room.chat()
  const { wire } = await enter(foe, room.ann.address)
  wire.say({ type: 'upDone' })
  await wire.frame('synced')
  const records = wire.heard.flatMap(({ frame }) => (frame.type === 'rec' ? frame.records : []))
  wire.say({ type: 'leave' })
  await wire.settled()
  wire.destroy()
  const last = records.at(-1)
  const said = records.findLast((one) => one.part.author === room.bob.id)?.part
  assert.ok(last && said)
  return { said, last, clock: last.ts }
}

/**
 * Claims to be the office of a large room, at a port of its own; `lead` is called with each link over which
 * somebody wants to follow it. Resolves when somebody did, with what ends it all.
 */
async function falseOffice(
  context: Parameters<typeof listen>[0],
  foe: Foe,
  room: Besieged,
  lead: (wire: Wire) => void,
): Promise<() => void> {
  let resolve = (): void => {}
  const followed = new Promise<void>((done) => (resolve = done))
  const close = await listen(context, foe, (wire) => {
    wire.onFrame = (frame) => {
      if (frame.type === 'hello' || frame.type === 'probe') {
        const { uid, inc, name, addr, member: leader } = foe
        const office = {
          room: room.ann.room as RoomId,
          status: 'open',
          term: 1,
          leader,
          many: true,
          copies: 3,
        } as const
        wire.say({ type: 'info', uid, inc, name, addr, ...office })
      }
      if (frame.type === 'follow') {
        lead(wire)
        void wire
          .until(
            () =>
              wire.heard.some(({ frame }) => frame.type !== 'follow' && frame.type !== 'hello') ||
              wire.closed ||
              undefined,
            'a word',
          )
          .finally(resolve)
      }
    }
  })
  const { wire } = await greet(foe, room.ann.address, room.ann.room as RoomId)
  wire.say({ type: 'probe', leader: foe.member, many: true, open: true })
  // It may be followed or not; long enough either way.
  await Promise.race([followed, new Promise((done) => setTimeout(done, 3000))])
  return () => {
    wire.destroy()
    close()
  }
}
