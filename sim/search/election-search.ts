/**
 * E1: plays Chang-Roberts alone (core/leading/chang-roberts.ts) on a ring of up to nine ids to its end, in
 * every order in which messages can arrive, or in one.
 */

import { judge, nominate } from '../../src/core/leading/chang-roberts.ts'
import type { Ballot } from '../../src/core/leading/chang-roberts.ts'
import type { Inc, Uid } from '../../src/core/model/ids.ts'
import type { Candidate } from '../../src/core/model/frames.ts'
import { assert } from '../../src/lib/assert.ts'

/** How one election ended. */
export type Outcome = {
  /** Places on the ring that found themselves elected, in order. */
  readonly winners: readonly number[]
  /** ELECT messages sent. */
  readonly messages: number
  /** Longest chain of messages, each sent because of the one before. */
  readonly time: number
}

/** What a search went through. */
export type Searched = { readonly states: number; readonly depth: number }

const candidates: readonly Candidate[] = Array.from({ length: 10 }, (_, id) => ({
  uid: String(id) as Uid,
  inc: '1' as Inc,
}))

function idOf(candidate: Candidate): number {
  return candidate.uid.charCodeAt(0) - 48
}

type Message = { readonly id: number; readonly time: number }

/** A ring in the middle of an election. Places are 0 to n - 1, each sends to the next. */
class Ring {
  readonly #ids: readonly number[]
  readonly #ballots: Ballot[]
  /** On their way to each place, oldest first. */
  readonly #inboxes: Message[][]
  /** Places that will begin by themselves, if nothing reaches them before. */
  readonly #starters: Set<number>
  winners: number[] = []
  messages = 0
  time = 0

  constructor(ids: readonly number[], starters: Iterable<number>) {
    this.#ids = ids
    this.#ballots = ids.map(() => ({ term: 0, sentMax: undefined }))
    this.#inboxes = ids.map(() => [])
    this.#starters = new Set(starters)
  }

  copy(): Ring {
    const copy = new Ring(this.#ids, this.#starters)
    this.#ballots.forEach((ballot, place) => (copy.#ballots[place] = { ...ballot }))
    this.#inboxes.forEach((inbox, place) => (copy.#inboxes[place] = [...inbox]))
    copy.winners = [...this.winners]
    copy.messages = this.messages
    copy.time = this.time
    return copy
  }

  /** Equal for states that nothing can tell apart any more. */
  key(): string {
    const nodes = this.#ballots.map(({ sentMax }, place) => {
      const inbox = this.#inboxes[place]?.map(({ id, time }) => `${id}.${time}`).join(',')
      return `${sentMax ? idOf(sentMax) : '-'}${this.#starters.has(place) ? 's' : ''}[${inbox}]`
    })
    return `${nodes.join('')}${this.winners.join()}/${this.messages}/${this.time}`
  }

  /** Places at which something can happen now: they begin, or take a message. */
  *enabled(): Iterable<{ readonly place: number; readonly begins: boolean }> {
    for (let place = 0; place < this.#ids.length; place++) {
      if (this.#starters.has(place)) yield { place, begins: true }
      if ((this.#inboxes[place]?.length ?? 0) > 0) yield { place, begins: false }
    }
  }

  /** Places for which a message waits. */
  waiting(): number[] {
    const places: number[] = []
    this.#inboxes.forEach((inbox, place) => {
      if (inbox.length > 0) places.push(place)
    })
    return places
  }

  begin(place: number): void {
    this.#starters.delete(place)
    this.#send(place, nominate(this.#ballotOf(place), this.#candidateOf(place)), 1)
  }

  take(place: number): void {
    const message = this.#inboxes[place]?.shift()
    assert(message, 'there is a message to take')
    // A node that a token has reached takes part already, and does not begin any more.
    this.#starters.delete(place)
    const ballot = this.#ballotOf(place)
    const before = ballot.sentMax
    const verdict = judge(ballot, this.#candidateOf(place), 1, candidates[message.id] as Candidate)
    assert(verdict.type !== 'stale', 'one term has no older one')
    if (verdict.type === 'won') this.winners.push(place)
    if (verdict.type !== 'forward') return
    assert(!before || idOf(before) < idOf(verdict.candidate), 'S12: forwarded candidates strictly increase')
    this.#send(place, verdict.candidate, message.time + 1)
  }

  #send(from: number, candidate: Candidate, time: number): void {
    this.#inboxes[(from + 1) % this.#ids.length]?.push({ id: idOf(candidate), time })
    this.messages++
    this.time = Math.max(this.time, time)
  }

  #ballotOf(place: number): Ballot {
    return this.#ballots[place] as Ballot
  }

  #candidateOf(place: number): Candidate {
    return candidates[this.#ids[place] as number] as Candidate
  }
}

/** All begin at once, and then messages arrive round by round, as on links that all take equally long. */
export function playInOrder(ids: readonly number[], starters: readonly number[]): Outcome {
  const ring = new Ring(ids, starters)
  for (const place of starters) ring.begin(place)
  for (let isEnd = false; !isEnd;) {
    isEnd = true
    for (const place of ring.waiting()) {
      ring.take(place)
      isEnd = false
    }
  }
  return ring
}

/** Every order in which starters can begin and messages can arrive; `visit` sees each distinct end. */
export function playEveryOrder(
  ids: readonly number[],
  starters: readonly number[],
  visit: (outcome: Outcome) => void,
): Searched {
  const seen = new Set<string>()
  let depth = 0
  const explore = (ring: Ring, at: number): void => {
    const key = ring.key()
    if (seen.has(key)) return
    seen.add(key)
    depth = Math.max(depth, at)
    let isEnd = true
    for (const { place, begins } of ring.enabled()) {
      isEnd = false
      const next = ring.copy()
      if (begins) next.begin(place)
      else next.take(place)
      explore(next, at + 1)
    }
    if (isEnd) visit(ring)
  }
  explore(new Ring(ids, starters), 0)
  return { states: seen.size, depth }
}

/** The rings of ids 1 to n that differ by more than rotation: (n-1)! of them, each beginning with n. */
export function* ringsOf(n: number): Iterable<number[]> {
  for (const rest of permutationsOf(Array.from({ length: n - 1 }, (_, i) => i + 1))) yield [n, ...rest]
}

function* permutationsOf(items: readonly number[]): Iterable<number[]> {
  const [first, ...others] = items
  if (first === undefined) {
    yield []
    return
  }
  for (const rest of permutationsOf(others))
    for (let at = 0; at <= rest.length; at++) yield [...rest.slice(0, at), first, ...rest.slice(at)]
}

/** Every non-empty set of places 0 to n - 1. */
export function* startersOf(n: number): Iterable<number[]> {
  for (let bits = 1; bits < 2 ** n; bits++) {
    yield Array.from({ length: n }, (_, place) => place).filter((place) => (bits >> place) & 1)
  }
}
