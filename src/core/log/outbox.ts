/**
 * What this node said, from the first write until it is *sent* (PROTOCOL.md sections 2.1 and 2.5).
 */

import { numberMax } from '../model/bounds.ts'
import { log, send } from '../model/emit.ts'
import { linkOf } from '../model/facts.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Kind, Part, StampedRecord } from '../model/records.ts'
import { isSameMessage, partBytes, sameParts } from '../model/records.ts'
import type { Following, State } from '../model/state.ts'

/** The person said something: durable in the outbox first, then submitted (2.1). */
export function say(state: State, text: string, kind: Kind, wall: number): void {
  if (state.leaving || state.role.type === 'stopped') {
    state.out.push({ type: 'refuse', why: 'leaving' })
    return
  }
  if (state.diskFull) {
    state.out.push({ type: 'refuse', why: 'disk-full' })
    return
  }
  state.clock++
  state.aseq++
  // At its end the count stays: the message can be said, under a number that was used.
  state.said = Math.min(state.said + 1, numberMax)
  const { uid: author, inc, aseq, said: number, clock: lc, name, addr } = state
  const namespace = namespaceOf(author, inc)
  const part: Part = {
    author,
    inc,
    namespace,
    aseq,
    number,
    lc,
    // A clock that is set before 1970 has no place in a frame.
    wall: Math.max(0, wall),
    name,
    addr,
    kind,
    text,
  }
  state.outbox.push({ part, n: state.persistN + 1, ownPos: 0, ts: undefined, leaderPos: undefined })
  state.write.outboxPut.push(part)
  state.out.push({ type: 'pending', part })
}

export function submit(state: State, role: Following): void {
  const link = linkOf(state, role.link)
  if (!link || link.busy) return
  const parts: Part[] = []
  let bytes = 0
  const first = state.outbox[state.ordered]
  for (;;) {
    const entry = state.outbox[state.ordered + role.submitted]
    if (!entry || entry.n > state.durableN || bytes >= state.config.batchBytes) break
    // P3: what an earlier process said has its place before anything of a later one is submitted.
    if (entry.part.namespace !== first?.part.namespace) break
    parts.push(entry.part)
    bytes += partBytes(entry.part)
    role.submitted++
  }
  if (parts.length === 0) return
  link.busy = true
  send(state, role.link, { type: 'submit', parts }, true)
}

/** The record of an own message arrived: its outbox entry only waits for *sent* now. */
export function noteOwnRecord(state: State, record: StampedRecord): void {
  if (isForged(state, record.part)) noteForged(state, record.part)
  state.said = Math.min(Math.max(state.said, record.part.number), numberMax)
  // Own messages take their places in the order in which they were said (P3).
  for (;;) {
    const entry = state.outbox[state.ordered]
    if (!entry || entry.part.aseq > (state.have.get(entry.part.namespace) ?? 0)) return
    entry.ownPos = state.end
    if (isSameMessage(entry.part, record.part)) entry.ts = record.ts
    state.ordered++
    if (state.role.type === 'following' && state.role.submitted > 0) state.role.submitted--
  }
}

/** Our own records up to here are covered by the leader's `pos`. */
export function coverOwn(state: State, pos: number): void {
  for (let at = 0; at < state.ordered; at++) {
    const entry = state.outbox[at]
    if (entry) entry.leaderPos ??= pos
  }
}

/** 2.5: *sent* is said when the record is in our own durable log and enough members hold it. */
export function refreshSent(state: State): void {
  const role = state.role
  if (role.type !== 'following' && role.type !== 'office') return
  for (;;) {
    const entry = state.outbox[0]
    if (!entry || state.ordered === 0 || entry.ownPos > state.durableEnd) return
    const pos = role.type === 'office' ? entry.ownPos : entry.leaderPos
    if (pos === undefined || pos > role.safe) return
    state.outbox.shift()
    state.ordered--
    state.write.outboxDrop.push(entry.part)
    state.out.push({ type: 'sent', part: entry.part, ts: entry.ts })
  }
}

/** Whether a part in our name and of our process is none that this process made. */
function isForged(state: State, part: Part): boolean {
  if (part.aseq !== state.have.get(part.namespace)) return false
  const entry = state.outbox[waitingAt(state, part)]
  if (entry) return !hasSameBytes(entry.part, part)
  return part.namespace === namespaceOf(state.uid, state.inc) && part.aseq > state.aseq
}

/** Where the outbox holds a message of this name that has no place yet. -1: nowhere. */
function waitingAt(state: State, { namespace, aseq }: Part): number {
  for (let at = state.ordered; at < state.outbox.length; at++) {
    const part = state.outbox[at]?.part
    if (part?.aseq === aseq && part.namespace === namespace) return at
  }
  return -1
}

function hasSameBytes(a: Part, b: Part): boolean {
  const { raw } = b
  if (!a.raw || !raw) return sameParts(a, b)
  return a.raw.length === raw.length && a.raw.every((byte, i) => byte === raw[i])
}

/**
 * 2.5: a record carries the name of a message of ours and is not ours. That message and those behind it are renamed in
 * one write, and submitted again, so that *sent* is never reported for the message of another.
 */
function noteForged(state: State, forged: Part): void {
  if (!state.forged) log(state, { type: 'error', text: 'somebody said something in your name' })
  state.forged = true
  const own = namespaceOf(state.uid, state.inc)
  if (forged.namespace === own) state.aseq = Math.max(state.aseq, forged.aseq)
  const first = waitingAt(state, forged)
  if (first < 0) return
  const moved = state.outbox.splice(first)
  const old = new Set(moved.map(({ part }) => part))
  state.write.outboxPut = state.write.outboxPut.filter((part) => !old.has(part))
  state.write.outboxDrop.push(...old)
  for (const { part } of moved) {
    const { raw: _, ...said } = part
    // Each message takes the next number: the numbers of a process have no gaps.
    const renamed = part.namespace === forged.namespace ? { ...said, aseq: part.aseq + 1 } : said
    if (renamed.namespace === own) state.aseq = Math.max(state.aseq, renamed.aseq)
    state.outbox.push({
      part: renamed,
      n: state.persistN + 1,
      ownPos: 0,
      ts: undefined,
      leaderPos: undefined,
    })
    state.write.outboxPut.push(renamed)
  }
  if (state.role.type === 'following') state.role.submitted = 0
}
