// The README's test command is the one that is run. Its examples and links: test/docs.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

test('CI runs the test command of the README, and then the slow tests of what ships', async () => {
  const [readme, run] = await Promise.all([readFile('README.md', 'utf8'), readFile('.ci/run', 'utf8')])
  const commands = run.trim().split('\n').slice(-2)
  assert.ok(readme.split('\n').includes(commands[0] ?? ''), commands[0])
  assert.equal(commands[1], 'node scripts/run-tests.js --slow page lab docs')
})
