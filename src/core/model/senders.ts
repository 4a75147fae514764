/**
 * The sender table: who may send which frame, and within which bounds (PROTOCOL.md section 2.17). It is read in one
 * place, before any rule sees a frame (judge.ts). The codec has checked the form already: types, sizes, absolute limits.
 *
 * A frame from a node that may not send it now is ignored: honest nodes that have not yet learnt of a change send such
 * frames. A value beyond its bound ends the link.
 *
 * Records are not judged here, nor what is signed. Whether a record is taken depends only on its bytes and on what precedes
 * it (D4), and a signature is verified when that is known, as it costs the most.
 */

import type { Bringer } from './bounds.ts'
import { bootAheadMax, termMaxAt } from './bounds.ts'
import { memberOf } from './facts.ts'
import type { Frame, FrameType, Vid } from './frames.ts'
import { compareVids } from './frames.ts'
import type { Inc } from './ids.ts'
import { bootCounter } from './ids.ts'
import type { Standing } from './standing.ts'
import type { Link, State } from './state.ts'

type FrameOf<T extends FrameType> = Extract<Frame, { type: T }>

export type Row<F extends Frame = Frame> = {
  /** One of these is enough. */
  readonly from: readonly Standing[]
  /** Frames of this type on one link within a second. Undefined: no limit; the transport reads no faster than it can. */
  readonly perSecond?: number
  /** Returns the name of the first value that is beyond its bound. */
  readonly beyond?: (state: State, frame: F, link: Link) => string | undefined
}

function isFarTerm(state: State, term: number, from: Bringer): boolean {
  return term > termMaxAt(state.wall, from)
}

function termOf(from: Bringer): (state: State, frame: { term: number }) => string | undefined {
  return (state, { term }) => (isFarTerm(state, term, from) ? 'term' : undefined)
}

/** What an author says may bear the name of a fresh inc above that of its process (2.5), but not of any. */
function isFuture(inc: Inc, own: Inc): boolean {
  return bootCounter(inc) > bootCounter(own) + bootAheadMax
}

/** Of a view that a leader made. It raises nothing here. */
function vidOf(state: State, { vid }: { vid: Vid }): string | undefined {
  return isFarTerm(state, vid.term, 'leader') ? 'vid.term' : undefined
}

/**
 * A leader's view is in its own name. Another node only hands on what a lost leader published: most of the members in
 * it are known here, and a view of many unknown ones would make this node dial them all.
 */
function viewBeyond(state: State, { view, book }: FrameOf<'view'>, link: Link): string | undefined {
  const { role } = state
  const isLeader = role.type === 'following' && role.link === link.id
  if (isFarTerm(state, view.vid.term, isLeader ? 'leader' : 'others')) return 'view.vid.term'
  if (isLeader)
    return view.vid.leader === role.leader.uid && !isBefore(view.vid, role.viewSeen) ? undefined : 'view.vid'
  if (book.length > 0) return 'book'
  const unknown = view.members.filter(({ uid }) => !memberOf(state, uid) && !state.book.has(uid))
  return unknown.length > newInView + 2 * state.view.members.length ? 'view.members' : undefined
}

/** A leader's views come in the order in which it published them. */
function isBefore(vid: Vid, last: Vid | undefined): boolean {
  return last !== undefined && compareVids(vid, last) < 0
}

/** How many members of such a view may be unknown here, besides two for each in our own view. */
const newInView = 8

/** A view follows each coming and going, and what came while this process was frozen is read at once. */
const viewsPerSecond = 2000

/** The tokens of all members may come over one link at once, and again when the ring changes. */
const tokensPerSecond = 2000

/** Pages of namespaces follow each other as fast as they are read. */
const chainsPerSecond = 2000

const knocksPerSecond = 2000

/** In a locked room both ends of a link have proved to know a key. The one that dialled says HELLO first. */
const proved: readonly Standing[] = [
  ...(['asked', 'greeted', 'searched', 'probed'] as const),
  ...(['leader-asked', 'leader', 'larger', 'neighbour', 'member'] as const),
]

