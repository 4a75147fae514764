/**
 * Prints the room's messages, history first, at the speed of the reader. What is not printed yet waits in
 * the room, where it costs no memory, so no message is left out.
 */

import { within } from './chat-ending.ts'
import type { Message, Room } from '../../peer/room.ts'
import type { Ending } from './chat-ending.ts'
import type { Place, Printed } from './printed.ts'
import type { Printer } from './printer.ts'
import type { Progress } from './progress.ts'
import type { OutputStream, Sink } from './stdio.ts'

/** After a signal the room waits so long for a reader that is behind. Unit: ms. */
const lastReadMs = 300

export type ShowingParts = {
  history: number | 'all'
  /** What was printed of this room, before its history was damaged: the rest is printed instead of `history`. */
  printed: Printed
  output: OutputStream
  sink: Sink
  printer: Printer
  /** Asked for each: it is read, but not to be shown. */
  isHidden: (message: Message) => boolean
  progress: Progress
  ending: Ending
}

/** Resolves when the room is over and everything is printed, or nobody reads any more. `shown`: called for each before it is. */
export async function showMessages(
  room: Room,
  parts: ShowingParts,
  shown: (message: Message) => void,
): Promise<void> {
  const { history, printed, output, sink, printer, isHidden, progress, ending } = parts
  const { first, last } = printed
  progress.begin(first !== undefined ? 0 : history === 'all' ? room.size : Math.min(history, room.size))
  const messages = room.messages(whatToRead(first ? 'all' : history))[Symbol.asyncIterator]()
  const giveUp = async (): Promise<void> => {
    await within(lastReadMs, sink.drained())
    if (output.writableNeedDrain) await messages.return?.()
  }
  void ending.urgent.then(giveUp)
  const all: AsyncIterable<Message> = { [Symbol.asyncIterator]: () => messages }
  const isAnew = !printed.isEmpty
  // What is before the first was left out on purpose, unless all was asked for.
  let isBeforeFirst = history !== 'all'
  let isBeforeLast = true
  for await (const read of all) {
    isBeforeFirst &&= isBefore(read, first)
    isBeforeLast &&= isBefore(read, last)
    if (isAnew && ((read.history && isBeforeFirst) || printed.has(read))) continue
    const message = read.history && isBeforeLast ? { ...read, late: true } : read
    // Notices may have come between; so what waits is never more than they are, and this one.
    if (output.writableNeedDrain) await sink.drained()
    if (output.destroyed) return
    if (!isHidden(message)) {
      shown(message)
      printer.message(message, room.self.name)
    }
    printed.take(message)
    if (output.writableNeedDrain) await sink.drained()
    progress.shown(message)
  }
}

function whatToRead(history: number | 'all'): { since: string; last?: number } {
  if (history === 'all') return { since: 'start' }
  return history === 0 ? { since: 'now' } : { since: 'start', last: history }
}

/** For messages read in their order. `place` may be of a message that was lost with the damaged history. */
function isBefore(read: Place, place: Place | undefined): boolean {
  return place !== undefined && read.id !== place.id && read.ts <= place.ts
}
