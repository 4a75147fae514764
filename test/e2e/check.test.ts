// Comparing what all members hold, over real links and real databases: all the same, in a flow, one that stands still, and
// histories that part because a key ran twice.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'

import { createRoom, joinRoom } from '../../src/index.ts'
import { numbered, Stage } from './harness.ts'
import { newPerson, say, signedRoom, stampAll, writeRoom, type Person } from './signed-home.ts'
import { leaveAfter, scratch, until } from './support.ts'

const here = { address: '127.0.0.1', port: 0 }

test('members in processes of their own hold the same, and one that stands still does not reply', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(['n1', 'n2', 'n3'])
  const [n1, n2, n3] = nodes
  assert.ok(n1 && n2 && n3)
  const asker = leaveAfter(context, await joinRoom({ ...here, name: 'asker', neighbor: n2.address }))
  const names = ['n1', 'n2', 'n3', 'asker'].sort()
  await until(asker, 'members', () => asker.members.length === 4, 'all four are members')
  // While people speak.
  n1.say(...numbered('one', 1, 300))
  n3.say(...numbered('other', 1, 300))
  for (let i = 0; i < 3; i++) {
    const check = await asker.check()
    assert.equal(check.same, true)
    assert.deepEqual(check.members.map(({ name }) => name).sort(), names)
    for (const { name, state } of check.members) assert.equal(state, 'same', name)
  }
  const all = [...numbered('one', 1, 300), ...numbered('other', 1, 300)]
  await Promise.all(nodes.map((node) => node.has(all)))
  let last = await asker.check()
  while (last.messages < 600) last = await asker.check()
  assert.equal(last.messages, 600)
  assert.match(last.fingerprint, /^[\da-f]{4}( [\da-f]{4}){3}$/)

  n3.signal('SIGSTOP')
  for (const { name, state } of (await asker.check()).members)
    assert.equal(state, name === 'n3' ? 'silent' : 'same', name)
  n3.signal('SIGCONT')
  await until(asker, 'members', () => asker.members.length === 4, 'it is back')
  let again = await asker.check()
  while (again.members.some(({ state }) => state === 'silent')) again = await asker.check()
  assert.equal(again.fingerprint, last.fingerprint, 'nobody has spoken')
})

test('two rooms whose leader ran twice: who differs, and from which message on', async (context) => {
  const dir = await scratch(context)
  const [ann, lea] = [newPerson('Ann'), newPerson('Lea')]
  const parting = 1717
  const history = (author: Person, word: string) =>
    stampAll(
      Array.from({ length: 3000 }, (_, i) => {
        const said = i + 1 < parting ? `message ${i + 1}` : `${word} ${i + 1}`
        return { leader: lea, ts: 2 * i + 2, part: say(author, i + 1, [said]), sealed: true }
      }),
    )
  writeRoom(join(dir, 'one'), history(ann, 'one'))
  writeRoom(join(dir, 'other'), history(ann, 'other'))
  const one = leaveAfter(
    context,
    await createRoom({ ...here, name: 'one', home: join(dir, 'one'), room: signedRoom }),
  )
  const fresh = leaveAfter(context, await joinRoom({ ...here, name: 'fresh', neighbor: one.self.address }))
  const alike = await one.check()
  assert.deepEqual(
    [alike.same, alike.messages, alike.members.map(({ state }) => state)],
    [true, 3000, ['same', 'same']],
  )
  const home = join(dir, 'other')
  const other = leaveAfter(
    context,
    await joinRoom({ ...here, name: 'other', home, neighbor: one.self.address }),
  )
  await until(one, 'members', () => one.members.length === 3, 'all are members')
  for (const room of [one, fresh, other]) {
    const { same, fingerprint, members } = await room.check()
    assert.equal(same, false)
    assert.equal(fingerprint === alike.fingerprint, room !== other)
    assert.deepEqual(members.map(({ name, state }) => `${name} ${state}`).sort(), [
      'fresh same',
      'one same',
      'other differs',
    ])
    const { firstDifference } = members.find(({ state }) => state === 'differs') ?? {}
    assert.equal(firstDifference?.text, `${room === other ? 'other' : 'one'} ${parting}`)
    assert.equal(firstDifference.author, ann.uid)
  }
})

test('alone, and after the room is over', async () => {
  const room = await createRoom({ ...here, name: 'one' })
  await room.say('hello')
  const { same, messages, members } = await room.check()
  assert.deepEqual([same, messages, members.length], [true, 1, 1])
  for (const timeoutMs of [-1, Number.NaN, 86_400_001])
    await assert.rejects(room.check({ timeoutMs }), { code: 'ERR_USAGE' })
  await room.leave()
  await assert.rejects(room.check(), { code: 'ERR_LEFT' })
})
