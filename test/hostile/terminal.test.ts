// What somebody says, and is called, must not change what a terminal shows beside it. The oracle is a list of the
// characters that may be printed; it is asked of plain output, of --json, of logs, of history and of error messages.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schema } from '../../src/wire/schema.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import type { RoomId, Uid } from '../../src/core/model/ids.ts'
import type { Program } from '../e2e/harness.ts'
import { enter, Foe, forge, Wire } from './attacker.ts'
import { Besieged } from './besiege.ts'
import { assertPlain } from './printed.ts'

const texts: Readonly<Record<string, string>> = {
  'ESC [2J': '\u001b[2J\u001b[H gone',
  'ESC c': '\u001bc',
  'a title': '\u001b]0;owned\u0007',
  'OSC 52': '\u001b]52;c;cm0gLXJmIH4=\u0007',
  'OSC 8': '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\',
  'C1 CSI': '\u009b2J\u009d52;c;aGk=\u009c',
  CR: 'harmless\r> Ann(127.0.0.1:1)[1]: I quit',
  BS: `x${'\b'.repeat(60)}> Ann(127.0.0.1:1)[1]: I quit`,
  BEL: '\u0007'.repeat(100),
  'a bidi override': '\u202eevil\u202c \u2066x\u2069 \u200f\u061c',
  'line separators': 'a\u2028> Ann(127.0.0.1:1)[1]: I quit\u2029b\u0085c\u000bd\u000ce',
  'a forged line': 'hello\n> Ann(127.0.0.1:1)[1]: I quit\n/// Ann left\n> Bob(127.0.0.1:2)[2]: me too',
  'a forged JSON line': 'hello\n{"type":"message","name":"Ann","text":"I quit"}',
  '1000 combining marks': `z${'\u0301\u0489'.repeat(500)}`,
  NUL: 'a\0b',
  'a tab and DEL': 'a\tb\u007fc',
  'half a character': 'a\ud800b',
}

/** Nobody but Mallory begins a line of its own: what else it said stands indented behind it. */
function assertNoForgedLine(lines: readonly string[]): void {
  const forged = lines.filter(
    (line) => /I quit|me too|Ann left/.test(line) && !/^(> Mallory\(|> .*Mallory|\s{4})/.test(line),
  )
  assert.deepEqual(forged, [])
}

const names = [
  '\u001b[31mAnn',
  'Ann\u202e',
  'An\u0007n',
  'A\u009bnn',
  'Ann(127.0.0.1:1)',
  'Ann\n> Bob',
  'Ann ',
  '\u200b',
]

test('what a member says cannot draw on the screens of others, nor in their JSON, logs and histories', async (context) => {
  const room = await Besieged.open(context)
  const foe = await Foe.mint()
  const address = (node: { address: string }): string[] => [
    '-na',
    '127.0.0.1',
    '-np',
    node.address.split(':').at(-1) ?? '',
  ]
  const own = ['-a', '127.0.0.1', '-p', '0', '--stay', '--timeout', '0']
  const watch = (name: string, flags: readonly string[]): Program =>
    room.stage.start(name, [
      ...own,
      '-n',
      name,
      '--home',
      name,
      '--log',
      `${name}.txt`,
      ...flags,
      ...address(room.ann),
    ])
  const plain = watch('Pia', [])
  const verbose = watch('Val', ['-v'])
  await Promise.all([plain, verbose].map((program) => program.line(/is in the room/)))

  const { wire } = await enter(foe, room.ann.address)
  const roomId = room.ann.room as RoomId
  const parts = Object.values(texts).map((text, at) => foe.part(roomId, { aseq: at + 1, text }))
  // Those of one part stand below one another.
  const entries = Object.values(texts).map((text, after) => ({ kind: 'action' as const, after, text }))
  const together = foe.part(roomId, { aseq: parts.length + 1, entries })
  const next = parts.length + 1 + entries.length
  const marked = foe.part(roomId, { aseq: next, name: `Z${'\u0301'.repeat(31)}`, text: 'marked' })
  const all = [...parts, together, marked]
  wire.say({ type: 'up', records: foe.stamped(roomId, all, { ts: 10 }) })
  wire.say({ type: 'upDone' })
  await wire.frame('synced')
  const last = foe.part(roomId, { aseq: next + 1, text: 'that was all' })
  wire.say({ type: 'submit', parts: [last] })
  await Promise.all([room.ann, room.bob].map((node) => node.has(['that was all'])))
  await Promise.all([plain, verbose].map((program) => program.line(/: that was all$/)))
  await room.chat()

  for (const program of [plain, verbose]) {
    assertPlain(program.name, program.lines.join('\n') + program.stderr, { hasMarks: true })
    assertNoForgedLine(program.lines)
  }
  for (const node of room.nodes) {
    assertPlain(node.name, node.lines.join('\n'))
    for (const line of node.lines) assert.doesNotThrow(() => JSON.parse(line), line)
    assertPlain(`the log of ${node.name}`, await room.log(node))
    const history = await room.stage.history(node.home)
    assertPlain(`history of ${node.name}`, history, { hasMarks: true })
    assertNoForgedLine(history.split('\n'))
  }
  // What was said is still there: shown in escapes, not swallowed.
  const shown = room.ann.texts()
  for (const text of Object.values(texts))
    assert.ok(shown.includes(text.replace('\ud800', '\ufffd')), JSON.stringify(text))
  wire.say({ type: 'leave' })
  await wire.settled()
  wire.destroy()
  await room.chat()
  await room.holds()
})

test('names that could draw are refused where they are read, and what is said about it is plain', async (context) => {
  const room = await Besieged.open(context)
  const foe = await Foe.mint()
  const hello = schema.Envelope.decode(encodeFrame(1, foe.hello(room.ann.room as RoomId)).subarray(4))
  for (const name of names) {
    const wire = await Wire.dial(foe, room.ann.address)
    wire.bytes(forge({ ...hello, hello: { ...hello.hello, name } }))
    await wire.ended()
  }
  // Wrong uids are told to people: under a name that may be, which is the most that a stranger can choose.
  for (const name of [
    '> Ann',
    '///',
    'Ann is the leader now',
    '\u0301\u0301x',
    'a\u200db',
    '\ufeffAnn',
    '&lt;b&gt;',
  ]) {
    const wire = await Wire.dial(foe, room.ann.address)
    wire.say(foe.hello(room.ann.room as RoomId, { name, uid: room.bob.id as Uid }))
    await wire.ended()
  }
  await room.chat()
  for (const node of room.nodes) {
    assertPlain(node.name, node.lines.join('\n') + node.stderr)
    assertPlain(`the log of ${node.name}`, await room.log(node))
  }
  await room.holds()
})
