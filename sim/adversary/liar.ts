/**
 * A node that lies: a machine with a key of its own that runs no core. It dials, is dialled, remembers what it is
 * told, and says what it is told to say by lies.ts (falsehoods) and manners.ts (what an honest node would say).
 */

import type { Event } from '../../src/core/model/events.ts'
import type { BookEntry, ByeReason, Frame, Member, Vid } from '../../src/core/model/frames.ts'
import type { Address, Inc, LinkId, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { noChain } from '../../src/core/model/records.ts'
import type { Prng } from '../../src/lib/prng.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { prefixBytes } from '../../src/wire/limits.ts'
import type { Program, SimNode, World } from '../world/world.ts'
import { Choices } from './choices.ts'
import { Forger } from './forgery.ts'
import { bookIn, noteLinkOf } from './learning.ts'
import { replies } from './manners.ts'

/** What the liar knows of one of its links. */
export type Talk = {
  readonly link: LinkId
  readonly dialled: boolean
  /** The address that it dialled. */
  readonly addr: Address | undefined
  isOpen: boolean
  uid: Uid | undefined
  /** The other end has said who it is. */
  who: Member | undefined
  /** What it is to the liar: it follows there, is followed from there, or it is a ring neighbour. */
  isLeader: boolean
  isFollower: boolean
}

export type Manner = {
  /** Says it is of this room; else it asks for the room with an empty one. */
  knowsRoom: boolean
  /** Follows the leader, and answers as a member does. */
  joins: boolean
  /** Claims to lead a room of many. */
  leads: boolean
  /** Claims this uid in HELLO, which is not its key's. */
  poses?: Uid
  /** Its answer to HELLO is this BYE. */
  refuses?: ByeReason
  /** The share of what it is asked that it answers. */
  answers: number
}

export class Liar implements Program {
  readonly world: World
  readonly node: SimNode
  readonly inc: Inc
  readonly forger: Forger
  readonly prng: Prng
  readonly talks = new Map<LinkId, Talk>()
  manner: Manner
  clock = 1
  term = 1
  /** Version of the last view that it made up. */
  ver = 0
  vid: Vid = { term: 0, leader: '' as Uid, ver: 0 }
  /** The nodes that it has learnt of, and their addresses. */
  readonly known = new Map<Uid, Member>()
  readonly addresses = new Set<Address>()
  leader: Member | undefined
  /** The newest that its leader sent it. */
  records: StampedRecord[] = []
  /** The position in its leader's log. */
  pos = 0
  /** The keys of a locked room that it was given, the newest last. */
  readonly keys: RoomKey[] = []
  /** Changes of the key that others made. */
  rekeyings: Part[] = []
  /** Frames that it sent. */
  sent = 0
  #lastDial = 0

  constructor(world: World, node: SimNode, prng: Prng, manner: Manner) {
    this.world = world
    this.node = node
    this.prng = prng
    this.manner = manner
    // One that poses as another is a later process of it.
    this.inc = makeInc(manner.poses ? 9 : 1, new Choices(prng).hex(16))
    this.forger = new Forger(this)
    // Its own room keeps it out of what is asked of the nodes of ours.
    node.room = 'd'.repeat(32) as RoomId
    world.startProgram(node, this)
  }

  get member(): Member {
    const { uid, name, addr } = this.node
    return { uid, inc: this.inc, name, addr }
  }

  get room(): RoomId {
    return this.manner.knowsRoom ? this.world.room : ('' as RoomId)
  }

  get open(): Talk[] {
    return [...this.talks.values()].filter(({ isOpen }) => isOpen)
  }

  get isOver(): boolean {
    return this.node.program !== this
  }

  dial(addr: Address): LinkId {
    this.#lastDial += 2
    const link = this.#lastDial as LinkId
    this.talks.set(link, makeTalk(link, addr))
    this.world.network.dial(this.node, link, addr, this.keys.at(-1))
    return link
  }

  /** It shows this key from now on, and lets in who shows it. */
  learnKey(key: RoomKey): void {
    if (!this.keys.includes(key)) this.keys.push(key)
    this.node.guard = this.keys
  }

  /** An open link to a node: the one over which one of them follows the other, or the newest. */
  talkWith(node: SimNode): Talk | undefined {
    const links = this.open.filter(({ uid }) => uid === node.uid)
    return links.findLast(({ isLeader, isFollower }) => isLeader || isFollower) ?? links.at(-1)
  }

  holds(link: LinkId): boolean {
    return this.talks.has(link)
  }

  /**
   * Sends a frame, whatever it says, if the codec of the other end can read it; else that end would close the link, and
   * so does the liar. Returns whether it could be read.
   */
  say(talk: Talk, frame: Frame, lc = this.clock): boolean {
    if (this.isOver || !talk.isOpen) return false
    if (!isReadable(lc, frame)) {
      this.close(talk)
      return false
    }
    this.sent++
    this.world.network.send(this.node, talk.link, lc, frame, false)
    return true
  }

  close(talk: Talk): void {
    this.talks.delete(talk.link)
    this.world.network.close(this.node, talk.link)
  }

  hello(talk: Talk): void {
    const uid = this.manner.poses ?? this.node.uid
    this.say(talk, { type: 'hello', room: this.room, ...this.member, uid })
  }

  follow(talk: Talk, role: 'member' | 'bridge' = 'member', book: readonly BookEntry[] = []): void {
    talk.isLeader = true
    const frontier = new Map(this.records.map(({ namespace, s }) => [namespace, { s, chain: noChain }]))
    this.say(talk, { type: 'follow', frontier, after: '', role, disk: true, name: this.node.name, book })
  }

  take(event: Event): void {
    switch (event.type) {
      case 'linkAccepted':
        this.talks.set(event.link, { ...makeTalk(event.link), isOpen: true, uid: event.uid, dialled: false })
        return
      case 'linkOpened': {
        const talk = this.talks.get(event.link)
        if (!talk) return
        talk.isOpen = true
        talk.uid = event.uid
        this.hello(talk)
        return
      }
      case 'linkClosed':
        this.talks.delete(event.link)
        return
      case 'frameReceived': {
        const talk = this.talks.get(event.link)
        if (!talk) return
        this.clock = Math.max(this.clock, event.lc)
        noteLinkOf(this, talk, event.frame)
        const choices = new Choices(this.prng)
        for (const reply of replies(this, talk, event.frame))
          if (choices.flag('', this.manner.answers)) this.say(talk, reply)
        return
      }
      default:
    }
  }

  /** What it knows of others, as a book. */
  get book(): BookEntry[] {
    return bookIn(this.known.values())
  }

  leave(): void {
    this.world.endProgram(this.node)
  }
}

function makeTalk(link: LinkId, addr?: Address): Talk {
  const nobody = { isOpen: false, uid: undefined, who: undefined, isLeader: false, isFollower: false }
  return { link, dialled: true, addr, ...nobody }
}

/** Whether the bytes of this frame can be made, and be read again. */
function isReadable(lc: number, frame: Frame): boolean {
  try {
    decodeFrame(encodeFrame(lc, withoutBytes(frame)).subarray(prefixBytes))
    return true
  } catch {
    return false
  }
}

/** A copy that the codec may write its bytes into. */
function withoutBytes(frame: Frame): Frame {
  const part = ({ raw: _none, ...rest }: Part): Part => rest
  if (frame.type === 'submit') return { ...frame, parts: frame.parts.map(part) }
  if (frame.type !== 'up' && frame.type !== 'rec') return frame
  const records = frame.records.map((record) => ({ ...record, part: part(record.part) }))
  return { ...frame, records }
}
