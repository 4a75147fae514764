// The README's test command is the one that is run. Its examples and links: test/docs.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

test('the test command of the README is the one that CI runs', async () => {
  const [readme, run] = await Promise.all([readFile('README.md', 'utf8'), readFile('.ci/run', 'utf8')])
  const command = run.trim().split('\n').at(-1) ?? ''
  assert.ok(readme.split('\n').includes(command), command)
})
