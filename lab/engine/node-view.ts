/**
 * What a node holds, as plain data that never changes: one is made after each of its steps.
 */

import type { Candidate } from '../../src/core/model/frames.ts'
import { bootCounter } from '../../src/core/model/ids.ts'
import type { State } from '../../src/core/index.ts'
import type { SimNode } from '../../sim/world/world.ts'

type Doing = 'down' | 'stopped' | 'searching' | 'following' | 'electing' | 'gathering' | 'leading' | 'leaving'

export type NodeView = {
  /** Its number: 1, 2, 3 ... as scripts name it. */
  readonly index: number
  readonly uid: string
  /** What elections compare, as a number. */
  readonly id: number
  readonly doing: Doing
  /** It stands still until then. Unit: virtual ms. 0: it does not. */
  readonly pausedUntil: number
  readonly boots: number
  /** Lamport clock. */
  readonly clock: number
  readonly term: number
  /** The id of the node it follows, or its own in office. */
  readonly leader: number | undefined
  /** Numbers of nodes. */
  readonly next: number | undefined
  readonly previous: number | undefined
  /** Its next has taken it in. */
  readonly linked: boolean
  /** It takes part in an election of this term. */
  readonly takesPart: boolean
  /** The largest candidate that it has sent in this term. */
  readonly sentMax: Candidate | undefined
  /** Tokens that wait until it knows whether its leader lives. */
  readonly held: readonly { readonly term: number; readonly candidate: Candidate }[]
  /** Ids in the order of the ring. */
  readonly members: readonly number[]
  /** Records in its log, and messages of its own that are not sent yet. */
  readonly records: number
  readonly unsent: number
}

/** The number in the first letters of a uid. */
export function idOf(uid: string): number {
  return Number.parseInt(uid.slice(0, 4), 16)
}

const noMembers: readonly number[] = []
const noTokens: NodeView['held'] = []

/** Member lists by the views that they were made of, which never change. */
const lists = new WeakMap<object, readonly number[]>()

function membersOf({ view }: State): readonly number[] {
  let list = lists.get(view)
  if (!list) lists.set(view, (list = view.members.map(({ uid }) => idOf(uid))))
  return list
}

function doingOf({ role }: State): Doing {
  switch (role.type) {
    case 'leaderless':
      return 'electing'
    case 'office':
      return role.phase === 'open' ? 'leading' : role.phase
    case 'searching':
    case 'following':
    case 'stopped':
      return role.type
  }
}

function heldBy({ role }: State): NodeView['held'] {
  if (role.type !== 'following' || role.held.length === 0) return noTokens
  return role.held.flatMap(({ frame }) => (frame.type === 'elect' ? [frame] : []))
}

/** `indexOf`: the number of the node with a uid. */
export function viewOf(node: SimNode, indexOf: (uid: string) => number | undefined): NodeView {
  const { index, uid, state } = node
  if (!state)
    return {
      index,
      uid,
      id: idOf(uid),
      doing: node.stopped === undefined ? 'down' : 'stopped',
      pausedUntil: 0,
      boots: node.disk.boots,
      clock: 0,
      term: 0,
      leader: undefined,
      next: undefined,
      previous: undefined,
      linked: false,
      takesPart: false,
      sentMax: undefined,
      held: noTokens,
      members: noMembers,
      records: node.disk.log.length,
      unsent: node.disk.outbox.length,
    }
  const { role, ring, election } = state
  const leader = role.type === 'following' ? role.leader.uid : role.type === 'office' ? uid : undefined
  return {
    index,
    uid,
    id: idOf(uid),
    doing: doingOf(state),
    pausedUntil: node.pausedUntil,
    boots: bootCounter(state.inc),
    clock: state.clock,
    term: role.type === 'office' ? role.term : election.term,
    leader: leader === undefined ? undefined : idOf(leader),
    next: ring.next && indexOf(ring.next.member.uid),
    previous: ring.prev && indexOf(ring.prev.member.uid),
    linked: ring.next?.linking === 'linked',
    takesPart: role.type === 'leaderless' && role.started,
    sentMax: election.sentMax,
    held: heldBy(state),
    members: membersOf(state),
    records: state.end,
    unsent: state.outbox.length,
  }
}
