/**
 * Looking for the room (PROTOCOL.md sections 2.4 and 2.12): every address known is asked who leads.
 * Serves joining, restarting, and coming back after a leader was lost before its first view.
 */

import { nextBelow } from '../../lib/prng.ts'
import type { StopReason } from '../model/effects.ts'
import { log, startTimer, stopTimer } from '../model/emit.ts'
import type { LinkEnd } from '../model/events.ts'
import type { Frame, Member } from '../model/frames.ts'
import type { Address } from '../model/ids.ts'
import type { Link, Searching, State } from '../model/state.ts'
import { absentEntries } from '../ring/book.ts'
import { isBarred } from '../ring/keys.ts'
import { dial, hangUp, sayHello } from '../ring/links.ts'
import { stretch } from '../ring/pace.ts'
import { stop } from '../ring/stopping.ts'
import { follow } from './following.ts'
import { takeSolo } from './office.ts'

/**
 * Begins to search. `maySolo`: without a reply this node continues alone. `now`: ask at once; after a
 * failed try the node pauses, so that it does not ask a ring that still names its dead leader in a loop.
 */
export function search(state: State, maySolo: boolean, now: boolean): void {
  const { config, prng } = state
  state.turnedAway = false
  state.role = { type: 'searching', maySolo, retryMs: state.searchRetryMs, extended: false, turn: 0 }
  if (state.contacts.length > 0 || state.book.size > 0) {
    log(state, state.contacts[0] ? { type: 'searching', addr: state.contacts[0] } : { type: 'searching' })
  }
  if (maySolo) startTimer(state, 'search', stretch(state, config.searchMs + nextBelow(prng, config.searchMs)))
  if (now) searchRound(state, state.role)
  else startTimer(state, 'search-again', state.searchRetryMs)
}

/** Asks all addresses at once; those that are being asked already are left alone. */
export function searchRound(state: State, role: Searching): void {
  const asked = new Set<Address>()
  for (const link of state.links.values()) if (link.purpose === 'search' && link.addr) asked.add(link.addr)
  const known = new Set<Address>([...state.contacts, ...everyoneElse(state, role)])
  known.delete(state.addr)
  if (known.size === 0 && role.maySolo) {
    // No other node is known: there is nothing to wait for.
    takeSolo(state)
    return
  }
  for (const addr of known) {
    if (asked.has(addr)) continue
    // Any node that replies at an address will do: a member may have moved to another's.
    dial(state, 'search', addr, { ms: state.config.followAnswerMs })
  }
  startTimer(state, 'search-again', role.retryMs)
  role.retryMs = Math.min(role.retryMs * 2, state.config.retryMaxMs)
  state.searchRetryMs = role.retryMs
}

/** The time is over: the node goes on alone, unless a node of its room has just refused it as a copy (2.1), or turned it away (2.20). */
export function endSearch(state: State): void {
  if (state.turnedAway) {
    stop(state, 'rekeyed')
    return
  }
  if (!state.refused) {
    takeSolo(state)
    return
  }
  // Each wait needs a refusal of its own.
  state.refused = false
  startTimer(state, 'search', stretch(state, state.config.searchMs))
}

/** The addresses of all members and absent members, and, a few at a time in turn, of nodes that were in no view here. */
function everyoneElse(state: State, role: Searching): Address[] {
  const members = state.view.members.filter((member) => member.uid !== state.uid)
  const absent = absentEntries(state)
  const told = absent.filter((entry) => entry.told)
  const turn = Array.from(
    { length: Math.min(toldAtOnce, told.length) },
    (_, i) => told[(role.turn + i) % told.length],
  )
  role.turn += toldAtOnce
  const met = absent.filter((entry) => !entry.told)
  return [...members, ...met, ...turn.filter((entry) => entry !== undefined)].map(({ addr }) => addr)
}

/** How many nodes that were in no view here are asked in one round of a search. */
const toldAtOnce = 4

/** A node replied. */
export function onSearchInfo(
  state: State,
  role: Searching,
  link: Link,
  info: Extract<Frame, { type: 'info' }>,
): void {
  if (state.room === '') {
    state.room = info.room
    state.copies = info.copies
  }
  const who = link.who
  if (!who) return
  state.refused = false
  state.turnedAway = false
  // 2.17: a node that names a distrusted leader leads to that leader.
  if (isBarred(state, who.uid) || (info.leader && isBarred(state, info.leader.uid))) {
    hangUp(state, link.id)
    return
  }
  if (info.status === 'open' || info.status === 'gathering') {
    followFound(state, who, who, link)
    return
  }
  if (info.leader && info.leader.uid !== state.uid) {
    // Its REDIRECT, right behind, names the other members; then this link is closed.
    followFound(state, info.leader, who, undefined, link)
    return
  }
  // A ring that is electing will have a leader soon. Another searching node does not: if nodes waited for
  // one another, all would wait for ever after a power cut.
  if ((info.status === 'electing' || info.leader) && role.maySolo && !role.extended) {
    role.extended = true
    startTimer(state, 'search', stretch(state, state.config.searchElectingMs))
  }
  hangUp(state, link.id)
}

function followFound(state: State, leader: Member, contact: Member, link?: Link, keep = link): void {
  stopSearch(state, keep)
  follow(state, leader, {
    origin: 'search',
    after: contact.uid,
    ...(link ? { link: link.id } : {}),
  })
}

/** Ends all questions but the one whose link is kept. */
export function stopSearch(state: State, keep?: Link): void {
  for (const link of [...state.links.values()]) {
    if (link.purpose === 'search' && link.id !== keep?.id) hangUp(state, link.id)
  }
  stopTimer(state, 'search-again')
}

export function onSearchOpened(state: State, link: Link): void {
  sayHello(state, link)
}

/** What a contact's refusal means to one who was never in: it need not come again. */
export function refusalOf(state: State, link: Link, why: LinkEnd): StopReason | undefined {
  if (state.entered || !link.addr || !state.contacts.includes(link.addr) || state.book.size > 0)
    return undefined
  if (why === 'alien' || why === 'version' || why === 'locked') return why
  return undefined
}
