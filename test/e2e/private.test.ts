// What two members say to each other alone, through the library: real TLS, real homes, on loopback.
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'

import { createRoom, joinRoom, type PrivateMessage, type Room } from '../../src/index.ts'
import { leaveAfter, scratch, until, within } from './support.ts'

const address = '127.0.0.1'

async function trio(context: TestContext, locked = false): Promise<[Room, Room, Room, string]> {
  const dir = await scratch(context)
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, home: join(dir, 'ann'), locked }))
  const to = locked ? { invitation: ann.invitation() } : { neighbor: ann.self.address }
  const bob = leaveAfter(context, await joinRoom({ name: 'Bob', address, home: join(dir, 'bob'), ...to }))
  const eve = leaveAfter(context, await joinRoom({ name: 'Eve', address, home: join(dir, 'eve'), ...to }))
  for (const room of [ann, bob]) await until(room, 'members', () => room.members.length === 3, 'all three')
  return [ann, bob, eve, dir]
}

function collect(room: Room): { all: PrivateMessage[]; has: (count: number) => Promise<void> } {
  const all: PrivateMessage[] = []
  let wake = (): void => undefined
  room.direct.on('private', (message) => {
    all.push(message)
    wake()
  })
  return {
    all,
    has: (count) =>
      within(
        new Promise<void>((resolve) => {
          wake = () => void (all.length >= count && resolve())
          wake()
        }),
        `${count} private messages`,
      ),
  }
}

/** Everything that a home keeps, as text. */
async function textOf(dir: string): Promise<string> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n')
}

for (const locked of [false, true])
  test(`in ${locked ? 'a locked' : 'an open'} room a private message reaches one member alone, in order`, async (context) => {
    const [ann, bob, eve, dir] = await trio(context, locked)
    const [toBob, toEve] = [collect(bob), collect(eve)]
    const texts = Array.from({ length: 30 }, (_, i) => `secret ${i}`)
    const sent = await within(
      Promise.all(texts.map((text) => ann.direct.send(bob.self.id, text))),
      'all arrive',
    )
    assert.ok(sent.every(({ state, away }) => state === 'delivered' && away === undefined))
    await toBob.has(30)
    assert.deepEqual(
      toBob.all.map(({ text }) => text),
      texts,
    )
    const [first] = toBob.all
    assert.deepEqual([first?.with.name, first?.with.id, first?.own], ['Ann', ann.self.id, false])
    assert.deepEqual(
      ann.direct.recent.map(({ text, own }) => [text, own]),
      texts.map((text) => [text, true]),
    )
    assert.equal(toEve.all.length, 0)
    // Nobody else has it, nor is it in a log of the room.
    assert.deepEqual([ann.size, bob.size, eve.size], [0, 0, 0])
    assert.ok(!(await textOf(join(dir, 'eve'))).includes('secret'))
    const file = join(dir, 'bob', 'rooms', `${bob.id}.private`)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.ok((await readFile(file, 'utf8')).includes('secret 29'))
  })

test('what cannot be said to one person is refused, and says why', async (context) => {
  const [ann, bob] = await trio(context)
  const code = (text: RegExp, name = 'ERR_USAGE') => ({ code: name, message: text })
  await assert.rejects(ann.direct.send('Bob', 'x'), code(/node id/))
  await assert.rejects(ann.direct.send(ann.self.id, 'x'), code(/another member/))
  await assert.rejects(ann.direct.send(bob.self.id, ''), code(/has a text/))
  await assert.rejects(
    ann.direct.send(bob.self.id, 'x'.repeat(65_537)),
    code(/65536 bytes/, 'ERR_MESSAGE_TOO_LONG'),
  )
  await assert.rejects(ann.direct.send('0'.repeat(32), 'x'), code(/not in the room/, 'ERR_UNREACHABLE'))
  const visitor = await joinRoom({ name: 'Vic', address, neighbor: ann.self.address, visit: true })
  await until(ann, 'members', () => ann.members.length === 4, 'the visit')
  await assert.rejects(ann.direct.send(visitor.self.id, 'x'), code(/is a visit/))
  await visitor.leave()
  await bob.direct.send(ann.self.id, 'x'.repeat(65_536))
  assert.equal(ann.direct.recent.at(-1)?.text.length, 65_536)
  assert.throws(() => ann.direct.setAway('two\nlines'), code(/control character/))
})

test('what is kept arrives once when both are there, also in later processes of both', async (context) => {
  const [ann, bob, , dir] = await trio(context)
  const [annId, bobId, neighbor] = [ann.self.id, bob.self.id, ann.self.address]
  await bob.direct.send(annId, 'before')
  await bob.leave()
  await until(ann, 'members', () => ann.members.length === 2, 'Bob is gone')
  await assert.rejects(ann.direct.send(bobId, 'lost'), { code: 'ERR_UNREACHABLE' })
  const { id, state } = await ann.direct.send(bobId, 'kept', { keep: true })
  const dropped = await ann.direct.send(bobId, 'not wanted', { keep: true })
  assert.equal(state, 'kept')
  assert.equal(await ann.direct.drop(dropped.id), true)
  assert.equal(await ann.direct.drop(dropped.id), false)
  assert.deepEqual(
    ann.direct.kept.map((one) => [one.id, one.text, one.with.name]),
    [[id, 'kept', 'Bob']],
  )
  await ann.leave()
  const annAgain = leaveAfter(
    context,
    await createRoom({ name: 'Ann', address, home: join(dir, 'ann'), port: Number(neighbor.split(':')[1]) }),
  )
  assert.deepEqual(
    annAgain.direct.kept.map(({ text }) => text),
    ['kept'],
  )
  const arrived = within(
    new Promise<PrivateMessage>((resolve) => annAgain.direct.on('delivered', resolve)),
    'the kept one arrives',
  )
  for (const times of [1, 2]) {
    const bobAgain = await joinRoom({ name: 'Bob', address, home: join(dir, 'bob'), neighbor })
    const came = collect(bobAgain)
    if (times === 1) {
      await came.has(1)
      assert.deepEqual([came.all[0]?.text, came.all[0]?.id], ['kept', id])
      assert.equal((await arrived).id, id)
    }
    assert.deepEqual(
      bobAgain.direct.recent.map(({ text }) => text),
      ['before', 'kept'],
    )
    await bobAgain.leave()
  }
  assert.deepEqual(annAgain.direct.kept, [])
})

test('members and those that come later know who is away, and who writes to one is told', async (context) => {
  const [ann, bob, eve] = await trio(context)
  const heard = (room: Room) =>
    within(
      new Promise<string | undefined>((resolve) => room.direct.on('away', ({ text }) => resolve(text))),
      'told',
    )
  const both = [heard(ann), heard(eve)]
  bob.direct.setAway('lunch')
  assert.deepEqual(await Promise.all(both), ['lunch', 'lunch'])
  assert.deepEqual([ann.direct.awayOf(bob.self.id), ann.direct.awayOf(eve.self.id)], ['lunch', undefined])
  assert.equal((await ann.direct.send(bob.self.id, 'there?')).away, 'lunch')
  const dan = leaveAfter(context, await joinRoom({ name: 'Dan', address, neighbor: ann.self.address }))
  if (dan.direct.awayOf(bob.self.id) === undefined) await heard(dan)
  assert.equal(dan.direct.awayOf(bob.self.id), 'lunch')
  const back = heard(ann)
  bob.direct.setAway(undefined)
  assert.equal(await back, undefined)
  assert.equal(ann.direct.awayOf(bob.self.id), undefined)
  assert.equal((await ann.direct.send(bob.self.id, 'there?')).away, undefined)
})