export const senders: { readonly [T in FrameType]: Row<FrameOf<T>> } = {
  // Never reach the core: the door handles them (peer/).
  knock: { from: [] },
  admitted: { from: [] },
  key: { from: proved, perSecond: 200 },
  changed: { from: proved, perSecond: 4 },

  // A leader passes on far less in a second; what it passed on while this process was frozen is read at once.
  knocking: {
    from: ['follower', 'leader'],
    perSecond: knocksPerSecond,
    beyond: ({ role }, { door }, { who }) =>
      role.type === 'office' && door !== who?.uid ? 'door' : undefined,
  },
  answer: { from: ['follower', 'leader'], perSecond: knocksPerSecond },

  hello: { from: ['stranger'] },
  // No rule reads its term.
  info: { from: ['asked', 'probed'], perSecond: 4 },
  bye: { from: ['anybody'] },

  follow: { from: ['greeted'], perSecond: 8 },
  followOk: { from: ['leader-asked', 'larger'], beyond: termOf('leader') },
  held: { from: ['follower', 'bridge'] },
  lacks: { from: ['leader', 'larger'] },
  redirect: {
    from: ['leader-asked', 'larger', 'searched'],
    perSecond: 8,
    beyond: (state, { view }) => (isFarTerm(state, view.vid.term, 'leader') ? 'view.vid.term' : undefined),
  },
  wait: { from: ['leader-asked', 'larger'], perSecond: 8 },
  up: { from: ['follower', 'bridge'] },
  upDone: { from: ['follower', 'bridge'] },
  rec: { from: ['leader', 'larger'] },
  synced: { from: ['leader', 'larger'] },
  stored: {
    from: ['follower'],
    beyond: (state, { pos }) => (pos > state.end ? 'pos' : undefined),
  },
  safe: { from: ['leader'] },
  submit: {
    from: ['follower'],
    beyond: (_state, { parts }, { who }) =>
      who && parts.some(({ author }) => author !== who.uid)
        ? 'parts.author'
        : who && parts.some(({ inc }) => isFuture(inc, who.inc))
          ? 'parts.inc'
          : undefined,
  },
  nack: { from: ['leader'] },
  view: {
    from: ['leader', 'neighbour', 'applicant'],
    perSecond: viewsPerSecond,
    beyond: viewBeyond,
  },
  leave: { from: ['follower'] },

  link: { from: ['greeted'], perSecond: 32, beyond: vidOf },
  linkOk: { from: ['neighbour'], beyond: vidOf },
  refer: { from: ['neighbour'], perSecond: 64, beyond: vidOf },
  ping: {
    from: ['member', 'neighbour', 'applicant', 'leader', 'follower', 'bridge', 'larger'],
    beyond: vidOf,
  },
  pong: {
    from: ['member', 'neighbour', 'applicant', 'leader', 'follower', 'bridge', 'larger'],
    beyond: (state, { nonce }) => (nonce > state.nonce ? 'nonce' : undefined),
  },
  suspect: { from: ['follower'], perSecond: tokensPerSecond },
  // No rule reads its term.
  resign: { from: ['neighbour', 'leader'], perSecond: 8 },

  elect: { from: ['member', 'applicant'], perSecond: tokensPerSecond, beyond: termOf('others') },
  elected: { from: ['member', 'applicant'], perSecond: tokensPerSecond, beyond: termOf('others') },
  stale: { from: ['member', 'neighbour'], perSecond: tokensPerSecond, beyond: termOf('others') },
  alive: { from: ['member', 'neighbour', 'itself'], perSecond: tokensPerSecond },

  probe: {
    from: ['greeted'],
    perSecond: 8,
    beyond: (_state, { leader }, { who }) => (leader.uid === who?.uid ? undefined : 'leader'),
  },
  move: {
    from: ['bridge'],
    perSecond: 8,
    beyond: (state, { term, members }, { who }) =>
      isFarTerm(state, term, 'others')
        ? 'term'
        : members.some(({ uid }) => uid === who?.uid)
          ? undefined
          : 'members',
  },
  moveOk: { from: ['larger'], beyond: termOf('leader') },
  busy: { from: ['larger'], perSecond: 8 },
  moved: { from: ['leader'], perSecond: 8 },

  // The leader makes one check a second at most.
  check: { from: ['follower'], perSecond: 4 },
  checkPoint: { from: ['leader'], perSecond: 8 },
  checked: { from: ['follower'], perSecond: 8 },
  // One is replied to at a time.
  chains: { from: ['leader'], perSecond: chainsPerSecond },
  chainsAt: { from: ['follower'], perSecond: chainsPerSecond },
  checkDone: { from: ['leader'], perSecond: 8 },
}
