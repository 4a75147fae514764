// Homes (cli.md, "Homes"): which one a command line means, what it remembers, its rooms, and what is said where a
// home is in use or there is none.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyPort, findFreePort } from '../../src/transport/hosts.ts'
import { Stage } from './harness.ts'
import { hasTerminals, TerminalProgram } from './terminal-program.ts'

const skip = hasTerminals ? false : 'needs the script of util-linux'
const here = ['-a', '127.0.0.1', '--log', 'none']
const invitation =
  /^\/\/\/ others join with: ringleader -n <their name> -a 127\.0\.0\.1 -na 127\.0\.0\.1 -np (\d+)$/

function homeOf(stage: Stage, profile: string): string {
  return join(stage.dir, 'data', 'ringleader', profile)
}

test('the last name and port are remembered by a person, and not by a pipe', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const first = new TerminalProgram(stage, 'first', ['-l', '-n', 'Ann', '-p', '0', '-P', 'default'], here)
  const port = invitation.exec(await first.line(invitation))?.[1]
  first.type('one\r')
  await first.line(/\]: one$/)
  first.type('/nick Anna\r')
  await first.line(/you are Anna|name is now|Anna/)
  first.type('//exit\r')
  assert.equal(await first.code(), 0)
  await first.over()
  await first.line(/^\/\/\/ to come back: ringleader .*-a 127\.0\.0\.1 --log none$/)
  assert.ok(first.raw.endsWith('\u001b[?2004l'), 'the terminal is given back last')

  const piped = await stage.run([...here, '-n', 'Bot'], 'two\n')
  assert.match(piped.stdout, /^> Bot\(127\.0\.0\.1:\d+\)\[\d+\]: two$/m)
  const back = await stage.run([...here], 'three\n')
  assert.match(back.stdout, new RegExp(`^> Anna\\(127\\.0\\.0\\.1:${port}\\)\\[\\d+\\]: three$`, 'm'))
  assert.doesNotMatch(back.stdout, /to come back/)

  const flags = ['-n', 'Cid', '-p', '0', '-P', 'default', '--advertise', '127.0.0.1']
  const later = new TerminalProgram(stage, 'later', flags, here)
  const other = invitation.exec(await later.line(invitation))?.[1]
  later.type('//exit\r')
  assert.equal(await later.code(), 0)
  await later.line(/^\/\/\/ to come back: ringleader .*-a 127\.0\.0\.1 --log none --advertise 127\.0\.0\.1$/)
  const again = await stage.run([...here], 'four\n')
  assert.match(again.stdout, new RegExp(`^> Cid\\(127\\.0\\.0\\.1:${other}\\)\\[\\d+\\]: four$`, 'm'))
  assert.deepEqual(await readdir(join(stage.dir, 'data', 'ringleader')), ['default'])
})

test(
  'what a home notes of its node is where it listens, whatever is advertised',
  { skip },
  async (context) => {
    const stage = await Stage.open(context)
    const port = String(await findFreePort('127.0.0.1', anyPort))
    const nobody = String(await findFreePort('127.0.0.1', anyPort, Number(port)))
    const flags = ['-l', '-n', 'Ann', '-p', port, '-P', 'default', '--advertise', `127.0.0.1:${nobody}`]
    const ann = new TerminalProgram(stage, 'ann', flags, here)
    assert.equal(invitation.exec(await ann.line(invitation))?.[1], nobody)
    const note = async (name: string) =>
      JSON.parse(await readFile(join(homeOf(stage, 'default'), name), 'utf8')) as Record<string, unknown>
    assert.equal((await note('running.json'))['address'], `127.0.0.1:${port}`)
    assert.equal((await note('last-self.json'))['port'], Number(port))
    const said = await stage.run(['say', '-a', '127.0.0.1', '-n', 'me', 'from beside'])
    assert.deepEqual(said, { code: 0, signal: null, stdout: '', stderr: '' })
    await ann.line(/\]: from beside$/)
    ann.type('//exit\r')
    assert.equal(await ann.code(), 0)
    const back = await ann.line(/^\/\/\/ to come back:/)
    assert.equal(
      back,
      `/// to come back: ringleader -P default -p ${port} -a 127.0.0.1 --log none --advertise 127.0.0.1:${nobody}`,
    )
  },
)

