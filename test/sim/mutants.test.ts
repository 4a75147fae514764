/**
 * The negative control in small: all planted bugs still fit the program, a few are caught within seconds,
 * and the command says clearly what it cannot do. `npm run mutants` hunts them all.
 */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { build, patched, scriptOf } from '../../sim/mutants/copies.ts'
import { patch, PatchError } from '../../sim/mutants/mutant.ts'
import type { Mutant } from '../../sim/mutants/mutant.ts'
import { hunt } from '../../sim/mutants/mutants-program.ts'
import { mutantNamed, mutants } from '../../sim/mutants/all-mutants.ts'

function mutantOf(name: string): Mutant {
  return mutantNamed(name) ?? assert.fail(`no mutant ${name}`)
}

test('every mutant fits the program as it is', () => {
  const unfit = mutants.flatMap((mutant) => {
    try {
      patched(mutant)
      if (mutant.script !== undefined) scriptOf(mutant.script)
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })
  assert.deepEqual(unfit, [])
})

test('there are at least twenty mutants, each with a name of its own', () => {
  assert.ok(mutants.length >= 20)
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
})

test('docs/TESTING.md lists every mutant, with its rule and its bug', () => {
  const rows = readFileSync('docs/TESTING.md', 'utf8').split('\n')
  const listed = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  const missing = mutants.filter(({ name, rule, bug }) => {
    const shown = bug.replaceAll(/\*(\w+)\*/g, '_$1_')
    return !listed.some(([, first, second, third]) => first === name && second === rule && third === shown)
  })
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  )
})

test('a patch whose text stands twice, or not at all, is refused', () => {
  const mutant = { name: 'm', rule: 'D2', bug: 'b', edits: [] }
  const edit = { file: 'core/x.ts', find: 'a(b) return', replace: 'c' }
  assert.equal(patch(mutant, edit, 'if (x)\n  a(b);\n  return;\n'), 'if (x)\n  c;\n')
  assert.throws(() => patch(mutant, edit, 'a(b) return; a(b) return'), PatchError)
  assert.throws(
    () => patch(mutant, edit, 'nothing'),
    /^PatchError: mutant m: "a\(b\) return" stands 0 times in core\/x\.ts, not once$/,
  )
})

const quick: readonly (readonly [name: string, by: RegExp])[] = [
  ['one-holder-is-enough', /^S9$/],
  ['outbox-dropped-on-arrival', /^S10$/],
  ['no-max-of-clocks', /^S15$/],
  ['clock-below-message', /^S3$/],
  ['pass-smaller-on', /^S12$/],
  ['wait-for-laggards', /^script 43-laggard$/],
  ['quiet-is-behind', /^script 70-slow-disks-after-quiet$/],
  ['solo-term-again', /^script 54-term-of-a-solo-office$/],
  ['wait-for-link-ok', /^script 63-silent-after-info$/],
]

for (const [name, by] of quick) {
  test(`mutant ${name} is caught`, async () => {
    const { caught } = await hunt(mutantOf(name), 60, new AbortController().signal)
    assert.match(caught?.by ?? 'SURVIVED', by)
  })
}

test('a mutant that breaks nothing survives', async () => {
  const harmless = { name: 'none', rule: 'D2', bug: 'none', edits: [] }
  const { caught, seeds } = await hunt(harmless, 3, new AbortController().signal)
  assert.equal(caught, undefined)
  assert.equal(seeds, 3)
})

test('a bug that only changes the output of a script is not counted as caught by an expectation', async () => {
  const edits = [{ file: 'sim/watch/describe.ts', find: 'woke after', replace: 'slept' }]
  const talker = { name: 'talker', rule: 'N3', bug: 'says it otherwise', edits, script: '49-' }
  const { caught } = await hunt(talker, 1, new AbortController().signal)
  assert.equal(caught?.isGoldenOnly, true)
  assert.match(caught.by, /^script 49-token-of-an-old-term \(golden\)$/)
})

function program(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const scratch = mkdtempSync(join(tmpdir(), 'ringleader-test-'))
  const env = { ...process.env, TMPDIR: scratch }
  const main = join(build, 'sim', 'main.js')
  const done = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env })
  assert.deepEqual(readdirSync(scratch), [], 'no copy is left behind')
  rmSync(scratch, { recursive: true })
  return done
}

test('the command prints what caught a mutant', () => {
  const { status, stdout } = program('--mutant', 'one-holder-is-enough', '--seeds', '60')
  assert.equal(status, 0, stdout)
  assert.match(stdout, /^\| one-holder-is-enough \| 2\.5 \| .* \| S9 \| \d+ of 60 \|$/m)
  assert.match(stdout, /^S9: .* holders$/m)
})

test('the command ends with 1 when a mutant survives', () => {
  // It needs far more seeds than one.
  const { status, stdout } = program('--mutant', 'mark-overtaken', '--seeds', '1')
  assert.equal(status, 1, stdout)
  assert.match(stdout, /\| SURVIVED \| 1 of 1 \|/)
})

test('an unknown mutant and a wrong number of seeds give one line each, and exit code 2', () => {
  const unknown = program('--mutant', 'gremlin')
  assert.equal(unknown.status, 2)
  assert.equal(unknown.stderr, 'sim: no mutant is called "gremlin"; --mutants --list names all\n')
  const many = program('--mutants', '--seeds', 'many')
  assert.equal(many.status, 2)
  assert.equal(many.stderr, 'sim: --seeds takes a number from 1 on, not "many"\n')
  const more = program('--mutant', 'no-dedupe', '--seed', '4')
  assert.equal(more.status, 2)
  assert.match(more.stderr, /^sim: Unknown option '--seed'; beside .*\n$/)
})
