/**
 * The exhaustive searches that are small enough for every run; and each planted bug is found by its rule, so
 * the rules of the searches are not blind. `npm run search` goes deeper.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { searchControl } from '../../sim/search/control-search.ts'
import type { DataMutant } from '../../sim/search/data-search.ts'
import { searchData, tellData } from '../../sim/search/data-search.ts'

const statesMax = 100_000
const small = { nodes: 2, messages: 2, turns: 2, crashes: 1, restarts: 1, statesMax }

test('the data plane of two nodes holds in every order of events', () => {
  const { complete, violation, states } = searchData({ ...small, crashes: 0, restarts: 0 })
  assert.equal(violation, undefined)
  assert.ok(complete)
  assert.ok(states > 500, `${states} states`)
})

test('the data plane of two nodes holds when one crashes and comes back', () => {
  const { violation, states } = searchData({ ...small, messages: 1 })
  assert.equal(violation, undefined)
  assert.ok(states > 500, `${states} states`)
})

const quiet = { crashes: 0, restarts: 0 }
const planted: readonly (readonly [DataMutant, RegExp, object])[] = [
  ['submit-before-upload', /^S\d/, { ...quiet, nodes: 3, turns: 3 }],
  ['skip-dedupe', /^S18/, quiet],
  ['forget-outbox', /^S10/, { turns: 3 }],
  ['sent-at-once', /^S9/, { turns: 3 }],
]

for (const [mutant, rule, needed] of planted) {
  test(`the data search finds the planted bug ${mutant}`, () => {
    const bounds = { ...small, ...needed }
    const { violation } = searchData(bounds, mutant)
    assert.match(violation?.what ?? 'nothing was found', rule)
    const told = tellData(bounds, violation?.trace ?? [], mutant)
    assert.ok(told.length > (violation?.trace.length ?? 0))
    assert.doesNotMatch(told.join('\n'), /cannot happen here/)
  })
}

test('three nodes come to rest after any one of them crashed, in every order of events', () => {
  const none = { crashes: 0, restarts: 0, messages: 0, timers: 0, statesMax }
  const { complete, violation, ends } = searchControl({ ...none, nodes: 3, crashes: 1 })
  assert.equal(violation, undefined)
  assert.ok(complete)
  assert.ok(ends > 1, `${ends} ends`)
})

test('two nodes that were split come to rest as one room, with a message said on each side', () => {
  const bounds = { nodes: 2, crashes: 0, restarts: 0, messages: 2, timers: 0, statesMax }
  const { complete, violation } = searchControl({ ...bounds, cut: [[0], [1]] })
  assert.equal(violation, undefined)
  assert.ok(complete)
})

test('a leader that dies in the middle of a step is replaced, after any of its effects', () => {
  const bounds = { nodes: 2, crashes: 1, restarts: 0, messages: 1, timers: 0, statesMax }
  const between = searchControl(bounds)
  const within = searchControl({ ...bounds, midStep: true })
  for (const { complete, violation } of [between, within]) {
    assert.equal(violation, undefined)
    assert.ok(complete)
  }
  assert.ok(within.states > between.states, `${within.states} states`)
})

test('three nodes come to rest after one direction of a link was cut for a while', () => {
  const bounds = { nodes: 3, crashes: 0, restarts: 0, messages: 0, timers: 1, statesMax }
  const { complete, violation } = searchControl({ ...bounds, cut: [[1], [2]], oneWay: true })
  assert.equal(violation, undefined)
  assert.ok(complete)
})
