// docs/scripts.md names every word that a script may use, and the scripts in the documents play as they stand.
// REWRITE=1 writes their outputs anew.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'

import { faultNames } from '../../sim/faults/all-faults.ts'
import { checks, countables } from '../../sim/script/expectations.ts'
import { commands } from '../../sim/script/all-commands.ts'
import { frameNames, moments, parseMoment } from '../../sim/script/moments.ts'
import { runScript } from '../../sim/script/play-script.ts'
import { lineKinds, ScriptError, selections } from '../../sim/script/words.ts'
import { blocksOf, documents } from './documents.ts'

const page = 'docs/scripts.md'

/** The code spans of the page, each cut before its first argument. */
const named = new Set(
  [...readFileSync(page, 'utf8').matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => [
    span,
    /^[^ =<>(]*/.exec(span)?.[0] ?? '',
  ]),
)

const tables: readonly [what: string, words: Iterable<string>][] = [
  ['command', [...Object.keys(commands), 'repeat', 'end', 'schedules', 'boundaries']],
  ['expectation', Object.keys(checks)],
  ['countable', countables],
  ['moment', moments.map(({ written }) => written)],
  ['frame', frameNames],
  ['selection', Object.keys(selections)],
  ['kind of log line', lineKinds],
  ['fault', faultNames],
]

for (const [what, words] of tables) {
  test(`the page about scripts names every ${what}`, () => {
    const list = [...words]
    assert.ok(list.length > 0)
    assert.deepEqual(
      list.filter((word) => !named.has(word)),
      [],
    )
  })
}

test('the moments of the page are moments', () => {
  for (const { written } of moments) {
    const text = written.replace('FRAME', 'ELECT').replace('N', '2')
    assert.ok(parseMoment(text) ?? parseMoment(written.replace('FRAME', 'VIEW').replace('-N', '-2')), written)
  }
})

const scripts = documents.flatMap((file) => blocksOf(file)).filter(({ text }) => /^----$/m.test(text))

test('there are scripts in the documents', () => {
  assert.ok(scripts.some(({ file }) => file === page))
})

for (const { where, file, text } of scripts) {
  test(`the script at ${where} plays as it stands`, () => {
    const played = play(where, text)
    if (process.env['REWRITE'] === '1') {
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(text, () => played),
      )
    } else assert.equal(played, text)
  })
}

function play(where: string, text: string): string {
  try {
    return runScript(where, text)
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    return assert.fail([error.message, ...error.trace].join('\n'))
  }
}
