// The command line, flag by flag (cli.md), and the default home.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../../src/commands/flags.ts'
import { defaultHome } from '../../src/commands/default-home.ts'
import type { ChatFlags } from '../../src/commands/command-line.ts'

const defaults: ChatFlags = {
  leader: false,
  fresh: false,
  locked: false,
  title: undefined,
  invitation: undefined,
  qr: false,
  knocks: true,
  web: undefined,
  webHost: undefined,
  watch: true,
  trace: undefined,
  files: undefined,
  address: undefined,
  advertise: undefined,
  port: undefined,
  name: undefined,
  neighbor: undefined,
  verbose: false,
  home: undefined,
  profile: undefined,
  room: undefined,
  log: undefined,
  json: false,
  format: undefined,
  history: undefined,
  stay: false,
  timeoutMs: 30_000,
  copies: undefined,
  color: undefined,
  announce: undefined,
}

/** What create makes. */
const locked = { leader: true, fresh: true, locked: true }

const accepted: [string[], Partial<ChatFlags>][] = [
  [[], {}],
  [['-L'], {}],
  [
    ['-l', '-a', '127.0.0.1', '-p', '0', '-n', ' Ann '],
    { leader: true, address: '127.0.0.1', port: 0, name: 'Ann' },
  ],
  [['-na', '10.0.0.1', '-np', '4001'], { neighbor: { host: '10.0.0.1', port: 4001 } }],
  [['-na', '10.0.0.1'], { neighbor: { host: '10.0.0.1', port: 4000 } }],
  [['-n', 'a', '-na', 'host'], { name: 'a', neighbor: { host: 'host', port: 4000 } }],
  [['--neighbor-address=fd00::5', '--neighbor-port=5'], { neighbor: { host: 'fd00::5', port: 5 } }],
  [['-na', '[fd00::5]'], { neighbor: { host: 'fd00::5', port: 4000 } }],
  [['-a', '::1'], { address: '::1' }],
  [['--leader', '--new', '--copies', '16'], { leader: true, fresh: true, copies: 16 }],
  [['-l', '--title', 'Tea'], { leader: true, title: 'Tea' }],
  [['--history', '0'], { history: 0 }],
  [['--history', 'all', '--json', '--stay', '-v'], { history: 'all', json: true, stay: true, verbose: true }],
  [['--timeout', '0.5', '--log', 'none', '--home', 'x'], { timeoutMs: 500, log: 'none', home: 'x' }],
  [['-P', 'work'], { profile: 'work' }],
  [['-l', '--room', 'AB12', '--profile=a.b'], { leader: true, room: 'AB12', profile: 'a.b' }],
  [['--color'], { color: true }],
  [['--no-color'], { color: false }],
  [['--no-knock'], { knocks: false }],
  [['create'], locked],
  [['create', '--title', ' Crew of the Ada '], { ...locked, title: 'Crew of the Ada' }],
  [
    ['-n', 'Ann', '--no-knock', 'create', '--qr', '--copies', '1'],
    { ...locked, name: 'Ann', knocks: false, qr: true, copies: 1 },
  ],
  [
    ['create', '--name', 'Ann', '--no-knock', '--json'],
    { ...locked, name: 'Ann', knocks: false, json: true },
  ],
]

for (const [words, expected] of accepted)
  test(`${words.join(' ') || 'no flag'} is understood`, () =>
    assert.deepEqual(parseCommandLine(words), { command: 'chat', flags: { ...defaults, ...expected } }))

const joins: [string[], { given?: string; file?: string }, Partial<ChatFlags>][] = [
  [['join'], {}, {}],
  [['join', '-'], { given: '-' }, {}],
  [['join', 'ringleader://x'], { given: 'ringleader://x' }, {}],
  [['-P', 'work', 'join', '--file', 'x', '-n', 'Bob'], { file: 'x' }, { profile: 'work', name: 'Bob' }],
]

for (const [words, { given, file }, expected] of joins)
  test(`${words.join(' ')} joins`, () =>
    assert.deepEqual(parseCommandLine(words), {
      command: 'join',
      given,
      file,
      flags: { ...defaults, ...expected },
    }))

