// What the program says and does when the person or the world errs: one clear line on stderr, the exit code
// of cli.md, and nothing lost.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { mintIdentity } from '../../src/transport/identity.ts'
import { numbered, Stage } from './harness.ts'

const here = ['-a', '127.0.0.1', '-p', '0', '--log', 'none']

/** One line, no trace, and it says this. */
function assertLine(stderr: string, pattern: RegExp): void {
  assert.match(stderr, pattern)
  assert.equal(/\n\s+at /.test(stderr), false, stderr)
  const [first = ''] = stderr.split('\n')
  assert.ok(first.startsWith('ringleader: '), stderr)
}

async function listening(context: TestContext, server: Server): Promise<string[]> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return ['-na', '127.0.0.1', '-np', String((server.address() as AddressInfo).port)]
}

test('usage errors: 2, and a line that says what to do', async (context) => {
  const stage = await Stage.open(context)
  const cases: [string[], RegExp][] = [
    [['--frobnicate'], /--frobnicate/],
    [['-x'], /-x/],
    [['histroy'], /histroy/],
    [['-l', '-L'], /-l and -L/],
    [['-l', '-na', '127.0.0.1'], /-l .*-na/],
    [['-np', '4000'], /-na/],
    [['--new'], /--new .*-l/],
    [['-p', '65536'], /0 to 65535/],
    [['-p', 'http'], /0 to 65535/],
    [['-p'], /-p/],
    [['-na', '127.0.0.1', '-np', '0'], /1 to 65535/],
    [['-l', '-a', '0.0.0.0'], /one machine/],
    [['-l', '-a', '::'], /one machine/],
    [['-l', '-a', 'fe80::1%eth0'], /[Zz]one/],
    [['-l', '-n', ''], /name/],
    [['-l', '-n', '   '], /name/],
    [['-l', '-n', 'a(b'], /[()[\]]/],
    [['-l', '-n', 'x'.repeat(33)], /32/],
    [['-l', '-n', '漢'.repeat(31) + '👩‍👩‍👧‍👦'.repeat(1) + '漢'.repeat(20)], /32|128/],
    [['-l', '-n', 'tab\there'], /control/i],
    [['-l', '-n', 'rtl\u202eolleh'], /U\+202E/],
    [['-l', '--copies', '0'], /1 to/],
    [['-l', '--timeout', 'soon'], /seconds/i],
    [['-l', '--history', '-1'], /whole number/],
    [['-l', '--home', ''], /path/],
    [['-a', '127.0.0.1', '-p', '4000', '-na', '127.0.0.1', '-np', '4000'], /itself/],
  ]
  for (const [args, pattern] of cases) {
    const { code, stdout, stderr } = await stage.run(args)
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`)
    assertLine(stderr, pattern)
    assert.equal(stdout, '', args.join(' '))
  }
  assert.deepEqual(await readdir(stage.dir), [], 'no home, no log')
  const roomless = await stage.run([...here, '-n', 'b', '--home', 'b'], 'hi\n')
  assert.equal(roomless.code, 2, roomless.stderr)
  assertLine(roomless.stderr, /no room.*-na.*-l/)
})

test('a port in use, an address that is not ours, a home in use: 1', async (context) => {
  const stage = await Stage.open(context)
  const one = await stage.node('n1').ready()
  const cases: [string[], RegExp][] = [
    [
      ['-l', '-a', '127.0.0.1', '-p', String(one.port), '-n', 'b', '--home', 'b'],
      /port .*in use|in use.*port/i,
    ],
    [
      ['-l', '-a', '203.0.113.7', '-p', '0', '-n', 'b', '--home', 'b'],
      /203\.0\.113\.7 is not an address of this machine/,
    ],
    [['-l', ...here, '-n', 'b', '--home', one.home], /in use|another process/i],
  ]
  for (const [args, pattern] of cases) {
    const { code, stderr } = await stage.run(args, 'lost?\n')
    assert.equal(code, 1, `${args.join(' ')}: ${stderr}`)
    assertLine(stderr, pattern)
  }
  const rooms = await stage.run(['rooms', '--home', 'b'])
  assert.equal(rooms.code, 1, 'what could not start leaves no room')
  one.say('still here')
  await one.has(['still here'])
  const none = await stage.run(['history', '--home', 'nothing'])
  assert.equal(none.code, 1)
  assertLine(none.stderr, /no room/)
})

test('no program at the address: 3', async (context) => {
  const stage = await Stage.open(context)
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise((done) => closed.close(done))
  const { code, stderr } = await stage.run(
    [...here, '-n', 'b', '-na', '127.0.0.1', '-np', String(port)],
    'hi\n',
  )
  assert.equal(code, 3, stderr)
  const at = `127.0.0.1:${port}`
  assert.deepEqual(stderr.split('\n'), [
    `ringleader: connecting to ${at} ...`,
    `ringleader: nothing listens at ${at}; trying again`,
    `ringleader: nobody listens at ${at}; try the address of another member`,
    '',
  ])
})

test('what is tried is told within a second, and why it failed; a neighbour that replies at once is not worth a line', async (context) => {
  const stage = await Stage.open(context)
  const silent = createServer((socket) => socket.on('error', () => {}))
  const flags = await listening(context, silent)
  const startedAt = performance.now()
  const b = stage.start('b', [...here, '-n', 'b', ...flags])
  await b.until(() => b.stderr.includes('connecting'), 'what it tries')
  const ms = performance.now() - startedAt
  const at = `127.0.0.1:${flags[3]}`
  assert.equal(b.stderr, `ringleader: connecting to ${at} ...\n`)
  context.diagnostic(`told ${Math.round(ms)} ms after the start`)
  await b.until(() => b.stderr.includes(`no reply from ${at}; trying again`), 'why')
  await b.kill()
  const one = await stage.node('n1').ready()
  const quick = await stage.run([...here, '-n', 'c', ...stage.entry({ through: one })], 'hi\n')
  assert.deepEqual([quick.code, quick.stderr], [0, ''])
})

test('a neighbour that is not a Ringleader node: 4', async (context) => {
  const stage = await Stage.open(context)
  const ssh = createServer((socket) => socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.6\r\n'))
  const http = createHttpServer((_request, response) => response.end('hello'))
  for (const server of [ssh, http]) {
    const { code, stderr } = await stage.run(
      [...here, '-n', 'b', ...(await listening(context, server))],
      'hi\n',
    )
    assert.equal(code, 4, stderr)
    assertLine(stderr, /not a Ringleader node/)
  }
  const family = await stage.run([...here, '-n', 'b', '-na', '::1', '-np', '4000'])
  assert.equal(family.code, 4, family.stderr)
  assertLine(family.stderr, /IPv4|IPv6|family/)
})

test('a neighbour of another protocol version: 4, and it says so', async (context) => {
  const stage = await Stage.open(context)
  // An INFO of a program that has only version 9.
  const info9 = Buffer.from('000000061a0408091009', 'hex')
  const { key, cert } = await mintIdentity()
  const other = createTlsServer({ key, cert, requestCert: true, rejectUnauthorized: false })
  other.on('secureConnection', (socket) => socket.on('error', () => {}).end(info9))
  const { code, stderr } = await stage.run([...here, '-n', 'b', ...(await listening(context, other))], 'hi\n')
  assert.equal(code, 4, stderr)
  assertLine(stderr, /version/)
})

test('a server that accepts the connection and sends nothing: 3, at the latest after the time for a reply', async (context) => {
  const stage = await Stage.open(context)
  const silent = createServer((socket) => socket.on('error', () => {}))
  const { code, stderr } = await stage.run(
    [...here, '-n', 'b', ...(await listening(context, silent))],
    'hi\n',
  )
  assert.equal(code, 3, stderr)
  assertLine(stderr, /127\.0\.0\.1/)
})

test('a message over the limit is named, not sent, and makes a 0 a 1; the others go out', async (context) => {
  const stage = await Stage.open(context)
  const one = await stage.node('n1').ready()
  const input = `before\n${'x'.repeat(65_537)}\n${'y'.repeat(300_000)}\n${'é'.repeat(32_768)}\nafter\n`
  const { code, stderr } = await stage.run(
    [...here, '-n', 'b', '--home', 'b', ...stage.entry({ through: one })],
    input,
  )
  assert.equal(code, 1, stderr)
  assert.match(stderr, /line 2.*65,?536/)
  assert.match(stderr, /line 3.*65,?536/)
  await one.has(['before', 'é'.repeat(32_768), 'after'])
  assert.equal(one.messages.length, 3)
})

test('messages that cannot be sent in time are kept (exit code 5), and go out at the next start', async (context) => {
  const stage = await Stage.open(context)
  const [one, two] = await stage.room(['n1', 'n2'], ['--copies', '2'])
  assert.ok(one && two)
  const home = join(stage.dir, 'b')
  const args = [...here, '-n', 'b', '--home', home, ...stage.entry({ through: two })]
  const b = stage.start('b', [...args, '--timeout', '0.3'])
  await b.line(/is in the room/)
  // Both others sleep: nobody can order what is said, and it is not long enough for their death.
  one.signal('SIGSTOP')
  two.signal('SIGSTOP')
  b.end('said into the void')
  const { code } = await b.over()
  assert.equal(code, 5, b.report())
  assert.match(b.stderr, /^ringleader: 1 message not known as sent; kept/m)
  one.signal('SIGCONT')
  two.signal('SIGCONT')
  await one.sees(['n1', 'n2'])
  const again = await stage.run(args, '')
  assert.equal(again.code, 0, again.stderr)
  await Promise.all([one, two].map((node) => node.has(['said into the void'])))
  assert.equal(one.texts().filter((text) => text === 'said into the void').length, 1)
})

test('a home that is read-only or not a folder: 1', async (context) => {
  const stage = await Stage.open(context)
  await writeFile(join(stage.dir, 'file'), 'not a folder')
  const file = await stage.run(['-l', ...here, '-n', 'b', '--home', 'file'])
  assert.equal(file.code, 1, file.stderr)
  assertLine(file.stderr, /file/)
  if (process.getuid?.() === 0) {
    context.diagnostic('read-only folder: tried as a read-only mount, since root writes everywhere')
    const dir = join(stage.dir, 'readonly')
    await mkdir(dir)
    if (!mount(context, stage, ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', dir], dir)) return
    await refusesToWrite(stage, dir)
    return
  }
  const dir = join(stage.dir, 'readonly')
  await mkdir(dir)
  await chmod(dir, 0o500)
  await refusesToWrite(stage, dir)
})

async function refusesToWrite(stage: Stage, dir: string): Promise<void> {
  for (const home of [dir, join(dir, 'inside')]) {
    const { code, stderr } = await stage.run(['-l', ...here, '-n', 'b', '--home', home], 'hi\n')
    assert.equal(code, 1, stderr)
    assertLine(stderr, /readonly/)
  }
}

/** False where this process may not mount; the test says so. */
function mount(context: TestContext, stage: Stage, args: readonly string[], dir: string): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' })
  } catch {
    context.diagnostic('skipped: mounting needs root and its capabilities')
    return false
  }
  // Nothing is mounted any more where the test itself has taken it away.
  stage.undo(() => spawnSync('umount', ['-l', dir]))
  return true
}

test('a damaged database is set aside: alone 1 and how to rejoin, with a neighbour the history is fetched again', async (context) => {
  const stage = await Stage.open(context)
  const [one, two] = await stage.room(['n1', 'n2'])
  assert.ok(one && two)
  const texts = numbered('said', 1, 200)
  two.say(...texts)
  await Promise.all([one, two].map((node) => node.has(texts)))
  two.end('//exit')
  await two.over()
  const rooms = join(two.home, 'rooms')
  const database = join(rooms, `${two.room}.db`)
  const damaged = await open(database, 'r+')
  const { size } = await damaged.stat()
  for (let from = 4096; from < size; from += 1024) await damaged.write(Buffer.alloc(600, 0x5a), 0, 600, from)
  await damaged.close()
  const bytes = createHash('sha256')
    .update(await readFile(database))
    .digest('hex')
  const args = [...here, '-n', 'n2', '--home', two.home]
  // A file on which something is mounted cannot be renamed, not even by root.
  if (mount(context, stage, ['--bind', database, database], database)) {
    const stuck = await stage.run(args, 'hello?\n')
    assert.equal(stuck.code, 1, stuck.stderr)
    assertLine(stuck.stderr, /is damaged, and cannot be set aside \(EBUSY\)/)
    execFileSync('umount', [database])
  }
  const alone = await stage.run(args, 'hello?\n')
  assert.equal(alone.code, 1, alone.stderr)
  assertLine(alone.stderr, new RegExp(`damaged.*-na 127\\.0\\.0\\.1 -np ${one.port}`))
  const aside = (await readdir(rooms)).find((name) => /\.db\.damaged-[\dTZ.:-]+$/.test(name))
  assert.ok(aside, 'the damaged database is kept')
  assert.equal(
    createHash('sha256')
      .update(await readFile(join(rooms, aside)))
      .digest('hex'),
    bytes,
    'as it was',
  )
  const still = await stage.run([...args, '-l'], 'hello?\n')
  assert.equal(still.code, 1, `never a new room by itself: ${still.stderr}`)
  assert.equal(still.stderr, alone.stderr, 'each start says where it is kept')
  assertLine(still.stderr, new RegExp(`kept as ${join(rooms, aside)}\\)$`, 'm'))
  await rename(join(rooms, aside), join(stage.dir, 'moved'))
  const moved = await stage.run(args, '')
  assertLine(moved.stderr, /damaged.*\(not kept: no damaged copy is left in .*rooms\)$/m)
  const again = await stage.run([...args, ...stage.entry({ through: one })], 'back\n')
  assert.equal(again.code, 0, again.stderr)
  await one.has(['back'])
  assert.equal(await stage.history(two.home), await stage.history(one.home))
})

/** Changes a text in the middle of a history, which only its checksum shows. */
async function spoil(database: string, text: string): Promise<void> {
  const bytes = await readFile(database)
  const file = await open(database, 'r+')
  // Every copy: the first may lie where the outbox was.
  let found = 0
  for (let at = -1; (at = bytes.indexOf(text, at + 1)) >= 0; found++) await file.write('S', at)
  await file.close()
  assert.ok(found > 0)
}

test('damage that is met while the history is printed is set aside: alone 1 and how to rejoin, with a neighbour the rest is printed', async (context) => {
  const stage = await Stage.open(context)
  const [one, two] = await stage.room(['n1', 'n2'])
  assert.ok(one && two)
  const texts = numbered('said', 1, 3000)
  // In parts that are small enough: opening a room looks at the last ones.
  for (let at = 0; at < texts.length; at += 250) {
    const some = texts.slice(at, at + 250)
    two.say(...some)
    await Promise.all([one, two].map((node) => node.has(some)))
  }
  two.end('//exit')
  await two.over()
  const rooms = join(two.home, 'rooms')
  const database = join(rooms, `${two.room}.db`)
  const sound = await readFile(database)
  const key = await readFile(join(two.home, 'identity.pem'))
  const history = await stage.history(one.home)
  await spoil(database, 'said 1500')
  const spoilt = await readFile(database)
  assert.notDeepEqual(spoilt, sound)

  const looked = await stage.run(['history', '--home', two.home])
  assert.equal(looked.code, 1, looked.stderr)
  assertLine(looked.stderr, /damaged/)
  assert.doesNotMatch(looked.stderr, /\n    at /)
  assert.deepEqual(await readFile(database), spoilt, 'history changes nothing')

  const args = [...here, '-n', 'n2', '--home', two.home]
  const alone = await stage.run(args, '')
  assert.equal(alone.code, 1, alone.stderr)
  assertLine(alone.stderr, new RegExp(`damaged.*-na 127\\.0\\.0\\.1 -np ${one.port}.*kept as`))
  const aside = (await readdir(rooms)).filter((name) => /\.db\.damaged-[\dTZ.:-]+$/.test(name))
  assert.equal(aside.length, 1)
  assert.equal((await readdir(rooms)).includes(`${two.room}.db`), false)

  await writeFile(database, spoilt)
  await writeFile(join(two.home, 'identity.pem'), key)
  const again = stage.start('again', [...args, ...stage.entry({ through: one })])
  await again.line(/^\/\/\/ .*damaged.*kept as.*joining the room anew/)
  await again.line(/: said 3000$/)
  again.end('back\n')
  assert.equal((await again.over()).code, 0, again.report())
  const printed = again.lines.filter((line) => line.startsWith('>'))
  assert.equal(`${printed.slice(0, -1).join('\n')}\n`, history, 'each message is printed once')
  assert.match(printed.at(-1) ?? '', /: back$/)
  await one.has(['back'])
  assert.equal(await stage.history(two.home), await stage.history(one.home))
})

test('a disk that is full at start: 1; one that fills up: nothing that was sent is lost, and the others continue', async (context) => {
  const stage = await Stage.open(context)
  const dir = join(stage.dir, 'disk')
  await mkdir(dir)
  if (!mount(context, stage, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], dir)) {
    context.skip('mounting a small disk needs root')
    return
  }
  await writeFile(join(dir, 'filler'), Buffer.alloc(1024 * 1024)).catch(() => {})
  const full = await stage.run(['-l', ...here, '-n', 'b', '--home', join(dir, 'home')], 'hi\n')
  assert.equal(full.code, 1, full.stderr)
  assertLine(full.stderr, /full|space/)
  await writeFile(join(dir, 'filler'), '')
  const [one, two] = await stage.room(['n1', 'n2'])
  assert.ok(one && two)
  const small = await stage.node('small', { through: one, home: join(dir, 'home2') }).ready()
  const [first, second] = [numbered('first', 1, 20), numbered('second', 1, 400)]
  small.say(...first)
  await Promise.all([one, two, small].map((node) => node.has(first)))
  await small.until(() => small.sent.size === first.length, 'all is sent')
  one.say(...second.map((text) => `${text} ${'x'.repeat(4000)}`))
  await two.until(() => two.messages.length >= 420, 'the others carry on')
  await small.until(
    () => small.notices.some((text) => /disk is full/.test(text)),
    'it says that the disk is full',
  )
  assert.equal(small.ended, undefined)
  await one.until(() => one.sent.size === 400, 'the full disk does not hold back what is sent')
  small.signal('SIGKILL')
  await small.exit
  const kept = await stage.history(small.home)
  for (const text of first) assert.ok(kept.includes(`: ${text}\n`), text)
})

test('signals leave within a second with 130, 143 and 129; a reader that goes away ends it with 0', async (context) => {
  const stage = await Stage.open(context)
  const one = await stage.node('n1').ready()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const node = await stage.node('b', { through: one, home: join(stage.dir, `b${code}`) }).ready()
    node.signal(signal)
    assert.deepEqual(await node.over(), { code, signal: null }, node.report())
    await one.until(() => one.members.length === 1, 'it has left')
  }
  const unread = await stage.node('c', { through: one, home: join(stage.dir, 'c') }).ready()
  unread.child.stdout.destroy()
  one.say('nobody reads this there')
  const { code } = await unread.over()
  assert.equal(code, 0)
  assert.equal(unread.stderr, '')
})

test('help and version go to stdout with 0', async (context) => {
  const stage = await Stage.open(context)
  const help = await stage.run(['--help'])
  assert.equal(help.code, 0)
  assert.match(help.stdout, /Examples:[^]*-na[^]*Exit codes:/)
  const version = await stage.run(['--version'])
  assert.deepEqual([version.code, version.stderr], [0, ''])
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
})
