/**
 * Plays the scripts of test/protocol against their golden outputs. REWRITE=1 writes the outputs anew; the
 * diff is then the review.
 */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runScript } from '../../sim/script/play-script.ts'
import { ScriptError } from '../../sim/script/words.ts'

const folder = join(process.cwd(), 'test', 'protocol')
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort()
const wanted = process.env['SCRIPT']

/** A test for each of every `parts`-th script, from number `part` on: each part is a file, and files run side by side. */
export function playScripts(part: number, parts: number): void {
  const own = scripts.filter((_, at) => at % parts === part)
  for (const name of own)
    if (wanted === undefined || name.includes(wanted)) test(`script ${name}`, () => check(name))
  test('there are scripts', () => {
    assert.ok(own.length > 0)
  })
}

function check(name: string): void {
  const path = join(folder, name)
  const golden = readFileSync(path, 'utf8')
  const played = play(`test/protocol/${name}`, golden)
  if (process.env['REWRITE'] === '1') writeFileSync(path, played)
  else if (played !== golden) assert.fail(difference(name, golden, played))
}

/** A script that fails says where, and what had happened by then. */
function play(file: string, golden: string): string {
  try {
    return runScript(file, golden)
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    return assert.fail([error.message, ...error.trace.slice(-60)].join('\n'))
  }
}

/** The first place where two texts differ, with the lines around it. */
function difference(name: string, golden: string, played: string): string {
  const before = golden.split('\n')
  const after = played.split('\n')
  const at = before.findIndex((line, i) => line !== after[i])
  const from = Math.max(0, at - 3)
  const show = (lines: string[], sign: string): string[] =>
    lines.slice(at, at + 8).map((line) => `${sign} ${line}`)
  return [
    `test/protocol/${name}:${at + 1} differs from what the protocol does now`,
    ...before.slice(from, at).map((line) => `  ${line}`),
    ...show(before, '-'),
    ...show(after, '+'),
    'If this is as it should be: npm run test:rewrite, and review the diff.',
  ].join('\n')
}
