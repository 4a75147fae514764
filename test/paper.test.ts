/**
 * E. Chang and R. Roberts, "An improved algorithm for decentralized extrema-finding in circular
 * configurations of processes", CACM 22(5), 1979: one test for each statement of theirs that we rely on,
 * held against core/leading/chang-roberts.ts over every ring, every set of starters and, in small rings, every
 * order of events. The paper counts without our terms and announcement; scripts 1 and 11 count the whole.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, nominate } from '../src/core/leading/chang-roberts.ts'
import type { Inc, Uid } from '../src/core/model/ids.ts'
import type { Outcome } from '../sim/search/election-search.ts'
import { playEveryOrder, playInOrder, ringsOf, startersOf } from '../sim/search/election-search.ts'

const candidate = (id: string, inc = '1'): { uid: Uid; inc: Inc } => ({ uid: id as Uid, inc: inc as Inc })
const everybody = (n: number): number[] => Array.from({ length: n }, (_, place) => place)
const orderMax = 8
const interleavedMax = 4

/** Every ring of n, every set of starters, in the order of equal links. */
function* elections(n: number): Iterable<{ ids: number[]; starters: number[]; outcome: Outcome }> {
  const sets = [...startersOf(n)]
  for (const ids of ringsOf(n))
    for (const starters of sets) yield { ids, starters, outcome: playInOrder(ids, starters) }
}

test('a process that begins sends its own number to its neighbour', () => {
  const ballot = { term: 0, sentMax: undefined }
  assert.deepEqual(nominate(ballot, candidate('5')), candidate('5'))
})

test('a process passes a larger number on', () => {
  const ballot = { term: 1, sentMax: candidate('5') }
  assert.deepEqual(judge(ballot, candidate('5'), 1, candidate('7')), {
    type: 'forward',
    candidate: candidate('7'),
  })
})

test('a process that takes part throws a smaller number away', () => {
  const ballot = { term: 1, sentMax: candidate('5') }
  assert.deepEqual(judge(ballot, candidate('5'), 1, candidate('3')), { type: 'drop' })
})

test('a process that did not take part yet puts its own number in the place of a smaller one', () => {
  const ballot = { term: 1, sentMax: undefined }
  assert.deepEqual(judge(ballot, candidate('5'), 1, candidate('3')), {
    type: 'forward',
    candidate: candidate('5'),
  })
})

test('a process that receives its own number has the largest of all', () => {
  const ballot = { term: 1, sentMax: candidate('5') }
  assert.deepEqual(judge(ballot, candidate('5'), 1, candidate('5')), { type: 'won' })
})

test('our addition: the number of an earlier life of the process is not its own', () => {
  const ballot = { term: 1, sentMax: undefined }
  assert.deepEqual(judge(ballot, candidate('5', '2'), 1, candidate('5', '1')), { type: 'drop' })
})

test('our addition: a token that comes a second time is dropped', () => {
  const ballot = { term: 1, sentMax: candidate('7') }
  assert.deepEqual(judge(ballot, candidate('5'), 1, candidate('7')), { type: 'drop' })
})

test('our addition: an older term is stale, a newer one makes the older void', () => {
  const ballot = { term: 2, sentMax: candidate('9') }
  assert.deepEqual(judge(ballot, candidate('5'), 1, candidate('9')), { type: 'stale' })
  assert.deepEqual(judge(ballot, candidate('5'), 3, candidate('7')), {
    type: 'forward',
    candidate: candidate('7'),
  })
})

test('exactly one process is elected, the one with the largest number: every ring, every starters, every order up to four', () => {
  let states = 0
  for (let n = 1; n <= interleavedMax; n++)
    for (const ids of ringsOf(n))
      for (const starters of startersOf(n)) {
        let ends = 0
        const searched = playEveryOrder(ids, starters, (outcome) => {
          ends++
          assert.deepEqual(outcome.winners, [0], `ring ${ids.join()} started at ${starters.join()}`)
          assert.ok(outcome.messages <= (n * (n + 1)) / 2)
          assert.ok(outcome.messages >= n)
        })
        assert.ok(ends > 0)
        states += searched.states
      }
  assert.ok(states > 1000, `${states} states`)
})

