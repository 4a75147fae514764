/**
 * Connects a chat at a prompt with what its home keeps: the settings, whom it knows, and what was seen. Pipes keep nothing.
 */

import { readBooks } from '../store/home/book-file.ts'
import { keepPagePort, pageKeyOf, pagePortOf } from '../store/home/page-key.ts'
import { readSeen, writeSeen } from '../store/home/seen-file.ts'
import { mendSettings, readSettings, writeSettings } from '../store/home/settings.ts'
import type { SeenPlace } from '../ui/terminal/chat-setup.ts'
import type { ChatRun } from '../ui/terminal/chat-run.ts'
import type { PageHostParts } from './web.ts'

/**
 * home false: nothing is kept. Resolves before the room is opened, so that its first line is shown as it should be; to
 * what is to be called once the home is this process's own: until then nothing there is changed.
 */
export async function useSettings(run: ChatRun, home: string | false): Promise<() => void> {
  if (!run.hasPrompt || home === false) return () => {}
  const books = [...(await readBooks(home))]
  run.useKnown(new Map(books.map(([room, book]) => [room, book.map(({ uid, name }) => ({ id: uid, name }))])))
  let mended: Promise<void> = Promise.resolve()
  run.useSettings(await readSettings(home), async (changed) => {
    await mended
    await writeSettings(home, changed)
  })
  return () => {
    mended = mendSettings(home).then((note) => {
      if (note !== undefined) run.warn(note)
    })
  }
}

/** Up to where a person at a prompt has seen a room. */
export function seenPlace(home: string, room: string): SeenPlace {
  return { read: () => readSeen(home, room), keep: (place) => writeSeen(home, room, place) }
}

/** What the home keeps of its page. */
export function keptPage(home: string): Pick<PageHostParts, 'key' | 'kept'> {
  return {
    key: (room) => pageKeyOf(home, room),
    kept: { read: () => pagePortOf(home), keep: (port) => keepPagePort(home, port) },
  }
}