const refused: [string[], RegExp][] = [
  [['-z'], /unknown option '-z'/],
  [
    ['foo'],
    /unknown command "foo"; the commands are create, join, demo, lab, replay, say, history, rooms, nearby, doctor, forget, service and completion/,
  ],
  [['histroy'], /unknown command "histroy"; did you mean "history"\?/],
  [['-p', '4001', 'hist'], /unknown command "hist"; did you mean "history"\?/],
  [['Demo', 'x'], /unknown command "Demo"; did you mean "demo"\?/],
  [['a\nb\u001b'], /unknown command "a\\u000ab\\u001b"; the commands/],
  [[''], /unknown command ""; the commands/],
  [['-np', '4000'], /-np needs -na/],
  [['-l', '-np', '4000'], /-np needs -na/],
  [['-l', '-na', '1.2.3.4', '-np', '4000'], /-l creates a room and -na joins one/],
  [['-l', '-L'], /exclude each other/],
  [['--new'], /--new goes with -l/],
  [['--copies', '3'], /--copies goes with -l/],
  [['-l', '--copies', '0'], /from 1 to 16/],
  [['-l', '--copies', '17'], /from 1 to 16/],
  [['-p', '65536'], /from 0 to 65535/],
  [['-p', '4e3'], /from 0 to 65535/],
  [['-p', '-1'], /from 0 to 65535|argument missing/],
  [['-na', 'x', '-np', '0'], /from 1 to 65535/],
  [['-a', '0.0.0.0'], /names one machine/],
  [['-a', '::'], /names one machine/],
  [['-a', '[::]'], /names one machine/],
  [['-a', 'fe80::1%eth0'], /Zone ids/],
  [['-a', '::ffff:0.0.0.0'], /names one machine/],
  [['-na', '127.1'], /all four numbers/],
  [['-na', '0'], /all four numbers/],
  [['-a', 'host:4000'], /IP address or a host name/],
  [['-a', ''], /IP address or a host name/],
  [['-n', ''], /at least one character/],
  [['-n', 'x'.repeat(33)], /at most 32 characters/],
  [['-n', 'a(b'], /must not contain "\("/],
  [['-n', 'a\u001b[2J'], /must not contain the control character U\+001B/],
  [['-n'], /argument missing/],
  [['--history', 'some'], /whole number/],
  [['--timeout', '-1'], /seconds|argument missing/],
  [['--timeout', 'x'], /seconds/],
  [['-P', '../x'], /letters, digits/],
  [['-P', ''], /letters, digits/],
  [['-P', 'x', '--home', 'y'], /--home or by --profile/],
  [['--room', ' '], /beginning of a room's id or title/],
  [['history', '--since', '2026-02-30'], /Give a day or a time/],
  [['history', '--until', 'soon'], /Give a day or a time/],
  [['history', '--from', ''], /Give a name/],
  [['history', '--grep', ''], /not empty/],
  [['history', '--verify', '--grep', 'x'], /--verify prints no messages/],
  [['--room', 'a', '-na', '1.2.3.4'], /goes with neither --new nor -na/],
  [['-l', '--new', '--room', 'a'], /goes with neither/],
  [['--room', 'a', '--home', 'none'], /holds no room/],
  [['forget'], /missing required argument/],
  [['forget', 'a', 'b'], /too many words: b/],
  [['rooms', '-p', '1', '-P', 'x'], /not both/],
  [['create', 'x'], /too many words: x/],
  [['create', '--new'], /unknown option/],
  [['service', 'create'], /service runs a node/],
  [['service', 'join', 'x'], /service runs a node/],
  [['create', '--qr', '--json'], /--json draws nothing/],
  [['-l', 'create'], /create says which room it is: it takes none of -l/],
  [['--room', 'a', 'join', 'x'], /join says which room it is/],
  [['create', '--home', 'x', '-P', 'y'], /--home or by --profile/],
  [['join', 'x', 'y'], /too many words: y/],
  [['nearby', 'x'], /too many words: x/],
  [['nearby', '--timeout', '61'], /at most 60 seconds/],
  [['doctor', 'x', 'y'], /too many words: y/],
  [['doctor', '1.2.3.4:5', '-na', '1.2.3.4'], /takes one of -na, --invitation and the word/],
  [['doctor', '-np', '5'], /-np needs -na/],
  [['doctor', '--timeout', '0'], /at least 0\.1/],
  [['doctor', '--home', 'x', '-P', 'y'], /--home or by --profile/],
  [['join', 'x', '--file', 'y'], /an invitation or --file, not both/],
  [['join', '--qr'], /unknown option/],
  [['say', '--invitation', 'x', '-na', '1.2.3.4', 'hi'], /give no -na/],
  [['history', '--stay'], /unknown option/],
  [['history', 'x'], /too many words: x/],
  [['history', '-p', '1', '--home', 'x'], /not both/],
  [['--format', 'long'], /Allowed choices are classic, short/],
  [['--format', 'short', '--json'], /--json has no --format/],
  [['history', '--json', '--time'], /--json has no --format or --time/],
  [['history', '--json', '--format', 'short'], /--json has no --format/],
]

for (const [words, expected] of refused)
  test(`${JSON.stringify(words.join(' '))} is a usage error in one helpful line`, () => {
    const line = parseCommandLine(words)
    assert.equal(line.command, 'print')
    if (line.command !== 'print') return
    assert.equal(line.code, 2)
    assert.match(line.text, expected)
    assert.match(line.text, /^ringleader: [^\n\u001b]+\nSee ringleader --help\.\n$/)
  })

test('a guess at a mistyped option is a line of its own, and what was typed stays escaped', () => {
  const texts = [['--nwe'], ['--nwe\n(Did you mean\u001b)'], ['history', '--hom']].map((words) => {
    const line = parseCommandLine(words)
    return line.command === 'print' ? line.text : line.command
  })
  assert.deepEqual(texts, [
    "ringleader: unknown option '--nwe'\n(Did you mean --new?)\nSee ringleader --help.\n",
    "ringleader: unknown option '--nwe\\u000a(Did you mean\\u001b)'\nSee ringleader --help.\n",
    "ringleader: unknown option '--hom'\n(Did you mean --home?)\nSee ringleader --help.\n",
  ])
})

test('--help has examples first and the exit codes', () => {
  const line = parseCommandLine(['--help'])
  assert.ok(line.command === 'print' && line.code === 0)
  assert.ok(line.text.indexOf('ringleader -l -n Ann') < line.text.indexOf('Usage:'))
  assert.match(line.text, /-na, --neighbor-address <ip>/)
  assert.match(line.text, /-np, --neighbor-port <port>/)
  for (const code of ['0 ok', '1 the', '2 usage', '3 nobody', '4 refused', '5 said', '130/143/129'])
    assert.ok(line.text.includes(code), code)
})

test('the other commands', () => {
  assert.deepEqual(parseCommandLine(['--version']), { command: 'version' })
  assert.deepEqual(parseCommandLine(['demo']), {
    command: 'demo',
    flags: { color: undefined, nodes: undefined, ids: undefined, step: false, web: undefined },
  })
  assert.deepEqual(parseCommandLine(['demo', '--no-color']), {
    command: 'demo',
    flags: { color: false, nodes: undefined, ids: undefined, step: false, web: undefined },
  })
  for (const words of [
    ['history', '-p', '4001', '--json'],
    ['--json', '-p', '4001', 'history'],
  ])
    assert.deepEqual(parseCommandLine(words), {
      command: 'history',
      flags: {
        port: 4001,
        profile: undefined,
        home: undefined,
        room: undefined,
        json: true,
        format: undefined,
        time: false,
        verify: false,
        filter: undefined,
        color: undefined,
      },
    })
  const home = { port: undefined, profile: undefined, home: undefined }
  assert.deepEqual(parseCommandLine(['rooms', '-P', 'x', '--json']), {
    command: 'rooms',
    flags: { ...home, profile: 'x', json: true },
  })
  assert.deepEqual(parseCommandLine(['history', '--room', 'A0']), {
    command: 'history',
    flags: {
      ...home,
      room: 'A0',
      json: false,
      format: undefined,
      time: false,
      verify: false,
      filter: undefined,
      color: undefined,
    },
  })
  assert.deepEqual(parseCommandLine(['forget', 'ab12', '--home', 'x', '--yes']), {
    command: 'forget',
    flags: { ...home, home: 'x', room: 'ab12', yes: true },
  })
})

test('the format of messages, for a chat and for its history', () => {
  const chat = parseCommandLine(['--format', 'short'])
  assert.ok(chat.command === 'chat' && chat.flags.format === 'short')
  for (const words of [
    ['history', '--format', 'short', '--time'],
    ['--format', 'short', 'history', '--time'],
  ]) {
    const line = parseCommandLine(words)
    assert.ok(line.command === 'history' && line.flags.format === 'short' && line.flags.time)
  }
})

test('the home lies where the system keeps such data', () => {
  assert.equal(defaultHome(4000, { XDG_DATA_HOME: '/data' }, 'linux'), '/data/ringleader/4000')
  assert.equal(defaultHome(undefined, { XDG_DATA_HOME: '/data' }, 'linux'), '/data/ringleader/default')
  assert.match(defaultHome(4001, {}, 'linux'), /\/\.local\/share\/ringleader\/4001$/)
  assert.match(defaultHome(1, { XDG_DATA_HOME: 'relative' }, 'linux'), /\/\.local\/share\/ringleader\/1$/)
  assert.match(defaultHome(1, {}, 'darwin'), /Library\/Application Support\/ringleader\/1$/)
})
