// A disk that neither commits nor fails: what waits for it is bounded, whether or not the disk said that it is full.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { storedNode } from './states.ts'

const limit = 100_000

function loner(): State {
  const state = storedNode({ config: { undurableBytesMax: limit } })
  step(state, { type: 'started', mode: 'create', contacts: [] })
  return state
}

const line: Event = { type: 'said', messages: [{ text: 'x'.repeat(1000), kind: 'message' }], wall: 1 }

function stopOf(effects: readonly Effect[]): string | undefined {
  return effects.find((effect) => effect.type === 'stop')?.why
}

/** Says lines until the node stops, at most `most`; how many it took, and why it stopped. */
function sayUntilStopped(state: State, most: number): { said: number; why: string | undefined } {
  for (let said = 1; said <= most; said++) {
    const why = stopOf(step(state, line))
    if (why !== undefined) return { said, why }
  }
  return { said: most, why: undefined }
}

test('a node whose disk does not respond stops once the limit waits for it, and says that the disk stalled', () => {
  const { said, why } = sayUntilStopped(loner(), 200)
  assert.equal(why, 'disk-stalled')
  assert.ok(said > 20 && said <= 101, `stopped after ${said} lines of 1,000 bytes, with a limit of ${limit}`)
})

test('what is committed does not count: a node whose disk responds continues', () => {
  const state = loner()
  for (let i = 0; i < 300; i++) {
    const effects: readonly Effect[] = step(state, line)
    const persist = effects.find((effect) => effect.type === 'persist')
    assert.ok(persist)
    assert.equal(stopOf(step(state, { type: 'committed', upTo: persist.n })), undefined)
  }
  // What is stamped after a commit is written once more, as a record.
  step(state, { type: 'committed', upTo: state.persistN })
  assert.equal(state.undurableBytes, 0)
})

test('a disk that said that it is full is named as such', () => {
  const state = loner()
  for (let i = 0; i < 10; i++) step(state, line)
  step(state, { type: 'diskFilled' })
  // Nothing new is taken from the person now; what others say still comes in, so the limit is reached in time.
  assert.equal(stopOf(step(state, line)), undefined)
  assert.ok(state.undurableBytes < limit)
  state.undurableBytes = limit + 1
  assert.equal(stopOf(step(state, { type: 'timerFired', name: 'heartbeat' })), 'disk-full')
})
