// Locked rooms with real processes: an invitation lets in, and nothing else does.
import assert from 'node:assert/strict'
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatInvitation, parseInvitation } from '../../src/chat/invitation.ts'
import type { Address, RoomId, RoomKey } from '../../src/core/model/ids.ts'
import { Stage, type RoomNode } from './harness.ts'
import { hasTerminals, TerminalProgram } from './terminal-program.ts'

/** Ann in a new locked room, and the invitation that her program printed. */
async function locked(stage: Stage, flags: readonly string[] = []) {
  const ann = stage.node('Ann', { command: ['create'], flags })
  await ann.ready()
  const { invitation } = JSON.parse(ann.lines[0] ?? '{}') as { invitation?: string }
  assert.ok(invitation)
  return { ann, invitation }
}

function joiner(stage: Stage, name: string, ...command: readonly string[]): RoomNode {
  return stage.node(name, { command: ['join', ...command] })
}

test('an invitation lets one in, from an argument, a file and stdin; it is hidden from ps', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  assert.ok(ann.notices.includes(`others join with: ringleader join ${invitation}`))
  assert.ok(ann.notices.includes('the room is locked: only who has an invitation can join and read'))
  const read = parseInvitation(invitation)
  assert.ok(!('problem' in read))
  assert.deepEqual([read.room, read.addresses], [ann.room, [ann.address]])

  const bob = await joiner(stage, 'Bob', invitation).ready()
  const commandLine = await readFile(`/proc/${bob.child.pid}/cmdline`, 'latin1').catch(
    () => 'ringleader join',
  )
  assert.match(commandLine, /^ringleader join\0*$/)

  const file = join(stage.dir, 'invitation.txt')
  await writeFile(file, `\n<${invitation.slice(0, 40)}\r\n${invitation.slice(40)}>\n`)
  const cid = await joiner(stage, 'Cid', '--file', file).ready()

  const dan = joiner(stage, 'Dan', '-')
  dan.say(`"${invitation}"`, 'said behind the invitation')
  await dan.ready()
  const all = [ann, bob, cid, dan]
  await Promise.all(all.map((node) => node.sees(['Ann', 'Bob', 'Cid', 'Dan'])))
  await Promise.all(all.map((node) => node.has(['said behind the invitation'])))
  assert.deepEqual(new Set(all.map(({ room }) => room)), new Set([ann.room]))
  for (const { lines } of [bob, cid, dan])
    assert.ok(!lines.some((line) => line.includes('ringleader://')), 'only the creator prints it')
})

test('members come back by themselves, one after the other, and the key is in their homes alone', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  const bob = await joiner(stage, 'Bob', invitation).ready()
  await bob.sees(['Ann', 'Bob'])
  bob.say('before')
  await ann.has(['before'])
  for (const node of [bob, ann]) {
    node.end('//exit')
    await node.over()
  }
  const key = join(bob.home, 'rooms', `${ann.room}.key`)
  assert.equal((await stat(key)).mode & 0o777, 0o600)
  // Bob first: he is alone, and opens the room again for Ann.
  const bobAgain = await stage.node('Bob', { resume: true, port: bob.port }).ready()
  const annAgain = await stage.node('Ann', { resume: true, port: ann.port }).ready()
  await annAgain.sees(['Ann', 'Bob'])
  bobAgain.say('after')
  await annAgain.has(['before', 'after'])
  assert.deepEqual([annAgain.room, bobAgain.room], [ann.room, ann.room])
  // Nothing that is printed or logged has the key.
  const digits = (JSON.parse(await readFile(key, 'utf8')) as { keys: string[] }).keys[0] ?? ''
  assert.match(digits, /^[\da-f]{32}$/)
  for (const name of await readdir(stage.dir))
    if (name.endsWith('.log')) {
      const log = await readFile(join(stage.dir, name), 'latin1')
      assert.ok(!log.includes(digits) && !log.includes('ringleader://'), name)
    }
  for (const { lines } of [bobAgain, annAgain])
    assert.ok(!lines.some((line) => line.includes('ringleader://') || line.includes(digits)))
})