test('exactly one process is elected, the one with the largest number: every ring, every starters up to eight', () => {
  let played = 0
  for (let n = 1; n <= orderMax; n++)
    for (const { ids, starters, outcome } of elections(n)) {
      played++
      if (outcome.winners.length !== 1 || outcome.winners[0] !== 0)
        assert.fail(`ring ${ids.join()} started at ${starters.join()} elects ${outcome.winners.join()}`)
      if (outcome.messages > (n * (n + 1)) / 2 || outcome.messages < n)
        assert.fail(`ring ${ids.join()} started at ${starters.join()} takes ${outcome.messages} messages`)
      // The largest number is reached within n - 1 messages, and its own token takes n.
      if (outcome.time > 2 * n - 1)
        assert.fail(
          `ring ${ids.join()} started at ${starters.join()} takes the time of ${outcome.time} messages`,
        )
    }
  // (n-1)! rings and 2^n - 1 sets of starters for each n.
  assert.equal(played, 1 + 3 + 2 * 7 + 6 * 15 + 24 * 31 + 120 * 63 + 720 * 127 + 5040 * 255)
})

test('when all begin, 2n - 1 messages are the fewest and n(n+1)/2 the most, and both are reached', () => {
  for (let n = 1; n <= orderMax; n++) {
    const counts = [...ringsOf(n)].map((ids) => playInOrder(ids, everybody(n)).messages)
    assert.equal(Math.min(...counts), 2 * n - 1)
    assert.equal(Math.max(...counts), (n * (n + 1)) / 2)
  }
})

test('rising numbers are the best ring and falling numbers the worst', () => {
  for (let n = 2; n <= orderMax; n++) {
    const rising = [n, ...everybody(n - 1).map((i) => i + 1)]
    const falling = everybody(n).map((i) => n - i)
    assert.equal(playInOrder(rising, everybody(n)).messages, 2 * n - 1)
    assert.equal(playInOrder(falling, everybody(n)).messages, (n * (n + 1)) / 2)
  }
})

test('when all begin, the mean over all rings is exactly n times the nth harmonic number', () => {
  for (let n = 1; n <= orderMax; n++) {
    let sum = 0
    for (const ids of ringsOf(n)) sum += playInOrder(ids, everybody(n)).messages
    // (n-1)! rings times n * (1 + 1/2 + ... + 1/n), in whole numbers: n!/1 + n!/2 + ... + n!/n.
    const factorial = everybody(n).reduce((product, i) => product * (i + 1), 1)
    const expected = everybody(n).reduce((total, i) => total + factorial / (i + 1), 0)
    assert.equal(sum, expected)
  }
})

test('when all have begun, the order in which messages arrive does not change their number', () => {
  for (let n = 1; n <= interleavedMax; n++)
    for (const ids of ringsOf(n)) {
      const expected = playInOrder(ids, everybody(n)).messages
      let most = 0
      playEveryOrder(ids, everybody(n), ({ messages }) => {
        most = Math.max(most, messages)
        // A node that is reached before it begins does not send its own number: then there are fewer.
        assert.ok(messages <= expected)
      })
      assert.equal(most, expected)
    }
})

test('a process that begins alone needs n messages if it is the largest, and fewer than 2n otherwise', () => {
  for (let n = 1; n <= orderMax; n++)
    for (const ids of ringsOf(n))
      for (const place of everybody(n)) {
        const { messages } = playInOrder(ids, [place])
        if (place === 0) assert.equal(messages, n)
        else assert.ok(messages >= n + 1 && messages < 2 * n)
      }
})
