// What a program without types may pass to the library is refused with ERR_USAGE.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoom, joinRoom, type CreateOptions, type JoinOptions, type Room } from '../../src/index.ts'

const base = { name: 'Ann', address: '127.0.0.1' }
const calls: readonly (readonly [message: string, call: (room: Room) => Promise<unknown>])[] = [
  ['invitation is a string', () => joinRoom({ ...base, invitation: 5 } as unknown as JoinOptions)],
  ['locked is true or false', () => createRoom({ ...base, locked: 'yes' } as unknown as CreateOptions)],
  [
    'timeoutMs is a number of ms, at most a day',
    (room) => room.check({ timeoutMs: '5' } as unknown as { timeoutMs: number }),
  ],
]

test('a value of the wrong type is a usage error', async (context) => {
  const room = await createRoom(base)
  context.after(() => room.leave())
  for (const [message, call] of calls)
    await assert.rejects(call(room), { code: 'ERR_USAGE', message }, message)
})

test('options that are null are none', async (context) => {
  const room = await createRoom(base)
  context.after(() => room.leave())
  await room.say('hello', null as unknown as { action?: boolean })
  await room.post('again', null as unknown as { action?: boolean })
})
