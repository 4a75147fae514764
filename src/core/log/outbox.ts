/**
 * What this node said, from the first write until it is *sent* (PROTOCOL.md sections 2.1 and 2.5).
 */

import { log, send } from '../model/emit.ts'
import { linkOf } from '../model/facts.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Said } from '../model/events.ts'
import type { Entry, Part, StampedRecord } from '../model/records.ts'
import { partBytes } from '../model/records.ts'
import type { Following, State } from '../model/state.ts'
import { rekeyingOf } from '../model/key-changes.ts'
import { checkName, isRobbed, putOutbox, sign } from './names.ts'

/**
 * Something was said: one part, which goes to the outbox and to the leader at once (2.5). Its names are of this process alone,
 * so they are not used again if it ends before the part is on its disk.
 */
export function say(state: State, messages: readonly Said[], wall: number): void {
  const entries = messages.map(({ kind, text }) => ({ kind, after: 0, text }))
  const part = speak(state, entries, wall)
  if (typeof part === 'string') state.out.push({ type: 'refuse', count: messages.length, why: part })
  else state.out.push({ type: 'pending', part })
}

/** The room gets another title, as far as this node may say so: the latest counts. */
export function giveTitle(state: State, title: string, wall: number): void {
  const part = speak(state, [{ kind: 'title', after: 0, text: title }], wall)
  if (part === 'disk-full') log(state, { type: 'error', text: 'the disk is full: the title was not taken' })
}

/** The part that says this, which is in the outbox; or why it was not taken. */
export function speak(state: State, entries: readonly Entry[], wall: number): Part | 'leaving' | 'disk-full' {
  if (state.leaving || state.role.type === 'stopped') return 'leaving'
  if (state.diskFull) return 'disk-full'
  state.clock++
  const { uid: author, voice: inc, clock: lc, name, addr } = state
  const part = sign(state, {
    author,
    inc,
    namespace: namespaceOf(author, inc),
    aseq: state.aseq + 1,
    before: state.lastPart,
    lc,
    // A clock that is set before 1970 has no place in a frame.
    wall: Math.max(0, wall),
    name,
    addr,
    entries,
  })
  putOutbox(state, part)
  return part
}

export function submit(state: State, role: Following): void {
  const link = linkOf(state, role.link)
  if (!link || link.busy) return
  const parts: Part[] = []
  let bytes = 0
  const first = state.outbox[state.ordered]
  for (;;) {
    const entry = state.outbox[state.ordered + role.submitted]
    if (!entry || bytes >= state.config.batchBytes) break
    // P3: what an earlier process said has its place before anything of a later one is submitted.
    if (entry.part.namespace !== first?.part.namespace) break
    parts.push(entry.part)
    bytes += partBytes(entry.part)
    role.submitted++
    // 2.20: the leader keeps one key for a link until a record names it.
    if (rekeyingOf(entry.part)) break
  }
  const last = parts.at(-1)
  if (!last) return
  // It has the key before the record that names it.
  const { lock } = state
  const id = lock && rekeyingOf(last)?.id
  const held = id && [...lock.made, ...lock.keys].find((one) => one.id === id)
  if (held) send(state, role.link, { type: 'key', key: held.key })
  link.busy = true
  send(state, role.link, { type: 'submit', parts }, true)
}

/** The record of an own message arrived: its outbox entry only waits for *sent* now. */
export function noteOwnRecord(state: State, record: StampedRecord): void {
  checkName(state, record)
  // Own messages take their places in the order in which they were said (P3).
  for (;;) {
    const entry = state.outbox[state.ordered]
    if (!entry || entry.part.aseq > state.have.get(entry.part.namespace)) return
    entry.ownPos = state.end
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
    if (!entry || state.ordered === 0 || entry.ownPos > state.durableEnd || isRobbed(entry)) return
    const pos = role.type === 'office' ? entry.ownPos : entry.leaderPos
    if (pos === undefined || pos > role.safe) return
    state.outbox.shift()
    state.ordered--
    state.write.outboxDrop.push(entry.part)
    state.out.push({ type: 'sent', part: entry.part, ts: entry.ts })
    const rekeying = rekeyingOf(entry.part)
    if (rekeying) state.out.push({ type: 'rekeyed', id: rekeying.id })
  }
}
