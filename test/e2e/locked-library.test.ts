// Locked rooms through the library, on loopback.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

import { createRoom, joinRoom, type Knocking, type Room } from '../../src/index.ts'
import { listStored } from '../../src/assembly/stored-history.ts'
import { leaveAfter, scratch, until, within } from './support.ts'

const address = '127.0.0.1'

function portOf({ self }: Room): number {
  return Number(self.address.slice(self.address.lastIndexOf(':') + 1))
}

test('a program that asks for a locked room never gets an open one', async (context) => {
  const home = join(await scratch(context), 'ann')
  const open = await createRoom({ name: 'Ann', address, home })
  assert.equal(open.locked, false)
  assert.throws(() => open.invitation(), { code: 'ERR_USAGE', message: /is open, and needs no invitation/ })
  await open.leave()
  await assert.rejects(createRoom({ name: 'Ann', address, home, locked: true }), {
    code: 'ERR_USAGE',
    message: /the room to go back to \([\da-f]{32}\) is an open one: fresh makes a new one/,
  })
  const locked = await createRoom({ name: 'Ann', address, home, locked: true, fresh: true })
  assert.equal(locked.locked, true)
  await locked.leave()
  // The other way round nothing is lost: the room that the home was last in is a locked one.
  const again = leaveAfter(context, await createRoom({ name: 'Ann', address, home }))
  assert.deepEqual([again.id, again.locked], [locked.id, true])
})

test('options of a join that do not go together, and an invitation that is wrong, are usage errors', async () => {
  const both = { name: 'Bob', address, neighbor: '127.0.0.1:1', invitation: 'x' }
  await assert.rejects(joinRoom(both), { code: 'ERR_USAGE', message: /give no neighbor/ })
  const held = { name: 'Bob', address, home: './bob', room: 'ab', invitation: 'x' }
  await assert.rejects(joinRoom(held), { code: 'ERR_USAGE', message: /neighbor, invitation and fresh/ })
  await assert.rejects(joinRoom({ name: 'Bob', address, invitation: 'x' }), {
    code: 'ERR_USAGE',
    message: /this is not an invitation/,
  })
})

test('a home shows its key to a neighbour that its address book lists, and needs no invitation again', async (context) => {
  const home = join(await scratch(context), 'bob')
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, locked: true }))
  const bob = await joinRoom({ name: 'Bob', address, home, invitation: ann.invitation() })
  await ann.say('hello')
  await until(bob, 'members', () => bob.members.length === 2, 'both')
  await bob.leave()
  // In another room meanwhile.
  const other = await createRoom({ name: 'Bob', address, home, fresh: true })
  await other.leave()
  const back = await joinRoom({ name: 'Bob', address, home, neighbor: ann.self.address })
  assert.deepEqual([back.id, back.self.id], [ann.id, bob.self.id])
  await back.leave()
  // Without its key the room is not opened, and nothing of it is lost.
  await rm(join(home, 'rooms', `${ann.id}.key`))
  await assert.rejects(joinRoom({ name: 'Bob', address, home }), {
    code: 'ERR_LOCKED',
    message: /is locked, and .* has no key of it: join it with an invitation/,
  })
  const invited = leaveAfter(
    context,
    await joinRoom({ name: 'Bob', address, home, invitation: ann.invitation() }),
  )
  assert.equal(invited.size, 1)
})

test('who holds the room of an invitation goes on alone when nobody answers, and nobody else does', async (context) => {
  const home = join(await scratch(context), 'bob')
  const ann = await createRoom({ name: 'Ann', address, locked: true })
  const invitation = ann.invitation()
  const bob = await joinRoom({ name: 'Bob', address, home, invitation })
  await ann.say('hello')
  await until(bob, 'members', () => bob.members.length === 2, 'both')
  await bob.leave()
  await ann.leave()
  const options = { name: 'Bob', address, invitation, timeoutMs: 300 }
  await assert.rejects(joinRoom(options), { code: 'ERR_UNREACHABLE' })
  const alone = leaveAfter(context, await joinRoom({ ...options, home }))
  assert.deepEqual([alone.id, alone.size, alone.members.length], [ann.id, 1, 1])
})