test('a port that another program holds changes neither the home nor the room', async (context) => {
  const stage = await Stage.open(context)
  const before = await stage.run([...here, '-l', '-n', 'Ann'], 'one\n')
  const port = Number(/np (\d+)/.exec(before.stdout)?.[1])
  const other = createServer()
  await new Promise<void>((done) => other.listen(port, '127.0.0.1', done))
  context.after(() => other.close())
  const { code, stdout } = await stage.run([...here, '-l', '-n', 'Ann'], 'two\n')
  assert.equal(code, 0)
  assert.match(stdout, /\]: one$/m)
  assert.doesNotMatch(stdout, new RegExp(`:${port}\\)\\[\\d+\\]: two`))
  assert.deepEqual(await readdir(join(stage.dir, 'data', 'ringleader')), ['default'])
})

test(
  'damaged settings stay as they are in a folder of others and in a home in use',
  { skip },
  async (context) => {
    const stage = await Stage.open(context)
    const foreign = join(stage.dir, 'foreign')
    await mkdir(foreign)
    const ann = await stage.node('Ann').ready()
    for (const [name, home, why] of [
      ['one', foreign, /is no Ringleader home/],
      ['two', ann.home, /in use/],
    ] as const) {
      await writeFile(join(home, 'settings.json'), 'of another program')
      const files = await readdir(home)
      const refused = new TerminalProgram(stage, name, ['-l', '-n', 'Bob', '-p', '0', '--home', home], here)
      assert.equal(await refused.code(), 1)
      // What it printed last comes through the terminal behind its exit code.
      await refused.over()
      assert.match(refused.raw, why)
      assert.doesNotMatch(refused.raw, /damaged/)
      assert.deepEqual(await readdir(home), files)
    }
  },
)

test('a home in use is named with the command for a second profile, which works', async (context) => {
  const stage = await Stage.open(context)
  const ann = stage.start('Ann', [...here, '-l', '-n', 'Ann', '--stay'])
  await ann.line(invitation)
  const { pid, address } = JSON.parse(
    await readFile(join(homeOf(stage, 'default'), 'running.json'), 'utf8'),
  ) as {
    pid: number
    address: string
  }
  assert.equal(pid, ann.child.pid)
  const port = address.split(':')[1]
  const refused = await stage.run([...here, '-n', "Bob's"], 'hi\n')
  assert.deepEqual([refused.code, refused.stdout], [1, ''])
  const command = `-P second ${here.join(' ')} -n 'Bob'\\''s' -na 127.0.0.1 -np ${port}`
  assert.equal(
    refused.stderr,
    `ringleader: the default profile (${homeOf(stage, 'default')}) is in use by process ${pid}, at ${address}: ` +
      `end that one, or start a second profile: ringleader ${command}\n`,
  )
  const join_ = ['-n', "Bob's", '-na', '127.0.0.1', '-np', String(port)]
  const bob = await stage.run(['-P', 'second', ...here, ...join_], 'hi\n')
  assert.equal(bob.code, 0, bob.stderr)
  await ann.line(/\]: hi$/)
  const given = await stage.run(['--profile=default', ...here, ...join_], 'hi\n')
  assert.match(given.stderr, /ringleader -P second -a .* -np \d+\n$/)
  assert.ok(!given.stderr.includes('--profile'))
  ann.signal('SIGTERM')
  await ann.over()
  assert.ok(!existsSync(join(homeOf(stage, 'default'), 'running.json')))
})

test('an explicit port means the profile of that port, said at the start', async (context) => {
  const stage = await Stage.open(context)
  const ann = stage.start('Ann', ['-l', ...here, '-p', '0', '-n', 'Ann', '--stay'])
  const port = invitation.exec(await ann.line(invitation))?.[1] ?? ''
  const home = homeOf(stage, port)
  assert.equal(
    await ann.line(/profile/),
    `/// this is the profile of that port, kept in ${home}; come back to it with: ringleader -p ${port}`,
  )
  const bob = stage.start('Bob', [...here, '-p', '0', '-n', 'Bob', '-na', '127.0.0.1', '-np', port, '--stay'])
  await bob.line(/2 members/)
  bob.end('//exit')
  assert.equal((await bob.over()).code, 0)
  ann.end('hello', '//exit')
  await ann.over()
  const back = await stage.run([...here, '-p', port, '-n', 'Ann'], '')
  assert.match(back.stdout, /\]: hello$/m)
  const kept = await stage.run(['history', '-p', port])
  assert.match(kept.stdout, /\]: hello$/m)
  const bare = await stage.run([...here, '-n', 'Ann'], '')
  assert.equal(bare.code, 2)
  assert.match(bare.stderr, new RegExp(`these homes hold one: .*-p ${port}.*ringleader -p \\d+\n`))
  const fresh = await stage.run([...here, '-n', 'Ann', '-l'], '')
  assert.match(
    fresh.stdout,
    new RegExp(`/// this room is new; homes that hold one already: .*ringleader -p ${port}`),
  )
})

