/**
 * The leader's side of a check (PROTOCOL.md section 2.19): all members are compared at one point of its log, one check at a
 * time.
 */

import { noteChains } from '../log/chain-reads.ts'
import { markOf } from './mark.ts'
import type { Check } from '../model/checks.ts'
import { send } from '../model/emit.ts'
import { selfOf } from '../model/facts.ts'
import type { Compared } from '../model/frames.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { Chain, Digest } from '../model/records.ts'
import type { Office, State } from '../model/state.ts'
import { isThere, tellChecked } from './check-wish.ts'
import { beginSearch, driveSearch, noteTheirChains } from './parting.ts'

/** Digests that a check looks into, at most. Members that hold the same have the same digest. */
const searchesMax = 8
/** After a search the next check waits so many times as long, so that a member that lies costs the leader little. */
const restFactor = 4

/** After every step, when all that was stamped in it is sealed, and before followers are served. */
export function decideCheck(state: State): void {
  const office = state.role
  if (office.type !== 'office') return
  const { checks } = office
  if (state.wish && !checks.current?.askers.has(state.uid)) checks.asked.add(state.uid)
  if (checks.current) drive(state, office, checks.current)
  if (checks.current || checks.asked.size === 0 || checks.rest > 0 || office.phase !== 'open') return
  // A new office opens before all have caught up: who would be called silent is waited for a little.
  if (checks.waited < state.config.checkReplyBeats / 2 && !areAllLive(state, office)) return
  begin(state, office)
}

function areAllLive({ uid: own, view }: State, { followers }: Office): boolean {
  return view.members.every(({ uid }) => uid === own || followers.get(uid)?.phase === 'live')
}

/** The mark goes to each live follower behind all that is held now: who is there then holds the same, or differs. */
function begin(state: State, office: Office): void {
  const { checks } = office
  const held = state.frontier.copy()
  const mark = markOf(state, ++checks.nonce)
  const links = new Map<Uid, LinkId>()
  const members = state.view.members.filter(({ uid }) => uid !== state.uid)
  for (const { uid } of members) {
    const { link, stream, phase } = office.followers.get(uid) ?? {}
    if (link === undefined || !stream || phase !== 'live') continue
    stream.mark = { pos: state.end, nonce: mark.nonce }
    links.set(uid, link)
  }
  checks.current = {
    mark,
    held,
    members,
    links,
    askers: checks.asked,
    replies: new Map(),
    parted: new Map(),
    search: undefined,
    beats: 0,
    searchedFrom: undefined,
    stale: true,
  }
  checks.asked = new Set()
  checks.waited = 0
  checks.rest = Math.max(1, Math.round(1000 / state.config.heartbeatEveryMs))
  drive(state, office, checks.current)
}

/** CHECKED. */
export function onChecked(office: Office, uid: Uid, nonce: number, digest: Digest): void {
  const check = office.checks.current
  if (check?.mark.nonce !== nonce || !check.links.has(uid) || check.replies.has(uid)) return
  check.replies.set(uid, digest)
  check.stale = true
}

/** CHAINS_AT. */
export function onChainsAt(office: Office, link: LinkId, nonce: number, chains: readonly Chain[]): void {
  const check = office.checks.current
  if (check?.mark.nonce === nonce && check.search?.link === link) noteTheirChains(check.search, chains)
}

/** The store replied to this node as a follower that was asked, or as the leader that compares. */
export function noteChainsRead({ role }: State, request: number, chains: readonly Chain[]): void {
  if (role.type === 'following' && role.question) noteChains(role.question.read, request, chains)
  const search = role.type === 'office' ? role.checks.current?.search : undefined
  if (search) noteChains(search.own, request, chains)
}

/** At each heartbeat. */
export function countChecks({ checks }: Office): void {
  if (checks.rest > 0) checks.rest--
  if (!checks.current) {
    if (checks.asked.size > 0) checks.waited++
    return
  }
  checks.current.beats++
  checks.current.stale = true
}

function drive(state: State, office: Office, check: Check): void {
  const { search } = check
  if (search && (isGone(office, search) || driveSearch(state, check, search))) {
    // A follower that came again over another link does not know the question any more.
    if (!check.parted.has(search.digest)) check.parted.set(search.digest, undefined)
    check.search = undefined
    check.stale = true
  }
  if (!check.stale) return
  check.stale = false
  if (isWaiting(state, office, check)) return
  check.searchedFrom ??= check.beats
  const { checkSearchBeats } = state.config
  if (check.beats - check.searchedFrom < checkSearchBeats && (check.search || searchNext(state, check)))
    return
  end(state, office, check)
}

function isGone({ followers }: Office, { uid, link }: { uid: Uid; link: LinkId }): boolean {
  return followers.get(uid)?.link !== link
}

/** Whether a member may still reply. */
function isWaiting({ config }: State, office: Office, { beats, links, replies }: Check): boolean {
  if (beats >= config.checkReplyBeats) return false
  for (const [uid, link] of links) if (!replies.has(uid) && !isGone(office, { uid, link })) return true
  return false
}

/** Looks into the next digest that differs. */
function searchNext(state: State, check: Check): boolean {
  if (check.parted.size >= searchesMax) return false
  for (const [uid, digest] of check.replies) {
    const link = check.links.get(uid)
    if (digest === check.mark.digest || check.parted.has(digest) || link === undefined) continue
    beginSearch(state, check, uid, link, digest)
    return true
  }
  return false
}

/** Tells all who asked. */
function end(state: State, office: Office, check: Check): void {
  const { mark, askers, replies, parted, searchedFrom = check.beats } = check
  const { checks } = office
  checks.current = undefined
  checks.rest = Math.max(checks.rest, restFactor * (check.beats - searchedFrom))
  const members = check.members
    .filter((member) => isThere(state, member))
    .map(({ uid, inc }): Compared => {
      const digest = replies.get(uid)
      if (digest === undefined) return { uid, inc, verdict: 'silent' }
      if (digest === mark.digest) return { uid, inc, verdict: 'same' }
      const first = parted.get(digest)
      return { uid, inc, verdict: 'differs', ...(first && { first }) }
    })
  for (const uid of askers) {
    const link = office.followers.get(uid)?.link
    if (link !== undefined)
      send(state, link, { type: 'checkDone', nonce: mark.nonce, digest: mark.digest, members })
  }
  const { uid, inc } = selfOf(state)
  if (askers.has(uid)) tellChecked(state, mark, mark.digest, [{ uid, inc, verdict: 'same' }, ...members])
}
