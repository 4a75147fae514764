/**
 * Prints the room's messages, history first, at the speed of the reader. What is not printed yet waits in
 * the room, where it costs no memory, so no message is left out.
 */

import { within } from './chat-ending.ts'
import type { Message, Room } from '../../peer/room.ts'
import type { Ending } from './chat-ending.ts'
import type { Printer } from './printer.ts'
import type { Progress } from './progress.ts'
import type { OutputStream, Sink } from './stdio.ts'

/** After a signal the room waits so long for a reader that is behind. Unit: ms. */
const lastReadMs = 300

export type ShowingParts = {
  history: number | 'all'
  /** Id of a message: what comes after it is printed, instead of `history`. */
  after: string | undefined
  output: OutputStream
  sink: Sink
  printer: Printer
  progress: Progress
  ending: Ending
}

/** Resolves when the room is over and everything is printed, or nobody reads any more. `shown`: called for each. */
export async function showMessages(
  room: Room,
  parts: ShowingParts,
  shown: (message: Message) => void,
): Promise<void> {
  const { history, after, output, sink, printer, progress, ending } = parts
  progress.begin(after !== undefined ? 0 : history === 'all' ? room.size : Math.min(history, room.size))
  const messages = room
    .messages(
      after !== undefined
        ? { since: after }
        : history === 0
          ? { since: 'now' }
          : { since: 'start', ...(history === 'all' ? {} : { last: history }) },
    )
    [Symbol.asyncIterator]()
  const giveUp = async (): Promise<void> => {
    await within(lastReadMs, sink.drained())
    if (output.writableNeedDrain) await messages.return?.()
  }
  void ending.urgent.then(giveUp)
  const all: AsyncIterable<Message> = { [Symbol.asyncIterator]: () => messages }
  for await (const message of all) {
    // Notices may have come between; so what waits is never more than they are, and this one.
    await sink.drained()
    if (output.destroyed) return
    printer.message(message, room.self.name)
    shown(message)
    await sink.drained()
    progress.shown(message)
  }
}
