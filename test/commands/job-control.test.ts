// Whether anybody could continue a process that Ctrl-Z stops.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isContinuable } from '../../src/commands/job-control.ts'

const shell = { parent: 1, group: 100, session: '100' }
const sshd = { parent: 1, group: 50, session: '50' }

for (const [what, processes, expected] of [
  ['a job of a shell', { 200: { parent: 100, group: 200, session: '100' }, 100: shell }, true],
  [
    'a job behind npx',
    {
      201: { parent: 200, group: 200, session: '100' },
      200: { parent: 100, group: 200, session: '100' },
      100: shell,
    },
    true,
  ],
  ['the first process of a session', { 60: { parent: 50, group: 60, session: '60' }, 50: sshd }, false],
  [
    'a child of the first process, without job control',
    {
      61: { parent: 60, group: 60, session: '60' },
      60: { parent: 50, group: 60, session: '60' },
      50: sshd,
    },
    false,
  ],
  ['the first process of a container', { 1: { parent: 0, group: 1, session: '1' } }, false],
  ['a parent that has ended', { 200: { parent: 99, group: 200, session: '100' } }, false],
  ['a system that does not say', {}, true],
] as const)
  test(`continued or not: ${what}`, () => {
    const table = new Map(Object.entries(processes).map(([pid, facts]) => [Number(pid), facts]))
    const [pid = 7] = [...table.keys()].sort((a, b) => b - a)
    assert.equal(
      isContinuable(pid, (asked) => table.get(asked)),
      expected,
    )
  })

test('the system is asked about this process', () => {
  assert.equal(typeof isContinuable(process.pid), 'boolean')
})
