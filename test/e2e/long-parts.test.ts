// The longest texts, said in one go: heard, kept, read back after a restart, found, and handed to a member that joins later.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRoom, joinRoom } from '../../src/index.ts'
import { leaveAfter, scratch, take, within } from './support.ts'

const here = { address: '127.0.0.1', port: 0 }
/** Two of them fill a part (partTextBytesMax), and three do not fit. */
const longest = 'Tea, coffee. '.padEnd(65_530, 'x')

test('texts of 64 KiB behind many short ones: everybody has them, also after a restart', async (context) => {
  const dir = await scratch(context)
  const open = { ...here, name: 'ann', home: join(dir, 'ann') }
  let ann = leaveAfter(context, await createRoom(open))
  const bob = leaveAfter(context, await joinRoom({ ...here, name: 'bob', neighbor: ann.self.address }))
  const heard = take(ann, 203)
  const texts = Array.from({ length: 200 }, (_none, i) => `short ${i}`)
  // One part each: `post` says that it is waited for.
  for (const text of texts) await bob.post(text)
  const long = [`1 ${longest}`, `2 ${longest}`, `3 ${longest}`]
  await within(Promise.all(long.map((text) => bob.say(text))), 'sent')
  const all = [...texts, ...long]
  const lines = await heard
  assert.deepEqual(
    lines.map((line) => line.split(' ').slice(2).join(' ')),
    all,
  )
  await bob.leave()
  await ann.leave()
  ann = leaveAfter(context, await createRoom(open))
  assert.deepEqual(await take(ann, all.length, 'start'), lines)
  const found: string[] = []
  for await (const { text } of ann.search('coffee')) found.push(text)
  assert.deepEqual(found, long.toReversed())
  const late = leaveAfter(context, await joinRoom({ ...here, name: 'late', neighbor: ann.self.address }))
  assert.deepEqual(await take(late, all.length, 'start'), lines)
})
