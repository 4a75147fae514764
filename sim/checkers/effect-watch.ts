/**
 * Checks the effects of each step: keeps the ghost, and calls the rules for each record written, each message
 * shown and each one marked as sent.
 */

import type { State } from '../../src/core/index.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Compared } from '../../src/core/model/frames.ts'
import type { Namespace } from '../../src/core/model/ids.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { lastAseq } from '../../src/core/model/records.ts'
import type { SimNode, World } from '../world/world.ts'
import type { ElectionRules } from './election-rules.ts'
import type { Ghost, Shadow } from './ghost.ts'
import {
  checkCompared,
  checkNotHeld,
  checkReply,
  checkS1,
  checkS2,
  checkS3,
  checkS4,
  checkSealed,
} from './log-rules.ts'
import type { Before } from './office-rules.ts'
import { checkBook, checkSource, checkStamped } from './office-rules.ts'
import { checkDropped, checkSent, checkShown } from './promise-rules.ts'
import { checkMade, checkS14, checkS17, checkS6, checkS7, checkTold } from './transcript-rules.ts'
import type { Report } from './verdict.ts'

/** `opened`: the node opened its office in this step, even if it has closed it since. */
type Step = { before: Before; shadow: Shadow; event: Event; opened: boolean }

export class EffectWatch {
  readonly #world: World
  readonly #ghost: Ghost
  readonly #elections: ElectionRules
  readonly #report: Report

  constructor(world: World, ghost: Ghost, elections: ElectionRules, report: Report) {
    this.#world = world
    this.#ghost = ghost
    this.#elections = elections
    this.#report = report
  }

  /** The state is that after the step. */
  stepped(node: SimNode, state: State, step: Step & { effects: readonly Effect[] }): void {
    const { shadow, effects } = step
    const { index } = node
    // A step's records are all in its one persist, and what it shows refers to them.
    for (const effect of effects) {
      if (effect.type === 'sent') this.#noteSent(node, state, shadow, effect.part)
      else if (effect.type === 'keepBook') checkBook(index, state, this.#report)
      else if (effect.type === 'checked') this.#checkChecked(index, effect.members)
      else if (effect.type === 'send') {
        const { frame } = effect
        this.#elections.sent(index, `${index}.${node.process}`, effect)
        if (frame.type === 'checked') checkReply(index, state, frame.digest, this.#report)
        else if (frame.type === 'checkDone') this.#checkChecked(index, frame.members)
      }
    }
    for (const effect of effects) {
      if (effect.type === 'reissued')
        for (const { from, to } of effect.parts) this.#ghost.reissue(index, from, to)
      if (effect.type === 'persist') this.#checkWrite(node, state, step, effect)
    }
    for (const effect of effects) {
      // What the same step shows came after it had entered.
      if (effect.type === 'entered') shadow.shown = (firstShown(effects) ?? shadow.log.length + 1) - 1
      else if (effect.type === 'deliver')
        checkShown(shadow, index, effect.pos, effect.pos, effect.record, this.#report)
      else if (effect.type === 'deliverRange')
        checkShown(shadow, index, effect.from, effect.to, undefined, this.#report)
    }
  }

  #checkChecked(node: number, members: readonly Compared[]): void {
    if (this.#ghost.liars.size === 0) checkCompared(node, members, this.#report)
  }

  #checkWrite(
    node: SimNode,
    state: State,
    step: Step,
    { n, write }: Extract<Effect, { type: 'persist' }>,
  ): void {
    const ghost = this.#ghost
    const report = this.#report
    const { shadow } = step
    for (const part of write.outboxPut) {
      // It was made earlier, under another name.
      if (ghost.renewed.has(part)) continue
      for (let aseq = part.aseq; aseq <= lastAseq(part); aseq++) {
        const mid = `${part.author} ${part.inc} ${aseq}`
        if (ghost.names.has(mid)) report('S15', node.index, `the name of message ${aseq} is used again`)
        ghost.names.set(mid, part)
      }
      ghost.owe(node.index, part)
      if (shadow.lastMade) ghost.previous.set(part, shadow.lastMade)
      shadow.lastMade = part
      const seen = new Map<Namespace, number>()
      for (const [name, own] of shadow.transcript.byProcess) seen.set(name, own.length)
      ghost.created.set(part, seen)
    }
    for (const { pos, record, fresh } of write.records)
      this.#append(node, state, { ...step, pos, record, fresh })
    checkSealed(node.index, write.records, report)
    shadow.asked.push({ n, end: shadow.log.length })
    const dropped = write.outboxDrop.filter((part) => !ghost.reissued.has(part))
    checkDropped(shadow, node.index, dropped, report)
  }

  #append(
    node: SimNode,
    state: State,
    step: Step & { pos: number; record: StampedRecord; fresh: boolean },
  ): void {
    const ghost = this.#ghost
    const report = this.#report
    const { shadow, before, event, pos, record, fresh } = step
    const { index } = node
    const isOwn = record.stamper === state.uid && record.stamperInc === state.inc
    if (isOwn && ghost.known(record.namespace, record.s) === undefined) {
      if (!step.opened) checkStamped(before, index, state, report)
      checkNotHeld(shadow, index, record, report)
      this.#noteStamped(shadow, record)
    } else if (!isOwn) checkSource(before, index, event, record, report)
    else report('S11', index, `own record ${record.s} came back to its stamper`)
    checkS1(ghost, index, record, report)
    checkS2(shadow, index, pos, record, report)
    checkS3(ghost, index, record, report)
    checkS4(ghost, shadow, index, record, report)
    checkMade(ghost, index, record, report)
    const { top } = shadow
    const change = shadow.append(record, this.#world.now)
    const told = shadow.told.add(record, fresh)
    checkS14(told, record, top, index, report)
    checkTold(told, change, record, index, report)
    if (change === 'none') return
    if (!ghost.madeUp.has(record.part)) checkS6(ghost, shadow, index, record, report)
    checkS7(ghost, shadow, index, record, report)
    checkS17(ghost, change, record, index, report)
  }

  #noteStamped(shadow: Shadow, record: StampedRecord): void {
    const ghost = this.#ghost
    ghost.register(record)
    const own = record.namespace
    const last = this.#stamped.get(shadow)
    // Only other namespaces count, and the record before it says the same of them unless one grew.
    if (last && last.namespace === own && last.others === shadow.log.length - record.s) return
    const others = new Map(shadow.frontier)
    others.delete(own)
    if (others.size > 0) ghost.deps.set(record, others)
    this.#stamped.set(shadow, { namespace: own, others: shadow.log.length - record.s })
  }

  readonly #stamped = new Map<Shadow, { namespace: string; others: number }>()

  #noteSent({ index }: SimNode, { role }: State, shadow: Shadow, part: Part): void {
    const ghost = this.#ghost
    const report = this.#report
    if (shadow.sentHere.has(part)) report('S9', index, `message ${part.aseq} is shown as sent twice`)
    shadow.sentHere.add(part)
    if (!shadow.parts.has(part)) {
      report('S9', index, `message ${part.aseq} is shown as sent, and its author does not hold it`)
      return
    }
    // A leader that lies says what it likes of other disks. The own one holds the message all the same.
    if (role.type === 'following' && ghost.liars.has(role.leader.uid)) return
    ghost.sent.add(part)
    checkSent(ghost, shadow, index, part, report)
  }
}

function firstShown(effects: readonly Effect[]): number | undefined {
  for (const effect of effects) {
    if (effect.type === 'deliver') return effect.pos
    if (effect.type === 'deliverRange') return effect.from
  }
  return undefined
}
