// The command table (terminal.md item 1), the name rule, and the words for what the core reports.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands, parseTyped, wordsBehind } from '../../src/chat/commands.ts'
import { checkName } from '../../src/chat/own-name.ts'
import { editDistance, nearestWord } from '../../src/chat/nearest.ts'
import { logTextOf, noticeOf } from '../../src/chat/notices.ts'
import type { LogLine } from '../../src/core/model/log-line.ts'
import type { Address, Inc, Uid } from '../../src/core/model/ids.ts'
import type { Request } from '../../src/chat/commands.ts'

const table: [string, Request][] = [
  ['hello', { type: 'say', text: 'hello' }],
  [' /names', { type: 'say', text: ' /names' }],
  ['//x', { type: 'say', text: '/x' }],
  ['///', { type: 'say', text: '//' }],
  ['//exit now', { type: 'say', text: '/exit now' }],
  ['//exit', { type: 'quit' }],
  ['//exit  ', { type: 'quit' }],
  ['/exit', { type: 'quit' }],
  ['/QUIT', { type: 'quit' }],
  ['/names', { type: 'names' }],
  ['/who', { type: 'names' }],
  ['/list', { type: 'names' }],
  ['/ring', { type: 'ring' }],
  ['/leader', { type: 'leader' }],
  ['/check', { type: 'check' }],
  ['/whois', { type: 'whois', name: '' }],
  ['/whois Ann B', { type: 'whois', name: 'Ann B' }],
  ['/history', { type: 'history', count: undefined }],
  ['/history 50', { type: 'history', count: 50 }],
  ['/me waves  twice ', { type: 'act', text: 'waves  twice' }],
  ['/me one\ntwo', { type: 'act', text: 'one\ntwo' }],
  ['/nick  Ann B ', { type: 'nick', name: 'Ann B' }],
  ['/invite', { type: 'lock', command: { type: 'invite' } }],
  ['/knocks', { type: 'lock', command: { type: 'knocks' } }],
  ['/admit 2', { type: 'lock', command: { type: 'admit', word: '2' } }],
  ['/admit 3f2a 91C4 07bd e512', { type: 'lock', command: { type: 'admit', word: '3f2a 91C4 07bd e512' } }],
  ['/deny 12', { type: 'lock', command: { type: 'deny', word: '12' } }],
  ['/rekey', { type: 'lock', command: { type: 'rekey' } }],
  ['/remove Bob B', { type: 'lock', command: { type: 'remove', word: 'Bob B' } }],
]

for (const [typed, expected] of table)
  test(`${JSON.stringify(typed)} is understood`, () => assert.deepEqual(parseTyped(typed), expected))

const local: [string, RegExp][] = [
  ['/nmaes', /did you mean \/names\?/],
  ['/hist', /did you mean \/history\?/],
  ['/exot', /did you mean \/exit\?/],
  ['/', /^no command \/; \/help lists the commands\. Nothing was sent; \/\/ sends it as text$/],
  ['/xyzzy Bob hi', /^no command \/xyzzy; \/help lists the commands\. Nothing/],
  ['/awy', /^no command \/awy; did you mean \/away/],
  ['/nik', /did you mean \/nick\?/],
  ['/QIUT', /did you mean \/quit\?/],
  ['/quit now', /^\/quit takes nothing behind it/],
  ['/exit 1', /^\/quit takes nothing behind it/],
  ['/history 0', /up to 1000/],
  ['/history 1001', /up to 1000/],
  ['/history 1.5', /up to 1000/],
  ['/me', /\/me waves/],
  ['/nick', /new name/],
  ['/admit', /^\/admit takes the number of a knock, as in \/admit 2, or its fingerprint as it is shown; /],
  ['/admit 3f2a', /^\/admit takes the number of a knock/],
  ['/deny Bob', /^\/deny takes the number of a knock/],
  ['/admit Bob', /^\/admit takes the number/],
  ['/deny 1 2', /^\/deny takes the number/],
  ['/rekey Bob', /\/remove takes somebody out/],
  ['/remove', /^\/remove needs a name/],
  ['/nick a(b', /must not contain "\("/],
  ['/help nick', /^\/nick <name> {2}change your name$/],
  ['/help /who', /the same: \/who \/list/],
  ['/help xyz', /no group of them is called xyz; \/help lists all, .* one of: talk, files, people/],
  ['/help reding', /did you mean \/help reading\?/],
]

