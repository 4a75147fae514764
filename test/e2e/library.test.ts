// The library as programs use it: real TLS, real SQLite, several rooms in this process and one outside.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

import { createRoom, joinRoom, RingleaderError, type Message, type Room } from '../../src/index.ts'
import { leaveAfter, scratch, stored, take, until, within } from './support.ts'

const here = { address: '127.0.0.1', port: 0 }

/** A room of `count`, homes on disk but for the last one. */
async function rooms(context: TestContext, dir: string, count: number): Promise<Room[]> {
  const first = leaveAfter(context, await createRoom({ ...here, name: 'n1', home: join(dir, 'n1') }))
  const all = [first]
  for (let n = 2; n <= count; n++) {
    const home = n === count ? false : join(dir, `n${n}`)
    const neighbor = all[n - 2]?.self.address ?? ''
    all.push(leaveAfter(context, await joinRoom({ ...here, name: `n${n}`, home, neighbor })))
  }
  return all
}

function sayMany(room: Room, count: number, from = 0): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, i) => room.say(`${room.self.name} says ${from + i}`)))
}

/** The process of node-process.ts; killed with the test. */
async function spawnNode(context: TestContext, options: object) {
  const script = fileURLToPath(new URL('./node-process.js', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })
  let sent = 0
  let address = ''
  const waiting: (() => void)[] = []
  lines.on('line', (line) => {
    const [word, value = ''] = line.split(' ')
    if (word === 'in') address = value
    else sent = Number(value)
    for (const look of waiting) look()
  })
  const reached = (accept: () => boolean, name: string): Promise<void> =>
    within(
      new Promise<void>((resolve) => {
        const look = (): void => void (accept() && resolve())
        waiting.push(look)
        look()
      }),
      name,
    )
  await reached(() => address !== '', 'the other process is in')
  return {
    address,
    sent: () => sent,
    hasSent: (count: number) => reached(() => sent >= count, `${count} sent`),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    kill: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      return sent
    },
  }
}

test('three rooms chat over TLS and SQLite and read the same', async (context) => {
  const all = await rooms(context, await scratch(context), 3)
  const live: Message[][] = all.map(() => [])
  for (const [i, room] of all.entries()) room.on('message', (message) => live[i]?.push(message))
  await within(Promise.all(all.map((room) => sayMany(room, 200))), 'all sent')
  const [first, ...others] = await Promise.all(all.map((room) => take(room, 600)))
  for (const other of others) assert.deepEqual(other, first)
  for (const messages of live) {
    assert.deepEqual(
      messages.map(({ ts, id, text }) => `${ts} ${id} ${text}`),
      first,
    )
    assert.ok(messages.every(({ late, history }) => !late && !history))
  }
  assert.deepEqual(
    all.map(({ members }) => members.map(({ name }) => name).sort()),
    all.map(() => ['n1', 'n2', 'n3']),
  )
  assert.deepEqual(
    all.map(({ leader }) => leader?.name),
    ['n1', 'n1', 'n1'],
  )
  assert.deepEqual(
    all.map(({ unsent }) => unsent),
    [0, 0, 0],
  )
})

test('a late joiner gets the history, marked as such', async (context) => {
  const dir = await scratch(context)
  const [one] = await rooms(context, dir, 1)
  assert.ok(one)
  await within(sayMany(one, 2000), 'all sent')
  const late = leaveAfter(context, await joinRoom({ ...here, name: 'late', neighbor: one.self.address }))
  assert.equal(late.size, 2000)
  assert.deepEqual(await stored(late), await stored(one))
  const last: Message[] = []
  for await (const message of late.messages({ last: 3 })) {
    last.push(message)
    if (last.length === 3) break
  }
  assert.deepEqual(
    last.map(({ text, history, own }) => `${text} ${history} ${own}`),
    ['n1 says 1997 true false', 'n1 says 1998 true false', 'n1 says 1999 true false'],
  )
})

