/**
 * Finding out what two nodes hold of each other's records (PROTOCOL.md section 2.4). Who follows lists what grew last, and
 * sends digests of the rest: of nearly all that is old the two hold the same. Only where digests differ are namespaces
 * named one by one, in pages.
 */

import { bootAheadMax } from '../model/bounds.ts'
import { log, send } from '../model/emit.ts'
import { linkOf } from '../model/facts.ts'
import type { Frame, Member } from '../model/frames.ts'
import { allGroups, type Head, type Heads } from '../model/frontier.ts'
import type { LinkId, Namespace } from '../model/ids.ts'
import { bootCounter } from '../model/ids.ts'
import type { Point } from '../model/records.ts'
import type { Asked, PeerHolds, State, Stream } from '../model/state.ts'
import { openStream } from './streams.ts'

type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>

/** What FOLLOW tells of what is held here, and what its reply is compared with. */
export function compareWith(state: State): {
  asked: Asked
  told: Pick<FrameOf<'follow'>, 'frontier' | 'rest'>
} {
  const { frontier, notary, config, end } = state
  const { cut, heads } = frontier.recent(config.recentMax)
  const rest = cut === 0 ? undefined : { cut, digests: frontier.digests(cut, heads, notary) }
  return {
    asked: {
      since: end,
      listed: heads,
      hasRest: rest !== undefined,
      held: undefined,
      replied: false,
      pages: 0,
      has: new Map(),
    },
    told: { frontier: heads, ...(rest && { rest }) },
  }
}

// The side that follows

/** Follower or smaller office: it has asked, and uploads what its leader lacks. */
export type Asker = { readonly link: LinkId; asked: Asked | undefined; upload: Stream | undefined }

/** FOLLOW_OK tells what the leader holds of what FOLLOW listed, and which groups differ. */
export function noteFollowOk(state: State, asker: Asker, { frontier, differing }: FrameOf<'followOk'>): void {
  const { asked } = asker
  if (!asked || asked.replied) return
  asked.replied = true
  noteForks(state, frontier)
  for (const namespace of asked.listed.keys()) asked.has.set(namespace, frontier.get(namespace)?.s ?? 0)
  if (!asked.hasRest || differing.length === 0) {
    openUpload(state, asker, asked)
    return
  }
  asked.held = []
  for (const entry of state.frontier.within(differing))
    if (!asked.listed.has(entry[0])) asked.held.push(entry)
}

/** Replies wait in the leader's buffer for a link that may be slow: no more than so many pages go out ahead of them. */
const pagesAhead = 4

/** HELD: one page at a time, as fast as the link takes them and the leader replies. */
export function tellHeld(state: State, { link: id, asked }: Asker): void {
  const link = linkOf(state, id)
  if (!asked?.held || !link || link.busy || asked.pages >= pagesAhead) return
  const page = asked.held.splice(0, state.config.headsPerPage)
  const done = asked.held.length === 0
  if (done) asked.held = undefined
  asked.pages++
  link.busy = true
  send(state, id, { type: 'held', heads: new Map(page), done }, true)
}

/** LACKS, the reply to a page: of which of its namespaces the leader holds less. */
export function onLacks(state: State, asker: Asker, { points }: FrameOf<'lacks'>): void {
  const { asked } = asker
  if (!asked || asked.pages === 0) return
  asked.pages--
  for (const { namespace, s } of points) if (s < state.frontier.get(namespace)) asked.has.set(namespace, s)
  if (!asked.held && asked.pages === 0) openUpload(state, asker, asked)
}

function openUpload(state: State, asker: Asker, { since, has, hasRest }: Asked): void {
  asker.asked = undefined
  // What is not named is held by both.
  asker.upload = openStream(state, asker.link, 'up', { has, equal: hasRest ? allGroups : noGroups, since })
}

const noGroups: ReadonlySet<number> = new Set()

// The side that leads

/** Namespaces that grew later than a follower's cut: where there are more, it names all that it holds. */
const newerMax = 4096

/** What FOLLOW says of its sender, and the reply to it. */
export function judgeFollow(
  state: State,
  who: Pick<Member, 'uid' | 'inc'>,
  frame: FrameOf<'follow'>,
): { holds: PeerHolds; told: Pick<FrameOf<'followOk'>, 'frontier' | 'differing'> } {
  const { frontier, notary, end } = state
  noteForks(state, frame.frontier)
  const has = new Map<Namespace, number>()
  const known = new Map<Namespace, Head>()
  for (const [namespace, { s }] of frame.frontier) {
    has.set(namespace, s)
    const head = frontier.head(namespace)
    if (head) known.set(namespace, head)
  }
  const newest = newestOf(state, who)
  if (newest) known.set(...newest)
  const { rest } = frame
  if (!rest) return { holds: { has, equal: noGroups, since: end }, told: { frontier: known, differing: [] } }
  // What grew later here than all that its digests cover, and is not among what it lists, it does not hold, or its digest
  // differs from ours.
  const newer = new Map<Namespace, number>()
  for (const [namespace] of frontier.since(rest.cut)) {
    if (!has.has(namespace)) newer.set(namespace, 0)
    if (newer.size > newerMax)
      return {
        holds: { has, equal: noGroups, since: end },
        told: { frontier: known, differing: [...allGroups] },
      }
  }
  for (const [namespace, none] of newer) has.set(namespace, none)
  const differing: number[] = []
  const equal = new Set<number>()
  for (const [group, digest] of frontier.digests(rest.cut, frame.frontier, notary).entries()) {
    if (digest === rest.digests[group]) equal.add(group)
    else differing.push(group)
  }
  return { holds: { has, equal, since: end }, told: { frontier: known, differing } }
}

/** A page of what is held there. Only what is held here, too, is ever looked up. */
export function noteHeld(state: State, link: LinkId, { has }: PeerHolds, { heads }: FrameOf<'held'>): void {
  noteForks(state, heads)
  const points: Point[] = []
  for (const [namespace, { s }] of heads) {
    const own = state.frontier.get(namespace)
    if (own > 0) has.set(namespace, s)
    if (own < s) points.push({ namespace, s: own })
  }
  send(state, link, { type: 'lacks', points })
}

/** 2.1: of the node that asks, the namespace with the highest counter from its own on, so that it sees a copied disk. */
function newestOf({ frontier }: State, who: Pick<Member, 'uid' | 'inc'>): [Namespace, Head] | undefined {
  const own = bootCounter(who.inc)
  return frontier.newestOf(who.uid, (inc) => {
    const boot = bootCounter(inc)
    return inc !== who.inc && boot >= own && boot <= own + bootAheadMax
  })
}

/** As many records of a namespace, and other ones: its stamper's key runs twice, or is used to deceive. */
function noteForks(state: State, heads: Heads): void {
  const { frontier } = state
  for (const [namespace, { s, chain }] of heads) {
    if (s === 0 || frontier.get(namespace) !== s || frontier.chain(namespace) === chain) continue
    log(state, {
      type: 'error',
      text: 'two nodes use one identity: what one of them stamped differs from what is held',
    })
    return
  }
}
