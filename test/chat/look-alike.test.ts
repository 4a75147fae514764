// Which names can be taken for each other.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { looksAlike, skeletons } from '../../src/chat/look-alike.ts'

const alike: [string, string, string][] = [
  ['case', 'BILL', 'bill'],
  ['case of another script', 'НИНА', 'нина'],
  ['a Cyrillic letter', 'Ann', '\u0410nn'],
  ['a Greek letter', 'Eve', 'E\u03bde'],
  ['small Cyrillic letters', 'paco', '\u0440\u0430\u0441\u043e'],
  ['digit 0', 'Bob', 'B0b'],
  ['digit 1', 'Alice', 'A1ice'],
  ['capital I', 'PayPal', 'paypaI'],
  ['rn', 'Tim', 'Tirn'],
  ['a zero-width joiner', 'Ann', 'A\u200dnn'],
  ['a zero-width space', 'Ann', 'Ann\u200b'],
  ['a variation selector', 'Ann', 'Ann\ufe0f'],
  ['a soft hyphen', 'Ann', 'A\u00adnn'],
  ['composed and decomposed', 'Jos\u00e9', 'Jose\u0301'],
  ['wide forms', 'Ann', '\uff21\uff4e\uff4e'],
  ['mathematical letters', 'Ann', '\u{1d400}\u{1d427}\u{1d427}'],
  ['other spaces', 'Ann Lee', 'Ann\u00a0 Lee'],
  ['blank Braille', 'Ann Lee', 'Ann\u2800Lee'],
  ['direction marks', '\u05d3\u05df', '\u05d3\u200f\u05df'],
]

for (const [what, a, b] of alike)
  test(`names look alike but for ${what}`, () => {
    assert.ok(looksAlike(a, b), JSON.stringify([skeletons(a), skeletons(b)]))
    assert.ok(looksAlike(b, a))
  })

test('names that differ to the eye do not look alike', () => {
  for (const [a, b] of [
    ['Ann', 'Anna'],
    ['Ann', 'Avv'],
    ['Jose', 'Jos\u00e9'],
    ['Bob', 'Rob'],
    ['\u05d3\u05df', '\u05df\u05d3'],
    ['\u674e', '\u738b'],
  ] as const)
    assert.ok(!looksAlike(a, b), `${a} ${b}`)
})

test('a name looks like itself, in any case and form, and a skeleton like its name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 32 }), (name) => {
      assert.ok(looksAlike(name, name))
      assert.ok(looksAlike(name, name.normalize('NFD')), 'NFD')
      assert.ok(looksAlike(name, name.normalize('NFC')), 'NFC')
      for (const skeleton of skeletons(name)) assert.ok(skeletons(skeleton).includes(skeleton), 'idempotent')
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{0,32}$/), (name) => {
      assert.ok(looksAlike(name, name.toUpperCase()))
      assert.ok(looksAlike(name, name.toLowerCase()))
    }),
  )
})
