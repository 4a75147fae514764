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
