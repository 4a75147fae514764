// For tests with real sockets and disks: scratch folders, deadlines, readers.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

import type { Message, Room } from '../../src/index.ts'

const deadlineMs = 30_000

/** A folder that is gone after the test. */
export async function scratch(context: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ringleader-'))
  context.after(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }))
  return dir
}

/** The room is left when the test is over, however it ends. */
export function leaveAfter<R extends Room>(context: TestContext, room: R): R {
  context.after(() => room.leave({ waitMs: 0 }))
  return room
}

/** Fails with `name` when it takes too long. */
export async function within<T>(what: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name}: not within ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    return await Promise.race([what, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The first `count` messages of the room, history first, as lines that are equal where the order is. */
export async function take(room: Room, count: number, since?: string): Promise<string[]> {
  const got: Message[] = []
  const reading = async (): Promise<void> => {
    for await (const message of room.messages(since === undefined ? {} : { since })) {
      got.push(message)
      if (got.length === count) return
    }
  }
  await within(reading(), `${room.self.name} reads ${count}`)
  return got.map(({ ts, id, text }) => `${ts} ${id} ${text}`)
}

/** What is stored, in its final order. */
export async function stored(room: Room): Promise<string[]> {
  const lines: string[] = []
  for await (const { ts, id, text } of room.history()) lines.push(`${ts} ${id} ${text}`)
  return lines
}

/** Resolves at the first event for which `accept` holds, looking at once as well. */
export function until(
  room: Room,
  event: 'members' | 'leader' | 'notice',
  accept: () => boolean,
  name: string,
): Promise<void> {
  const waiting = new Promise<void>((resolve) => {
    const look = (): void => {
      if (!accept()) return
      room.off(event, look)
      resolve()
    }
    room.on(event, look)
    look()
  })
  return within(waiting, name)
}
