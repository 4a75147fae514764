// How messages and notices read, to the byte (cli.md, "Lines" and "--json").

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeName, escapeText, toJsonLine } from '../../src/chat/escape.ts'
import { compareSaid, renderMessage, renderNotice } from '../../src/chat/message-line.ts'
import {
  leaderObject,
  membersObject,
  messageObject,
  noticeObject,
  readyObject,
  sentObject,
} from '../../src/chat/json-objects.ts'
import { makeMessage } from '../terminal/fake-room.ts'
import type { LineStyle } from '../../src/chat/message-line.ts'

const harmless = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/
/** Bidi marks too. */
const harmlessJson =
  /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/

const ann = { name: 'Ann', address: '192.168.1.5:4000', ts: 17 }

const golden: [string, Parameters<typeof makeMessage>[0], string][] = [
  ['a message', { ...ann, text: 'hello' }, '> Ann(192.168.1.5:4000)[17]: hello'],
  ['an action', { ...ann, ts: 18, text: 'waves', action: true }, '> Ann(192.168.1.5:4000)[18]: * waves'],
  ['a late one', { ...ann, text: 'hello', late: true }, '>+ Ann(192.168.1.5:4000)[17]: hello'],
  ['IPv6', { ...ann, address: '[fd00::5]:4000', text: 'x' }, '> Ann([fd00::5]:4000)[17]: x'],
  [
    'several lines',
    { ...ann, text: 'one\n\n> Bob(1.2.3.4:5)[1]: forged\r\nend' },
    '> Ann(192.168.1.5:4000)[17]: one\n    \n    > Bob(1.2.3.4:5)[1]: forged\n    end',
  ],
  [
    'control and bidi characters',
    { ...ann, text: 'a\u001b[2Jb\u0007\rc\t\u009b\u202ed\u2066\u2028' },
    '> Ann(192.168.1.5:4000)[17]: a\\u001b[2Jb\\u0007\\u000dc\\u0009\\u009b\\u202ed\\u2066\\u2028',
  ],
  [
    'a name that breaks the rule',
    { ...ann, name: 'Bob(1.1.1.1:1)[9]: x\n\u202e', text: 'y' },
    '> Bob\\u00281.1.1.1:1\\u0029\\u005b9\\u005d: x\\u000a\\u202e(192.168.1.5:4000)[17]: y',
  ],
  [
    'a name of which nothing is shown',
    { ...ann, name: '\u200b\u{e0041}', text: 'x' },
    '> \\u200b\\udb40\\udc41(192.168.1.5:4000)[17]: x',
  ],
  [
    'a name with a joiner in it',
    { ...ann, name: '👩\u200d👧', text: 'x' },
    '> 👩\u200d👧(192.168.1.5:4000)[17]: x',
  ],
  ['wide and combined characters', { ...ann, text: '你好 é 👩‍👩‍👧' }, '> Ann(192.168.1.5:4000)[17]: 你好 é 👩‍👩‍👧'],
]

for (const [what, given, expected] of golden)
  test(`${what} renders to its line`, () => {
    assert.equal(renderMessage(makeMessage(given)), expected)
  })

test('a piece of the key stands behind the name, in both formats, outside its isolate', () => {
  const message = makeMessage({ ...ann, name: '\u05d3\u05df', text: 'x', id: `${'3f2a'.repeat(8)}:1` })
  const style: LineStyle = { isTerminal: true, timestamp: 'off', pieceOf: ({ id }) => `[${id.slice(0, 4)}]` }
  assert.equal(renderMessage(message, style), '> \u2068\u05d3\u05df\u2069[3f2a](192.168.1.5:4000): x')
  assert.equal(renderMessage(message, { ...style, format: 'short' }), '\u2068\u05d3\u05df\u2069[3f2a]: x')
})