test('titles and changes of the key are no messages where the last ones are counted', async (context) => {
  const dir = await scratch(context)
  const common = { ...here, locked: true }
  const one = leaveAfter(context, await createRoom({ ...common, name: 'n1', home: join(dir, 'n1') }))
  const invitation = one.invitation()
  const two = leaveAfter(context, await joinRoom({ ...here, name: 'n2', home: false, invitation }))
  const said = Array.from({ length: 9 }, (_, i) => `m${i + 1}`)
  const title = async (text: string): Promise<void> => {
    const titled = new Promise<void>((resolve) => one.on('title', () => resolve()))
    one.setTitle(text)
    await within(titled, text)
  }
  await title('zero')
  // In one part.
  await Promise.all(said.slice(0, 5).map((text) => one.say(text)))
  await title('one')
  await one.rekey()
  await Promise.all(said.slice(5, 7).map((text) => one.say(text)))
  await title('two')
  await Promise.all(said.slice(7).map((text) => one.say(text)))
  await title('three')
  const texts = async (messages: AsyncIterable<Message>, count: number): Promise<string> => {
    const got: string[] = []
    for await (const { text } of messages) if (got.push(text) === count) break
    return got.join(' ')
  }
  const check = async (room: Room): Promise<void> => {
    assert.equal(room.size, said.length)
    for (let last = 1; last <= 12; last++) {
      const wanted = said.slice(-last)
      assert.equal(await texts(room.history({ last }), Infinity), wanted.join(' '), `history, ${last}`)
      const read = texts(room.messages({ last }), wanted.length)
      assert.equal(await within(read, `messages, ${last}`), wanted.join(' '))
    }
  }
  await check(one)
  await take(two, said.length)
  await check(two)
  assert.equal((await two.check()).messages, said.length)
  await one.leave()
  await check(leaveAfter(context, await createRoom({ ...here, name: 'n1', home: join(dir, 'n1') })))
})

test('the leader leaves: the others continue, and it comes back to the room and gets what it missed', async (context) => {
  const dir = await scratch(context)
  const [one, two, three] = await rooms(context, dir, 3)
  assert.ok(one && two && three)
  await within(sayMany(one, 10), 'said before')
  assert.deepEqual(await within(one.leave(), 'leaving'), { unsent: 0, kept: true })
  await assert.rejects(one.say('more'), { code: 'ERR_LEFT' })
  await within(Promise.all([sayMany(two, 10), sayMany(three, 10)]), 'said without it')
  assert.notEqual(two.leader?.name, 'n1')
  const back = leaveAfter(
    context,
    await joinRoom({ ...here, name: 'n1', home: join(dir, 'n1'), neighbor: two.self.address }),
  )
  assert.equal(back.id, two.id)
  assert.equal(back.self.id, one.self.id)
  await within(sayMany(back, 10, 10), 'said after')
  const [first, ...others] = await Promise.all([back, two, three].map((room) => take(room, 40)))
  for (const other of others) assert.deepEqual(other, first)
})

test('the leader is killed with -9 in a flow: nothing it knew as sent is lost, nothing doubled', async (context) => {
  const dir = await scratch(context)
  const leader = await spawnNode(context, { ...here, name: 'n1', home: join(dir, 'n1'), pauseMs: 2 })
  const two = leaveAfter(
    context,
    await joinRoom({ ...here, name: 'n2', home: join(dir, 'n2'), neighbor: leader.address }),
  )
  const three = leaveAfter(
    context,
    await joinRoom({ ...here, name: 'n3', home: join(dir, 'n3'), neighbor: two.self.address }),
  )
  const flow = Promise.all([sayMany(two, 300), sayMany(three, 300)])
  await leader.hasSent(leader.sent() + 20)
  const sent = await leader.kill()
  await within(flow, 'all of the survivors sent')
  await within(Promise.all([sayMany(two, 50, 300), sayMany(three, 50, 300)]), 'said after')
  const [a, b] = [await stored(two), await stored(three)]
  assert.deepEqual(a, b)
  const ids = a.map((line) => line.split(' ')[1])
  assert.equal(new Set(ids).size, ids.length, 'no message twice')
  assert.equal(a.filter((line) => line.includes(' n2 says ')).length, 350)
  assert.equal(a.filter((line) => line.includes(' n3 says ')).length, 350)
  const texts = new Set(a.map((line) => line.split(' ').slice(2).join(' ')))
  for (let n = 1; n <= sent; n++) assert.ok(texts.has(`hello ${n}`), `hello ${n} of ${sent} was sent`)
  // And what the dead one's disk holds comes back with it.
  const again = await spawnNode(context, {
    ...here,
    name: 'n1',
    home: join(dir, 'n1'),
    pauseMs: 2,
    neighbor: two.self.address,
  })
  await again.hasSent(1)
  await until(two, 'members', () => two.members.length === 3, 'three members again')
})

