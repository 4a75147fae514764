// The file of private messages: it stays short while others write much, and is never a reason to keep a room shut.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import type { PrivateEntry } from '../../src/peer/direct/private-file.ts'
import { openPrivateLines } from '../../src/store/home/private-lines.ts'
import { scratchFolders } from './scratch.ts'

const scratch = scratchFolders()
const megabyte = 1024 * 1024

function entry(type: 'in' | 'kept', n: number, text: string): PrivateEntry {
  return { type, id: `p${n}`, with: { id: 'b', name: 'Bob', address: '' }, text, time: 1 }
}

test('it is begun anew while it is written to: what waits stays, and the last of the rest', async () => {
  const path = join(scratch(), 'x.private')
  const file = await openPrivateLines(path)
  await file.append(entry('kept', 1, 'waits'))
  for (let n = 2; n < 42; n++) await file.append(entry('in', n, '\u0001'.repeat(65_536)))
  await file.append(entry('in', 42, 'last'))
  await file.close()
  assert.ok(statSync(path).size < 8.5 * megabyte, `${statSync(path).size} bytes`)
  await assert.rejects(file.append(entry('in', 43, 'late')), { code: 'ERR_HOME_UNUSABLE' })
  const { entries } = await openPrivateLines(path)
  assert.ok(entries.some(({ type, id }) => type === 'kept' && id === 'p1'))
  assert.equal(entries.at(-1)?.id, 'p42')
})

test('a file that is far too long, damaged or unreadable is opened with what can be read', async () => {
  const folder = scratch()
  const path = join(folder, 'x.private')
  writeFileSync(path, `${JSON.stringify(entry('in', 1, 'first'))}\n`)
  truncateSync(path, 70 * megabyte)
  appendFileSync(path, `\n{nothing}\n${JSON.stringify(entry('in', 2, 'last'))}`)
  const file = await openPrivateLines(path)
  assert.equal(file.entries.at(-1)?.id, 'p2')
  await file.append(entry('in', 3, 'next'))
  await file.close()
  assert.ok(statSync(path).size < 5 * megabyte)
  assert.match(readFileSync(path, 'utf8'), /"last".*\n.*"next".*\n$/)
  const other = join(folder, 'y.private')
  mkdirSync(other)
  const unreadable = await openPrivateLines(other)
  assert.deepEqual(unreadable.entries, [])
  assert.match(unreadable.problem ?? '', /y\.private/)
  await assert.rejects(unreadable.append(entry('in', 4, 'x')), { code: 'ERR_HOME_UNUSABLE' })
})

test(
  'a pipe or a device in its place is not waited for',
  { skip: process.platform === 'win32' },
  async () => {
    const folder = scratch()
    const path = join(folder, 'x.private')
    execFileSync('mkfifo', [path])
    const file = await openPrivateLines(path)
    assert.match(file.problem ?? '', /is no file: remove it/)
    await assert.rejects(file.append(entry('in', 1, 'x')), { code: 'ERR_HOME_UNUSABLE' })
    await file.close()
    const device = join(folder, 'y.private')
    symlinkSync('/dev/zero', device)
    assert.match((await openPrivateLines(device)).problem ?? '', /is no file/)
  },
)