for (const [typed, expected] of local)
  test(`${typed} is handled here and never sent`, () => {
    const request = parseTyped(typed)
    assert.equal(request.type, 'local')
    assert.match(request.type === 'local' ? request.text : '', expected)
  })

test('/help lists every command and alias', () => {
  const request = parseTyped('/help')
  const text = request.type === 'local' ? request.text : ''
  for (const command of commands)
    for (const word of [command.name, ...command.aliases]) assert.match(text, new RegExp(`/${word}\\b`))
})

test('edit distance', () => {
  assert.equal(editDistance('', 'abc'), 3)
  assert.equal(editDistance('kitten', 'sitting'), 3)
  assert.equal(editDistance('nmaes', 'names'), 1)
  assert.equal(nearestWord('qit', ['names', 'quit']), 'quit')
})

test('the name rule', () => {
  for (const [given, name] of [
    ['Ann', 'Ann'],
    ['  Ann B ', 'Ann B'],
    ['x'.repeat(32), 'x'.repeat(32)],
    ['👩'.repeat(32), '👩'.repeat(32)],
  ] as const)
    assert.deepEqual(checkName(given), { name })
  for (const given of [
    '',
    '   ',
    'x'.repeat(33),
    'a\nb',
    'a\u0000b',
    'a\u202eb',
    'a\u2028b',
    'a(b',
    'a)b',
    'a[b',
    'a]b',
    'a\ud800b',
    '\u200b',
    '\u3164',
    '\u2060\u0301',
  ])
    assert.ok('problem' in checkName(given), JSON.stringify(given))
})

const who = { uid: '0'.repeat(32) as Uid, inc: '' as Inc, name: 'Ann', addr: '10.0.0.1:4000' as Address }
const ann = 'Ann(10.0.0.1:4000)'
const bob = { uid: '3f2a91c407bde512'.repeat(2) as Uid, name: 'Bob' }
const piece = '3f2a 91c4 07bd e512'

const knocker = { uid: bob.uid, name: 'B\u200fob', addr: '[fd00::7]:5000' as Address }
const knocks = (
  [
    ['waits', 'knocks from fd00::7'],
    ['admitted', 'is let in'],
    ['denied', 'is turned away'],
    ['gone', 'gave up knocking'],
    ['expired', 'is turned away: nobody answered for 10 minutes'],
    ['unreachable', 'cannot be let in any more: the member at which it knocked is gone'],
  ] as const
).map(([state, ending]): [LogLine, string, string] => [
  { type: 'knock', number: 2, who: knocker, state },
  `2: B\\u200fob (${piece}) ${ending}`,
  `knock 2 ${state}: B\\u200fob (${piece}) at [fd00::7]:5000`,
])

