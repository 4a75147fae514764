// /msg, /reply, /keep and /away at a prompt, against a room whose direct side the test plays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTyped } from '../../src/chat/commands.ts'
import { renderPrivate } from '../../src/chat/message-line.ts'
import type { PrivateMessage } from '../../src/peer/room.ts'
import { meantBy } from '../../src/chat/who-is-meant.ts'
import { PrivateAnswers, whoIsMeant } from '../../src/ui/terminal/private-answers.ts'
import { makePrivate } from './fake-direct.ts'
import { FakeRoom } from './fake-room.ts'

const bob = { id: 'b'.repeat(32), name: 'Bob', address: '10.0.0.2:4000' }
const long = { id: 'c'.repeat(32), name: 'Bob Smith' }
const zoe = { id: 'd'.repeat(32), name: 'Zoe Smith' }

function stage(people: { id: string; name: string }[]) {
  const room = new FakeRoom()
  const lines: string[] = []
  const ignored = new Set<string>()
  const reader = { drained: Promise.resolve() }
  const answers = new PrivateAnswers({
    people: {
      find: (_, word) => meantBy(word, people),
      reachable: (_, word) => meantBy(word, people),
      showAny: ({ name }) => name,
    },
    printer: () => ({
      notice: (text: string) => void lines.push(text),
      private: (message: PrivateMessage, isCall: boolean) =>
        void lines.push((isCall ? '! ' : '') + renderPrivate(message)),
      away: () => undefined,
    }),
    isIgnored: (id) => ignored.has(id),
    drained: () => reader.drained,
    changed: () => undefined,
  })
  answers.begin(room)
  const type = async (text: string): Promise<string[]> => {
    const request = parseTyped(text)
    lines.length = 0
    if (request.type === 'local') lines.push(request.text)
    else if (request.type === 'direct') await answers.to(request.command, room)
    else assert.fail(`${text} is ${request.type}`)
    return [...lines]
  }
  return { room, lines, type, ignored, reader, answers }
}

test('/msg finds out whom a person means, and sends nothing where that is not clear', async () => {
  const { room, type } = stage([bob, zoe])
  assert.deepEqual(await type('/msg Bob hello  there'), ['-> Bob(10.0.0.2:4000), private: hello  there'])
  assert.deepEqual(await type('/msg zoe smith hi'), ['-> Zoe Smith, private: hi'])
  assert.deepEqual(await type(`/m bbbb hi`), ['-> Bob(10.0.0.2:4000), private: hi'])
  assert.deepEqual(
    room.direct.said.map(({ to, text }) => [to, text]),
    [
      [bob.id, 'hello  there'],
      [zoe.id, 'hi'],
      [bob.id, 'hi'],
    ],
  )
  const found = (rest: string) => whoIsMeant(rest, (word) => meantBy(word, [bob, long]))
  // Whether Smith is a name or the first word of the message is for the person to say.
  assert.ok('several' in found('Bob Smith is late'))
  assert.deepEqual(found('Bob hello'), { who: bob, text: 'hello' })
  assert.deepEqual(found('Eve hello'), { nobody: true })
  assert.match((await type('/msg Eve hi'))[0] ?? '', /nobody here is or was called Eve, and nothing was sent/)
  assert.match((await type('/msg Bob'))[0] ?? '', /needs what to say/)
  assert.equal(room.direct.said.length, 3)
})

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('/reply answers who wrote last; who is ignored is not shown', async () => {
  const { room, lines, type, ignored } = stage([bob, zoe])
  assert.match((await type('/reply x'))[0] ?? '', /nobody has written to you/)
  room.direct.emit('private', makePrivate({ text: 'psst\n/// Zoe left' }))
  await soon()
  assert.deepEqual(lines.slice(-1), ['! <- Bob(10.0.0.2:4000), private: psst\n    /// Zoe left'])
  ignored.add(zoe.id)
  room.direct.emit('private', makePrivate({ text: 'buy', with: { ...zoe, address: '10.0.0.3:1' } }))
  await soon()
  assert.ok(!lines.some((line) => line.includes('buy')))
  await type('/r yes')
  assert.deepEqual(room.direct.said.at(-1), { to: bob.id, text: 'yes', keep: false })
})

