// What counts as the same text when people search (cli.md, "Reading back").

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldText, hasWords, wordsOf } from '../../src/lib/find-text.ts'
import { dayOf, momentOf } from '../../src/ui/terminal/days.ts'

test('case, width, composition and what is not shown count for nothing', () => {
  for (const [typed, text] of [
    ['pizza', 'PIZZA'],
    ['tea', 'ＴＥＡ'],
    ['ガ', 'ｶﾞ'],
    ['cafe\u0301', 'CAFÉ'],
    ['strasse', 'Straße'],
    ['STRASSE', 'straße'],
    ['οδος', 'ΟΔΟΣ'],
    ['istanbul', 'İstanbul'],
    ['❤', '❤\ufe0f'],
    ['ringleader', 'ring\u00adleader'],
    ['寿司', '今日は寿司だ'],
    ['가', '\u1100\u1161'],
  ] as const)
    assert.ok(hasWords(foldText(text), wordsOf(typed)), `${typed} in ${text}`)
  for (const [typed, text] of [
    ['cafe', 'café'],
    ['a b', 'a c'],
    ['"a b"', 'b a'],
  ] as const)
    assert.ok(!hasWords(foldText(text), wordsOf(typed)), `${typed} in ${text}`)
})

test('words and quoted phrases', () => {
  assert.deepEqual(wordsOf('  Two  words two '), ['two', 'words'])
  assert.deepEqual(wordsOf('a "b  C" “d e” "f g'), ['a', 'b  c', 'd e', 'f g'])
  assert.deepEqual(wordsOf(' "" " " \u200b '), [])
})

test('days and moments as they are typed', () => {
  const now = new Date(2026, 10, 3, 12, 30)
  assert.deepEqual(dayOf('2026-11-01', now), { since: new Date(2026, 10, 1), until: new Date(2026, 10, 2) })
  assert.deepEqual(dayOf(' Yesterday', now)?.since, new Date(2026, 10, 2))
  assert.deepEqual(dayOf('today', now)?.until, new Date(2026, 10, 4))
  for (const wrong of ['2026-02-30', '2026-13-01', '2026-00-10', 'monday', '', '2026', '20261101'])
    assert.equal(dayOf(wrong, now), undefined, wrong)
  assert.deepEqual(momentOf('2026-11-01', 'until', now), new Date(2026, 10, 2))
  assert.deepEqual(momentOf('2026-11-01 09:05', 'since', now), new Date(2026, 10, 1, 9, 5))
  assert.equal(momentOf('2026-11-01T09:05:07Z', 'since', now)?.toISOString(), '2026-11-01T09:05:07.000Z')
  for (const wrong of ['2026-11-01 24:00', '2026-11-01 9:5', '2026-02-30 10:00', '2026-02-30T99:00:00Z', 'x'])
    assert.equal(momentOf(wrong, 'since', now), undefined, wrong)
})
