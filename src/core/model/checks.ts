/**
 * What a check is at the node that asked for it and at the leader that makes it (PROTOCOL.md section 2.19).
 */

import type { Frontier } from './frontier.ts'
import type { Member } from './frames.ts'
import type { LinkId, Namespace, Uid } from './ids.ts'
import type { Chain, Digest, Point } from './records.ts'

/** What is held of a namespace. */
export type Held = Point & { readonly chain: Chain }

/** What a node holds at a point of its leader's log. `messages`: how many that is. */
export type Mark = { readonly nonce: number; readonly digest: Digest; readonly messages: number }

/** This node's person wants to know what all members hold. It stays until a leader has told that. */
export type Wish = {
  /** The link over which CHECK was sent: a new one means that the leader does not know of it. */
  askedOn: LinkId | undefined
  /** What was held here at the last CHECK_POINT since. */
  mark: Mark | undefined
}

/** The checks of an office. */
export type Checks = {
  /** Who wants the next one. */
  asked: Set<Uid>
  current: Check | undefined
  /** Heartbeats until the next one may begin. */
  rest: number
  /** For how many heartbeats somebody has wanted one that has not begun. */
  waited: number
  /** Of the last one. */
  nonce: number
}

/** One comparison of all members with the leader. */
export type Check = {
  readonly mark: Mark
  readonly held: Frontier
  readonly askers: ReadonlySet<Uid>
  /** Those that are compared, and the links of those that were asked. */
  readonly members: readonly Member[]
  readonly links: ReadonlyMap<Uid, LinkId>
  readonly replies: Map<Uid, Digest>
  /** Where what has such a digest parts from what the leader holds; undefined: that was not found. */
  readonly parted: Map<Digest, Point | undefined>
  search: Search | undefined
  /** Heartbeats since it began, and when the search began. */
  beats: number
  searchedFrom: number | undefined
  /** A reply came, or a heartbeat: there may be something to decide. */
  stale: boolean
}

/** The search for the first record that one follower has and the leader has not, or the other way round. */
export type Search = {
  readonly uid: Uid
  readonly link: LinkId
  readonly digest: Digest
  /** The namespaces before this place in `held` are the same. */
  at: number
  /** The namespace that differs: `same` is the last s known to be so, `other` the first known not to be. */
  part: { readonly namespace: Namespace; same: number; other: number } | undefined
  /** What was asked last, and the chains there, as far as they are known. */
  points: readonly Point[]
  own: ChainRead
  theirs: readonly Chain[] | undefined
}

/** The chains at some points, as far as they are known yet. */
export type ChainRead = {
  readonly points: readonly Point[]
  readonly chains: (Chain | undefined)[]
  /** Chains known before, from which the store may go on. */
  readonly bases: readonly Held[]
  /** The persist that must be durable before the store is asked. */
  readonly after: number
  /** The store was asked; and of each request that it has not answered, the places in `points`. */
  asked: boolean
  readonly requests: Map<number, readonly number[]>
}
