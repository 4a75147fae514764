// The page of a real node: the leader is killed with -9, and the stream of a survivor shows the election as the members tell it;
// what a terminal says is there at once; and the run can be replayed and exported.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { Browser } from '../web/browser.ts'
import { Stage, type RoomNode } from './harness.ts'

test('kill -9 of the leader, as a page sees it; then as a trace, and for ShiViz', async (context) => {
  const stage = await Stage.open(context)
  const file = join(stage.dir, 'run.trace')
  const [leader, ...rest] = await stage.room(['n1', 'n2', 'n3'])
  assert.ok(leader && rest[0])
  const page = await stage.node('n4', { through: leader, flags: ['--web', '0', '--trace', file] }).ready()
  const nodes = [...rest, page]
  const address = await page.until(() => /http:\S+/.exec(page.stderr)?.[0], 'the address of the page')
  const browser = new Browser(Number(new URL(address).port))
  assert.equal((await browser.enter(address)).status, 303)
  const stream = browser.stream('/events?ring=1')
  const told = (state: string): number =>
    new Set(stream.events.filter((event) => event.state === state).map(({ node }) => node)).size
  await stream.until(() => told('on') === 3, 'all tell what they see')
  await leader.kill()
  await stream.until(
    () => stream.events.some(({ type, verdict }) => type === 'token' && verdict === 'elected'),
    'a token came home',
  )
  const winner = await page.until(() => page.leader?.id !== leader.id && page.leader, 'another leader')
  assert.equal(
    winner.id,
    nodes
      .map(({ id }) => id)
      .sort()
      .at(-1),
  )
  // Whatever came until all of them follow.
  await stream.until(
    () =>
      nodes.every(({ id }) =>
        stream.events.some(
          ({ type, node, leader: led, status }) =>
            type === 'node' && node === id && led === winner.id && /following|open/.test(status),
        ),
      ),
    'all of them tell of the new leader',
  )
  const tokens = stream.events.filter(({ type }) => type === 'token')
  assert.ok(
    tokens.some(({ node }) => node !== page.id),
    'other members tell of their tokens',
  )
  for (const { node, candidate, verdict, sentMax } of tokens) {
    if (verdict === 'pass on') assert.ok(candidate > node, 'a larger one is passed on')
    if (verdict === 'replaced') assert.ok(candidate < node, 'a smaller one is replaced')
    if (verdict === 'dropped' && sentMax) assert.ok(candidate <= sentMax, 'what is not larger is dropped')
    if (verdict === 'elected') assert.deepEqual([candidate, node], [winner.id, winner.id])
  }
  // From the terminal to the page. The machine may be busy: the promise of 50 ms is measured, not tested.
  rest[0].say('to the page')
  await stream.until(
    () => stream.events.some(({ type, text }) => type === 'message' && text === 'to the page'),
    'it is there',
  )
  stream.end()
  page.end('//exit')
  await page.over()
  const text = await readFile(file, 'utf8')
  assert.ok(text.includes('"verdict":"elected"') && text.includes('"to the page"'))
  const exported = await stage.run(['replay', file, '--export', 'shiviz'])
  assert.equal(exported.code, 0, exported.stderr)
  assert.match(exported.stdout, /^n\d-[0-9a-f]{4} \{.*\}\n.*ELECT of [0-9a-f]{4} in term 2/m)
  const lines = text.trimEnd().split('\n')
  await writeFile(file, [...lines.slice(0, 3), lines[3]?.slice(0, 20), ...lines.slice(4)].join('\n'))
  const broken = await stage.run(['replay', file])
  assert.equal(broken.code, 2)
  assert.match(broken.stderr, /run\.trace:4: not one object of JSON/)
})

test('a home keeps the port of its page, so that an open page finds the node that is started again', async (context) => {
  const stage = await Stage.open(context)
  const addressOf = async (node: RoomNode): Promise<number> => {
    const address = await node.until(() => /http:\S+/.exec(node.stderr)?.[0], 'the address of the page')
    return Number(new URL(address).port)
  }
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const first = await stage.node('n1', { flags: ['--web', String(port)] }).ready()
  const used = await addressOf(first)
  await first.kill()
  const again = await stage.node('n1', { resume: true, home: first.home, flags: ['--web'] }).ready()
  assert.equal(await addressOf(again), used)
})

test('a recorded run plays on the page, and takes nothing', async (context) => {
  const stage = await Stage.open(context)
  const file = join(stage.dir, 'run.trace')
  const events = [
    { type: 'trace', version: 1, node: 'a', room: 'f', at: 1000 },
    { type: 'ready', id: 'a', name: 'Ann', address: '127.0.0.1:4000', room: 'f', locked: false, at: 1000 },
    {
      type: 'message',
      id: 'a:b:1',
      ts: 1,
      author: 'a',
      name: 'Ann',
      text: 'hello',
      time: '',
      at: 1100,
      address: '',
    },
    { type: 'log', node: 'a', lamport: 1, kind: 'left', text: 'x', at: 1200 },
  ]
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const replay = stage.start('replay', ['replay', file, '--web', '0'])
  const address = /http:\S+/.exec(await replay.line(/http:/))?.[0] ?? ''
  const browser = new Browser(Number(new URL(address).port))
  await browser.enter(address)
  const stream = browser.stream('/events?speed=10')
  await stream.until(() => stream.events.at(-1)?.text === 'the recorded run ends here', 'it ends')
  assert.deepEqual(
    stream.events.map(({ type }) => type),
    ['ready', 'message', 'log', 'notice'],
  )
  stream.end()
  const said = await browser.post('/say', { text: 'x' })
  assert.equal(said.status, 409)
  assert.match(JSON.parse(said.body).error, /recorded run/)
  assert.equal(JSON.parse((await browser.get('/about')).body).replay, true)
  replay.signal('SIGINT')
  assert.equal((await replay.over()).code, 130)
})