test('the leader is frozen and thawed: the others carry on, it comes back and has missed nothing', async (context) => {
  const dir = await scratch(context)
  const leader = await spawnNode(context, { ...here, name: 'n1', home: join(dir, 'n1'), pauseMs: 5 })
  const two = leaveAfter(context, await joinRoom({ ...here, name: 'n2', neighbor: leader.address }))
  const three = leaveAfter(context, await joinRoom({ ...here, name: 'n3', neighbor: two.self.address }))
  const notices: string[] = []
  two.on('notice', ({ text }) => notices.push(text))
  await leader.hasSent(10)
  leader.freeze()
  await within(Promise.all([sayMany(two, 20), sayMany(three, 20)]), 'said while it was frozen')
  await until(two, 'members', () => two.members.length === 2, 'two members')
  const frozenAt = leader.sent()
  leader.thaw()
  await leader.hasSent(frozenAt + 20)
  await until(two, 'members', () => two.members.length === 3, 'three members')
  await leader.kill()
  await until(two, 'members', () => two.members.length === 2, 'two members again')
  const [a, b] = [await stored(two), await stored(three)]
  assert.deepEqual(a, b)
  const own = a.map((line) => line.split(' ').slice(2).join(' ')).filter((text) => text.startsWith('hello'))
  assert.deepEqual(
    own,
    own.map((_, i) => `hello ${i + 1}`),
    'all that it said, once and in order',
  )
  assert.ok(own.length >= frozenAt + 20)
  assert.ok(notices.some((text) => text.endsWith(' is out of reach')))
  assert.ok(notices.some((text) => text.endsWith(' joined')))
})

test('all are gone and come back from their disks alone: one room, the same history', async (context) => {
  const dir = await scratch(context)
  const all = await rooms(context, dir, 4)
  const [one, two, three] = all
  assert.ok(one && two && three)
  await within(Promise.all(all.map((room) => sayMany(room, 20))), 'all sent')
  const before = (await take(one, 80)).sort()
  await within(Promise.all(all.map((room) => room.leave({ waitMs: 0 }))), 'all left')
  const ports = [one, two, three].map(({ self }) => Number(self.address.split(':')[1]))
  const back = await within(
    Promise.all(
      [3, 1, 2].map((n) =>
        joinRoom({ address: '127.0.0.1', port: ports[n - 1] ?? 0, name: `n${n}`, home: join(dir, `n${n}`) }),
      ),
    ),
    'all back',
  )
  for (const room of back) leaveAfter(context, room)
  await Promise.all(back.map((room) => until(room, 'members', () => room.members.length === 3, 'one ring')))
  await within(Promise.all(back.map((room) => sayMany(room, 5, 100))), 'said again')
  const [first, ...others] = await Promise.all(back.map((room) => take(room, 95)))
  for (const other of others) assert.deepEqual([...other].sort(), [...(first ?? [])].sort())
  assert.deepEqual(first?.filter((line) => before.includes(line)).sort(), before)
  assert.deepEqual(await stored(back[0] as Room), await stored(back[1] as Room))
})