test('a stranger, a wrong key and a damaged invitation are refused, each with its reason', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  const quiet = ['-a', '127.0.0.1', '-p', '0', '-n', 'Eve', '--home', 'none', '--log', 'none', '--json']
  const at = ann.address.lastIndexOf(':')
  const neighbor = ['-na', ann.address.slice(0, at), '-np', ann.address.slice(at + 1)]
  for (const args of [
    [...quiet, ...neighbor],
    [...quiet, 'join', ann.address],
  ]) {
    const stranger = await stage.run(args)
    assert.equal(stranger.code, 4, stranger.stderr)
    assert.match(stranger.stderr, /is in a locked room: ask a member for an invitation/)
    assert.ok(!stranger.stdout.includes(ann.room), 'a stranger learns no room')
  }

  const read = parseInvitation(invitation)
  assert.ok(!('problem' in read))
  const wrong = formatInvitation({ ...read, key: '0123'.repeat(8) as RoomKey })
  const other = await stage.run([...quiet, 'join', wrong])
  assert.equal(other.code, 4, other.stderr)
  assert.equal(
    other.stderr,
    'ringleader: this invitation does not open this room: ask a member for a new one\n',
  )

  const room = `f${read.room.slice(1, -1)}${read.room.endsWith('0') ? '1' : '0'}` as RoomId
  const elsewhere = await stage.run([...quiet, 'join', formatInvitation({ ...read, room })])
  assert.equal(elsewhere.code, 4, elsewhere.stderr)
  assert.match(elsewhere.stderr, /is in another room by now/)

  for (const [text, why] of [
    [invitation.slice(0, -8), /the key of the invitation is cut short: 20 of 28 characters/],
    [invitation.replace('#', '#x'), /the key of the invitation is too long: 29 characters/],
    [invitation.replace('127.0.0.1', '127.0.1'), /address 1 of the invitation is wrong/],
    [
      invitation.slice(0, invitation.indexOf('#') - 2),
      /room of the invitation is cut short: 30 of 32 digits/,
    ],
    ['hello', /this is not an invitation/],
  ] as const) {
    const refused = await stage.run([...quiet, 'join', text])
    assert.equal(refused.code, 2, text)
    assert.match(refused.stderr, why)
    const piped = await stage.run([...quiet, 'join', '-'], `${text}\n`)
    assert.deepEqual([piped.code, piped.stderr], [2, refused.stderr])
  }
  for (const [args, why] of [
    [['join'], /join takes an invitation: give it as an argument, in a file with --file, or with -/],
    [['join', '--file', 'nothing-there'], /nothing-there cannot be read \(ENOENT\)/],
    [['join', '-'], /no invitation was given/],
  ] as const) {
    const refused = await stage.run([...quiet, ...args])
    assert.equal(refused.code, 2, args.join(' '))
    assert.match(refused.stderr, why)
  }
  // The room has seen nobody.
  ann.say('alone')
  await ann.has(['alone'])
  assert.ok(!ann.notices.some((text) => /Eve/.test(text)))
  assert.equal(ann.members.length, 1)
})

test('an invitation with several addresses goes from one to the next', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  const read = parseInvitation(invitation)
  assert.ok(!('problem' in read))
  const addresses = ['127.0.0.1:1' as Address, ...read.addresses]
  const bob = await joiner(stage, 'Bob', formatInvitation({ ...read, addresses })).ready()
  await ann.sees(['Ann', 'Bob'])
  await bob.kill()
})

test('a home without the key, or with a damaged one, does not open the room; an invitation mends it', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  const bob = await joiner(stage, 'Bob', invitation).ready()
  await bob.sees(['Ann', 'Bob'])
  bob.end('//exit')
  await bob.over()
  const key = join(bob.home, 'rooms', `${ann.room}.key`)
  await writeFile(key, '{"keys":')
  const damaged = stage.node('Bob', { resume: true })
  assert.deepEqual(await damaged.over(), { code: 4, signal: null })
  assert.match(
    damaged.stderr,
    /the key of the room is damaged \(.*\.key\): join the room again with an invitation/,
  )
  const again = await joiner(stage, 'Bob', invitation).ready()
  await again.sees(['Ann', 'Bob'])
  await ann.sees(['Ann', 'Bob'])
})

