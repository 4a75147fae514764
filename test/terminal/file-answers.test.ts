/** What a person is told of files that are offered. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FileAnswers } from '../../src/ui/terminal/file-answers.ts'
import { FakeRoom, makeMessage } from './fake-room.ts'

function offer(n: number, history: boolean) {
  const file = { name: `f${n}.bin`, size: n, hash: String(n).padStart(64, '0') }
  const text = `offers the file ${file.name} (${n} bytes)`
  return { ...makeMessage({ id: `m${n}`, text }), author: 'b'.repeat(32), action: true, history, file }
}

function stage() {
  const room = new FakeRoom()
  const told: string[] = []
  const answers = new FileAnswers({
    folder: () => '/files',
    show: ({ name }) => name,
    tell: (text) => void told.push(text),
    changed: () => false,
  })
  return { room, told, answers }
}

test('/files and /accept know offers that are in the history and not on the screen', async () => {
  const { room, told, answers } = stage()
  room.stored.push(offer(1, true), offer(2, true), { ...makeMessage({ id: 'x', text: 'offers the file x' }) })
  await answers.to({ type: 'accept', number: 2 }, room)
  await answers.to({ type: 'files' }, room)
  assert.match(told[0] ?? '', /^f2\.bin is here, verified: \/files\/f2\.bin/)
  assert.deepEqual(
    told[1]?.split('\n').map((line) => line.replace(/ \(.*/, '')),
    ['files:', '1: f1.bin', '2: f2.bin'],
  )
})

test('an offer is announced when it is made, and not again to who comes in', () => {
  const { answers } = stage()
  assert.equal(answers.shown(offer(1, true)), undefined)
  assert.equal(answers.shown(offer(2, false)), '2: f2.bin (2 bytes): /accept 2')
})

test('a name cannot make a line of its own in /files', async () => {
  const { room, told, answers } = stage()
  const bad = offer(1, false)
  answers.shown({ ...bad, file: { ...bad.file, name: 'a\nb' } })
  await answers.to({ type: 'files' }, room)
  assert.equal(told[0]?.split('\n').length, 2)
})

test('Ctrl-C ends what is being fetched, and only that', async () => {
  const { room, answers } = stage()
  assert.equal(answers.interrupt(), false)
  answers.shown(offer(1, false))
  let signal: { aborted: boolean } | undefined
  room.files.receive = (_file, options) => {
    signal = options.signal
    return new Promise(() => undefined)
  }
  void answers.to({ type: 'accept', number: 1 }, room)
  assert.equal(answers.interrupt(), true)
  assert.equal(signal?.aborted, true)
})

test('/files says what is here, of this process or an earlier one, and Tab offers the numbers that fit', async () => {
  const { room, told, answers } = stage()
  for (const n of [1, 2, 3, 100]) answers.shown(offer(n, true))
  // The same contents under another name are another offer.
  const renamed = offer(3, true)
  answers.shown({ ...renamed, file: { ...renamed.file, name: 'copy.bin' } })
  room.files.here.set(offer(2, true).file.hash, { path: '/files/f2 (2).bin', done: 2 })
  room.files.here.set(offer(100, true).file.hash, { path: undefined, done: 45 })
  room.files.receive = () => new Promise(() => undefined)
  void answers.to({ type: 'accept', number: 3 }, room)
  await answers.to({ type: 'files' }, room)
  assert.deepEqual(told[0]?.split('\n').slice(1), [
    '1: f1.bin (1 byte), from Bob: /accept 1',
    '2: f2.bin (2 bytes), from Bob: here: /files/f2 (2).bin',
    '3: f3.bin (3 bytes), from Bob: 0 %, /stop 3 ends it',
    '4: f100.bin (100 bytes), from Bob: 45 % is here, /accept 4 goes on',
    '5: copy.bin (3 bytes), from Bob: /accept 5',
  ])
  assert.deepEqual(answers.numbersFor('/accept '), ['5', '4', '1'])
  assert.deepEqual(answers.numbersFor('/stop '), ['3'])
  assert.equal(answers.numbersFor('/files '), undefined)
})

test('who offers a file is told once who fetched it, and when it is not what it was', () => {
  const { room, told, answers } = stage()
  answers.begin(room)
  const [mine, other] = [{ ...offer(1, false), own: true }, offer(2, false)]
  for (const message of [mine, other]) answers.shown(message)
  for (const { hash } of [mine.file, mine.file, other.file]) {
    room.files.emit('fetched', { hash, path: '/x', id: 'b'.repeat(32), name: 'Bob' })
    room.files.emit('unserved', { hash, path: '/x' })
  }
  assert.equal(told[0], 'Bob has fetched f1.bin')
  assert.match(told[1] ?? '', /^f1\.bin has changed since you offered it, or is gone \(\/x\)/)
  assert.equal(told.filter((text) => text.includes('has fetched')).length, 1)
  assert.ok(!told.some((text) => text.includes('f2.bin')))
})
