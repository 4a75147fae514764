// Lines to a pipe or a file: what is printed in one go is one write, in order, and nothing of it is forgotten.

import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { StreamSink, whenTaken } from '../../src/ui/terminal/stdio.ts'

/** A pipe that counts writes; while `isStalled` it takes nothing. */
class Pipe extends Writable {
  readonly writes: string[] = []
  isStalled = false
  #goOn: (() => void) | undefined

  constructor() {
    super({ decodeStrings: false, highWaterMark: 1000 })
  }

  override _write(chunk: string, _encoding: unknown, done: () => void): void {
    this.#take(chunk, done)
  }

  override _writev(chunks: { chunk: string }[], done: () => void): void {
    this.#take(chunks.map(({ chunk }) => chunk).join(''), done)
  }

  readAgain(): void {
    this.isStalled = false
    this.#goOn?.()
  }

  #take(text: string, done: () => void): void {
    this.writes.push(text)
    if (this.isStalled) this.#goOn = done
    else done()
  }
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('')
const turn = () => new Promise<void>((done) => setImmediate(done))

test('what is printed in one go, also across promises, is one write', async () => {
  const pipe = new Pipe()
  const sink = new StreamSink(pipe, undefined, true)
  for (let i = 0; i < 50; i++) {
    sink.print(`line ${i}`)
    await sink.drained()
  }
  await turn()
  sink.print('line 50')
  await turn()
  assert.deepEqual(pipe.writes, [lines(0, 50), 'line 50\n'])
})

test('what is printed waits for nothing, and what is written beside it keeps its place', async () => {
  const pipe = new Pipe()
  const sink = new StreamSink(pipe, undefined, true)
  sink.print('line 0')
  pipe.write('line 1\n')
  sink.print('line 2')
  assert.ok(pipe.writableLength > 0, 'it counts as written')
  await whenTaken(pipe)
  assert.equal(pipe.writes.join(''), lines(0, 3))
  sink.print('last')
  pipe.end()
  await new Promise<void>((done) => pipe.once('finish', () => done()))
  assert.equal(pipe.writes.at(-1), 'last\n')
})

test('a reader that is behind is waited for, with little in memory', async () => {
  const pipe = new Pipe()
  pipe.isStalled = true
  const sink = new StreamSink(pipe, undefined, true)
  let printed = 0
  const all = (async () => {
    for (; printed < 1000; printed++) {
      await sink.drained()
      sink.print(`line ${printed}`)
    }
  })()
  await turn()
  assert.ok(printed < 200 && pipe.writableLength < 2000, `${printed} printed, ${pipe.writableLength} wait`)
  pipe.readAgain()
  await all
  await turn()
  assert.equal(pipe.writes.join(''), lines(0, 1000))
})

test('errors are not held back', () => {
  const pipe = new Pipe()
  new StreamSink(pipe).print('line 0')
  assert.deepEqual(pipe.writes, ['line 0\n'])
})

test('a stream that is gone takes nothing, and breaks nothing', async () => {
  const pipe = new Pipe()
  const sink = new StreamSink(pipe, undefined, true)
  sink.print('line 0')
  pipe.destroy()
  await turn()
  sink.print('line 1')
  await sink.drained()
  assert.equal(pipe.writes.length, 0)
})
