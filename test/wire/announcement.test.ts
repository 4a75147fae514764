// What members announce in the local network, as texts and back; and what strangers may say in their place.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address, RoomId, Uid } from '../../src/core/model/ids.ts'
import { NearbyList } from '../../src/peer/nearby-list.ts'
import { announcementTexts, isSpoken, parseAnnouncement } from '../../src/wire/announcement.ts'

const told = {
  room: '0123456789abcdef0123456789abcdef' as RoomId,
  uid: 'fedcba9876543210fedcba9876543210' as Uid,
  name: 'Ann',
  addr: '192.168.1.5:4000' as Address,
}

test('what is announced comes back, and each text fits into a TXT record', () => {
  for (const title of [undefined, 'Tea', '\u{1f600}'.repeat(64)]) {
    const texts = announcementTexts({ ...told, title })
    for (const [key, value] of Object.entries(texts)) assert.ok(Buffer.byteLength(`${key}=${value}`) <= 255)
    const back = parseAnnouncement(texts)
    assert.ok(back)
    const { title: cut, versions, ...rest } = back
    assert.deepEqual(rest, told)
    assert.ok(isSpoken(versions))
    assert.equal(cut, title?.startsWith('T') ? title : title && '\u{1f600}'.repeat(63))
  }
})

test('an announcement that breaks a rule is none', () => {
  const good = announcementTexts({ ...told, title: 'Tea' })
  const bad: Record<string, unknown>[] = [
    {},
    { v: '' },
    { v: '8-7' },
    { v: '0-1' },
    { v: undefined },
    { r: '' },
    { r: `${told.room}0` },
    { r: told.room.toUpperCase() },
    { u: 'x' },
    { a: '0.0.0.0:4000' },
    { a: '192.168.1.5:0' },
    { a: '192.168.1.5:4000;reboot' },
    { a: 'ann.local:4000' },
    { n: '' },
    { n: 'Ann\u001b[2J' },
    { n: 'Ann(10.0.0.1:4000)' },
    { n: 'x'.repeat(33) },
    { n: 5 },
  ]
  assert.ok(parseAnnouncement(good))
  assert.equal(parseAnnouncement({}), undefined)
  for (const one of bad.slice(1))
    assert.equal(parseAnnouncement({ ...good, ...one }), undefined, JSON.stringify(one))
  for (const t of ['\u001b]0;x\u0007', 'x'.repeat(65), '', 7])
    assert.equal(parseAnnouncement({ ...good, t })?.title, undefined)
  const other = parseAnnouncement({ ...good, v: '8-9' })
  assert.equal(other && isSpoken(other.versions), false)
})

/** A room with one member, by numbers. */
function heard(room: number, member: number, more: { title?: string; name?: string } = {}) {
  const { name = 'Ann', ...title } = more
  const address = `10.0.${member >> 8}.${member & 255}:4000`
  return {
    id: String(room),
    ...title,
    locked: false,
    members: [{ id: String(member), name, address, compatible: true }],
  }
}

test('several members of one room are one entry; lists are bounded; who is gone is taken off', () => {
  const list = new NearbyList()
  assert.ok(list.add(heard(1, 1)))
  assert.equal(list.add(heard(1, 1)), undefined, 'nothing is new')
  assert.ok(list.add(heard(1, 2, { title: 'Tea' })))
  assert.ok(list.add(heard(1, 2, { name: 'Bob' })), 'another name')
  const [room] = list.rooms
  assert.equal(room?.title, 'Tea')
  assert.deepEqual(
    room?.members.map(({ name }) => name),
    ['Ann', 'Bob'],
  )
  // A member is in one room.
  list.add(heard(2, 1))
  assert.deepEqual(
    list.rooms.map(({ members }) => members.map(({ id }) => id)),
    [['2'], ['1']],
  )
  list.remove('2')
  assert.deepEqual(
    list.rooms.map(({ id }) => id),
    ['2'],
  )
  for (let at = 10; at < 300; at++) list.add(heard(2, at))
  assert.equal(list.rooms[0]?.members.length, 16)
  for (let at = 300; at < 600; at++) list.add(heard(at, at))
  assert.equal(list.rooms.length, 64)
})