test('rooms are listed, chosen by the beginning of their ids, and forgotten', async (context) => {
  const stage = await Stage.open(context)
  const bob = await stage.node('Bob').ready()
  const words = [...here, '-n', 'Ann']
  await stage.run([...words, ...stage.entry({ through: bob })], 'to Bob\n')
  const fresh = await stage.run([...words, '-l', '--new'], 'alone\n')
  const short = bob.room.slice(0, 8)
  const home = homeOf(stage, 'default')
  assert.ok(
    fresh.stdout.includes(
      `/// the old room stays in ${home}; go back to it with: ringleader --room ${short}\n`,
    ),
    fresh.stdout,
  )
  const listed = await stage.run(['rooms'])
  const [mark, with_, where, second, members] = listed.stdout.split('\n')
  assert.match(
    mark ?? '',
    /^\* [\da-f]{8} {2}open, 1 message, the last on \d{4}-\d\d-\d\d \d\d:\d\d by Ann: alone$/,
  )
  assert.equal(with_, '    with nobody else')
  assert.match(where ?? '', new RegExp(`^    in ${home}/rooms/[\\da-f]{32}\\.db$`))
  assert.match(second ?? '', new RegExp(`^  ${short}  open, 1 message, .* by Ann: to Bob$`))
  assert.equal(members, `    with Bob(${bob.address})`)
  const objects = (await stage.run(['rooms', '--json'])).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    objects.map(({ type, current, messages }) => [type, current, messages]),
    [
      ['room', true, 1],
      ['room', false, 1],
    ],
  )
  assert.equal(objects[1]?.['id'], bob.room)
  assert.deepEqual(objects[1]?.['members'], [{ name: 'Bob', address: bob.address, id: bob.id, left: false }])

  assert.match((await stage.run(['history', '--room', short])).stdout, /\]: to Bob\n$/)
  const back = await stage.run([...words, '--room', bob.room.slice(0, 5)], 'again\n')
  assert.equal(back.code, 0, back.stderr)
  await bob.has(['again'])
  const unknown = bob.room.startsWith('0') ? '1' : '0'
  for (const [args, code] of [
    [[...words, '--room', `${unknown}bad`], 2],
    [['history', '--room', `${unknown}bad`], 2],
    [['forget', `${unknown}bad`, '--yes'], 1],
    [['forget', short], 2],
  ] as const) {
    const wrong = await stage.run(args)
    assert.deepEqual([wrong.code, wrong.stdout], [code, ''], wrong.stderr)
    assert.match(
      wrong.stderr,
      code === 2 && args[0] === 'forget'
        ? /--yes/
        : new RegExp(`holds no room ${unknown}bad, but .*${short}`),
    )
  }
  const files = await readdir(join(home, 'rooms'))
  await writeFile(join(home, 'rooms', `${bob.room}.db.damaged-2026`), '')
  const forgotten = await stage.run(['forget', short, '--yes'])
  assert.deepEqual([forgotten.code, forgotten.stdout], [0, `room ${bob.room} is deleted from ${home}\n`])
  assert.deepEqual(
    (await readdir(join(home, 'rooms'))).filter((name) => !/-(wal|shm)$/.test(name)),
    files.filter((name) => !name.startsWith(bob.room) && !/-(wal|shm)$/.test(name)),
  )
  // The other room is the last one now.
  assert.match((await stage.run(['history'])).stdout, /\]: alone\n$/)
})