test('rooms says which kind a room is; create makes another one, and -l goes back to either', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  ann.end('//exit')
  await ann.over()
  const open = await stage.node('Ann', { flags: ['--new'] }).ready()
  assert.ok(open.notices.some((text) => text.startsWith('the room is open: anybody who reaches')))
  assert.notEqual(open.room, ann.room)
  open.end('//exit')
  await open.over()
  const plain = await stage.run(['rooms', '--home', ann.home])
  assert.match(plain.stdout, new RegExp(`^ {2}${ann.room.slice(0, 8)} {2}locked, no message$`, 'm'))
  assert.match(plain.stdout, new RegExp(`^\\* ${open.room.slice(0, 8)} {2}open, no message$`, 'm'))
  const objects = (await stage.run(['rooms', '--home', ann.home, '--json'])).stdout
  for (const line of objects.trim().split('\n')) {
    const { id, locked: isLocked } = JSON.parse(line) as { id: string; locked: boolean }
    assert.equal(isLocked, id === ann.room)
  }
  const flags = ['--room', ann.room.slice(0, 8)]
  const back = await stage.node('Ann', { port: ann.port, flags }).ready()
  assert.ok(back.notices.some((text) => text.startsWith('the room is locked')))
  const bob = await joiner(stage, 'Bob', invitation).ready()
  assert.equal(bob.room, ann.room)
})

test('say goes to a locked room by the key of its home, or by an invitation in a file', async (context) => {
  const stage = await Stage.open(context)
  const { ann, invitation } = await locked(stage)
  const bob = await joiner(stage, 'Bob', invitation).ready()
  await bob.sees(['Ann', 'Bob'])
  const quiet = { code: 0, signal: null, stdout: '', stderr: '' }
  const say = (...args: string[]) => stage.run(['say', '-a', '127.0.0.1', '-n', 'ci', ...args])
  // Through the node that runs in the home.
  assert.deepEqual(await say('--home', bob.home, 'from home'), quiet)
  const file = join(stage.dir, 'invitation.txt')
  await writeFile(file, `${invitation}\n`)
  assert.deepEqual(await say('--invitation', file, 'from a file'), quiet)
  await Promise.all([ann, bob].map((node) => node.has(['from home', 'from a file'])))
  const at = ann.address.lastIndexOf(':')
  const stranger = await say('-na', ann.address.slice(0, at), '-np', ann.address.slice(at + 1), 'let me in')
  assert.equal(stranger.code, 4)
})

test('create --qr draws the invitation', async (context) => {
  const stage = await Stage.open(context)
  const flags = ['-a', '127.0.0.1', '-p', '0', '--home', 'none', '--log', 'none', '--stay']
  const ann = stage.start('Ann', [...flags, 'create', '-n', 'Ann', '--qr'])
  await ann.line(/^\/\/\/ others join with: ringleader join ringleader:/)
  await ann.line(/^[ \u2580\u2584\u2588]*[\u2580\u2584\u2588]{3}[ \u2580\u2584\u2588]*$/)
})

const skip = hasTerminals ? false : 'needs the script of util-linux'

test(
  'at a terminal join asks for the invitation, and waits for the rest of one that is cut',
  { skip },
  async (context) => {
    const stage = await Stage.open(context)
    const { ann, invitation } = await locked(stage)
    const bob = new TerminalProgram(stage, 'Bob', ['join'])
    await bob.until(
      () => bob.raw.includes('invitation (or the address of a member, to knock): '),
      'the question',
    )
    bob.type('nonsense\n')
    await bob.until(() => /not an invitation: .*; try again/.test(bob.raw), 'what is wrong')
    bob.type('127.0.0.1:99999\n')
    await bob.until(() => /65535\.; try again/.test(bob.raw), 'what is wrong with the port')
    bob.type(`${invitation.slice(0, 50)}\n`)
    await bob.until(() => /cut short: .*; paste the rest/.test(bob.raw), 'what is missing')
    bob.type(`${invitation.slice(50)}\n`)
    await bob.line(/^\/\/\/ Bob\(.*\) is in the room; 2 members/)
    bob.type('typed after it\r')
    await ann.has(['typed after it'])
    assert.equal(ann.messages.length, 1, 'nothing of the invitation was said')
    const gaveUp = new TerminalProgram(stage, 'Cid', ['join'])
    await gaveUp.until(() => gaveUp.raw.includes('to knock): '), 'the question')
    gaveUp.type(`${invitation.slice(0, -3)}\n`)
    await gaveUp.until(() => gaveUp.raw.includes('25 of 28 characters'), 'what is missing')
    gaveUp.type('\n')
    assert.equal(await gaveUp.code(), 2)
  },
)

