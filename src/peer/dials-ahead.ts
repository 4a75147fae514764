/**
 * Whom this node will dial when its leader or its next dies: PROTOCOL.md 2.7 and 2.8 decide it then, this only guesses, and
 * a wrong guess costs a handshake.
 */

import type { Address } from '../core/model/ids.ts'
import type { RoomMember } from './room.ts'

/** `members`: in ring order. The likeliest first. One that is both gets two dials. */
export function dialsAhead(members: readonly RoomMember[], self: string): Address[] {
  const at = members.findIndex(({ id }) => id === self)
  if (at < 0) return []
  const others = [...members.slice(at + 1), ...members.slice(0, at)]
  // The largest uid wins (2.8). If that is our own, all others dial us.
  const candidates = members.filter(({ leader }) => !leader)
  const winner = candidates.reduce((most, one) => (most && most.id > one.id ? most : one), candidates[0])
  const behindNext = others[1]
  return [winner, behindNext].flatMap((one) => (one && one.id !== self ? [one.address as Address] : []))
}
