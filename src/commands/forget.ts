/**
 * `ringleader forget <room>`: deletes what a home keeps of a room, after asking.
 */

import { createInterface } from 'node:readline'
import { escapeText } from '../chat/escape.ts'
import { plural } from '../chat/notices.ts'
import { RingleaderError } from '../peer/errors.ts'
import { forgetRoom } from '../store/home/forget-room.ts'
import { pickRoom } from '../assembly/room-names.ts'
import { listRooms } from '../store/home/home.ts'
import { chooseKept } from './default-home.ts'
import { NoRoomError } from './no-room.ts'
import type { CommandLine } from './command-line.ts'

/** Resolves to the exit code; rejects with an error that has one. */
export async function forget(flags: Extract<CommandLine, { command: 'forget' }>['flags']): Promise<number> {
  const { dir } = chooseKept(flags)
  const { room, book } = await listRooms(dir)
    .then((held) => pickRoom(held, flags.room, dir))
    .catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'ERR_NO_ROOM') throw error
      throw new NoRoomError((error as Error).message, { cause: error })
    })
  if (!flags.yes) {
    if (process.stdin.isTTY !== true)
      throw new RingleaderError('ERR_USAGE', `forget deletes the history of room ${room}: say so with --yes`)
    const { listStored } = await import('../assembly/stored-history.ts')
    const held = (await listStored(dir)).find(({ id }) => id === room)?.held
    const count = held && 'count' in held ? amountOf(held) : 'a history that cannot be read'
    const others = book.map(({ name }) => name).join(', ') || 'nobody else'
    const question = `delete room ${room} (${count}; with ${others}) from ${dir}? Nobody can bring it back here. [y/N] `
    if (!(await confirms(question))) {
      process.stderr.write('nothing was deleted\n')
      return 1
    }
  }
  await forgetRoom(dir, room)
  process.stdout.write(`room ${room} is deleted from ${escapeText(dir)}\n`)
  return 0
}

/** What was never sent is nowhere else. */
function amountOf({ count, unsent }: { count: number; unsent: number }): string {
  return `${plural(count, 'message')}${unsent > 0 ? `, and ${unsent} of yours never sent` : ''}`
}

/** Asks on stderr, so that what stdout is given to is not asked. The end of the input means no. */
function confirms(question: string): Promise<boolean> {
  process.stderr.write(escapeText(question))
  return new Promise((resolve) => {
    // Not a line editor of our own: Ctrl-C stays the signal that ends the program.
    const lines = createInterface({ input: process.stdin, terminal: false })
    lines.once('line', (line) => {
      resolve(/^\s*y(es)?\s*$/i.test(line))
      lines.close()
    })
    lines.once('close', () => resolve(false))
  })
}
