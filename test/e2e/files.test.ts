// Files that members offer to each other, through the library: real TLS and real disks, on loopback.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'

import { createRoom, joinRoom, type Message, type OfferedFile, type Room } from '../../src/index.ts'
import { leaveAfter, scratch, until, within } from './support.ts'

const address = '127.0.0.1'
const mib = 1024 * 1024

async function trio(context: TestContext): Promise<[Room, Room, Room, string]> {
  const dir = await scratch(context)
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, home: join(dir, 'ann') }))
  const neighbor = ann.self.address
  const bob = leaveAfter(context, await joinRoom({ name: 'Bob', address, home: join(dir, 'bob'), neighbor }))
  const eve = leaveAfter(context, await joinRoom({ name: 'Eve', address, neighbor }))
  for (const room of [ann, bob]) await until(room, 'members', () => room.members.length === 3, 'all three')
  return [ann, bob, eve, dir]
}

/** A file of random bytes, and the bytes. */
async function make(path: string, size: number): Promise<Buffer> {
  const bytes = randomBytes(size)
  await writeFile(path, bytes)
  return bytes
}

function offerAt(room: Room): Promise<Message> {
  return within(
    new Promise<Message>((resolve) => room.on('message', (message) => message.file && resolve(message))),
    'the offer comes',
  )
}

test('a file is fetched whole from a later holder as well, and nothing is overwritten', async (context) => {
  const [ann, bob, eve, dir] = await trio(context)
  const bytes = await make(join(dir, 'photo.jpg'), 2 * mib + 12_345)
  const seen = offerAt(bob)
  const { file } = await ann.files.offer(join(dir, 'photo.jpg'))
  const message = await seen
  assert.deepEqual(message.file, file)
  assert.deepEqual([message.text, message.action], ['offers the file photo.jpg (2.1 MB)', true])
  // Bob's history is on a disk, Eve's in memory.
  for (const room of [bob, eve]) {
    const found: unknown[] = []
    for await (const { file: one } of room.search('photo')) found.push(one)
    assert.deepEqual(found, [file])
  }
  const folder = join(dir, 'got')
  await mkdir(folder)
  await writeFile(join(folder, 'photo.jpg'), 'mine')
  const progress: number[] = []
  const { path } = await bob.files.receive(file, { folder, progress: ({ done }) => progress.push(done) })
  assert.equal(path, join(folder, 'photo (2).jpg'))
  assert.ok(bytes.equals(await readFile(path)))
  assert.equal(await readFile(join(folder, 'photo.jpg'), 'utf8'), 'mine')
  assert.equal(progress.at(-1), file.size)
  assert.deepEqual((await readdir(folder)).sort(), ['photo (2).jpg', 'photo.jpg'])
  assert.deepEqual(await bob.files.held(file, { folder }), { path, done: file.size })
  assert.deepEqual(await eve.files.held(file, { folder }), { path: undefined, done: 0 })
  // Who offered it is gone.
  await ann.leave()
  const got = within(
    new Promise<string>((resolve) => bob.files.on('fetched', ({ name }) => resolve(name))),
    'Bob is told',
  )
  const again = await eve.files.receive(file, { folder: join(dir, 'eve'), author: message.author })
  assert.ok(bytes.equals(await readFile(again.path)))
  assert.equal(await got, 'Eve')
  assert.equal((await bob.check()).messages, 1)
})

test('a fetch goes on where it was, and takes no piece that is wrong', async (context) => {
  const [ann, bob, , dir] = await trio(context)
  const bytes = await make(join(dir, 'a.bin'), 6 * mib)
  const { file } = await ann.files.offer(join(dir, 'a.bin'))
  const folder = join(dir, 'got')
  const signal = { aborted: false }
  await assert
    .rejects(bob.files.receive(file, { folder, signal, progress: () => (signal.aborted = true) }), {
      code: 'ERR_LEFT',
    })
    .catch((error: unknown) => {
      // A fast machine has all of it before it looks.
      if (!(error instanceof assert.AssertionError)) throw error
    })
  const part = (await readdir(folder)).find((name) => name.endsWith('.part'))
  if (part !== undefined) {
    const { size } = await stat(join(folder, part))
    assert.deepEqual(await bob.files.held(file, { folder }), { path: undefined, done: size })
    // Something else has written to it.
    await truncate(join(folder, part), 3 * mib)
    await appendFile(join(folder, part), 'x'.repeat(mib))
  }
  const { path } = await bob.files.receive(file, { folder })
  assert.ok(bytes.equals(await readFile(path)))
  assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.part')))
})

