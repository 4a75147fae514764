/**
 * Names of own messages that somebody else used (PROTOCOL.md 2.5). A record is taken whoever made its message up (P4),
 * so another message may stand where one of ours was to stand. That one is never called *sent*; it gets a fresh name.
 *
 * 1. Bob has said k and k + 1. A record comes that bears the name of k and says something else. k leaves the line of
 *    what waits for its place, and nothing more of ours is submitted or stamped.
 * 2. A fresh inc is minted, for names only: links, office and view go on under the old one.
 * 3. A follower FOLLOWs again. What it had submitted, its leader has stamped by SYNCED, or never will: its link is
 *    closed, and what still comes over it is of nobody.
 * 4. All own messages that have no place then are renamed, in one write: (uid, fresh inc), 1, 2, 3 ... These names have
 *    never been used, and nobody can have been given them.
 */

import { log } from '../model/emit.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Inc } from '../model/ids.ts'
import { bootCounter } from '../model/ids.ts'
import type { Part, StampedRecord } from '../model/records.ts'
import { isSameMessage, sameParts } from '../model/records.ts'
import type { State } from '../model/state.ts'

/** Step 1, for each record that bears our name. */
export function checkName(state: State, { part, ts }: StampedRecord): void {
  const { outbox } = state
  const next = outbox[state.ordered]
  const isNext = next !== undefined && isSameMessage(next.part, part)
  const at = isNext ? state.ordered : outbox.findIndex((entry) => isSameMessage(entry.part, part))
  const entry = outbox[at]
  if (!entry) {
    // Nobody but this process gives out names of its voice: the next of ours is one that is free.
    if (part.namespace !== namespaceOf(state.uid, state.voice) || part.aseq <= state.aseq) return
    state.aseq = part.aseq
    tellForged(state)
    return
  }
  if (sameParts(entry.part, part)) return
  tellForged(state)
  // D3: of two copies ours stands, if its place comes first.
  if (entry.ts !== undefined && entry.ts < ts) return
  outbox.splice(at, 1)
  if (at < state.ordered) state.ordered--
  else if (state.role.type === 'following' && at - state.ordered < state.role.submitted)
    state.role.submitted--
  state.robbed.push(entry.part)
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
  if (state.robbed.length === 0 || state.freshVoice !== 'none') return
  state.freshVoice = 'asked'
  state.out.push({ type: 'mintInc', above: bootCounter(state.inc), use: 'names' })
}

/** Whether own messages have the names that they go out under. */
export function areNamesOwn(state: State): boolean {
  return state.robbed.length === 0
}

/** Step 4: nothing that was submitted under the old names can get its place there any more. */
export function renameOwn(state: State): void {
  const { freshVoice: inc, write } = state
  if (inc === 'none' || inc === 'asked') return
  const before = [...state.robbed, ...state.outbox.splice(state.ordered).map(({ part }) => part)]
  const after = before.map((part, i) => renamed(part, inc, i + 1))
  state.robbed = []
  state.voice = inc
  state.freshVoice = 'none'
  state.aseq = after.length
  for (const part of before) {
    // What this step put into the outbox is not there yet.
    const at = write.outboxPut.indexOf(part)
    if (at < 0) write.outboxDrop.push(part)
    else write.outboxPut.splice(at, 1)
  }
  for (const part of after) {
    write.outboxPut.push(part)
    state.outbox.push({ part, n: state.persistN + 1, ownPos: 0, ts: undefined, leaderPos: undefined })
  }
  state.out.push({ type: 'reissued', parts: before.map((from, i) => ({ from, to: after[i] as Part })) })
}

function renamed({ raw: _raw, ...part }: Part, inc: Inc, aseq: number): Part {
  return { ...part, inc, namespace: namespaceOf(part.author, inc), aseq }
}
