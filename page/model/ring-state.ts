/**
 * What is seen of the ring, as events make it: nodes, links, election, log. No clock, no DOM; what is to be drawn beside the
 * state (a message that travels, a word at a node) is handed to `show`.
 */

import type {
  FrameEvent,
  MembersEvent,
  NodeEvent,
  NodeName,
  RoomEvent,
  TokenEvent,
} from '../../src/chat/room-event.ts'
import { escapeName, escapeText } from '../../src/chat/escape.ts'
import { tokenText } from '../../src/chat/token-text.ts'
import type { Election } from './election.ts'
import { countToken } from './election.ts'
import { shortId } from './ids.ts'
import { RingLog } from './ring-log.ts'

export type RingNode = {
  readonly id: string
  name: string
  address: string
  /** Its place in ring order; undefined: it is no member any more. */
  place: number | undefined
  lamport: number
  watched: 'on' | 'refused' | 'gone' | 'unknown'
  /** It led, and the others have lost it. */
  isLost: boolean
  /** What it said of itself last. */
  told: NodeEvent | undefined
}

/** A message on its way. */
export type Hop = {
  readonly from: string
  readonly to: string
  readonly frame: string
  readonly candidate: string | undefined
  readonly isHeartbeat: boolean
}

export type Shown =
  | { readonly type: 'hop'; readonly hop: Hop }
  | {
      readonly type: 'word'
      readonly node: string
      readonly text: string
      readonly verdict: TokenEvent['verdict']
    }
  | { readonly type: 'ring' }

export type Show = (shown: Shown) => void

const heartbeats = new Set(['PING', 'PONG', 'STORED', 'SAFE'])
/** Members that are no more, and are remembered by name. */
const goneMax = 64

export class RingState {
  readonly nodes = new Map<string, RingNode>()
  self: string | undefined
  leader: string | undefined
  order: readonly string[] = []
  election: Election | undefined
  readonly log = new RingLog()
  /** Events that nodes left out. */
  missed = 0
  /** Of the leader that was told last. */
  #term = 0

  take(event: RoomEvent, show: Show): void {
    switch (event.type) {
      case 'ready':
        this.self = event.id
        this.#nodeOf(event.id, event)
        return
      case 'members':
        return this.#takeMembers(event, show)
      case 'leader':
        this.#term = event.term
        return this.#takeLeader(event.id, event, show)
      case 'node':
        return this.#takeNode(event, show)
      case 'frame':
        return this.#takeFrame(event, show)
      case 'token':
        return this.#takeToken(event, show)
      case 'watched': {
        const node = this.#nodeOf(event.node)
        node.watched = event.state
        if (event.state === 'refused')
          this.log.add({
            at: 0,
            lamport: undefined,
            kind: 'ring',
            text: `${this.show(event.node)} does not tell what it sees`,
          })
        return show({ type: 'ring' })
      }
      case 'log':
        this.#clock(event.node, event.lamport)
        this.log.add({
          at: event.at,
          lamport: event.lamport,
          kind: 'log',
          text: `${this.show(event.node)}: ${escapeText(event.text)}`,
        })
        return
      case 'missed':
        this.missed += event.count
        this.log.add({
          at: 0,
          lamport: undefined,
          kind: 'missed',
          text: `${event.count} ${event.count === 1 ? 'event' : 'events'} of ${this.show(event.node)} not shown`,
        })
        return
      default:
      // Messages and the like are the chat's.
    }
  }

  /** Whether drawing it takes its time: what belongs to an election follows within a millisecond. */
  isStep(event: RoomEvent): boolean {
    if (event.type === 'token') return true
    return event.type === 'frame' && /^ELECT(ED)?$/.test(event.frame) && this.#counts(event)
  }

  /** A node as text: `Ann 7f3a`. */
  show(id: string): string {
    const name = this.nodes.get(id)?.name ?? ''
    return name === '' ? shortId(id) : `${escapeName(name)} ${shortId(id)}`
  }

  /** Links of the ring, as the nodes say; where one says nothing, as the order of the members has it. */
  links(): { from: string; to: string; isTold: boolean }[] {
    if (this.order.length < 2) return []
    return this.order.flatMap((from, i) => {
      if (this.nodes.get(from)?.isLost) return []
      const told = this.nodes.get(from)?.told
      const next = told ? told.next : this.order[(i + 1) % this.order.length]
      const isThere = next !== undefined && next !== null && next !== from && this.nodes.has(next)
      return isThere ? [{ from, to: next, isTold: told !== undefined }] : []
    })
  }