test('/reply answers who had written when the line began', async () => {
  const { room, answers, type } = stage([bob, zoe])
  const writes = async (who: { id: string; name: string }) => {
    room.direct.emit('private', makePrivate({ text: 'psst', with: { ...who, address: '10.0.0.3:1' } }))
    await soon()
  }
  await writes(bob)
  answers.lineBegan()
  await writes(zoe)
  await type('/r to Bob')
  assert.equal(room.direct.said.at(-1)?.to, bob.id)
  await writes(zoe)
  answers.lineBegan()
  await type('/r to Zoe')
  assert.equal(room.direct.said.at(-1)?.to, zoe.id)
})

test('what does not arrive is said with its text, and /keep keeps it', async () => {
  const { room, type } = stage([bob])
  room.direct.problem = 'Bob is not in the room now'
  const [line = ''] = await type('/msg Bob a \u001b[31mred one')
  assert.match(line, /not delivered to Bob: a \\u001b\[31mred one\n\/keep keeps it/)
  assert.match((await type('/keep'))[0] ?? '', /kept for Bob/)
  assert.deepEqual(room.direct.said.at(-1), { to: bob.id, text: 'a \u001b[31mred one', keep: true })
  assert.match((await type('/keep'))[0] ?? '', /kept: a/)
  assert.match((await type('/unkeep bbbb'))[0] ?? '', /1 message kept no longer/)
  assert.deepEqual(await type('/keep'), ['nothing is kept'])
})

test('/away is told once to who writes, and ends with /away alone', async () => {
  const { room, type } = stage([bob])
  room.direct.aways.set(bob.id, 'lunch')
  assert.equal((await type('/msg Bob 1')).at(-1), 'Bob is away: lunch; it has your message')
  assert.equal((await type('/msg Bob 2')).length, 1)
  await type('/away at the dentist')
  assert.equal(room.direct.away, 'at the dentist')
  assert.match((await type('/away'))[0] ?? '', /you are back/)
  assert.equal(room.direct.away, undefined)
  await type('/away')
  assert.equal(room.direct.away, '')
})

test('while nobody reads few private messages wait, and the others are counted', async () => {
  const { room, lines, reader } = stage([bob])
  let read = (): void => undefined
  reader.drained = new Promise((resolve) => (read = resolve))
  for (let i = 0; i < 1000; i++) room.direct.emit('private', makePrivate({ text: `text ${i}` }))
  await soon()
  assert.deepEqual(lines, [])
  read()
  await soon()
  assert.equal(lines.length, 201)
  assert.match(lines.at(-1) ?? '', /800 private messages left out; \/msg lists the last/)
  room.direct.emit('private', makePrivate({ text: 'and now' }))
  await soon()
  assert.match(lines.at(-1) ?? '', /and now/)
})

test('/keep forgets nothing that it could not keep', async () => {
  const { room, type } = stage([bob, zoe])
  room.direct.problem = 'nobody is here'
  for (const text of ['one', 'two', 'three']) await type(`/msg Bob ${text}`)
  const send = room.direct.send.bind(room.direct)
  room.direct.send = (to, text, options) =>
    text === 'two' ? Promise.reject(new Error('the disk is full')) : send(to, text, options)
  await assert.rejects(type('/keep'), /the disk is full/)
  room.direct.send = send
  await type('/keep')
  assert.deepEqual(
    room.direct.kept.map(({ text }) => text),
    ['one', 'two', 'three'],
  )
})

test('leaving can wait for what is on its way, until it is said what became of it', async () => {
  const { room, answers, lines } = stage([bob])
  let fail = (_error: Error): void => undefined
  room.direct.send = () => new Promise((_, reject) => (fail = reject))
  const request = parseTyped('/msg Bob wait')
  assert.ok(request.type === 'direct')
  void answers.to(request.command, room)
  let isSettled = false
  const settled = answers.settled().then(() => (isSettled = true))
  await soon()
  assert.deepEqual([isSettled, answers.waiting], [false, 1])
  fail(new Error('the room is over'))
  await settled
  assert.match(lines.at(-1) ?? '', /the room is over; not delivered to Bob: wait/)
})