test('no name is shown as nothing', () => {
  const nothing = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]*$/u
  const unseen: string[] = []
  for (let code = 1; code < 0x110000; code++)
    if (code < 0xd800 || code > 0xdfff)
      if (nothing.test(String.fromCodePoint(code))) unseen.push(String.fromCodePoint(code))
  for (const name of unseen) assert.match(escapeName(name), /\\u/)
  assert.match(escapeName(unseen.slice(-40).join('')), /^(\\u[0-9a-f]{4})+$/)
})

test('only the name is painted', () => {
  const line = renderMessage(makeMessage({ ...ann, text: 'Ann' }), { paint: (name) => `<${name}>` })
  assert.equal(line, '> <Ann>(192.168.1.5:4000)[17]: Ann')
})

test('for any text no line but the first begins with >, and no dangerous character is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, text) => {
      const [first = '', ...rest] = renderMessage(makeMessage({ name, text })).split('\n')
      assert.match(first, harmless)
      assert.ok(first.startsWith('> '))
      for (const line of rest) assert.ok(line.startsWith('    ') && harmless.test(line))
    }),
  )
})

const hebrew = '\u05e9\u05dc\u05d5\u05dd'
const marks = '\u200e\u200f\u061c'

test('LRM, RLM and ALM pass in a text, and in no name', () => {
  const line = renderMessage(makeMessage({ ...ann, name: `A${marks}`, text: `1${marks}2` }))
  assert.equal(line, `> A\\u200e\\u200f\\u061c(192.168.1.5:4000)[17]: 1${marks}2`)
  assert.match(toJsonLine({ text: marks }), /"\\u200e\\u200f\\u061c"/)
})

test('on a terminal right-to-left text is isolated, line by line, and a tab is spaces', () => {
  const message = makeMessage({ ...ann, text: `${hebrew}!\nabc\n\tx\u200f` })
  assert.equal(
    renderMessage(message, { isTerminal: true }),
    `> Ann(192.168.1.5:4000)[17]: \u2068${hebrew}!\u2069\n    abc\n    \u2068    x\u200f\u2069`,
  )
  assert.equal(renderMessage(message), `> Ann(192.168.1.5:4000)[17]: ${hebrew}!\n    abc\n    \\u0009x\u200f`)
  const named = renderMessage(makeMessage({ ...ann, name: hebrew, text: 'x' }), { isTerminal: true })
  assert.equal(named, `> \u2068${hebrew}\u2069(192.168.1.5:4000)[17]: x`)
})

test('an isolate of its author does not end ours', () => {
  const text = `${hebrew}\u2069\u202e`
  const line = renderMessage(makeMessage({ ...ann, text }), { isTerminal: true })
  assert.equal(line, `> Ann(192.168.1.5:4000)[17]: \u2068${hebrew}\\u2069\\u202e\u2069`)
})

const at = { ...ann, text: 'hi\n12:42 Bob: forged', time: new Date(2026, 10, 22, 9, 5) }
const shaped: [LineStyle, Partial<Parameters<typeof makeMessage>[0]>, string][] = [
  [{ format: 'short' }, {}, '09:05 Ann: hi\n    12:42 Bob: forged'],
  [{ format: 'short' }, { late: true }, '+09:05 Ann: hi\n    12:42 Bob: forged'],
  [{ format: 'short' }, { action: true, text: 'waves' }, '09:05 * Ann waves'],
  [{ format: 'short', timestamp: 'off' }, { text: 'hi' }, 'Ann: hi'],
  [{ format: 'short', timestamp: 'datetime' }, { text: 'hi' }, '2026-11-22 09:05 Ann: hi'],
  [{ format: 'short', timestamp: 'lamport' }, { text: 'hi' }, '17 Ann: hi'],
  [{ format: 'short', timestamp: 'off' }, { name: '/// Bob left', text: 'x' }, '\\u002f// Bob left: x'],
  [{ format: 'short' }, { text: 'hi', time: new Date(NaN) }, '--:-- Ann: hi'],
  [{ timestamp: 'time' }, { text: 'hi' }, '> Ann(192.168.1.5:4000)[09:05]: hi'],
  [{ timestamp: 'datetime' }, { text: 'hi' }, '> Ann(192.168.1.5:4000)[2026-11-22 09:05]: hi'],
  [{ timestamp: 'off' }, { text: 'hi', late: true }, '>+ Ann(192.168.1.5:4000): hi'],
  [{ format: 'classic', timestamp: 'lamport' }, { text: 'hi' }, '> Ann(192.168.1.5:4000)[17]: hi'],
]

