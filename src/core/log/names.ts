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
import { bootCounter } from '../model/ids.ts'
import type { Draft, Part, PartId, StampedRecord } from '../model/records.ts'
import { compareRecords, isSamePlace, lastAseq, sameParts } from '../model/records.ts'
import type { OutboxEntry, State } from '../model/state.ts'

/** Step 1, for each record that bears our name: it stands at the end of the log. */
export function checkName(state: State, record: StampedRecord): void {
  const { part } = record
  const next = state.outbox[state.ordered]
  const isNext = next !== undefined && sameParts(next.part, part)
  const entries = isNext ? [next] : state.outbox.filter((one) => overlap(one.part, part))
  for (const entry of entries) {
    const before = isRobbed(entry)
    noteCopy(state, entry, record)
    state.robbed += Number(isRobbed(entry)) - Number(before)
  }
  if (entries.length > 0) return
  // Nobody but this process gives out names of its voice: the next of ours is one that is free.
  if (part.namespace !== namespaceOf(state.uid, state.voice) || lastAseq(part) <= state.aseq) return
  state.aseq = lastAseq(part)
  tellForged(state)
}

/** Whether two parts name a message alike. */
function overlap(a: Part, b: Part): boolean {
  return a.namespace === b.namespace && a.aseq <= lastAseq(b) && b.aseq <= lastAseq(a)
}

function noteCopy(state: State, entry: OutboxEntry, record: StampedRecord): void {
  if (sameParts(entry.part, record.part)) {
    if (!entry.place) {
      entry.ownPos = state.end
      entry.leaderPos = undefined
      entry.ts = record.ts
    }
    entry.place = smaller(entry.place, record)
    return
  }
  tellForged(state)
  if (isSamePlace(entry.part, record.part)) entry.rival = smaller(entry.rival, record)
  else entry.passed = true
}

function smaller(a: StampedRecord | undefined, b: StampedRecord): StampedRecord {
  return a && compareRecords(a, b) < 0 ? a : b
}

/** D3: whether another's message stands in the transcript in the place of this one, or where it would have to stand. */
export function isRobbed({ place, rival, passed }: OutboxEntry): boolean {
  return (passed && !place) || (rival !== undefined && (!place || compareRecords(rival, place) < 0))
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
  state.robbed = 0
  state.voice = inc
  state.freshVoice = 'none'
  state.aseq = 0
  state.lastPart = '' as PartId
  const after = before.map((part) => renamed(state, part))
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
  const places = {
    ownPos: 0,
    ts: undefined,
    leaderPos: undefined,
    place: undefined,
    rival: undefined,
    passed: false,
  }
  state.outbox.push({ part, ...places })
  state.write.outboxPut.push(part)
}

function renamed(state: State, { author, lc, wall, name, addr, entries }: Part): Part {
  const { voice: inc, aseq, lastPart: before } = state
  const namespace = namespaceOf(author, inc)
  return sign(state, { author, inc, namespace, aseq: aseq + 1, before, lc, wall, name, addr, entries })
}

/** Signs the next part of this process. */
export function sign(state: State, draft: Draft): Part {
  const part = state.notary.sign(state.room, draft)
  state.aseq = lastAseq(part)
  state.lastPart = part.id
  return part
}
