// The program at a terminal that stops reading (Ctrl-S, a stalled ssh or tmux), and under a very long line:
// the node goes on, the room does not notice, and when the terminal reads again it shows what it must.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flow, numbered, Stage, type RoomNode } from './harness.ts'
import { hasTerminals, TerminalProgram } from './terminal-program.ts'

const skip = hasTerminals ? false : 'needs the script of util-linux'
/** Longer than any silence that a room forgives. Unit: ms. */
const stallMs = 6000
/** The program can end within the second that is promised; the rest is for its shell and this process. */
const endMs = 1500
/** Every key for itself took 5 s of a processor. Unit: ms. */
const typedMs = 2000

/** More than pipes and buffers hold between the program and us. */
function flood(prefix: string): string[] {
  return numbered(`${prefix} ${'.'.repeat(80)}`, 1, 5000)
}

/** The program at a terminal leads a room in which the others print --json. */
async function ledFrom(
  stage: Stage,
  names: readonly string[],
): Promise<{ ann: TerminalProgram; address: string; nodes: RoomNode[] }> {
  const ann = new TerminalProgram(stage, 'Ann', ['-l'])
  const line = await ann.line(/^\/\/\/ others join with:/)
  const address = `127.0.0.1:${/-np (\d+)/.exec(line)?.[1]}`
  const nodes: RoomNode[] = []
  for (const name of names) nodes.push(await stage.node(name, { through: address }).ready())
  await Promise.all(nodes.map((node) => node.sees(['Ann', ...names])))
  return { ann, address, nodes }
}

test('a leader and a member whose terminals stop reading stay in the room', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const { ann, address, nodes } = await ledFrom(stage, ['Bob', 'Cid'])
  const [bob, cid] = nodes
  assert.ok(bob && cid)
  const dan = new TerminalProgram(stage, 'Dan', stage.entry({ through: address }))
  await dan.line(/is in the room/)
  const names = ['Ann', 'Bob', 'Cid', 'Dan']
  await Promise.all(nodes.map((node) => node.sees(names)))
  const noticesBefore = nodes.map(({ notices }) => notices.length)

  ann.stopReading()
  dan.stopReading()
  const stoppedAt = performance.now()
  const texts = flood('said')
  bob.say(...texts)
  await cid.has(texts)
  const flow = new Flow(bob, 'late', 50)
  const isLate = () => performance.now() - stoppedAt > stallMs && cid.messages.at(-1)?.text.startsWith('late')
  await cid.until(isLate, 'a message at the end of the stall')
  flow.stop()
  await cid.has(flow.said)
  for (const program of [ann, dan]) assert.ok(program.transcript().length < texts.length, 'nobody read')
  assert.deepEqual(
    nodes.map(({ notices }, at) => notices.slice(noticesBefore[at])),
    [[], []],
  )
  assert.equal(bob.leader?.name, 'Ann')

  ann.readAgain()
  dan.readAgain()
  const all = cid.messages.map(({ ts, text, name, address: at }) => `> ${name}(${at})[${ts}]: ${text}`)
  for (const program of [ann, dan]) {
    await program.until(() => program.transcript().length >= all.length, 'everything that was said')
    assert.deepEqual(program.transcript(), all)
  }
  for (const program of [ann, dan]) {
    program.type(`${program.name} is back\r`)
    await cid.has([`${program.name} is back`])
    await program.line(new RegExp(`\\]: ${program.name} is back$`))
    program.type('//exit\r')
    assert.equal(await program.code(), 0)
    await program.over()
    assert.ok(await program.hasModesBack(), 'modes')
    assert.ok(program.raw.endsWith('\u001b[?2004l'), 'pastes')
  }
})

for (const [signal, code, times] of [
  ['SIGTERM', 143, 1],
  ['SIGHUP', 129, 1],
  ['SIGINT', 130, 2],
] as const)
  test(`${signal} ends it though its terminal never reads again`, { skip }, async (context) => {
    const stage = await Stage.open(context)
    const { ann, nodes } = await ledFrom(stage, ['Bob'])
    const [bob] = nodes
    assert.ok(bob)
    ann.stopReading()
    const texts = flood('said')
    bob.say(...texts)
    await bob.has(texts)
    const from = performance.now()
    for (let time = 0; time < times; time++) ann.signal(signal)
    assert.equal(await ann.code(), code)
    const tookMs = performance.now() - from
    assert.ok(tookMs < endMs, `${tookMs} ms`)
    assert.ok(ann.transcript().length < texts.length, 'nobody read')
    assert.ok(await ann.hasModesBack())
    await bob.sees(['Bob'])
  })

test('a line of 10,000 characters is typed at once', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const { ann, nodes } = await ledFrom(stage, ['Bob'])
  const text = 'abcdefghi '.repeat(1000).trim()
  const sentBefore = ann.raw.length
  const from = performance.now()
  // Keys, not a paste: the terminal does not mark them.
  ann.type(`${text}\r`)
  await nodes[0]?.has([text])
  const tookMs = performance.now() - from
  assert.ok(tookMs < typedMs, `${tookMs} ms`)
  await ann.line(/\]: abcdefghi abcdefghi /)
  // Several screens, but not one for each key.
  assert.ok(ann.raw.length - sentBefore < 30 * text.length, `${ann.raw.length - sentBefore} characters`)
})
