// What needs hours: fresh seeds on all cores, every search at its full bound, and every planted bug.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { allCores, playFresh } from './campaign.ts'

const hours = 4

/** Runs a program whose lines are the progress, and fails unless it ends with exit code 0. */
async function ends(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  assert.deepEqual(await once(child, 'exit'), [0, null], args.join(' '))
}

test('every planted bug is caught', () => ends('build/sim/main.js', '--mutants'))

test('every search at its full bound finds no violation', () => ends('build/sim/search/main.js'))

test(`${hours} hours of fresh seeds on all cores hold every invariant`, () =>
  playFresh(hours * 3600, allCores))
