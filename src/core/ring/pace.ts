/**
 * The pace of a node (PROTOCOL.md section 2.6): how many times as long as on a local network it waits for a reply.
 * It comes from round trips, which are measured outside; no rule compares clock times.
 */

import type { LinkId } from '../model/ids.ts'
import type { Link, Purpose, State } from '../model/state.ts'

/**
 * A shorter round trip counts at once, a longer one by an eighth: a reply that was queued behind records, or came from
 * a process that was late, says little about the path.
 */
const risePart = 1 / 8
/** How fast a slow link that is lost is forgotten, at each measurement of another. */
const fadePart = 1 / 4
/** An errand is stretched by no more: a node that does not reply is asked again, and others wait for their turn. */
const errandPaceMax = 2

/** The nodes at these links need not be of this ring, so these links do not change the pace. */
const isErrand: Readonly<Record<Purpose, boolean>> = {
  leader: false,
  candidate: false,
  check: false,
  bridge: false,
  accepted: false,
  search: true,
  probe: true,
  errand: true,
}

/** A reply on this link took `ms`. */
export function noteRoundTrip(state: State, id: LinkId, ms: number): void {
  const link = state.links.get(id)
  const { roundTripMs, paceMax } = state.config
  // So long does no path take: it is a queue, or a process that stood still.
  if (!link || ms > 2 * roundTripMs * paceMax) return
  const { roundTripMs: before = ms } = link
  link.roundTripMs = ms < before ? ms : before + (ms - before) * risePart
  let slowest = 0
  for (const { purpose, roundTripMs = 0 } of state.links.values())
    if (!isErrand[purpose]) slowest = Math.max(slowest, roundTripMs)
  // A slow link that is lost is remembered for a while: who stood at its end is about to be dialled.
  const known = state.roundTripMs
  state.roundTripMs = slowest > known ? slowest : known - (known - slowest) * fadePart
}

/** From 1 to `paceMax`. */
export function paceOf(state: State, link?: Link): number {
  const { roundTripMs, paceMax } = state.config
  const slowest = Math.max(state.roundTripMs, link?.roundTripMs ?? 0)
  return Math.min(Math.max(1, slowest / roundTripMs), paceMax)
}

/** Whether this very link is longer than a local one. One that was dialled in ignorance of that needs more time. */
export function isFar(state: State, link: Link): boolean {
  return (link.roundTripMs ?? 0) > state.config.roundTripMs
}

/** How long a dial may take. Unit: ms. */
export function dialTime(state: State, purpose: Purpose, ms: number): number {
  const pace = paceOf(state)
  return Math.round(ms * (isErrand[purpose] ? Math.min(pace, errandPaceMax) : pace))
}

/** A time for replies, at the pace of this node, or of the link where that is slower. Unit: ms. */
export function stretch(state: State, ms: number, link?: Link): number {
  return Math.round(ms * paceOf(state, link))
}
