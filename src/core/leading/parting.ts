/**
 * Finds the first record at which a follower's history parts from the leader's (PROTOCOL.md section 2.19): first the
 * namespace, a page of them at a time, then the record in it, by asking for chains at a few points between.
 */

import { chainsOf, driveChainRead, readChains } from '../log/chain-reads.ts'
import type { Check, Search } from '../model/checks.ts'
import type { Frontier } from '../model/frontier.ts'
import { send } from '../model/emit.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { Chain, Digest, Point } from '../model/records.ts'
import type { State } from '../model/state.ts'

/** Namespaces that are asked about at a time. The limit of a frame (wire/limits.ts). */
const pageLength = 128
/** Points between two of a namespace: each reply leaves a 128th of the records. */
const pointsBetween = 127

/** Begins with a follower whose digest differs. */
export function beginSearch(state: State, check: Check, uid: Uid, link: LinkId, digest: Digest): void {
  const points = pageOf(check.held, 0)
  const own = ownOf(check.held, 0)
  check.search = { uid, link, digest, at: 0, part: undefined, points, own, theirs: undefined }
  ask(state, check, check.search)
}

/** CHAINS_AT. */
export function noteTheirChains(search: Search, chains: readonly Chain[]): void {
  if (chains.length === search.points.length) search.theirs ??= chains
}

/** After every step. Returns true when the search is over, and `parted` says where. */
export function driveSearch(state: State, check: Check, search: Search): boolean {
  driveChainRead(state, search.own)
  const { theirs } = search
  const own = chainsOf(search.own)
  if (!own || !theirs) return false
  const first = own.findIndex((chain, i) => chain !== theirs[i])
  narrow(search, first)
  const { part } = search
  if (part && part.other === part.same + 1) {
    check.parted.set(search.digest, { namespace: part.namespace, s: part.other })
    return true
  }
  search.points = part ? pointsIn(part) : pageOf(check.held, search.at)
  // It says that it holds what we do not.
  if (search.points.length === 0) {
    check.parted.set(search.digest, undefined)
    return true
  }
  search.theirs = undefined
  search.own = part ? readChains(state, search.points, search.own) : ownOf(check.held, search.at)
  ask(state, check, search)
  return false
}

function ask(state: State, check: Check, { link, points }: Search): void {
  send(state, link, { type: 'chains', nonce: check.mark.nonce, points })
}

/** `first`: the place in `points` at which the chains differ, or -1. */
function narrow(search: Search, first: number): void {
  const { part, points } = search
  const point = points[first]
  if (!part) {
    search.at += points.length
    if (point) search.part = { namespace: point.namespace, same: 0, other: point.s }
    return
  }
  part.same = (first < 0 ? points.at(-1) : points[first - 1])?.s ?? part.same
  if (point) part.other = point.s
}

/** Some points between, evenly. */
function pointsIn({ namespace, same, other }: NonNullable<Search['part']>): Point[] {
  const count = Math.min(pointsBetween, other - same - 1)
  return Array.from({ length: count }, (_, i) => ({
    namespace,
    s: same + Math.floor(((i + 1) * (other - same)) / (count + 1)),
  }))
}

function pageOf(held: Frontier, from: number): Point[] {
  return held.slice(from, from + pageLength).map(([namespace, { s }]) => ({ namespace, s }))
}

/** What the leader held at the point of the check is known. */
function ownOf(held: Frontier, from: number): Search['own'] {
  const chains = held.slice(from, from + pageLength).map(([, { chain }]) => chain)
  return { points: pageOf(held, from), chains, bases: [], after: 0, asked: true, requests: new Map() }
}
