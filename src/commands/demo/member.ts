/**
 * The program of one of the demo's five processes: runs a node, obeys the orders from its pipe and reports
 * what it sees. It ends when the pipe closes, however the demo ended.
 * Run by demo/cast.ts as `member.js <scratch folder>`.
 */

import { rmSync } from 'node:fs'
import { renderMessage } from '../../chat/message-line.ts'
import { createRoom, joinRoom } from '../../index.ts'
import type { Message, Room } from '../../index.ts'
import { layCable, plugInCable, pullCable } from './cable.ts'
import { nowMs } from './orders.ts'
import type { Order, Report, Shown } from './orders.ts'

const [, , scratch] = process.argv
let room: Room | undefined

function report(what: Report): void {
  if (process.connected) process.send?.(what)
}

/** Each process that is left when the demo has ended removes the folder, so nothing stays behind. */
function end(): never {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

function show(message: Message): Shown {
  const { id, name, text, time } = message
  return { id, name, text, line: renderMessage(message), saidMs: time.getTime(), at: nowMs() }
}

async function open({ name, home, neighbor }: Extract<Order, { type: 'open' }>): Promise<void> {
  const options = { name, home, address: '127.0.0.1', port: 0 }
  const begun = performance.now()
  const mine = await (neighbor === undefined
    ? createRoom({ ...options, fresh: true })
    : joinRoom({ ...options, neighbor }))
  const tookMs = performance.now() - begun
  room = mine
  mine.on('message', (message) => report({ type: 'shown', shown: show(message) }))
  mine.on('leader', (leader) => report({ type: 'leader', at: nowMs(), name: leader?.name }))
  mine.on('log', ({ line }) => report({ type: 'log', at: nowMs(), line }))
  mine.on('close', (error) => {
    if (error) report({ type: 'failed', why: error.message })
  })
  report({ type: 'in', id: mine.self.id, address: mine.self.address, tookMs })
}

async function say(mine: Room, text: string): Promise<void> {
  await mine.say(text)
  report({ type: 'sent', text })
}

async function obey(order: Order): Promise<void> {
  if (order.type === 'open') return open(order)
  const mine = room
  if (!mine) throw new Error(`asked to ${order.type} outside of a room`)
  switch (order.type) {
    case 'say':
      return say(mine, order.text)
    case 'flow':
      order.texts.forEach((text, index) =>
        setTimeout(() => void say(mine, text).catch(fail), order.afterMs + index * order.everyMs),
      )
      return
    case 'cut':
      return pullCable()
    case 'heal':
      return plugInCable()
    case 'look': {
      const { ring, leader } = mine
      return report({
        type: 'place',
        place: { next: ring.next?.name, leader: leader?.name, term: ring.term },
      })
    }
    case 'recite': {
      const lines: string[] = []
      for await (const message of mine.history()) lines.push(renderMessage({ ...message, late: false }))
      return report({ type: 'recited', lines })
    }
  }
}

function fail(error: unknown): void {
  report({ type: 'failed', why: error instanceof Error ? error.message : String(error) })
}

// The keyboard's signals go to every process of the terminal; the demo alone decides what they mean.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {})
layCable()
process.on('disconnect', end)
if (!process.connected) end()
process.on('message', (order: Order) => void obey(order).catch(fail))
report({ type: 'loaded' })
