// What anybody who reaches a port can upload: records and numbers that are meant to harm what is on disk, or
// counters that last (PROTOCOL.md 2.2). Each attack has a room of its own, which must go on and open again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeInc } from '../../src/core/model/ids.ts'
import type { Member } from '../../src/core/model/frames.ts'
import type { Inc, RoomId, Uid } from '../../src/core/model/ids.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { countMax, lamportMax } from '../../src/wire/limits.ts'
import type { RoomNode } from '../e2e/harness.ts'
import { anyNonce, enter, Foe, greet, part, record } from './attacker.ts'
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

test('messages far beyond the newest of a process that lives, up to 2^48 - 1', async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { said } = await acquainted(foe, room)
  const bob = memberOf(room.bob, said.inc)
  const next = part(bob, { aseq: said.aseq + 50 })
  const jump = part(bob, { aseq: countMax })
  await survives(room, await upload(foe, room, [record(foe.member, next), record(foe.member, jump)]))
})

test("a record of a boot counter at its end, in a member's name", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  await room.chat()
  const last = memberOf(room.bob, makeInc(countMax, anyNonce))
  const ann = memberOf(room.ann, makeInc(countMax, anyNonce))
  const records = [record(last, part(foe.member)), record(ann, part(last)), record(foe.member, part(ann))]
  const wire = await upload(foe, room, records)
  await survives(room, wire)
})

test('FOLLOW_OK of a false leader that names our uid with a boot counter at its end', async (context) => {
  const room = await Besieged.open(context, ['Ann'])
  await room.chat()
  const foe = await Foe.mint((uid) => uid > room.ann.id)
  const close = await falseOffice(context, foe, room, (wire) => {
    const namespace = `${room.ann.id}.${makeInc(countMax, anyNonce)}` as never
    wire.say({ type: 'followOk', frontier: new Map([[namespace, 1]]), term: countMax, book: [] })
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
  const lcs = [2 ** 40, 2 ** 51 - 2, lamportMax - 1]
  const records = stampers.map((stamper, at) => {
    const of = part(stamper.member, { lc: lcs[at] ?? 0 })
    return record(stamper.member, of)
  })
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
  const records = Array.from({ length: 2100 }, (_, at) => {
    const ghost = { ...foe.member, uid: `e${(at + 1).toString(16).padStart(31, '0')}` as Uid }
    return record(ghost, part(ghost, { text: `ghost ${at}` }))
  })
  await survives(room, await upload(foe, room, records))
})

test("an upload of a member's next message does not replace what the member says", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { said, clock } = await acquainted(foe, room)
  const { aseq, inc } = said
  const bob = memberOf(room.bob, inc)
  const forged = part(bob, {
    aseq: aseq + 1,
    lc: clock,
    text: 'I, Bob, owe Mallory 100',
  })
  await survives(room, await upload(foe, room, [record(foe.member, forged)]))
})

test("a record in the leader's own namespace, with its next number, does not stop its stamping", async (context) => {
  const [room, foe] = [await Besieged.open(context), await Foe.mint()]
  const { last, clock } = await acquainted(foe, room)
  const of = part(foe.member, { lc: clock, text: 'stamped by Ann, says Mallory' })
  const forged = [1, 2, 3].map((n) =>
    record({ uid: last.stamper, inc: last.stamperInc }, of, { s: last.s + n }),
  )
  await survives(room, await upload(foe, room, forged))
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