const words: [LogLine, string | undefined, string][] = [
  [{ type: 'listening', addr: who.addr }, undefined, 'listening on 10.0.0.1:4000'],
  [{ type: 'joined', who }, `${ann} joined`, `joined ${ann}`],
  [{ type: 'left', who }, `${ann} left`, `left ${ann}`],
  [{ type: 'died', who }, `${ann} is gone`, `died ${ann}`],
  [{ type: 'unreachable', who }, `${ann} is out of reach`, `unreachable ${ann}`],
  [{ type: 'ring', next: who, previous: who }, undefined, `ring next ${ann}, previous ${ann}`],
  [{ type: 'ring' }, undefined, 'ring next none, previous none'],
  [
    { type: 'election-started', term: 2, why: 'leader lost' },
    'the leader is lost; the ring elects a new one',
    'election started in term 2: leader lost',
  ],
  [{ type: 'election-candidate', term: 2, who }, undefined, `election candidate ${ann} in term 2`],
  [{ type: 'election-candidate', term: 2, who: { uid: 'ab' } }, undefined, 'election candidate ab in term 2'],
  [
    { type: 'election-token', term: 2, candidate: '7fab00' as Uid, own: '4bcd00' as Uid, verdict: 'pass on' },
    undefined,
    'election token in term 2, 7fab > 4bcd: pass on',
  ],
  [
    {
      type: 'election-token',
      term: 2,
      candidate: '4bcd00' as Uid,
      own: '3bcd00' as Uid,
      verdict: 'dropped',
      sentMax: '9bcd00' as Uid,
    },
    undefined,
    'election token in term 2, 4bcd < 9bcd: dropped',
  ],
  [{ type: 'election-won', term: 2, who }, undefined, `election won by ${ann} in term 2`],
  [{ type: 'leader', who, term: 2 }, `${ann} leads the room now`, `leader ${ann} in term 2`],
  [{ type: 'stored', count: 1 }, undefined, 'stored 1 message'],
  [{ type: 'disk', state: 'freed' }, 'there is room on the disk again', 'disk freed'],
  [
    { type: 'disk', state: 'locked' },
    'the history file is locked by another program: waiting for it; nothing can be said here until then',
    'disk locked',
  ],
  ...knocks,
  [
    { type: 'knock', number: 2, who: knocker, state: 'denied', by: who },
    `2: B\\u200fob (${piece}) is turned away by ${ann}`,
    `knock 2 denied by ${ann}: B\\u200fob (${piece}) at [fd00::7]:5000`,
  ],
  [{ type: 'rekeyed', by: who, removed: [] }, `${ann} changed the key of the room`, `rekeyed by ${ann}`],
  [
    { type: 'rekeyed', by: who, removed: [bob, { ...bob, addr: who.addr }, { ...bob, name: '' }] },
    `${ann} removed Bob (${piece}), Bob(10.0.0.1:4000), the node ${piece} from the room and changed its key`,
    `rekeyed by ${ann}, without Bob (${piece}), Bob(10.0.0.1:4000), the node ${piece}`,
  ],
  [{ type: 'disk', state: 'unlocked' }, 'the history file is no longer locked', 'disk unlocked'],
]

for (const [line, notice, logged] of words)
  test(`${line.type} in words`, () => {
    assert.equal(noticeOf(line), notice)
    assert.equal(logTextOf(line), logged)
  })

test('every line of the log begins with one of the fixed words', () => {
  const more: LogLine[] = [
    { type: 'split', count: 2 },
    { type: 'merged', count: 2 },
    { type: 'disk', state: 'full' },
    { type: 'woke', sleptMs: 3200 },
    { type: 'searching', addr: undefined },
    { type: 'error', text: 'two\nlines' },
  ]
  const fixed =
    /^(listening|joined|left|died|unreachable|ring|election (started|candidate|token|won)|leader|stored|split|merged|disk|knock|rekeyed|error)\b/
  for (const line of [...words.map(([given]) => given), ...more]) {
    assert.match(logTextOf(line), fixed)
    assert.ok(!logTextOf(line).includes('\n'))
  }
})

test('who changed the key has a piece of the fingerprint where names look alike', () => {
  const line: LogLine = { type: 'rekeyed', by: who, removed: [{ ...bob, addr: who.addr }] }
  assert.equal(
    noticeOf(line, ({ id }) => `[${id.slice(0, 4)}]`),
    'Ann[0000](10.0.0.1:4000) removed Bob[3f2a](10.0.0.1:4000) from the room and changed its key',
  )
})

test('/help lists every command in a group, a group lists its own, and a day and words are passed on', () => {
  const all = parseTyped('/help')
  assert.ok(all.type === 'local')
  for (const { name } of commands) assert.match(all.text, new RegExp(`^  /${name}\\b`, 'm'))
  const reading = parseTyped('/help reading')
  assert.ok(reading.type === 'local')
  assert.match(reading.text, /^reading:\n  \/history .*\n  \/search .*\n  \/more .*$/)
  assert.deepEqual(parseTyped('/history yesterday'), { type: 'day', day: 'yesterday' })
  assert.deepEqual(parseTyped('/search "a  b" c'), { type: 'search', words: '"a  b" c' })
  assert.deepEqual(wordsBehind('/history y'), ['today', 'yesterday'])
  assert.deepEqual(wordsBehind('/bell '), ['on', 'off'])
  assert.equal(wordsBehind('/whois B'), undefined)
  assert.equal(wordsBehind('see /history '), undefined)
})
