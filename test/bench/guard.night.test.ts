// The guard of bench/guard.ts: whether a delivery still costs what it did, as a part of what the same bytes reach through bare TLS
// in the same rounds. At night, as a machine with other work in some rounds and not in others would fail it for nothing.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test(
  'a delivery costs no more than it did',
  { skip: !hasOpenssl && 'openssl is not installed' },
  (context) => {
    const guard = [process.execPath, ['build/bench/main.js', 'guard'], { encoding: 'utf8' }] as const
    const { status, stdout, stderr } = spawnSync(...guard)
    context.diagnostic(stdout)
    assert.equal(status, 0, stderr)
  },
)
