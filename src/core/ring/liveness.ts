/**
 * Counting silence and sending life signs (PROTOCOL.md section 2.6). No clock is compared: heartbeats are counted,
 * so a node that slept counts one for all of its sleep.
 */

import { send } from '../model/emit.ts'
import { followerOn } from '../model/facts.ts'
import type { Frame } from '../model/frames.ts'
import type { Link, State } from '../model/state.ts'
import { hangUp } from './links.ts'
import { paceOf } from './pace.ts'
import { exchangeVids } from './views.ts'

/** Heartbeats after which a link that serves nothing is closed: 10 s. */
const idleBeats = 40

/**
 * Counts one more heartbeat of silence on every link and sends the life signs that are due. Yields the links that
 * have been silent for too long, one after another: ending one may end others.
 */
export function* silentLinks(state: State): Iterable<Link> {
  const { config, beats } = state
  const deadAfter = Math.round(config.deadAfterBeats * paceOf(state))
  const isMeasuring = beats % config.measureEveryBeats === 0
  for (const link of [...state.links.values()]) {
    if (!state.links.has(link.id)) continue
    link.quiet++
    if (!isWatched(state, link)) {
      if (link.quiet > idleBeats && !isTimed(state, link)) hangUp(state, link.id)
    } else if (link.quiet > config.suspectAfterBeats + deadAfter) {
      yield link
    } else if (link.quiet > config.suspectAfterBeats) {
      ping(state, link, ++state.nonce)
    } else if (!link.busy && beats % config.pingEveryBeats === 0) {
      // The first life sign on a link asks too: how far the other end is must be known before it is needed.
      ping(state, link, isMeasuring || link.roundTripMs === undefined ? ++state.nonce : 0)
    }
  }
}

function ping(state: State, link: Link, nonce: number): void {
  const safe = state.role.type === 'office' ? state.role.safe : 0
  send(state, link.id, { type: 'ping', nonce, vid: state.view.vid, safe })
}

/** A life sign, or a question for one. N3: ring neighbours compare their views by it. */
export function onPing(state: State, link: Link, frame: Extract<Frame, { type: 'ping' }>): void {
  if (frame.nonce !== 0) send(state, link.id, { type: 'pong', nonce: frame.nonce })
  const { next, prev } = state.ring
  if (link.id === next?.link || link.id === prev?.link) exchangeVids(state, link.id, frame.vid)
}

/** Ring links and star links are watched; all others are short errands. */
function isWatched(state: State, link: Link): boolean {
  const { ring, role } = state
  if (!link.who) return false
  if (ring.next?.link === link.id || ring.prev?.link === link.id) return true
  if (role.type === 'following') return role.link === link.id && role.phase !== 'dialling'
  return role.type === 'office' && (followerOn(role, link.id) !== undefined || role.moving?.link === link.id)
}

/** What is under way on it has a time of its own, whose end is acted upon: a dial until INFO, and a FOLLOW. */
function isTimed({ role }: State, link: Link): boolean {
  if (role.type === 'following' && role.link === link.id) return true
  return !link.who && link.purpose !== 'accepted'
}
