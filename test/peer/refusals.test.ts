// What refused peers can make a node log and show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogLine } from '../../src/core/model/log-line.ts'
import type { Address, Uid } from '../../src/core/model/ids.ts'
import { Refusals } from '../../src/peer/refusals.ts'
import {
  errorLinesPerKind,
  refusedEveryMs,
  refusedLinesMax,
  refusedLinesPerPeer,
} from '../../src/wire/limits.ts'
import { ann, bob, FakeClock } from './fakes.ts'

function setUp() {
  const clock = new FakeClock()
  const lines: LogLine[] = []
  const told: string[] = []
  const refusals = new Refusals({ clock, log: (line) => lines.push(line), tell: (text) => told.push(text) })
  const refuse = (uid: Uid | undefined, addr: string, times = 1): void => {
    for (let i = 0; i < times; i++)
      refusals.refused({
        type: 'refused',
        what: 'hello.uid',
        ...(uid && { uid }),
        addr: `${addr}:${i + 1}` as Address,
      })
  }
  return { clock, lines, told, refusals, refuse }
}

test('people are told at once, then once a minute, how many; the log counts what it leaves out', () => {
  const { clock, lines, told, refuse } = setUp()
  refuse(ann, '10.0.0.1', 2000)
  assert.deepEqual(told, ['1 connection was refused; see the log'])
  assert.equal(lines.length, refusedLinesPerPeer)
  clock.pass(refusedEveryMs)
  assert.deepEqual(told.slice(1), ['1999 connections were refused; see the log'])
  const more = 2000 - refusedLinesPerPeer
  assert.deepEqual(lines.slice(refusedLinesPerPeer), [
    { type: 'refused', what: 'left out of this log', more },
  ])
  refuse(ann, '10.0.0.1')
  assert.equal(lines.length, refusedLinesPerPeer + 2)
  assert.equal(told.length, 2)
  clock.pass(refusedEveryMs)
  assert.deepEqual(told.slice(2), ['1 connection was refused; see the log'])
  clock.pass(10 * refusedEveryMs)
  assert.equal(told.length, 3)
})

test('one peer does not hide another, whether it changes its port, its key or its address', () => {
  const { lines, refuse } = setUp()
  refuse(ann, '10.0.0.1', 10)
  for (let i = 0; i < 10; i++) refuse(`${i}`.padStart(32, '0') as Uid, '10.0.0.1')
  for (let i = 0; i < 10; i++) refuse(ann, `10.0.1.${i}`)
  assert.equal(lines.length, refusedLinesPerPeer)
  refuse(bob, '10.0.0.9')
  assert.equal(lines.length, refusedLinesPerPeer + 1)
  for (let i = 0; i < 1000; i++) refuse(`${i}`.padStart(32, '0') as Uid, `10.${i >> 8}.${i & 255}.1`)
  assert.equal(lines.length, refusedLinesMax)
})

test('errors that peers can cause are few, and those left out are counted', () => {
  const { clock, lines, refusals } = setUp()
  for (let i = 0; i < 500; i++) refusals.error({ type: 'error', text: `an identity is used twice: x${i}` })
  assert.equal(lines.length, errorLinesPerKind)
  clock.pass(refusedEveryMs)
  assert.deepEqual(lines.at(-1), {
    type: 'error',
    text: `${500 - errorLinesPerKind} more errors like these were left out`,
  })
  clock.pass(10 * refusedEveryMs)
  assert.equal(lines.length, errorLinesPerKind + 1)
})

test('errors of one kind do not hide another kind', () => {
  const { lines, refusals } = setUp()
  for (let i = 0; i < 500; i++) refusals.error({ type: 'error', text: `an identity is used twice: x${i}` })
  const other: LogLine = { type: 'error', text: 'somebody spoke in your name: a message of the room' }
  refusals.error(other)
  assert.deepEqual(lines.at(-1), other)
})

test('nothing comes after the end', () => {
  const { clock, told, lines, refusals, refuse } = setUp()
  refuse(ann, '10.0.0.1', 10)
  const count = lines.length
  refusals.end()
  clock.pass(10 * refusedEveryMs)
  assert.deepEqual([told.length, lines.length], [1, count])
})
