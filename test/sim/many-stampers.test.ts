// A room that has had as many stampers as a frontier may name takes no new namespace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Address, Namespace, RoomId, Uid } from '../../src/core/model/ids.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import { initialState, step } from '../../src/core/index.ts'
import { simNotary } from '../../sim/world/notary.ts'

const other = 'c'.repeat(32) as Uid

test('a node that leads such a room alone says so, and keeps its messages unsent', () => {
  const { namespacesMax } = defaultConfig
  const frontier = new Map<Namespace, number>()
  for (let boot = 1; boot <= namespacesMax; boot++)
    frontier.set(namespaceOf(other, makeInc(boot, '0123456789abcdef')), 1)
  const state = initialState({
    uid: 'a'.repeat(32) as Uid,
    inc: makeInc(1, '0123456789abcdef'),
    name: 'Ann',
    addr: '10.0.0.1:4000' as Address,
    room: 'e'.repeat(32) as RoomId,
    copies: 3,
    durable: true,
    seed: 1,
    notary: simNotary,
    config: defaultConfig,
    stored: {
      end: namespacesMax,
      frontier,
      chains: new Map(),
      have: new Map(),
      clock: 5000,
      outbox: [],
      placed: [],
      book: [],
    },
  })
  const effects = step(state, { type: 'started', mode: 'create', contacts: [] })
  assert.ok(
    effects.some(({ type, ...effect }) => type === 'log' && /begin another/.test(JSON.stringify(effect))),
  )
  const said = step(state, { type: 'said', messages: [{ text: 'hello', kind: 'message' }], wall: 1 })
  const n = said.find((effect) => effect.type === 'persist')?.n
  assert.ok(n !== undefined)
  step(state, { type: 'committed', upTo: n })
  assert.deepEqual([state.outbox.length, state.ordered, state.end], [1, 0, namespacesMax])
})
