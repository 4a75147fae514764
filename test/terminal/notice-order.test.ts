// Causes before consequences: what became of the leader, then the election and the next leader.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeOf } from '../../src/chat/notices.ts'
import { NoticeOrder } from '../../src/ui/notice-order.ts'
import type { TestContext } from 'node:test'
import type { LogLine } from '../../src/core/model/log-line.ts'
import type { Address, Inc, Uid } from '../../src/core/model/ids.ts'

function whoOf(name: string): Extract<LogLine, { type: 'joined' }>['who'] {
  return { uid: name as Uid, inc: '' as Inc, name, addr: 'x' as Address }
}

const lost: LogLine = { type: 'election-started', term: 2, why: 'leader lost' }
const lostText = 'the leader is lost; the ring elects a new one'
const leads = (name: string): LogLine => ({ type: 'leader', who: whoOf(name), term: 2 })
const died = (name: string): LogLine => ({ type: 'died', who: whoOf(name) })

function orderOf(
  context: TestContext,
  self = 'Cid',
): { hear: (...lines: LogLine[]) => void; shown: string[]; order: NoticeOrder; pass: (ms: number) => void } {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const shown: string[] = []
  const order = new NoticeOrder(
    () => self,
    ({ line }) => shown.push((line && noticeOf(line)) ?? ''),
  )
  order.begin('Ann')
  return {
    hear: (...lines) => {
      for (const line of lines) order.hear({ text: 'x', line })
    },
    shown,
    order,
    pass: (ms) => context.mock.timers.tick(ms),
  }
}

test('the death of the leader is told before the election and the next leader', (context) => {
  const { hear, shown } = orderOf(context)
  hear(lost, leads('Bob'), { type: 'joined', who: whoOf('Dan') })
  assert.deepEqual(shown, [])
  hear(died('Eve'), died('Ann'))
  assert.deepEqual(shown, [
    'Eve(x) is gone',
    'Ann(x) is gone',
    lostText,
    'Bob(x) leads the room now',
    'Dan(x) joined',
  ])
  hear(leads('Bob'), died('Bob'), leads('Cid'))
  assert.deepEqual(shown.slice(5), ['Bob(x) is gone', 'Cid(x) leads the room now'])
})

test('a death that is not reported is not waited for long, and the rest not at all', (context) => {
  const { hear, shown, pass } = orderOf(context)
  hear({ type: 'joined', who: whoOf('Dan') }, lost)
  assert.deepEqual(shown, ['Dan(x) joined'])
  pass(700)
  assert.deepEqual(shown.slice(1), [lostText])
  hear(leads('Bob'))
  pass(700)
  assert.deepEqual(shown.slice(2), ['Bob(x) leads the room now'])
})

test('who slept tells that others are out of reach only where they stay away', (context) => {
  const { hear, shown, pass } = orderOf(context, 'Ann')
  const unreachable = (name: string): LogLine => ({ type: 'unreachable', who: whoOf(name) })
  const woke = [{ type: 'woke', sleptMs: 20_000 } as const, unreachable('Bob'), unreachable('Cid')]
  hear(...woke, { type: 'split', count: 2 }, leads('Bob'))
  hear({ type: 'joined', who: whoOf('Bob') }, { type: 'joined', who: whoOf('Cid') })
  hear({ type: 'merged', count: 1 })
  const wokeText = 'this node was asleep for 20 s; the others went on, and it is coming back'
  assert.deepEqual(shown, [wokeText, 'Bob(x) leads the room now'])
  pass(5000)
  assert.equal(shown.length, 2)
  hear(...woke, { type: 'split', count: 2 }, { type: 'joined', who: whoOf('Bob') })
  pass(5000)
  assert.deepEqual(shown.slice(2), [wokeText, 'Cid(x) is out of reach'])
  hear(...woke, { type: 'split', count: 2 })
  pass(5000)
  assert.deepEqual(shown.slice(4), [
    wokeText,
    'Bob(x) is out of reach',
    'Cid(x) is out of reach',
    '2 members at once are out of reach; this side carries on',
  ])
  hear(unreachable('Bob'))
  assert.equal(shown.length, 9)
  hear(...woke, died('Cid'), { type: 'joined', who: whoOf('Bob') })
  pass(5000)
  assert.deepEqual(shown.slice(9), [wokeText, 'Cid(x) is gone'])
})

test('the leader of before is told where it was looked for', (context) => {
  const { hear, shown } = orderOf(context)
  hear(leads('Ann'))
  assert.deepEqual(shown, [])
  hear({ type: 'searching', addr: 'y' as Address }, leads('Ann'), leads('Ann'))
  assert.deepEqual(shown, ['looking for the room at y', 'Ann(x) leads the room now'])
})

test('an own office that ends has no death; at the end of the chat nothing is left', (context) => {
  const { hear, shown, order } = orderOf(context, 'Ann')
  hear(leads('Bob'))
  assert.deepEqual(shown, ['Bob(x) leads the room now'])
  hear(lost, leads('Dan'))
  assert.equal(shown.length, 1)
  order.flush()
  assert.deepEqual(shown.slice(1), [lostText, 'Dan(x) leads the room now'])
})
