// All the exhaustive searches, each to a bound that takes seconds; `npm run test:night` goes to the full bound.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

const states = 6_000

test(`every search finds no violation in its first ${states} states`, async () => {
  const args = ['run', '--silent', 'search', '--', '--states', String(states)]
  const child = spawn('npm', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  assert.deepEqual(await once(child, 'exit'), [0, null])
})