test(
  'forget asks at a terminal, and in a home that is in use it deletes nothing',
  { skip },
  async (context) => {
    const stage = await Stage.open(context)
    const first = await stage.run(['-l', ...here, '-n', 'Ann', '--json'], 'one\n')
    const { room } = JSON.parse(first.stdout.split('\n')[0] ?? '') as { room: string }
    const no = new TerminalProgram(stage, 'no', [], ['forget', room])
    await no.until(() => no.raw.endsWith('[y/N] '), 'the question')
    assert.match(
      no.raw,
      new RegExp(`delete room ${room} \\(1 message; with nobody else\\) from ${homeOf(stage, 'default')}\\?`),
    )
    no.type('\r')
    assert.equal(await no.code(), 1)
    const ann = stage.start('Ann', [...here, '-n', 'Ann', '--stay'])
    await ann.line(invitation)
    const busy = await stage.run(['forget', room, '--yes'])
    assert.equal(busy.code, 1)
    assert.match(busy.stderr, /in use/)
    ann.end('//exit')
    await ann.over()
    const yes = new TerminalProgram(stage, 'yes', [], ['forget', room])
    await yes.until(() => yes.raw.endsWith('[y/N] '), 'the question')
    yes.type('y\r')
    assert.equal(await yes.code(), 0)
    assert.equal((await stage.run(['rooms'])).code, 1)
  },
)

test('forget names the own messages that were never sent', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const ann = await stage.node('Ann').ready()
  const bob = stage.start('Bob', [...here, '-n', 'Bob', '--timeout', '0.2', ...stage.entry({ through: ann })])
  ann.say('from Ann')
  await bob.line(/from Ann$/)
  // Nobody gives a place to what is said, and Bob leaves before he leads.
  ann.signal('SIGSTOP')
  bob.end('one', 'two')
  assert.equal((await bob.over()).code, 5, bob.report())
  const asked = new TerminalProgram(stage, 'asked', [], ['forget', ann.room])
  await asked.until(() => asked.raw.endsWith('[y/N] '), 'the question')
  assert.match(asked.raw, /\(1 message, and 2 of yours never sent; with Ann\)/)
  asked.type('\r')
  assert.equal(await asked.code(), 1)
})

test('--home none keeps nothing; a user without a home is told to give one', async (context) => {
  const stage = await Stage.open(context)
  const none = await stage.run(['-l', ...here, '-n', 'Ann', '--home', 'none'], 'hello\n')
  assert.equal(none.code, 0, none.stderr)
  assert.match(none.stdout, /^\/\/\/ nothing is kept on disk \(--home none\)\n> Ann.*hello$/m)
  assert.deepEqual(await readdir(stage.dir), [])
  assert.equal((await stage.run([...here, '-n', 'Ann', '--home', 'none'])).code, 2)
  assert.equal((await stage.run(['history', '--home', 'none'])).code, 2)
  // An empty HOME: as for a user without an entry in passwd.
  const env = { HOME: '', XDG_DATA_HOME: undefined }
  for (const args of [[], ['-l'], ['history'], ['rooms'], ['forget', 'a', '--yes'], ['-P', 'x', '-l']]) {
    const { code, stdout, stderr } = await stage.run(args, '', { env })
    assert.deepEqual([code, stdout], [1, ''], args.join(' '))
    assert.match(
      stderr,
      /^ringleader: the system knows no home folder of this user [^\n]*: give --home <dir>[^\n]*\n$/,
    )
  }
  const given = await stage.run(['history', '--home', 'x'], '', { env })
  assert.deepEqual([given.code, given.stderr], [1, 'ringleader: x holds no room; see --home\n'])
})

test('a note of the last self that is damaged remembers nothing', async (context) => {
  const stage = await Stage.open(context)
  const home = homeOf(stage, 'default')
  await stage.run(['-l', ...here, '-n', 'Ann'], '')
  for (const text of ['', '[]', '{"name":7,"port":"x"}', '{"name":"a(b","port":99999}', 'null']) {
    await writeFile(join(home, 'last-self.json'), text)
    const { code, stdout } = await stage.run([...here, '--json'], '', { env: { USER: 'x' } })
    assert.equal(code, 0)
    assert.doesNotMatch(stdout, /a\(b|99999/)
  }
  await mkdir(join(home, 'running.json'))
  const { code, stderr } = await stage.run([...here], '')
  assert.deepEqual([code, stderr], [0, ''])
})
