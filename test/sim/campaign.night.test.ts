// What needs hours: fresh seeds on all cores, every search at its full bound, and every planted bug.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { allCores, playFresh } from './campaign.ts'

const hours = 4

/** Runs one of the npm scripts, whose lines are the progress, and fails unless it ends with exit code 0. */
async function ends(script: string): Promise<void> {
  const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'inherit', 'inherit'] })
  assert.deepEqual(await once(child, 'exit'), [0, null], script)
}

test('every planted bug is caught', () => ends('mutants'))

test('every search at its full bound finds no violation', () => ends('search'))

test(`${hours} hours of fresh seeds on all cores hold every invariant`, () =>
  playFresh(hours * 3600, allCores, 'clock'))
