// The log file on a real disk: appended, moved aside when it is full, given up with one warning.
import assert from 'node:assert/strict'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { LogFile } from '../../src/commands/log-file.ts'
import { scratch } from '../e2e/support.ts'

function fail(text: string): never {
  throw new Error(text)
}

test('a full log is moved aside, one old file is kept, and no line is lost between them', async (context) => {
  const dir = await scratch(context)
  const path = join(dir, 'chat.log')
  writeFileSync(path, 'of the process before\n')
  const log = new LogFile(() => path, fail, { bytesMax: 1000 })
  const lines = Array.from({ length: 100 }, (_, i) => `${i}: a line of the log`)
  for (const line of lines) log.write(line)
  await log.close()
  assert.deepEqual(readdirSync(dir).sort(), ['chat.log', 'chat.log.1'])
  const [old, now] = [readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]
  assert.ok(old.length <= 1000 && now.length <= 1000 && old.length > 900, `${old.length} ${now.length} bytes`)
  const kept = `${old}${now}`.trimEnd().split('\n')
  assert.deepEqual(kept, lines.slice(-kept.length))
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a log that another program moves or removes is begun anew, and no line is lost', async (context) => {
  const path = join(await scratch(context), 'chat.log')
  let now = 5000
  const log = new LogFile(() => path, fail, { now: () => now })
  log.write('one')
  renameSync(path, `${path}.old`)
  // It is looked at once a second.
  now += 999
  log.write('still one')
  now += 1
  log.write('two')
  log.write('three')
  rmSync(path)
  now += 1000
  log.write('four')
  await log.close()
  assert.equal(readFileSync(`${path}.old`, 'utf8'), 'one\nstill one\n')
  assert.equal(readFileSync(path, 'utf8'), 'four\n')
})

test('a full log that another program has just moved costs no old one', async (context) => {
  const dir = await scratch(context)
  const path = join(dir, 'chat.log')
  writeFileSync(`${path}.1`, 'an old one\n')
  const log = new LogFile(() => path, fail, { bytesMax: 10, now: () => 0 })
  log.write('123456')
  renameSync(path, `${path}.moved`)
  writeFileSync(path, '')
  log.write('789012')
  await log.close()
  assert.equal(readFileSync(path, 'utf8'), '789012\n')
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'an old one\n')
})

test('a path that leads nowhere any more is one warning, and ends nothing', async (context) => {
  const ways: [code: string, breakIt: (dir: string) => void][] = [
    ['ENOENT', (dir) => rmSync(dir, { recursive: true })],
    [
      'ELOOP',
      (dir) => {
        renameSync(dir, `${dir}.old`)
        symlinkSync(dir, dir)
      },
    ],
    [
      'ENOTDIR',
      (dir) => {
        renameSync(dir, `${dir}.old`)
        writeFileSync(dir, '')
      },
    ],
  ]
  for (const [code, breakIt] of ways) {
    const dir = join(await scratch(context), 'logs')
    mkdirSync(dir)
    const warnings: string[] = []
    let now = 0
    const log = new LogFile(
      () => join(dir, 'chat.log'),
      (text) => warnings.push(text),
      { now: () => (now += 1000) },
    )
    log.write('one')
    breakIt(dir)
    log.write('two')
    log.write('three')
    await log.close()
    assert.equal(warnings.length, 1)
    assert.ok(warnings[0]?.includes(`cannot be written (${code}); going on without it`), warnings[0])
  }
})

test('a line longer than the limit is written all the same', async (context) => {
  const path = join(await scratch(context), 'chat.log')
  const log = new LogFile(() => path, fail, { bytesMax: 10 })
  log.write('x'.repeat(100))
  log.write('y'.repeat(100))
  await log.close()
  assert.equal(readFileSync(path, 'utf8'), `${'y'.repeat(100)}\n`)
  assert.equal(readFileSync(`${path}.1`, 'utf8'), `${'x'.repeat(100)}\n`)
})

test('what is no file is not moved aside', { skip: process.platform === 'win32' }, async (context) => {
  const dir = await scratch(context)
  symlinkSync('/dev/null', join(dir, 'chat.log'))
  const log = new LogFile(() => join(dir, 'chat.log'), fail, { bytesMax: 10 })
  for (let i = 0; i < 10; i++) log.write('a line')
  await log.close()
  assert.deepEqual(readdirSync(dir), ['chat.log'])
})

test('where it cannot be moved aside, one warning, and the chat goes on', async (context) => {
  const path = join(await scratch(context), 'chat.log')
  // A folder stands where the old file would go.
  mkdirSync(`${path}.1`)
  const warnings: string[] = []
  const log = new LogFile(
    () => path,
    (text) => warnings.push(text),
    { bytesMax: 10 },
  )
  for (let i = 0; i < 10; i++) log.write('a line')
  await log.close()
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /chat\.log cannot be written \(E[A-Z]+\); going on without it/)
})

test('the last words of a program that made a mistake are one line, written at once', async (context) => {
  const path = join(await scratch(context), 'chat.log')
  const log = new LogFile(() => path, fail)
  log.write('17: joined Bob')
  log.lastWords(new TypeError('a\u001bb'))
  log.lastWords(new Error('another'))
  const line = /^17: error this program made a mistake, and ends: TypeError: a\\u001bb \| at .*$/m
  assert.match(readFileSync(path, 'utf8'), line)
  assert.doesNotMatch(readFileSync(path, 'utf8'), /another/)
  await log.close()
})
