// A room of real processes without faults: one order for all under any load, also when
// members join and leave on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareSaid } from '../../src/chat/message-line.ts'
import { assertAgreement, assertSameHistory } from './agreement.ts'
import { numbered, Stage } from './harness.ts'

test('five processes: 200 lines piped into one while another sends messages, all printed once, in one order, to the byte', async (context) => {
  const stage = await Stage.open(context)
  const first = stage.start('n1', [...at('n1'), '-l', '--stay'])
  const address = /\((.*)\) is in/.exec(await first.line(/^\/\/\/ n1\(.*is in the room/))?.[1] ?? ''
  const others = ['n2', 'n3', 'n4', 'n5'].map((name) =>
    stage.start(name, [...at(name), ...stage.entry({ through: address }), '--stay']),
  )
  for (const node of others) await node.line(/is in the room/)
  const all = [first, ...others]
  const [piped, spoken] = [numbered('piped', 1, 200), numbered('spoken', 1, 60)]
  others[0]?.say(...piped)
  for (const text of spoken) {
    others[2]?.say(text)
    await new Promise((done) => setImmediate(done))
  }
  await Promise.all(
    all.map((node) => node.until(() => node.transcript().length >= 260, 'all lines are printed')),
  )
  const printed = first.transcript()
  for (const node of others) assert.deepEqual(node.transcript(), printed)
  const texts = printed.map((line) => line.replace(/^> .*?\)\[\d+\]: /, ''))
  assert.deepEqual(
    texts.filter((text) => text.startsWith('piped')),
    piped,
  )
  assert.deepEqual(
    texts.filter((text) => text.startsWith('spoken')),
    spoken,
  )
  for (const node of all) node.end('//exit')
  for (const node of all) assert.deepEqual(await node.over(), { code: 0, signal: null }, node.report())
})

function at(name: string): string[] {
  return ['-a', '127.0.0.1', '-p', '0', '-n', name, '--home', `home-${name}`, '--log', 'none']
}

test('a member that joins later has the history, marked as such, and then new messages', async (context) => {
  const stage = await Stage.open(context)
  const [one, two] = await stage.room(['n1', 'n2'])
  assert.ok(one && two)
  const before = numbered('before', 1, 500)
  two.say(...before)
  await one.has(before)
  const late = await stage.node('late', { through: two }).ready()
  const after = numbered('after', 1, 20)
  late.say(...after)
  const all = [one, two, late]
  await Promise.all(all.map((node) => node.has([...before, ...after])))
  assertAgreement(all, [...before, ...after])
  assert.equal(late.messages.filter(({ history }) => history).length, 500)
  assert.equal(
    two.messages.some(({ history, late: isLate }) => history || isLate),
    false,
  )
})

test('one line through a pipe: said, sent, left, 0; the same home continues where it was', async (context) => {
  const stage = await Stage.open(context)
  const [one] = await stage.room(['n1'])
  assert.ok(one)
  const args = [...at('guest'), ...stage.entry({ through: one })]
  const first = await stage.run(args, 'build done\r\n\n')
  assert.equal(first.code, 0, first.stderr)
  const second = await stage.run(args, 'and again\n')
  assert.equal(second.code, 0, second.stderr)
  await one.has(['build done', 'and again'])
  const [a, b] = one.messages
  assert.equal(a?.id.split(':')[0], b?.id.split(':')[0])
  assert.ok(a && b && compareSaid(a.id, b.id) < 0)
  await one.sees(['n1'])
  assert.match(second.stdout, /^> guest\(.*\)\[\d+\]: build done$/m)
})

test('a member leaves, then the leader: the others continue, and both come back and get what they missed', async (context) => {
  const stage = await Stage.open(context)
  const [one, two, three, four] = await stage.room(['n1', 'n2', 'n3', 'n4'])
  assert.ok(one && two && three && four)
  two.end('two says goodbye', '//exit')
  assert.deepEqual(await two.over(), { code: 0, signal: null }, two.report())
  await Promise.all([one, three, four].map((node) => node.sees(['n1', 'n3', 'n4'])))
  one.end('one says goodbye', '//exit')
  assert.deepEqual(await one.over(), { code: 0, signal: null }, one.report())
  await Promise.all([three, four].map((node) => node.sees(['n3', 'n4'])))
  const missed = numbered('missed', 1, 30)
  three.say(...missed)
  await four.has(missed)
  const backOne = await stage.node('n1', { through: four, home: one.home }).ready()
  const backTwo = await stage.node('n2', { through: backOne, home: two.home }).ready()
  assert.deepEqual([backOne.id, backTwo.id], [one.id, two.id])
  backTwo.say('back again')
  const all = [three, four, backOne, backTwo]
  const texts = ['two says goodbye', 'one says goodbye', ...missed, 'back again']
  await Promise.all(all.map((node) => node.has(texts)))
  await Promise.all(all.map((node) => node.sees(['n1', 'n2', 'n3', 'n4'])))
  assertAgreement([three, four], texts)
  await assertSameHistory(stage, all, texts)
})

test('messages of every shape travel whole: long, wide, of several lines, an action', async (context) => {
  const stage = await Stage.open(context)
  const [one, two] = await stage.room(['Zoë 🐻', 'n2'])
  assert.ok(one && two)
  const texts = [
    'x'.repeat(65_536),
    '漢字 👩‍👩‍👧 e\u0301',
    '\u001b[31mred\u0007',
    '//exit soon',
    '/me is no command here',
    '  spaces  ',
  ]
  one.say(...texts)
  await two.has(texts)
  assertAgreement([one, two], texts)
  // Sent: in a room of two, on both disks.
  await one.until(() => one.sent.size === texts.length, 'all is sent')
  const plain = await stage.history(two.home)
  assert.ok(plain.includes('\\u001b[31mred\\u0007'))
  assert.equal(/[\u0000-\u0009\u000b-\u001f\u007f]/.test(plain), false)
})
