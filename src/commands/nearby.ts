/**
 * `ringleader nearby`: lists the rooms that members in the local network announce.
 */

import { contactOf, inOrder, nearbyObject, showRoom } from '../chat/nearby-rooms.ts'
import { RingleaderError } from '../peer/errors.ts'
import type { AnnouncedRoom } from '../chat/nearby-rooms.ts'
import type { CommandLine } from './command-line.ts'
import { commandOf, quoteWord } from './shell-words.ts'
import { StreamSink } from '../ui/terminal/stdio.ts'

/** Resolves to the exit code; rejects with an error that has one. */
export async function nearby(flags: Extract<CommandLine, { command: 'nearby' }>['flags']): Promise<number> {
  const { json, timeoutMs } = flags
  const { findNearby } = await import('../assembly/find-nearby.ts')
  if (process.stderr.isTTY) process.stderr.write('looking for rooms in the local network ...\n')
  const found = inOrder(await findNearby(timeoutMs === undefined ? {} : { timeoutMs }))
  if (found.length === 0)
    throw new RingleaderError(
      'ERR_UNREACHABLE',
      'no room is announced in the local network: locked rooms are not, nor is what another network has; ask a member for an invitation or an address, or make a room (ringleader create, or -l)',
    )
  const sink = new StreamSink(process.stdout)
  for (const room of found) sink.print(json ? nearbyObject(room) : roomLines(room))
  await sink.drained()
  return 0
}

function roomLines(room: AnnouncedRoom): string {
  const contact = contactOf(room)
  const how = contact
    ? `${commandOf('join', quoteWord(contact.address))}${room.locked ? ', and a member lets you in' : ''}`
    : 'it cannot be joined: install the same version of ringleader everywhere'
  return `${showRoom(room)}\n    ${how}`
}
