/**
 * The core's interface: the protocol as a pure state machine.
 */

import { createPrng } from '../lib/prng.ts'
import { isCutShort } from './leading/following.ts'
import { addChanges, rekeyingOf } from './model/key-changes.ts'
import { isRobbed } from './log/names.ts'
import type { Config } from './model/config.ts'
import { statusOf } from './model/facts.ts'
import type { Member, Status } from './model/frames.ts'
import { Frontier, Heard } from './model/frontier.ts'
import type { Address, Inc, RoomId, RoomKey, Uid } from './model/ids.ts'
import type { Lock, StoredLock } from './model/lock.ts'
import { addKey, currentKey, isNamed, makeLock } from './model/lock.ts'
import { laterTitle, titledBy, titleOf } from './model/titles.ts'
import type { Notary } from './model/notary.ts'
import type { Part, PartId, StampedRecord } from './model/records.ts'
import { isSamePlace, sameParts } from './model/records.ts'
import type { OutboxEntry, State, StoredFacts } from './model/state.ts'

export { claimsOf } from './log/claims.ts'
export { nameOfKey } from './model/lock.ts'
export { peerOn, standingOf } from './node-standing.ts'
export { step } from './step.ts'
export type { State, StoredFacts } from './model/state.ts'

export type InitialOptions = {
  readonly uid: Uid
  readonly inc: Inc
  readonly name: string
  /** See Member. */
  readonly visit?: true
  readonly addr: Address
  /** '' for a joiner that does not know it yet, as in the simulator. A node that signs knows its room before it runs. */
  readonly room: RoomId
  /** Of a locked room. */
  readonly lock?: StoredLock | undefined
  readonly copies: number
  /** Whether a commit means a disk. */
  readonly durable: boolean
  /** Any 32-bit integer; equal seeds make equal choices. */
  readonly seed: number
  readonly config: Config
  readonly notary: Notary
  readonly stored: StoredFacts
}

/** A node before anything happened to it. Feed it `started` first. */
export function initialState(options: InitialOptions): State {
  const { stored } = options
  const have = new Heard(options.seed, stored.authors)
  const isOrdered = ({ namespace, aseq }: Part): boolean => aseq <= have.get(namespace)
  // A key that was lost is another node's: what that one said is not ours to send.
  const outbox = stored.outbox.filter((part) => part.author === options.uid)
  // What the log holds already only waits for *sent*; its place in the log is not needed for that.
  const entries = outbox.map((part): OutboxEntry => {
    const copy = stored.placed.find((record) => isSamePlace(record.part, part))
    const isOurs = copy !== undefined && sameParts(copy.part, part)
    return {
      part,
      ownPos: isOrdered(part) ? stored.end : 0,
      ts: undefined,
      leaderPos: undefined,
      place: isOurs ? copy : undefined,
      rival: isOurs ? undefined : copy,
      passed: isOrdered(part) && !copy,
    }
  })
  const lock = options.lock && lockOf(options.lock, options.notary, stored.events, outbox)
  const firstUnordered = outbox.findIndex((part) => !isOrdered(part))
  return {
    config: options.config,
    prng: createPrng(options.seed),
    notary: options.notary,
    uid: options.uid,
    inc: options.inc,
    name: options.name,
    ...(options.visit && { visit: options.visit }),
    addr: options.addr,
    room: options.room,
    lock,
    titled: latestTitle(stored.events),
    overruled: undefined,
    overruledBefore: undefined,
    copies: options.copies,
    durable: options.durable,
    clock: Math.max(stored.clock, ...stored.outbox.map((part) => part.lc), 0),
    wall: 0,
    end: stored.end,
    frontier: new Frontier(options.seed, stored.namespaces),
    unsealed: undefined,
    lastRec: undefined,
    have,
    tail: [],
    tailStart: stored.end + 1,
    tailBytes: 0,
    outbox: entries,
    ordered: firstUnordered < 0 ? outbox.length : firstUnordered,
    voice: options.inc,
    aseq: 0,
    lastPart: '' as PartId,
    // The process before may have ended before it gave them other names (2.5).
    robbed: entries.filter(isRobbed).length,
    freshVoice: 'none',
    forgeryTold: false,
    freshIncs: 0,
    diskFull: false,
    persistN: 0,
    durableN: 0,
    flushN: 0,
    durableEnd: stored.end,
    commits: [],
    undurableBytes: 0,
    write: { records: [], outboxPut: [], outboxDrop: [] },
    live: false,
    entered: false,
    foreign: 0,
    foreignBefore: 0,
    offices: new Set(),
    shownEnd: stored.end,
    showTo: 0,
    unshown: [],
    unshownBytes: Infinity,
    wasIn: false,
    refused: false,
    role: { type: 'searching', maySolo: false, retryMs: options.config.retryMinMs, extended: false, turn: 0 },
    view: { vid: { term: 0, leader: '' as Uid, ver: 0 }, members: [] },
    // A node that had left before this one restarted may be back by now: a restarted node asks everybody again.
    book: new Map(stored.book.map((entry) => [entry.uid, { ...entry, left: false }])),
    hearsay: new Map(),
    // Nobody is a member yet: what was within the limit (S16) with members may be beyond it now.
    bookDirty: stored.book.length > options.config.bookMax,
    bookNews: new Map(),
    contacts: [],
    fruitless: 0,
    searchRetryMs: options.config.retryMinMs,
    links: new Map(),
    nextLink: 0,
    ring: {
      next: undefined,
      prev: undefined,
      candidates: new Map(),
      down: new Set(),
      silent: false,
      passes: 0,
    },
    suspects: [],
    election: {
      term: 0,
      sentMax: undefined,
      winner: undefined,
      lastElect: undefined,
      lastElected: undefined,
      tokenLink: undefined,
      takenFrom: new Set(),
      failedTerms: 0,
      failedFollows: 0,
    },
    leaving: undefined,
    wish: undefined,
    beats: 0,
    strangers: new Map(),
    distrusted: new Set(),
    turnedAway: false,
    shutTold: false,
    named: { known: 0, unknown: 0 },
    knocksPassed: 0,
    tokensTold: 0,
    roundTripMs: 0,
    nonce: 0,
    requests: new Map(),
    requestN: 0,
    out: [],
  }
}