test('a program that knocks waits until a member lets it in', async (context) => {
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, locked: true }))
  const knocks: Knocking[] = []
  const states: string[] = []
  let own: string | undefined
  const knocked = new Promise<void>((resolve) =>
    ann.on('knock', (knock) => {
      knocks.push(knock)
      resolve()
    }),
  )
  const joining = joinRoom({
    name: 'Bob',
    address,
    neighbor: ann.self.address,
    knock: true,
    onConnecting: ({ state, id }) => {
      states.push(state)
      own ??= id
    },
  })
  await within(Promise.race([knocked, joining]), 'the knock')
  const [knock] = knocks
  assert.ok(knock)
  assert.deepEqual([knock.name, knock.id, own], ['Bob', own, knock.id])
  ann.admit(knock.number)
  const bob = leaveAfter(context, await within(joining, 'being let in'))
  assert.deepEqual([bob.id, bob.locked], [ann.id, true])
  assert.deepEqual(states, ['trying', 'knocking', 'found'])
  assert.notEqual(portOf(bob), portOf(ann))
})

test('a knock is shown at all members, and any of them lets in', async (context) => {
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, locked: true }))
  const join = async (name: string): Promise<Room> =>
    leaveAfter(context, await joinRoom({ name, address, invitation: ann.invitation() }))
  const [cid, dan] = [await join('Cid'), await join('Dan')]
  const all = [ann, cid, dan]
  for (const room of all) await until(room, 'members', () => room.members.length === 3, 'three members')
  const ends: string[] = []
  for (const room of all)
    room.on('log', ({ line }) => {
      if (line.type === 'knock' && line.state !== 'waits')
        ends.push(`${room.self.name} ${line.number} ${line.state}`)
    })
  const heard = (name: string): Promise<Knocking[]> =>
    Promise.all(
      all.map(
        (room) =>
          new Promise<Knocking>((resolve) =>
            room.on('knock', (knock) => knock.name === name && resolve(knock)),
          ),
      ),
    )
  const ask = (name: string): Promise<Room> =>
    joinRoom({ name, address, neighbor: cid.self.address, knock: true })
  // Cid is the door. The leader turns one away, and another follower lets one in.
  const eveHeard = heard('Eve')
  const eve = assert.rejects(ask('Eve'), { code: 'ERR_LOCKED' })
  const [eveAtAnn] = await within(eveHeard, 'the knock of Eve at all')
  ann.deny(eveAtAnn!.number)
  await within(eve, 'being turned away')
  const bobHeard = heard('Bob')
  const joining = ask('Bob')
  const knocks = await within(bobHeard, 'the knock of Bob at all')
  assert.equal(new Set(knocks.map(({ id }) => id)).size, 1)
  dan.admit(knocks[2]!.number)
  const bob = leaveAfter(context, await within(joining, 'being let in'))
  assert.equal(bob.id, ann.id)
  for (const room of all) await until(room, 'members', () => room.members.length === 4, 'Bob at all')
  assert.deepEqual(
    all.map(({ knocking }) => knocking.length),
    [0, 0, 0],
  )
  assert.deepEqual(
    ends.sort(),
    all.flatMap(({ self }) => [`${self.name} 1 denied`, `${self.name} 2 admitted`]).sort(),
  )
  // Who knocks at a member that dies gave up, for all that see it.
  const gone = heard('Fay')
  ask('Fay').catch(() => {})
  const fay = await within(gone, 'the knock of Fay at all')
  await cid.leave()
  await until(dan, 'members', () => dan.members.length === 3, 'that Cid has gone')
  assert.deepEqual(dan.knocking, [])
  assert.throws(() => dan.admit(fay[2]!.number), { code: 'ERR_USAGE' })
})

test('who does not knock, or knocks where nobody may, is refused', async (context) => {
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, locked: true, knocks: false }))
  for (const knock of [false, true])
    await assert.rejects(joinRoom({ name: 'Bob', address, neighbor: ann.self.address, knock }), {
      code: 'ERR_LOCKED',
      message: /ask a member for an invitation/,
    })
})

