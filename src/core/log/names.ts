/**
 * Names of own messages that somebody else used (PROTOCOL.md 2.5). A record is taken from anybody (D4), so another
 * message may stand where one of ours was to stand. Ours is never called *sent* for that; it gets a fresh name.
 *
 * 1. Bob has said k and k + 1. A record comes that bears the name of k and says something else. Of the copies under
 *    that name the smallest counts (D3): if it is not Bob's, k is robbed, and nothing more of his is submitted or
 *    stamped. k stays in the outbox meanwhile: if a smaller copy of his own comes, k has its place after all.
 * 2. A fresh inc is minted, for names only: links, office and view go on under the old one.
 * 3. A follower FOLLOWs again. What it had submitted, its leader has stamped by SYNCED, or never will: its link is
 *    closed, and what still comes over it is ignored.
 * 4. All own messages that have no place then are renamed, in one write: (uid, fresh inc), 1, 2, 3 ... These names have
 *    never been used, and nobody can have been given them.
 */

import { log } from '../model/emit.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Inc } from '../model/ids.ts'
import { bootCounter } from '../model/ids.ts'
import type { Part, StampedRecord } from '../model/records.ts'
import { compareRecords, isSameMessage, sameParts } from '../model/records.ts'
import type { OutboxEntry, State } from '../model/state.ts'

/** Step 1, for each record that bears our name: it stands at the end of the log. */
export function checkName(state: State, record: StampedRecord): void {
  const { outbox } = state
  const { part } = record
  const next = outbox[state.ordered]
  const isNext = next !== undefined && isSameMessage(next.part, part)
  const entry = isNext ? next : outbox.find((one) => isSameMessage(one.part, part))
  if (!entry) {
    // Nobody but this process gives out names of its voice: the next of ours is one that is free.
    if (part.namespace !== namespaceOf(state.uid, state.voice) || part.aseq <= state.aseq) return
    state.aseq = part.aseq
    tellForged(state)
    return
  }
  const before = isRobbed(entry)
  if (sameParts(entry.part, part)) {
    if (!entry.place) {
      entry.ownPos = state.end
      entry.leaderPos = undefined
      entry.ts = record.ts
    }
    entry.place = smaller(entry.place, record)
  } else {
    tellForged(state)
    entry.rival = smaller(entry.rival, record)
  }
  state.robbed += Number(isRobbed(entry)) - Number(before)
}

function smaller(a: StampedRecord | undefined, b: StampedRecord): StampedRecord {
  return a && compareRecords(a, b) < 0 ? a : b
}

/** D3: whether another's message stands in the transcript under the name of this one. */
export function isRobbed({ place, rival }: OutboxEntry): boolean {
  return rival !== undefined && (!place || compareRecords(rival, place) < 0)
}

/** Once for each process: there may be many, and nothing can be done about it. */
function tellForged(state: State): void {
  if (state.forgeryTold) return
  state.forgeryTold = true
  const text =
    'somebody spoke in your name: a message of the room says that it is yours, and is not. What you say yourself goes on'
  log(state, { type: 'error', text })
}

/** Step 2. Once a step. */
export function decideNames(state: State): void {
  const { freshVoice } = state
  // One that is not needed any more must not be there when the next is: step 3 belongs to each.
  if (state.robbed === 0 && freshVoice !== 'asked') state.freshVoice = 'none'
  if (state.robbed === 0 || freshVoice !== 'none') return
  tellForged(state)
  state.freshVoice = 'asked'
  state.out.push({ type: 'mintInc', above: bootCounter(state.inc), use: 'names' })
}

/** Whether own messages have the names that they go out under. */
export function areNamesOwn(state: State): boolean {
  return state.robbed === 0
}

/** Step 4: nothing that was submitted under the old names can get its place there any more. */
export function renameOwn(state: State): void {
  const { freshVoice: inc, write } = state
  if (inc === 'none' || inc === 'asked') return
  const placed: OutboxEntry[] = []
  const before: Part[] = []
  for (const [at, entry] of state.outbox.entries()) {
    if (!isRobbed(entry) && (at < state.ordered || entry.place)) placed.push(entry)
    else before.push(entry.part)
  }
  const after = before.map((part, i) => renamed(part, inc, i + 1))
  state.robbed = 0
  state.voice = inc
  state.freshVoice = 'none'
  state.aseq = after.length
  state.outbox.splice(0, state.outbox.length, ...placed)
  state.ordered = placed.length
  for (const part of before) {
    // What this step put into the outbox is not there yet.
    const at = write.outboxPut.indexOf(part)
    if (at < 0) write.outboxDrop.push(part)
    else write.outboxPut.splice(at, 1)
  }
  for (const part of after) putOutbox(state, part)
  state.out.push({ type: 'reissued', parts: before.map((from, i) => ({ from, to: after[i] as Part })) })
}

/** An own message that is not durable yet, and has no place. */
export function putOutbox(state: State, part: Part): void {
  const places = { ownPos: 0, ts: undefined, leaderPos: undefined, place: undefined, rival: undefined }
  state.outbox.push({ part, n: state.persistN + 1, ...places })
  state.write.outboxPut.push(part)
}

function renamed({ raw: _raw, ...part }: Part, inc: Inc, aseq: number): Part {
  return { ...part, inc, namespace: namespaceOf(part.author, inc), aseq }
}