test('a join that was cut short is repeated through its contact', async (context) => {
  const dir = await scratch(context)
  const [one, two] = await rooms(context, dir, 3)
  assert.ok(one && two)
  await within(two.leave(), 'leaving')
  // What a process leaves that was killed before it was in.
  await rm(join(dir, 'n2', 'last-room'))
  const back = leaveAfter(context, await joinRoom({ ...here, name: 'n2', home: join(dir, 'n2') }))
  assert.equal(back.id, one.id)
  await until(one, 'members', () => one.members.length === 3, 'three members')
})

test('createRoom goes back to the room of its home, or makes a fresh one', async (context) => {
  const home = join(await scratch(context), 'home')
  const one = await createRoom({ ...here, name: 'Ann', home })
  const kept = await one.say('kept')
  await one.leave()
  const again = await createRoom({ ...here, name: 'Ann', home })
  assert.equal(again.id, one.id)
  assert.equal(again.self.id, one.self.id)
  assert.deepEqual(await stored(again), [`2 ${kept.id} kept`])
  const more = await again.say('more')
  // Each process counts for itself, under the same node id.
  assert.notEqual(more.id, kept.id)
  for (const { id } of [kept, more]) assert.match(id, new RegExp(`^${one.self.id}:[0-9a-f]{28}:1$`))
  await again.leave()
  const fresh = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home, fresh: true }))
  assert.notEqual(fresh.id, one.id)
  assert.equal(fresh.size, 0)
})

test('options that cannot work are refused with a named error', async (context) => {
  const dir = await scratch(context)
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  const talker = createServer((socket) =>
    socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
  talker.listen(0, '127.0.0.1')
  await Promise.all([once(silent, 'listening'), once(talker, 'listening')])
  context.after(() => {
    silent.close()
    talker.close()
  })
  const portOf = (server: typeof silent): number => (server.address() as { port: number }).port
  const own = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home: join(dir, 'a') }))
  const taken = Number(own.self.address.split(':')[1])
  const cases: [string, () => Promise<Room>, string][] = [
    ['a bad name', () => createRoom({ ...here, name: 'a(b' }), 'ERR_USAGE'],
    ['a bad port', () => createRoom({ ...here, name: 'b', port: 70_000 }), 'ERR_USAGE'],
    ['bad copies', () => createRoom({ ...here, name: 'b', copies: 0 }), 'ERR_USAGE'],
    ['every address', () => createRoom({ address: '0.0.0.0', name: 'b' }), 'ERR_USAGE'],
    ['a bad neighbor', () => joinRoom({ ...here, name: 'b', neighbor: 'nowhere' }), 'ERR_USAGE'],
    ['a taken port', () => createRoom({ ...here, name: 'b', port: taken }), 'ERR_PORT_IN_USE'],
    ['not our address', () => createRoom({ address: '203.0.113.9', name: 'b' }), 'ERR_ADDRESS_NOT_OURS'],
    ['a home in use', () => createRoom({ ...here, name: 'b', home: join(dir, 'a') }), 'ERR_HOME_IN_USE'],
    ['no room in the home', () => joinRoom({ ...here, name: 'b', home: join(dir, 'b') }), 'ERR_NO_ROOM'],
    ['no home at all', () => joinRoom({ ...here, name: 'b' }), 'ERR_NO_ROOM'],
    ['the other family', () => joinRoom({ ...here, name: 'b', neighbor: '[::1]:4000' }), 'ERR_FAMILY'],
    [
      'nobody there',
      () => joinRoom({ ...here, name: 'b', neighbor: '127.0.0.1:1', timeoutMs: 300 }),
      'ERR_UNREACHABLE',
    ],
    [
      'silence',
      () => joinRoom({ ...here, name: 'b', neighbor: `127.0.0.1:${portOf(silent)}`, timeoutMs: 500 }),
      'ERR_UNREACHABLE',
    ],
    [
      'another program',
      () => joinRoom({ ...here, name: 'b', neighbor: `127.0.0.1:${portOf(talker)}` }),
      'ERR_NOT_RINGLEADER',
    ],
  ]
  for (const [what, attempt, code] of cases) {
    await within(
      assert.rejects(attempt, (error) => {
        assert.ok(error instanceof RingleaderError, `${what}: ${String(error)}`)
        assert.equal(error.code, code, `${what}: ${error.message}`)
        assert.ok(error.message.length > 20 && !error.message.includes('\n'), what)
        return true
      }),
      what,
    )
  }
})