test('an open room lets nobody in who shows a key, and a home that has one goes to it as to any open room', async (context) => {
  const folder = await scratch(context)
  const locked = await createRoom({ name: 'Ann', address, locked: true })
  const invitation = locked.invitation()
  const home = join(folder, 'bob')
  const bob = await joinRoom({ name: 'Bob', address, home, invitation })
  await until(bob, 'members', () => bob.members.length === 2, 'both')
  await bob.leave()
  await locked.leave()
  const open = leaveAfter(context, await createRoom({ name: 'Eve', address, port: portOf(locked) }))
  await assert.rejects(joinRoom({ name: 'Cid', address, invitation }), {
    code: 'ERR_LOCKED',
    message: /^this invitation does not open this room: /,
  })
  const there = leaveAfter(
    context,
    await joinRoom({ name: 'Bob', address, home, neighbor: open.self.address }),
  )
  assert.deepEqual([there.id, there.locked], [open.id, false])
})

test('a room has a title: from its beginning, from anybody, and after a restart', async (context) => {
  const home = join(await scratch(context), 'ann')
  await assert.rejects(createRoom({ name: 'Ann', address, title: 'a\nb' }), {
    code: 'ERR_USAGE',
    message: /a title/,
  })
  const ann = await createRoom({ name: 'Ann', address, home, locked: true, title: ' Crew of the Ada ' })
  assert.equal(ann.title, 'Crew of the Ada')
  const bob = leaveAfter(context, await joinRoom({ name: 'Bob', address, invitation: ann.invitation() }))
  assert.equal(bob.title, 'Crew of the Ada')
  assert.throws(() => bob.setTitle('a\u202eb'), { code: 'ERR_USAGE', message: /a title must not contain/ })
  const told: string[] = []
  for (const room of [ann, bob]) room.on('title', (title) => told.push(title))
  bob.setTitle('Night watch')
  await until(ann, 'notice', () => ann.title === 'Night watch', 'the other title')
  await until(bob, 'notice', () => told.length === 2, 'the other title at both')
  assert.deepEqual([ann.title, bob.title, ...told], new Array(4).fill('Night watch'))
  assert.deepEqual([ann.size, bob.size], [0, 0], 'a title is no message')
  await ann.say('hello')
  await ann.leave()
  const [stored] = await listStored(home)
  const held = stored && 'count' in stored.held ? stored.held : undefined
  assert.deepEqual([held?.title, held?.count, held?.last?.text], ['Night watch', 1, 'hello'])
  const again = leaveAfter(
    context,
    await createRoom({ name: 'Ann', address, home, title: 'not of a new room' }),
  )
  assert.deepEqual([again.id, again.title, again.size], [bob.id, 'Night watch', 1])
})

async function allSee(rooms: readonly Room[], count: number): Promise<void> {
  for (const room of rooms)
    await until(room, 'members', () => room.members.length === count, `${room.self.name} sees ${count}`)
}

test('members that were away through several changes of the key meet the one that made them again', async (context) => {
  const folder = await scratch(context)
  const made = await createRoom({ name: 'Ann', address, home: join(folder, 'ann'), locked: true })
  const invitation = made.invitation()
  const first = [made]
  for (const name of ['bob', 'kay'])
    first.push(await joinRoom({ name, address, home: join(folder, name), invitation }))
  const [ann, bob, kay] = first.map((room) => ({ room, port: portOf(room) }))
  assert.ok(ann && bob && kay)
  await bob.room.leave()
  await ann.room.leave()
  for (let n = 0; n < 3; n++) await kay.room.rekey()
  await kay.room.leave()
  const back: Room[] = []
  for (const [name, { port }] of [['ann', ann] as const, ['bob', bob] as const, ['kay', kay] as const]) {
    back.push(leaveAfter(context, await createRoom({ name, address, port, home: join(folder, name) })))
    if (name === 'bob') await allSee(back, 2)
  }
  await allSee(back, 3)
})