function latestTitle(events: readonly StampedRecord[]): StampedRecord | undefined {
  return events.reduce(laterTitle, undefined as StampedRecord | undefined)
}

/** The title that these records give the room; undefined: none. */
export function titleIn(events: readonly StampedRecord[]): string | undefined {
  const record = latestTitle(events)
  return record && titleOf(record)
}

/** Keys wait for their records: those that have come count. Of the others, those that no own part makes are spare. */
function lockOf(
  kept: StoredLock,
  notary: Notary,
  events: readonly StampedRecord[],
  outbox: readonly Part[],
): Lock {
  const lock = makeLock(kept, notary)
  for (const record of events) addChanges(lock, record)
  const waiting = new Set(outbox.map((part) => rekeyingOf(part)?.id))
  for (const held of lock.made.splice(0)) {
    if (isNamed(lock, held.id)) addKey(lock, held)
    else if (waiting.has(held.id)) lock.made.push(held)
    else lock.spare.push(held)
  }
  return lock
}

/** What a node shows of itself. */
export type Snapshot = {
  readonly status: Status
  readonly term: number
  readonly next: Member | undefined
  readonly previous: Member | undefined
  readonly end: number
  readonly clock: number
  /** 2.6: nothing that is long arrives here, and people were told: the node comes and goes until that is over. */
  readonly cutShort: boolean
  /** The title of the room, and who gave it; undefined: none. */
  readonly titled: ReturnType<typeof titledBy>
  /** The key that the room has now; undefined: it is open. */
  readonly key: RoomKey | undefined
}

export function snapshot(state: State): Snapshot {
  return {
    status: statusOf(state),
    term: state.role.type === 'office' ? state.role.term : state.election.term,
    next: state.ring.next?.member,
    previous: state.ring.prev?.member,
    end: state.end,
    clock: state.clock,
    cutShort: isCutShort(state),
    titled: titledBy(state),
    key: state.lock && currentKey(state.lock).key,
  }
}

/** Where the other members are; where there are none (`missing`), whom the address book names. */
export function othersOf({ view, uid, book, contacts }: State): {
  readonly addresses: readonly Address[]
  readonly missing: boolean
} {
  const members = view.members.filter((member) => member.uid !== uid).map(({ addr }) => addr)
  if (members.length > 0) return { addresses: members, missing: false }
  return { addresses: [...contacts, ...[...book.values()].map(({ addr }) => addr)], missing: true }
}
