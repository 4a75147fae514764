/**
 * `ringleader history`: prints the stored transcript in its final order. Members that hold the same messages
 * print the same bytes. With --verify: verifies it.
 */

import { escapeText } from '../chat/escape.ts'
import { authorOf, renderMessage } from '../chat/message-line.ts'
import { messageObject } from '../chat/json-objects.ts'
import { plural } from '../chat/notices.ts'
import { nameColour, paint, usesColour } from '../ui/terminal/colours.ts'
import { StreamSink } from '../ui/terminal/stdio.ts'
import { chooseKept } from './default-home.ts'
import { NoRoomError } from './no-room.ts'
import { otherHomes } from './other-homes.ts'
import { ProgressLine } from './progress-line.ts'
import { verifyHistory } from './verify-history.ts'
import type { CommandLine } from './command-line.ts'

type HistoryFlags = Extract<CommandLine, { command: 'history' }>['flags']

/** Lines are handed to the system in pieces of about this. Unit: UTF-16 units. */
const pieceCharacters = 65_536

/** Resolves to the exit code; rejects with an error that has one. */
export async function history(flags: HistoryFlags): Promise<number> {
  const { stdout, env } = process
  const { dir } = chooseKept(flags)
  const { openHistory } = await import('../assembly/stored-history.ts')
  const stored = await openHistory(dir, flags.room).catch(async (error: Error & { code?: string }) => {
    if (error.code !== 'ERR_NO_ROOM' || flags.room !== undefined) throw error
    throw new NoRoomError(`${error.message}; ${await otherHomes('history')}`, { cause: error })
  })
  if (stored.note !== undefined) process.stderr.write(`ringleader: ${escapeText(stored.note)}\n`)
  if (flags.verify) return await verifyHistory(stored, flags).finally(() => stored.close())
  const hasColour = usesColour({ flag: flags.color, isTerminal: stdout.isTTY === true, env })
  const sink = new StreamSink(stdout)
  const lines: string[] = []
  const progress = new ProgressLine()
  let characters = 0
  const flush = () => {
    progress.clear()
    if (lines.length > 0) sink.print(lines.splice(0).join('\n'))
    characters = 0
    return sink.drained()
  }
  const { filter } = flags
  const found = filter
    ? stored.found(filter, (done, of) => progress.show(`${done} of ${plural(of, 'record')} searched`))
    : stored.messages()
  try {
    for await (const message of found) {
      const colour = nameColour(authorOf(message.id))
      const line = flags.json
        ? messageObject(message)
        : renderMessage(message, {
            format: flags.format,
            timestamp: flags.time ? 'datetime' : undefined,
            isTerminal: stdout.isTTY === true,
            paint: hasColour ? (name) => paint(name, colour) : undefined,
          })
      lines.push(line)
      characters += line.length
      if (characters >= pieceCharacters) await flush()
      // The reader is gone, which is no error.
      if (stdout.destroyed) return 0
    }
    await flush()
    return 0
  } finally {
    stored.close()
  }
}