test('a file that changed after it was offered is not served, and leaves nothing half-done', async (context) => {
  const [ann, bob, , dir] = await trio(context)
  await make(join(dir, 'a.bin'), mib)
  const { file } = await ann.files.offer(join(dir, 'a.bin'))
  await appendFile(join(dir, 'a.bin'), 'more')
  const folder = join(dir, 'got')
  let told = 0
  ann.files.on('unserved', ({ hash, path }) => {
    assert.deepEqual([hash, path], [file.hash, join(dir, 'a.bin')])
    told++
  })
  await assert.rejects(bob.files.receive(file, { folder }), {
    code: 'ERR_UNREACHABLE',
    message: /nobody here has a\.bin/,
  })
  assert.equal(told, 1)
  assert.deepEqual(await readdir(folder).catch(() => []), [])
})

test('what cannot be read, has a name that is no file name, or does not fit is refused with a reason', async (context) => {
  const [ann, bob, , dir] = await trio(context)
  await assert.rejects(ann.files.offer(join(dir, 'none')), { code: 'ERR_FILE', message: /no such file/ })
  await assert.rejects(ann.files.offer(dir), { code: 'ERR_FILE', message: /is no file/ })
  await writeFile(join(dir, 'empty'), '')
  await assert.rejects(ann.files.offer(join(dir, 'empty')), { code: 'ERR_FILE', message: /is empty/ })
  const odd = join(dir, ' what: why?.txt')
  await writeFile(odd, 'x')
  assert.equal((await ann.files.offer(odd)).file.name, '_what_ why_.txt')
  const good = { size: 1, hash: 'a'.repeat(64) }
  const folder = join(dir, 'got')
  for (const name of [
    '../x',
    '..',
    '/etc/passwd',
    'a\\b',
    'CON',
    'nul.txt',
    'COM1.log',
    'a\u202egpj.exe',
    '.bashrc',
    'a\nb',
    'x ',
  ])
    await assert.rejects(
      bob.files.receive({ ...good, name }, { folder }),
      { code: 'ERR_FILE', message: /its name/ },
      name,
    )
  await assert.rejects(bob.files.receive({ ...good, name: 'a', size: 2 ** 50 }, { folder }), {
    code: 'ERR_USAGE',
  })
  const same: OfferedFile = { ...good, name: 'a' }
  const both = await Promise.allSettled([1, 2].map(() => bob.files.receive(same, { folder })))
  assert.deepEqual(
    both.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code),
    ['ERR_UNREACHABLE', 'ERR_USAGE'],
  )
  assert.deepEqual(await readdir(folder).catch(() => []), [])
})

test('a key that changes leaves what is being fetched alone; who is removed gets no more of it', async (context) => {
  const dir = await scratch(context)
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, locked: true }))
  const join1 = { address, invitation: ann.invitation() }
  const bob = leaveAfter(context, await joinRoom({ name: 'Bob', ...join1 }))
  const eve = leaveAfter(context, await joinRoom({ name: 'Eve', ...join1 }))
  await until(ann, 'members', () => ann.members.length === 3, 'all three')
  const bytes = await make(join(dir, 'a.bin'), 48 * mib)
  const { file } = await ann.files.offer(join(dir, 'a.bin'))
  /** Fetches it, and does this when the first pieces are here. */
  const fetch = async (room: Room, change: () => Promise<void>): Promise<string> => {
    let changed: Promise<void> | undefined
    const progress = (): void => void (changed ??= change())
    const author = ann.self.id
    const { path } = await room.files.receive(file, { folder: join(dir, room.self.name), author, progress })
    await changed
    return path
  }
  const path = await within(
    fetch(bob, () => ann.rekey()),
    'the file comes',
  )
  assert.ok(bytes.equals(await readFile(path)))
  let removed: Promise<void> | undefined
  const rejected = assert.rejects(fetch(eve, () => (removed = ann.rekey({ remove: [eve.self.id] }))))
  await within(rejected, 'the fetch ends')
  await removed
  assert.ok(!(await readdir(join(dir, 'Eve'))).includes('a.bin'))
  // What is left can still be fetched by who stayed.
  assert.ok(
    (await bob.files.receive({ ...file, name: 'b.bin' }, { folder: join(dir, 'Bob') })).path.endsWith(
      'b.bin',
    ),
  )
})
