// How many notices members that come and go can cause.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogLine } from '../../src/core/model/log-line.ts'
import type { Address } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import { Comings } from '../../src/peer/comings.ts'
import { comingsMax, comingsToldEveryMs, comingsMinuteMs } from '../../src/wire/limits.ts'
import { ann, FakeClock } from './fakes.ts'

const who = { uid: ann, inc: makeInc(1, '0123456789abcdef'), name: 'Mal', addr: '10.0.0.9:4000' as Address }

test('so many notices a minute are shown one by one; the rest is counted, and the log keeps all', () => {
  const clock = new FakeClock()
  const told: string[] = []
  const comings = new Comings({ clock, tell: (text) => told.push(text) })
  const shown = (type: 'joined' | 'left' | 'died' | 'unreachable', times: number): number => {
    const line: LogLine = { type, who }
    return Array.from({ length: times }, () => comings.isShown(line)).filter(Boolean).length
  }
  assert.equal(shown('joined', 40) + shown('left', 40), comingsMax)
  assert.equal(shown('joined', 30) + shown('died', 2), 0)
  assert.deepEqual(told, [])
  clock.pass(comingsToldEveryMs)
  assert.deepEqual(told, ['many come and go: besides those shown, 20 left, 30 joined, 2 are gone'])
  assert.ok(comings.isShown({ type: 'disk', state: 'full' }), 'other notices are shown')
  clock.pass(comingsMinuteMs)
  assert.equal(told.length, 1, 'nothing came since')
  assert.equal(shown('unreachable', comingsMax + 1), comingsMax, 'another minute')
  comings.end()
  clock.pass(comingsMinuteMs)
  assert.equal(told.length, 1)
})

test('addresses that change count as comings, but for our own', () => {
  const told: string[] = []
  const clock = new FakeClock()
  const comings = new Comings({ clock, tell: (text) => told.push(text) })
  const from = '10.0.0.8:4000' as Address
  const line: LogLine = { type: 'moved', who, from }
  const shown = Array.from({ length: comingsMax + 5 }, () => comings.isShown(line)).filter(Boolean)
  assert.equal(shown.length, comingsMax)
  assert.ok(comings.isShown({ ...line, own: true }))
  clock.pass(comingsToldEveryMs)
  assert.deepEqual(told, ['many come and go: besides those shown, 5 have new addresses'])
  comings.end()
})

test('where nothing that is long arrives, the tries that follow are not shown', () => {
  const comings = new Comings({ clock: new FakeClock(), tell: () => assert.fail('nothing is counted') })
  const lines: readonly LogLine[] = [
    { type: 'leader', who, term: 3 },
    { type: 'election-started', term: 3, why: 'leader lost' },
    { type: 'searching' },
    { type: 'joined', who },
    { type: 'unreachable', who },
  ]
  for (const line of lines) {
    assert.ok(!comings.isShown(line, true), line.type)
    assert.ok(comings.isShown(line), line.type)
  }
  assert.ok(comings.isShown({ type: 'error', text: 'other notices are' }, true))
  comings.end()
})
