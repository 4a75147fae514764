/**
 * Finds the rooms of the local network, for programs and for people.
 */

import { isLocked } from '../core/model/ids.ts'
import { usageError } from '../peer/errors.ts'
import { NearbyList } from '../peer/nearby-list.ts'
import type { NearbyOptions, NearbyRoom } from '../peer/nearby-list.ts'
import { searchNearby } from '../transport/nearby-search.ts'
import { isSpoken } from '../wire/announcement.ts'

const timeoutMsDefault = 1500
const timeoutMsMax = 60_000

/** `signal`: ends the search early. Rejects with ERR_USAGE or ERR_NO_MULTICAST. */
export async function findNearby(options: NearbyOptions & { signal?: AbortSignal }): Promise<NearbyRoom[]> {
  const { timeoutMs = timeoutMsDefault, onRoom, signal } = options
  if (!(timeoutMs >= 0 && timeoutMs <= timeoutMsMax))
    throw usageError(`timeoutMs is a number of ms, at most ${timeoutMsMax}`)
  const list = new NearbyList()
  await searchNearby({
    timeoutMs,
    signal,
    heard: ({ room: id, uid, name, addr, title, versions }) => {
      const member = { id: uid, name, address: addr, compatible: isSpoken(versions) }
      const room = { id, ...(title === undefined ? {} : { title }), locked: isLocked(id), members: [member] }
      const news = list.add(room)
      if (news) onRoom?.(news)
    },
    gone: (uid) => list.remove(uid),
  })
  return list.rooms
}