test('itself as neighbor is refused', async (context) => {
  const dir = await scratch(context)
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  await assert.rejects(
    joinRoom({ address: '127.0.0.1', port, name: 'b', home: join(dir, 'b'), neighbor: `127.0.0.1:${port}` }),
    { code: 'ERR_USAGE' },
  )
})

test('a silent neighbor that the home knows: the room is resumed', async (context) => {
  const dir = await scratch(context)
  const [one, two] = await rooms(context, dir, 3)
  assert.ok(one && two)
  await within(two.say('before'), 'before')
  const gone = one.self.address
  const id = one.id
  await within(two.leave(), 'two left')
  await within(one.leave(), 'one left')
  const back = leaveAfter(
    context,
    await within(
      joinRoom({ ...here, name: 'n2', home: join(dir, 'n2'), neighbor: gone, timeoutMs: 300 }),
      'resumed',
    ),
  )
  assert.equal(back.id, id)
})

test('a damaged history is set aside: with a neighbor the node joins anew as another one, alone it stops', async (context) => {
  const dir = await scratch(context)
  const [one, two] = await rooms(context, dir, 3)
  assert.ok(one && two)
  await within(sayMany(two, 50), 'said')
  await two.leave()
  const home = join(dir, 'n2')
  const database = join(home, 'rooms', `${two.id}.db`)
  const damage = async (): Promise<void> => {
    const file = await open(database, 'r+')
    const { size } = await file.stat()
    for (let at = 0; at < size; at += 1024) await file.write(Buffer.alloc(512, 0xa5), 0, 512, at)
    await file.close()
  }
  await damage()
  await assert.rejects(joinRoom({ ...here, name: 'n2', home }), (error) => {
    assert.ok(error instanceof RingleaderError)
    assert.equal(error.code, 'ERR_DAMAGED')
    assert.match(error.message, /-na 127\.0\.0\.1 -np \d+/)
    return true
  })
  assert.ok((await readdir(join(home, 'rooms'))).some((name) => name.includes('.db.damaged-')))
  await assert.rejects(createRoom({ ...here, name: 'n2', home }), { code: 'ERR_DAMAGED' })
  const back = await joinRoom({ ...here, name: 'n2', home, neighbor: one.self.address })
  assert.equal(back.id, one.id)
  assert.notEqual(back.self.id, two.self.id)
  assert.deepEqual(await stored(back), await stored(one))
  await within(back.say('as another'), 'said')
  await back.leave()
  await damage()
  const third = leaveAfter(context, await joinRoom({ ...here, name: 'n2', home, neighbor: one.self.address }))
  assert.notEqual(third.self.id, back.self.id)
  assert.deepEqual(await stored(third), await stored(one))
  assert.ok((await readFile(join(home, 'last-room'), 'utf8')).startsWith(one.id))
})

test('damage in the middle of the history ends the room, and no start makes a new one in its place', async (context) => {
  const home = join(await scratch(context), 'home')
  const one = await createRoom({ ...here, name: 'Ann', home })
  await within(sayMany(one, 500), 'said')
  // What a start reads of the history is only its end.
  for (const text of ['then', 'and then', 'the end']) await within(one.say(text), 'said')
  await one.leave()
  const database = join(home, 'rooms', `${one.id}.db`)
  const bytes = await readFile(database)
  const file = await open(database, 'r+')
  // Every copy: the first may lie where the outbox was.
  let found = 0
  for (let at = -1; (at = bytes.indexOf('Ann says 250', at + 1)) >= 0; found++) {
    await file.write(Buffer.from('ann'), 0, 3, at)
  }
  assert.ok(found > 0)
  await file.close()
  const again = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home }))
  const closed = new Promise<Error | undefined>((resolve) => again.on('close', resolve))
  const error = await within(closed, 'the damage is found')
  assert.ok(error instanceof RingleaderError)
  assert.equal(error.code, 'ERR_DAMAGED')
  assert.match(error.message, /join the room again/)
  await assert.rejects(again.say('x'), { code: 'ERR_LEFT' })
  await assert.rejects(createRoom({ ...here, name: 'Ann', home }), { code: 'ERR_DAMAGED' })
  const fresh = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home, fresh: true }))
  assert.notEqual(fresh.self.id, one.self.id)
})