  #nodeOf(id: string, known?: NodeName): RingNode {
    let node = this.nodes.get(id)
    if (!node) {
      node = {
        id,
        name: '',
        address: '',
        place: undefined,
        lamport: 0,
        watched: 'unknown',
        isLost: false,
        told: undefined,
      }
      this.nodes.set(id, node)
    }
    if (known) {
      node.name = known.name
      node.address = known.address
    }
    return node
  }

  #clock(id: string, lamport: number): void {
    const node = this.#nodeOf(id)
    node.lamport = Math.max(node.lamport, lamport)
  }

  #takeMembers({ members }: MembersEvent, show: Show): void {
    const before = new Set(this.order)
    this.order = members.map(({ id }) => id)
    const led = this.leader
    this.leader = members.find(({ leader }) => leader)?.id
    for (const [id, node] of this.nodes)
      node.isLost = this.leader === undefined && (node.isLost || id === led)
    const now = new Set(this.order)
    members.forEach((member, place) => {
      const node = this.#nodeOf(member.id, member)
      node.place = place
      if (before.size > 0 && !before.has(member.id)) {
        node.told = undefined
        this.#say(`${this.show(member.id)} is in the ring`)
      }
    })
    for (const id of before) {
      const node = this.nodes.get(id)
      if (now.has(id) || !node) continue
      node.place = undefined
      node.watched = 'gone'
      node.told = undefined
      this.#say(`${this.show(id)} is gone`)
    }
    const gone = [...this.nodes.values()].filter(({ place }) => place === undefined)
    for (const { id } of gone.slice(0, Math.max(gone.length - goneMax, 0))) this.nodes.delete(id)
    show({ type: 'ring' })
  }

  #takeLeader(id: string, known: NodeName, show: Show): void {
    this.#nodeOf(id, known)
    if (this.leader !== id) this.#say(`${this.show(id)} leads`)
    this.leader = id
    for (const node of this.nodes.values()) node.isLost = false
    show({ type: 'ring' })
  }

  #takeNode(event: NodeEvent, show: Show): void {
    const node = this.#nodeOf(event.node)
    const before = node.told
    node.isLost = false
    node.told = event
    if (node.watched === 'unknown') node.watched = 'on'
    this.#clock(event.node, event.lamport)
    if (before?.next !== event.next || before.previous !== event.previous || before.leader !== event.leader) {
      if (before && before.next !== event.next && event.next)
        this.#line(event, 'ring', `${this.show(event.node)} links to ${this.show(event.next)}`)
      show({ type: 'ring' })
    }
  }

  /** A hop is told by both ends: the sender's word counts, or the receiver's where the sender tells nothing. */
  #counts({ way, peer }: FrameEvent): boolean {
    return way === 'sent' || this.nodes.get(peer)?.watched !== 'on'
  }

  #takeFrame(event: FrameEvent, show: Show): void {
    this.#clock(event.node, event.lamport)
    const [from, to] = event.way === 'sent' ? [event.node, event.peer] : [event.peer, event.node]
    if (!this.#counts(event)) return
    const isHeartbeat = heartbeats.has(event.frame)
    const { frame, candidate, term } = event
    if ((frame === 'ELECT' || frame === 'ELECTED') && term !== undefined && candidate !== undefined) {
      // One that slept may still send a token of a term that is over.
      if (term >= this.#term)
        this.election =
          countToken(this.election, { kind: frame, term, candidate, at: event.at, from, to }) ?? this.election
      this.#line(event, 'election', `${frame} ${shortId(candidate)}: ${this.show(from)} → ${this.show(to)}`)
    } else if (!isHeartbeat) this.log.addFrame(event, this.show(from), this.show(to))
    show({ type: 'hop', hop: { from, to, frame: escapeText(frame), candidate, isHeartbeat } })
  }

  #takeToken(event: TokenEvent, show: Show): void {
    this.#clock(event.node, event.lamport)
    const text = tokenText({ ...event, own: event.node })
    this.#line(event, 'election', `${this.show(event.node)}: ${text}`)
    show({ type: 'word', node: event.node, text, verdict: event.verdict })
  }

  #line(event: { at: number; lamport: number }, kind: 'election' | 'ring', text: string): void {
    this.log.add({ at: event.at, lamport: event.lamport, kind, text })
  }

  #say(text: string): void {
    this.log.add({ at: 0, lamport: undefined, kind: 'ring', text })
  }
}