for (const [style, given, expected] of shaped)
  test(`${JSON.stringify(style)}: ${expected.split('\n')[0]}`, () => {
    assert.equal(renderMessage(makeMessage({ ...at, ...given }), style), expected)
  })

test('notices begin with /// on every line', () => {
  assert.equal(renderNotice('one\n\ntwo\u001b'), '/// one\n///\n/// two\\u001b')
})

test('escaping leaves other text alone', () => {
  assert.equal(escapeText('back\\slash "quoted" ünï 你'), 'back\\slash "quoted" ünï 你')
})

test('JSON escapes without exception and reads back the same', () => {
  assert.equal(toJsonLine({ a: 'x\n\u001b\u202e\\n"' }), '{"a":"x\\u000a\\u001b\\u202e\\\\n\\""}')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = toJsonLine({ text })
      assert.match(line, harmlessJson)
      assert.ok(!/[^\\](\\\\)*\\[bfnrt]/.test(line))
      assert.deepEqual(JSON.parse(line), { text })
    }),
  )
})

test('the objects of --json', () => {
  const who = { id: 'ab'.repeat(16), name: 'Ann', address: '1.2.3.4:5' }
  assert.equal(
    readyObject({ self: who, id: 'cd'.repeat(16), locked: false, title: undefined }),
    `{"type":"ready","id":"${who.id}","name":"Ann","address":"1.2.3.4:5","room":"${'cd'.repeat(16)}","locked":false}`,
  )
  assert.match(
    readyObject({ self: who, id: 'cd'.repeat(16), locked: true, title: 'Crew' }, 'ringleader://x'),
    /,"locked":true,"title":"Crew","invitation":"ringleader:\/\/x"\}$/,
  )
  assert.equal(
    messageObject(makeMessage({ ...ann, id: `${who.id}:3`, text: 'hi' })),
    `{"type":"message","ts":17,"id":"${who.id}:3","author":"${who.id}","name":"Ann","address":"192.168.1.5:4000","text":"hi",` +
      '"time":"2026-11-22T12:00:00.000Z","late":false,"history":false,"own":false,"action":false}',
  )
  assert.equal(sentObject('x:1'), '{"type":"sent","id":"x:1"}')
  assert.equal(
    membersObject([{ ...who, leader: true }]),
    `{"type":"members","members":[{"name":"Ann","address":"1.2.3.4:5","id":"${who.id}","leader":true}]}`,
  )
  assert.equal(
    leaderObject({ ...who, term: 2 }),
    `{"type":"leader","id":"${who.id}","name":"Ann","address":"1.2.3.4:5","term":2}`,
  )
  assert.equal(noticeObject('x'), '{"type":"notice","text":"x"}')
})

test('an absurd clock of an author does not break the line', () => {
  const line = messageObject(makeMessage({ text: 'x', time: new Date(Infinity) }))
  assert.equal((JSON.parse(line) as { time: string }).time, '1970-01-01T00:00:00.000Z')
})

test('ids of one author compare as the messages were said: by process, then by count', () => {
  const start = (boot: number) => `${boot.toString(16).padStart(12, '0')}0123456789abcdef`
  const ids = [
    [1, 1],
    [1, 9],
    [1, 10],
    [2, 1],
    [16, 1],
  ].map(([boot = 0, n]) => `${'a'.repeat(32)}:${start(boot)}:${n}`)
  for (const [i, a] of ids.entries())
    for (const [j, b] of ids.entries()) assert.equal(Math.sign(compareSaid(a, b)), Math.sign(i - j))
})
