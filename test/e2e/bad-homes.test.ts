// Homes in which something is wrong with the file system: it is named for what it is, and histories are read wherever
// reading is possible.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tinyDisks } from '../store/tiny-disk.ts'
import { Stage } from './harness.ts'

const words = ['-a', '127.0.0.1', '-n', 'Ann', '--log', 'none']
const newDisk = tinyDisks()
const said = /^> Ann\(127\.0\.0\.1:\d+\)\[\d+\]: one\n$/

/** A home whose room holds one message. */
async function homeOf(stage: Stage, name: string): Promise<{ home: string; database: string }> {
  const home = join(stage.dir, name)
  assert.equal((await stage.run(['-l', ...words, '--home', home], 'one\n')).code, 0)
  const room = readFileSync(join(home, 'last-room'), 'utf8').trim()
  return { home, database: join(home, 'rooms', `${room}.db`) }
}

test('a read-only disk: the node says so, and the history is read, also after a kill', async (context) => {
  const disk = newDisk(4096)
  if (!disk) return context.skip('may not mount a small disk here')
  const stage = await Stage.open(context)
  const { home } = await homeOf(stage, 'h')
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, disk])
  const clean = join(disk, 'clean')
  cpSync(home, clean, { recursive: true })
  const killed = join(disk, 'killed')
  cpSync(home, killed, { recursive: true })
  const node = stage.node('Ann', { home: killed, resume: true })
  node.say('two')
  // Not when it is shown: when it is on the disk.
  await node.until(() => node.sent.size === 1, 'sent')
  await node.kill()
  const rooms = join(killed, 'rooms')
  for (const name of readdirSync(rooms)) if (name.endsWith('-shm')) rmSync(join(rooms, name))
  remount('ro')
  context.after(() => remount('rw'))
  assert.match(await stage.history(clean), said)
  assert.match(await stage.history(killed), /\]: one\n> .*\]: two\n$/)
  for (const dir of [clean, killed]) {
    assert.match((await stage.run(['rooms', '--home', dir])).stdout, /\d messages?, the last on/)
    const { code, stderr } = await stage.run([...words, '--home', dir])
    assert.equal(code, 1)
    assert.match(
      stderr,
      /is on a read-only file system: make it writable, or only read it \(ringleader history\)/,
    )
    assert.equal((await stage.run(['forget', 'a', '--yes', '--home', dir])).code, 1)
  }
  assert.deepEqual(
    readdirSync(rooms).filter((name) => name.endsWith('-shm')),
    [],
  )
})

const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups']
const mayBeNobody = spawnSync('setpriv', [...asNobody, 'true']).status === 0

test('another user: what is closed is named, what can be read is read', async (context) => {
  if (!mayBeNobody) return context.skip('may not become another user')
  const stage = await Stage.open(context)
  const { home } = await homeOf(stage, 'h')
  execFileSync('chmod', ['755', stage.dir])
  const run = (...args: string[]) =>
    spawnSync('setpriv', [...asNobody, process.execPath, 'dist/main.js', ...args], { encoding: 'utf8' })
  for (const args of [['history'], ['rooms'], [...words], ['forget', 'a', '--yes']]) {
    const { status, stderr } = run(...args, '--home', home)
    assert.equal(status, 1, args.join(' '))
    assert.match(stderr, /^ringleader: [^\n]* is closed to you: check whose it is, [^\n]*\(EACCES[^\n]*\n$/)
  }
  execFileSync('chmod', ['-R', 'a+rX', home])
  const { status, stdout, stderr } = run('history', '--home', home)
  assert.deepEqual([status, stderr], [0, ''])
  assert.match(stdout, said)
  assert.match(run(...words, '--home', home).stderr, /cannot be closed to others, as a key must be/)
})

test('a path of the wrong kind is named', async (context) => {
  const stage = await Stage.open(context)
  const { home, database } = await homeOf(stage, 'h')
  const file = join(stage.dir, 'file')
  writeFileSync(file, 'x')
  const long = join(stage.dir, 'x'.repeat(300))
  const failing = async (dir: string, why: RegExp, commands = [['history'], ['rooms'], words]) => {
    for (const args of commands) {
      const { code, stdout, stderr } = await stage.run([...args, '--home', dir])
      assert.deepEqual([code, stdout], [1, ''], args.join(' '))
      assert.match(stderr, why)
      assert.match(stderr, /^ringleader: [^\n]*\n$/)
    }
  }
  await failing(file, /file.* is no folder, or a part of its path is none: name a folder/)
  await failing(long, /is too long a name/)
  const damaged = async (what: (path: string) => void) => {
    const path = join(home, 'last-room')
    rmSync(path)
    what(path)
    const read = await stage.run(['history', '--home', home])
    assert.match(read.stdout, said)
    assert.equal(read.stderr, `ringleader: ${path} is damaged: the room used last is shown\n`)
    const back = await stage.run([...words, '--home', home])
    assert.match(back.stdout, /the note of the last room was damaged \(kept as .*last-room\.damaged-/)
    assert.equal(back.code, 0)
  }
  await damaged((path) => mkdirSync(path))
  await damaged((path) => symlinkSync(path, path))
  renameSync(database, `${database}.away`)
  mkdirSync(database)
  await failing(home, /\.db is a folder where there must be a file/, [['history'], words])
  const listed = await stage.run(['rooms', '--home', home])
  assert.equal(listed.code, 0)
  assert.match(listed.stdout, /^\* [\da-f]{8} {2}.* is a folder where there must be a file/)
})