test('who knocks sees the own fingerprint, and comes in when a member says so', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const ann = new TerminalProgram(stage, 'Ann', ['create'])
  const line = await ann.line(/others join with: ringleader join ringleader:/)
  const address = /ringleader:\/\/([^/]*)/.exec(line)?.[1] ?? ''
  const bob = new TerminalProgram(stage, 'Bob', ['join', address])
  const shown = await bob.line(
    /asking its members to let you in \(Ctrl-C gives up\); your fingerprint, to read out to/,
  )
  const own = /: ((?:[\da-f]{4} ){3}[\da-f]{4})\b/.exec(shown)?.[1] ?? 'none'
  const heard = await ann.line(/^\/\/\/ 1: Bob \(/)
  assert.ok(heard.includes(`(${own})`), `${heard} | ${shown}`)
  ann.type('/admit 1\r')
  await bob.line(/Bob\(.*\) is in the room; 2 members/)
  bob.type('thank you\r')
  await ann.line(/\]: thank you$/)
  // The classic way knocks as well; and who is turned away is told so.
  const at = address.lastIndexOf(':')
  const eve = new TerminalProgram(stage, 'Eve', ['-na', address.slice(0, at), '-np', address.slice(at + 1)])
  await ann.line(/^\/\/\/ 2: Eve \(/)
  ann.type('/deny 2\r')
  await eve.line(/a member turned this node away/)
  assert.equal(await eve.code(), 4)
})

test('who knocks at one member is seen by all, and let in by any of them', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const ann = new TerminalProgram(stage, 'Ann', ['create'])
  const printed = await ann.line(/others join with: ringleader join ringleader:/)
  const invitation = /ringleader:\S*/.exec(printed)?.[0] ?? ''
  const cleo = new TerminalProgram(stage, 'Cleo', ['join', invitation])
  const address = /Cleo\((.*?)\)/.exec(await cleo.line(/Cleo\(.*\) is in the room; 2 members/))?.[1] ?? ''
  const dan = new TerminalProgram(stage, 'Dan', ['join', invitation])
  await dan.line(/Dan\(.*\) is in the room; 3 members/)
  const all = [ann, cleo, dan]
  const knocks = /^\/\/\/ 1: Bob \(.*\) knocks from 127\.0\.0\.1: \/admit 1 or \/deny 1$/
  const bob = new TerminalProgram(stage, 'Bob', ['join', address])
  const lines = await Promise.all(all.map((member) => member.line(knocks)))
  assert.equal(new Set(lines).size, 1, 'all see one fingerprint')
  // Their numbers may differ: they tell each other the fingerprint.
  const [, start] = /\(((?:[\da-f]{4} ?){4})\)/.exec(lines[0] ?? '') ?? []
  dan.type(`/admit ${start}\r`)
  await bob.line(/Bob\(.*\) is in the room; 4 members/)
  await Promise.all(all.map((member) => member.line(/^\/\/\/ 1: Bob \(.*\) is let in by Dan\(.*\)$/)))
  // Who comes too late is told so.
  ann.type('/deny 1\r')
  await ann.line(/knock 1 has ended: it was let in/)
  // The leader turns away who knocks at a follower.
  const eve = new TerminalProgram(stage, 'Eve', ['join', address])
  await Promise.all(all.map((member) => member.line(/^\/\/\/ 2: Eve \(.*\) knocks from/)))
  ann.type('/deny 2\r')
  await eve.line(/a member turned this node away/)
  await Promise.all(all.map((member) => member.line(/^\/\/\/ 2: Eve \(.*\) is turned away by Ann\(.*\)$/)))
})

test('with --no-knock nobody can ask to be let in', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const { ann } = await locked(stage, ['--no-knock'])
  const bob = new TerminalProgram(stage, 'Bob', ['join', ann.address])
  await bob.line(/is in a locked room and takes no knock now: ask a member for an invitation/)
  assert.equal(await bob.code(), 4)
  assert.ok(!ann.notices.some((text) => text.includes('Bob')))
})