test('a history that another program has locked is waited for: people are told, nothing counts as sent meanwhile, and then all continues', async (context) => {
  const home = join(await scratch(context), 'home')
  const room = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home }))
  await within(room.say('before'), 'said')
  const notices: string[] = []
  room.on('notice', ({ text }) => notices.push(text))
  const told = (pattern: RegExp) => {
    const hasIt = () => notices.some((text) => pattern.test(text))
    return until(room, 'notice', hasIt, `told: ${pattern.source}`)
  }
  // A process of its own, as a backup or an sqlite3 shell would be.
  const driver = new URL('../../src/store/room/sqlite-driver.js', import.meta.url).href
  const script = `import { openConnection } from ${JSON.stringify(driver)}
    const db = openConnection(${JSON.stringify(join(home, 'rooms', `${room.id}.db`))})
    db.exec('BEGIN EXCLUSIVE')
    console.log('locked')
    process.stdin.on('end', () => db.close()).resume()`
  const locker = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  context.after(() => locker.kill('SIGKILL'))
  await within(once(locker.stdout, 'data'), 'the lock is held')
  let isSent = false
  const saying = room.say('during').then(() => (isSent = true))
  await told(/locked by another program: waiting/)
  await assert.rejects(room.say('refused'), { code: 'ERR_HOME_UNUSABLE', message: /locked/ })
  assert.equal(isSent, false)
  const readable: string[] = []
  for await (const { text } of room.history()) readable.push(text)
  assert.deepEqual(readable, ['before'])
  locker.stdin.end()
  await within(saying, 'sent once the lock is released')
  await told(/no longer locked/)
  await within(room.say('after'), 'said')
  await room.leave()
  const again = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home }))
  assert.deepEqual((await stored(again)).length, 3)
})

test('a home that is deleted under a running node: it stops and says what to do, and reports nothing as sent', async (context) => {
  const dir = await scratch(context)
  const home = join(dir, 'home')
  const room = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home }))
  await within(room.say('before'), 'said')
  const closed = new Promise<Error | undefined>((resolve) => room.on('close', resolve))
  // In one turn: the store looks for its file after each commit, so that the room could end before it takes the message.
  rmSync(home, { recursive: true })
  await assert.rejects(within(room.say('lost'), 'answered'), { code: 'ERR_NOT_SENT', message: /may be lost/ })
  const error = await within(closed, 'the room ends')
  assert.ok(error instanceof RingleaderError)
  assert.equal(error.code, 'ERR_HOME_UNUSABLE')
  assert.match(error.message, /deleted, moved or replaced.*put the home back, or join again/)
  assert.deepEqual(await readdir(dir), [], 'nothing is left in its place')
})

test('an empty last-room does not hide the room of the home: it is set aside with a notice, and the room is resumed', async (context) => {
  const home = join(await scratch(context), 'home')
  const room = await createRoom({ ...here, name: 'Ann', home })
  await within(room.say('before'), 'said')
  await room.leave()
  await writeFile(join(home, 'last-room'), '')
  const again = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home }))
  assert.equal(again.id, room.id)
  const notice = new Promise<string>((resolve) => again.on('notice', ({ text }) => resolve(text)))
  assert.match(await within(notice, 'told'), /last room was damaged \(kept as .*last-room\.damaged-/)
  assert.ok((await readdir(home)).some((name) => name.startsWith('last-room.damaged-')))
})
