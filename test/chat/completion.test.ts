// What Tab makes of a text: commands, names, one after the other.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Completer } from '../../src/chat/completion.ts'
import { Speakers } from '../../src/chat/speakers.ts'

const words = { commands: ['names', 'nick', 'quit', 'exit'], names: ['Bob', 'Ann B', 'Bea', 'Änne'] }

/** `|` is the cursor; each step is one Tab (+) or Shift-Tab (-). */
const table: [string, string, string[]][] = [
  ['/q|', '+', ['/quit |']],
  ['/N|', '+++', ['/names |', '/nick |', '/names |']],
  ['/n|', '-', ['/nick |']],
  ['/n| x', '+', ['/names| x']],
  ['/x|', '+', []],
  ['//n|', '+', []],
  ['b|', '+++', ['Bob: |', 'Bea: |', 'Bob: |']],
  ['b|', '+-', ['Bob: |', 'Bea: |']],
  ['|', '++', ['Bob: |', 'Ann B: |']],
  ['an|', '+', ['Ann B: |']],
  ['\u00e4|', '+', ['\u00c4nne: |']],
  ['hi b|', '++', ['hi Bob |', 'hi Bea |']],
  ['hi b|, you', '+', ['hi Bob |, you']],
  ['one\ufdd0b|', '+', ['one\ufdd0Bob |']],
  ['/me waves at b|', '+', ['/me waves at Bob |']],
  ['hi x|', '+', []],
]

for (const [given, steps, expected] of table)
  test(`Tab (${steps}) in ${JSON.stringify(given)}`, () => {
    const completer = new Completer()
    let cursor = given.indexOf('|')
    let typed = given.replace('|', '')
    const seen: string[] = []
    for (const step of steps) {
      const next = completer.next(typed, cursor, words, step === '+' ? 1 : -1)
      if (!next) continue
      typed = next.typed
      cursor = next.cursor
      seen.push(`${typed.slice(0, cursor)}|${typed.slice(cursor)}`)
    }
    assert.deepEqual(seen, expected)
  })

test('after an edit Tab begins anew', () => {
  const completer = new Completer()
  const first = completer.next('b', 1, words, 1)
  assert.equal(first?.typed, 'Bob: ')
  assert.equal(completer.next('Bob: be', 7, words, 1)?.typed, 'Bob: Bea ')
})

test('who spoke last comes first, under the name of now; members who have not spoken come behind', () => {
  const speakers = new Speakers()
  for (const [id, name] of [
    ['b', 'Bob'],
    ['c', 'Cid'],
    ['a', 'Ann'],
    ['b', 'Bob'],
    ['d', 'Dan'],
  ])
    speakers.heard({ id: `${id}:1`, name: name ?? '' })
  const members = [
    { id: 'a', name: 'Ann' },
    { id: 'e', name: 'Eve' },
    { id: 'b', name: 'Bobby' },
    { id: 'f', name: 'Cid' },
  ]
  assert.deepEqual(
    speakers.othersOf(members, 'a').map(({ id, name }) => `${id} ${name}`),
    ['d Dan', 'b Bobby', 'c Cid', 'e Eve', 'f Cid'],
  )
})
