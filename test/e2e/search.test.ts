// Searching what was said, and finding a room by its title, through the library and the program: real SQLite, and memory.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRoom, type Message, type Room } from '../../src/index.ts'
import { Stage } from './harness.ts'
import { leaveAfter, scratch } from './support.ts'

const here = { address: '127.0.0.1', port: 0 }

async function found(room: Room, words: string, options?: Parameters<Room['search']>[1]): Promise<string[]> {
  const texts: string[] = []
  for await (const { text } of room.search(words, options)) texts.push(text)
  return texts
}

async function checkSearch(room: Room): Promise<void> {
  await room.say('Tea at four')
  // Many in one part, one of them beside a change that is no message.
  const many = Array.from({ length: 300 }, (_, n) => room.say(n === 150 ? 'ＴＥＡ and 寿司' : `line ${n}`))
  room.setTitle('tea room')
  await Promise.all(many)
  room.rename('Bea')
  const between = new Date()
  await room.say('cof\u200bfee', { action: true })
  await room.say('last tea, four')
  assert.deepEqual(await found(room, 'tea'), ['last tea, four', 'ＴＥＡ and 寿司', 'Tea at four'])
  assert.deepEqual(await found(room, 'four TEA'), ['last tea, four', 'Tea at four'])
  assert.deepEqual(await found(room, '"tea at"'), ['Tea at four'])
  assert.deepEqual(await found(room, '寿司'), ['ＴＥＡ and 寿司'])
  assert.deepEqual(await found(room, 'coffee'), ['cof\u200bfee'])
  assert.deepEqual(await found(room, 'nowhere'), [])
  assert.deepEqual(await found(room, '', { from: 'bea', since: between }), ['last tea, four', 'cof\u200bfee'])
  assert.deepEqual(await found(room, 'tea', { from: 'ANN' }), ['ＴＥＡ and 寿司', 'Tea at four'])
  assert.equal((await found(room, 'tea', { from: room.self.id.slice(0, 8) })).length, 3)
  assert.deepEqual(await found(room, 'tea', { from: 'Eve' }), [])
  assert.deepEqual(await found(room, 'tea', { until: new Date(0) }), [])
  // The newest first, each once, and all of them.
  const all: Message[] = []
  for await (const message of room.history()) all.push(message)
  assert.deepEqual(await found(room, '', { since: new Date(0) }), all.map(({ text }) => text).reverse())
  for (const wrong of ['', ' "" '])
    await assert.rejects(found(room, wrong), { code: 'ERR_USAGE', message: /no word/ })
  await assert.rejects(found(room, 'x', { since: new Date('never') }), { code: 'ERR_USAGE' })
  await assert.rejects(found(room, 7 as unknown as string), { code: 'ERR_USAGE' })
  const stop = new AbortController()
  stop.abort(new Error('enough'))
  await assert.rejects(found(room, 'nowhere', { signal: stop.signal }), /enough/)
  let progress = { looked: 0, of: 0 }
  await found(room, 'nowhere', { onProgress: (now) => (progress = now) })
  assert.ok(progress.of > 0 && progress.looked === progress.of)
}

test('room.search, in memory', async (context) => {
  await checkSearch(leaveAfter(context, await createRoom({ ...here, name: 'Ann' })))
})

test('room.search on disk, history with filters, and a room by its title', async (context) => {
  const home = join(await scratch(context), 'home')
  const room = leaveAfter(context, await createRoom({ ...here, name: 'Ann', home }))
  await checkSearch(room)
  // While the node runs.
  const stage = await Stage.open(context)
  const history = async (...flags: string[]) => {
    const { code, stdout, stderr } = await stage.run([
      'history',
      '--home',
      home,
      '--format',
      'short',
      ...flags,
    ])
    return { code, stderr, texts: [...stdout.matchAll(/^\S+ (?:\* )?\w+:? (.*)$/gm)].map(([, text]) => text) }
  }
  assert.deepEqual((await history('--grep', 'tea', '--grep', 'four')).texts, [
    'Tea at four',
    'last tea, four',
  ])
  assert.deepEqual((await history('--from', 'bea', '--since', 'today')).texts, [
    'cof\u200bfee',
    'last tea, four',
  ])
  assert.deepEqual(await history('--until', '2001-01-01'), { code: 0, stderr: '', texts: [] })
  assert.equal((await history('--since', '2026-02-30')).code, 2)
  await room.leave()
  const other = leaveAfter(
    context,
    await createRoom({ ...here, name: 'Ann', home, fresh: true, title: 'Tea house' }),
  )
  await other.leave()
  const named = (title: string) => createRoom({ ...here, name: 'Ann', home, room: title })
  for (const [title, id] of [
    ['TEA ROOM', room.id],
    ['tea h', other.id],
    [room.id.slice(0, 9), room.id],
  ] as const) {
    const back = leaveAfter(context, await named(title))
    assert.equal(back.id, id)
    await back.leave()
  }
  await assert.rejects(named('tea'), {
    code: 'ERR_USAGE',
    message: /several .*"tea room".*|several .*"Tea house"/,
  })
  await assert.rejects(named('dinner'), { code: 'ERR_NO_ROOM', message: /"Tea house"/ })
})
