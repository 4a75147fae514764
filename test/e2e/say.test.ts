// `ringleader say`: something is said in a room, and no notice shows the visit.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { Stage } from './harness.ts'

test('a visit says something, and only that is seen', async (context) => {
  const stage = await Stage.open(context)
  const [ann, bob] = await stage.room(['Ann', 'Bob'])
  assert.ok(ann && bob)
  const cid = stage.start('Cid', [
    ...['-a', '127.0.0.1', '-n', 'Cid', '--log', 'none', '--stay'],
    ...stage.entry({ through: ann }),
  ])
  await cid.line(/in the room; 3 members/)
  await Promise.all([ann, bob].map((node) => node.sees(['Ann', 'Bob', 'Cid'])))
  const before = [ann.lines.length, bob.lines.length, cid.lines.length]

  const cwd = join(stage.dir, 'data')
  const quiet = { code: 0, signal: null, stdout: '', stderr: '' }
  const inRoom = stage.entry({ through: bob })
  const files = await readdir(cwd)
  // Through a named member; from stdin, as one message; through the node of the own home, which runs.
  assert.deepEqual(await stage.run(['say', '-n', 'ci', ...inRoom, 'build', 'done'], '', { cwd }), quiet)
  assert.deepEqual(await stage.run(['say', '-n', 'ci', ...inRoom, '-'], 'two\r\nlines\n\n', { cwd }), quiet)
  assert.deepEqual(await stage.run(['say', '-n', 'me', 'from home'], '', { cwd }), quiet)
  assert.deepEqual(await readdir(cwd), files, 'no log, no home')
  await Promise.all([ann, bob].map((node) => node.has(['build done', 'two\r\nlines', 'from home'])))
  await cid.line(/\]: from home$/)
  // Something that all see, after the last visit has gone.
  ann.say('after')
  await bob.has(['after'])
  await cid.line(/\]: after$/)
  for (const [node, from] of [
    [ann, before[0]],
    [bob, before[1]],
  ] as const)
    for (const line of node.lines.slice(from).filter((text) => !/^\{"type":"(message|sent)"/.test(text))) {
      // No notice: only the lists of members have a visit, with its mark.
      assert.match(line, /^\{"type":"members"/)
      assert.equal(line.includes('"ci"') || line.includes('"me"'), line.includes('"visit":true'))
    }
  assert.deepEqual(
    cid.lines.slice(before[2]).map((line) => line.replace(/\(.*\]/, '')),
    ['> ci: build done', '> ci: two', '    lines', '> me: from home', '> Ann: after'],
  )

  // With its node gone, the home knows the other members; without them it says what was tried.
  cid.end('//exit')
  await cid.over()
  assert.deepEqual(await stage.run(['say', '-n', 'me', 'by the book'], '', { cwd }), quiet)
  await bob.has(['by the book'])
  await Promise.all([ann.kill(), bob.kill()])
  const late = await stage.run(['say', '-n', 'me', 'too late'], '', { cwd })
  assert.deepEqual([late.code, late.stdout], [3, ''])
  assert.match(late.stderr, /nobody of the room answers at 127\.0\.0\.1:\d+, 127/)
})

test('a note of the home that is out of date decides nothing: the next member is asked', async (context) => {
  const stage = await Stage.open(context)
  const ann = await stage.node('Ann').ready()
  const home = join(stage.dir, 'Bob')
  const bob = await stage.node('Bob', { home, through: ann }).ready()
  await ann.sees(['Ann', 'Bob'])
  bob.end('//exit')
  await bob.over()
  // Another program is now where its node was.
  const web = createServer((_, response) => response.end('hello'))
  await once(web.listen(0, '127.0.0.1'), 'listening')
  context.after(() => web.close())
  const stale = { pid: 1, address: `127.0.0.1:${(web.address() as AddressInfo).port}` }
  await writeFile(join(home, 'running.json'), JSON.stringify(stale))
  const say = (text: string) => stage.run(['say', '--home', home, '-a', '127.0.0.1', '-n', 'me', text])
  assert.deepEqual(await say('all the same'), { code: 0, signal: null, stdout: '', stderr: '' })
  await ann.has(['all the same'])
  await ann.kill()
  // Nobody is left: the one that refused is named.
  const late = await say('too late')
  assert.deepEqual([late.code, late.stdout], [4, ''])
  assert.match(late.stderr, /is not a Ringleader node/)
})

test('what cannot be said is refused in one line', async (context) => {
  const stage = await Stage.open(context)
  for (const [args, input, why] of [
    [['say'], '', /say needs a text, - for all of stdin, or --file/],
    [['say', ' '], '', /nothing to say/],
    [['say', '-'], '\n\n', /nothing to say/],
    [['say', '-'], 'x'.repeat(65_537), /at most 65536 bytes/],
    [['say', '-'], Buffer.from([0x61, 0xff]), /is not UTF-8/],
    [['say', '-np', '4001', 'x'], '', /-np needs -na/],
    [['say', 'x'], '', /holds no room: name a member of one with -na/],
    [['say', '--home', 'none', 'x'], '', /keeps nothing/],
  ] as const) {
    const { code, stdout, stderr } = await stage.run(args, input)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, why)
    assert.match(stderr, /^ringleader: [^\n]*\nSee ringleader --help\.\n$/)
  }
  const nobody = await stage.run(['say', '-a', '127.0.0.1', '-na', '127.0.0.1', '-np', '1', 'x'])
  assert.equal(nobody.code, 3)
})
