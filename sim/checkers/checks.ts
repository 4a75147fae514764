/**
 * All safety rules at once: watches a world step by step, keeps the ghost, and asks each rule in turn.
 * Knows nothing of faults, nor of what happens after a violation.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Namespace } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { State } from '../../src/core/index.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { transcriptOf } from '../world/transcript.ts'
import type { Disk } from '../world/disk.ts'
import type { Observer, SimNode, World } from '../world/world.ts'
import { ElectionRules } from './election-rules.ts'
import { Ghost } from './ghost.ts'
import type { Shadow } from './ghost.ts'
import {
  checkBoot,
  checkClock,
  checkInc,
  checkNotHeld,
  checkS1,
  checkS2,
  checkS3,
  checkS4,
} from './log-rules.ts'
import {
  Before,
  checkBook,
  checkLeaderLinks,
  checkMove,
  checkSize,
  checkSource,
  checkStamped,
  checkView,
  checkYield,
  noteAsked,
  noteRank,
  noteTold,
} from './office-rules.ts'
import { OfficeWatch } from './office-watch.ts'
import {
  checkDropped,
  checkKept,
  checkOutbox,
  checkSafe,
  checkSent,
  checkShown,
  checkSubmitted,
  noteDestroyed,
} from './promise-rules.ts'
import { wireBytes } from './sizes.ts'
import {
  checkMade,
  checkS14,
  checkS17,
  checkTold,
  checkS5,
  checkS6,
  checkS7,
  checkS8,
} from './transcript-rules.ts'
import { sentences } from './verdict.ts'
import type { InvariantId, Violation } from './verdict.ts'

/** At most so many violations are kept of one run: the first is what matters. */
const violationsMax = 20

/** Steps of all nodes at one instant: no room does so much at once but one that goes round in a circle. */
const stepsAtOnceMax = 300_000

/** `opened`: the node opened its office in this step, whatever it is now. */
type Step = { before: Before; shadow: Shadow; event: Event; opened: boolean }

export class Checks implements Observer {
  readonly ghost = new Ghost()
  readonly violations: Violation[] = []
  readonly elections: ElectionRules
  readonly #world: World
  readonly #before = new Map<number, Before>()

  readonly #offices: OfficeWatch

  constructor(world: World) {
    this.#world = world
    this.elections = new ElectionRules(this.report)
    this.#offices = new OfficeWatch(world, this.ghost, this.elections, this.report)
    world.observers.push(this)
  }

  readonly report = (id: InvariantId, node: number, detail: string): void => {
    if (this.violations.length >= violationsMax) return
    const { now: atMs, steps: step } = this.#world
    this.violations.push({ id, sentence: sentences[id], node, atMs, step, detail })
  }

  started(node: SimNode): void {
    const { state } = node
    this.elections.disturb()
    this.#before.set(node.index, new Before())
    this.#offices.ended(node)
    if (!state) return
    this.#noteInc(node, state, this.#beforeOf(node))
  }

  /** It goes on, or begins, under this one. */
  #noteInc({ index }: SimNode, { uid, inc }: State, before: Before): void {
    before.inc = inc
    this.ghost.shadow(index).incs.push(inc)
    checkInc(this.ghost, index, uid, inc, this.report)
  }

  crashed(node: SimNode): void {
    this.elections.disturb()
    this.#reload(node, false)
  }

  diskReplaced(node: SimNode): void {
    noteDestroyed(this.ghost, this.ghost.shadow(node.index).log, this.#disks())
    this.ghost.discard(node.index)
    this.#reload(node, true)
    checkKept(this.ghost, this.#disks(), this.report)
  }

  #reload(node: SimNode, replaced: boolean): void {
    const shadow = this.ghost.shadow(node.index)
    shadow.reload(node.disk, node.uid, this.ghost.lost, replaced)
    checkOutbox(this.ghost, shadow, node.index, node.disk, this.report)
    checkS5(shadow, shadow.told.order, node.index, this.report)
    this.#offices.ended(node)
    // What was only in memory was never made.
    this.ghost.forgive(node.index, node.disk, replaced)
  }

  committed(node: SimNode): void {
    this.ghost.shadow(node.index).advance(node.disk, node.uid, this.ghost.lost)
    for (const part of node.disk.outbox) this.ghost.kept.add(part)
  }

  sent(from: SimNode, _to: SimNode, frame: Frame, _guess: number, queuedBytes: number): void {
    checkSize(from.index, frame, wireBytes(frame), queuedBytes, this.report)
    if (frame.type === 'submit')
      checkSubmitted(this.ghost.shadow(from.index), from.index, from.disk, frame.parts, this.report)
    if (frame.type === 'rec' || frame.type === 'up') {
      for (const record of frame.records) checkS1(this.ghost, from.index, record, this.report)
    }
  }

  stepped(node: SimNode, event: Event, effects: readonly Effect[]): void {
    const { state } = node
    if (!state) return
    this.#watchCircles()
    const before = this.#beforeOf(node)
    const shadow = this.ghost.shadow(node.index)
    if (event.type === 'frameReceived') noteTold(before, event.frame)
    else if (event.type === 'linkClosed') this.elections.disturb()
    if (event.type === 'committed') shadow.noteCommitted(event.upTo)
    if (state.inc !== before.inc) this.#noteInc(node, state, before)
    // An office that authors a message finds it safe and sent in one step.
    this.#offices.stepped(node, state, event, effects, before.members)
    const opened = effects.some(
      (effect) => effect.type === 'leaderChanged' && effect.leader?.uid === node.uid,
    )
    // An office of one may open, find everything safe, and stop, all in one step.
    if (opened && state.role.type === 'stopped' && state.view.members.length < 2)
      checkSafe(
        this.ghost,
        shadow,
        node.index,
        { from: 0, to: shadow.durableEnd, needed: 1, heard: [] },
        this.report,
      )
    noteAsked(before, state, event, effects)
    this.#checkEffects(node, state, { before, shadow, event, effects, opened })
    checkClock(shadow, node.index, state, this.report)
    if (event.type === 'frameReceived' && event.frame.type === 'followOk')
      checkBoot(node.index, state, event.frame.frontier, this.report)
    if (state.view.vid !== before.vid) {
      checkView(before, node.index, state, this.report)
      if (state.role.type !== 'office') this.elections.disturb()
    }
    if (event.type !== 'timerFired' && event.type !== 'committed')
      checkLeaderLinks(node.index, state, this.report)
    if (event.type === 'frameReceived' && event.frame.type === 'moveOk')
      this.#noteAcceptor(node, before, event)
    checkYield(before, node.index, state, event, this.report)
    if (before.inOffice) this.#checkMove(node, state, shadow, event)
    before.note(state)
  }

  /** L5, at any time: links may take no time, and then what is said in a circle never ends. */
  #watchCircles(): void {
    const { now, steps } = this.#world
    if (now !== this.#instant.now) this.#instant = { now, steps }
    else if (steps - this.#instant.steps === stepsAtOnceMax)
      this.report('L5', 0, `${stepsAtOnceMax} steps at one instant, and no end`)
  }

  #instant = { now: -1, steps: 0 }

  /** Who took the move may have become one of many since it told its rank; it judged by what it was then. */
  #noteAcceptor(node: SimNode, before: Before, { link }: Extract<Event, { type: 'frameReceived' }>): void {
    const to = node.pipes.get(link)?.out.to
    const other = to && this.#world.node(to.node).state
    if (other && other.view.members.length > 1) noteRank(before, { many: true, uid: other.uid })
  }

  #checkMove(node: SimNode, { role }: State, shadow: Shadow, event: Event): void {
    if (role.type !== 'following' || event.type !== 'frameReceived' || event.frame.type !== 'moveOk') return
    // It follows afresh, and uploads what came late.
    if (role.link !== event.link) return
    // By the connection: an identity may run twice, and who answered may have died since.
    const end = node.pipes.get(event.link)
    const to = end?.out.to
    if (end && to && this.#world.node(to.node).pipes.get(to.link)?.connection === end.connection)
      checkMove(shadow, this.ghost.shadow(to.node), node.index, event.frame.pos, this.report)
  }

  #beforeOf(node: SimNode): Before {
    let before = this.#before.get(node.index)
    if (!before) this.#before.set(node.index, (before = new Before()))
    return before
  }

  #checkEffects(node: SimNode, state: State, step: Step & { effects: readonly Effect[] }): void {
    const { shadow, effects } = step
    const { index } = node
    // A step's records are all in its one persist, and what it shows refers to them.
    for (const effect of effects) {
      if (effect.type === 'sent') this.#noteSent(node, shadow, effect.part)
      else if (effect.type === 'keepBook') checkBook(index, state, this.report)
      else if (effect.type === 'send') this.elections.sent(index, `${index}.${node.process}`, effect)
    }
    for (const effect of effects) {
      if (effect.type === 'persist') this.#checkWrite(node, state, step, effect)
    }
    for (const effect of effects) {
      // What the same step shows came after it had entered.
      if (effect.type === 'entered') shadow.shown = (firstShown(effects) ?? shadow.log.length + 1) - 1
      else if (effect.type === 'deliver')
        checkShown(shadow, index, effect.pos, effect.pos, effect.record, this.report)
      else if (effect.type === 'deliverRange')
        checkShown(shadow, index, effect.from, effect.to, undefined, this.report)
    }
  }

  #checkWrite(
    node: SimNode,
    state: State,
    step: Step,
    { n, write }: Extract<Effect, { type: 'persist' }>,
  ): void {
    const { ghost, report } = this
    const { shadow } = step
    for (const part of write.outboxPut) {
      const mid = `${part.author} ${part.inc} ${part.aseq}`
      if (ghost.names.has(mid)) report('S15', node.index, `the name of message ${part.aseq} is used again`)
      ghost.names.set(mid, part)
      ghost.owe(node.index, part)
      if (shadow.lastMade) ghost.previous.set(part, shadow.lastMade)
      shadow.lastMade = part
      const seen = new Map<Namespace, number>()
      let last = ghost.previous.get(part)?.number ?? 0
      for (const [name, own] of shadow.transcript.byProcess) {
        seen.set(name, own.length)
        if (name.startsWith(part.author)) last = Math.max(last, own.at(-1)?.part.number ?? 0)
      }
      if (part.number !== last + 1) report('S15', node.index, `message number ${part.number} after ${last}`)
      ghost.created.set(part, seen)
    }
    for (const { pos, record, fresh } of write.records)
      this.#append(node, state, { ...step, pos, record, fresh })
    shadow.asked.push({ n, end: shadow.log.length })
    checkDropped(shadow, node.index, write.outboxDrop, report)
  }

  #append(
    node: SimNode,
    state: State,
    step: Step & { pos: number; record: StampedRecord; fresh: boolean },
  ): void {
    const { ghost, report } = this
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
    checkS6(ghost, shadow, index, record, report)
    checkS7(ghost, shadow, index, record, report)
    checkS17(ghost, change, record, index, report)
  }

  #noteStamped(shadow: Shadow, record: StampedRecord): void {
    const { ghost } = this
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

  #noteSent({ index }: SimNode, shadow: Shadow, part: Part): void {
    const { ghost, report } = this
    if (shadow.sentHere.has(part)) report('S9', index, `message ${part.aseq} is shown as sent twice`)
    shadow.sentHere.add(part)
    if (!shadow.parts.has(part)) {
      report('S9', index, `message ${part.aseq} is shown as sent, and its author does not hold it`)
      return
    }
    ghost.sent.add(part)
    checkSent(ghost, shadow, index, part, report)
  }

  #disks(): Disk[] {
    return this.#world.nodes.map((node) => node.disk)
  }

  /** What is too dear for every step: asked now and then, and at the end. */
  audit(): void {
    const { ghost, report } = this
    const nodes = this.#world.nodes
    const wholes = nodes.map(({ index }) => transcriptOf(ghost.shadow(index).log))
    for (let i = 1; i < nodes.length; i++) {
      checkS8(wholes[i - 1] ?? [], wholes[i] ?? [], i, report)
      checkS8(ghost.shadow(i).told.order, ghost.shadow(i + 1).told.order, i, report)
    }
    for (const node of nodes) {
      const shadow = ghost.shadow(node.index)
      checkS5(shadow, wholes[node.index - 1] ?? [], node.index, report)
      const { state } = node
      if (!state) continue
      if (state.end !== shadow.log.length)
        report('S2', node.index, `the core counts ${state.end} records, its writes make ${shadow.log.length}`)
      for (const [name, { length }] of shadow.transcript.byProcess) {
        const have = state.have.get(name)
        if (have !== length) report('S6', node.index, `have[${name.slice(0, 4)}] is ${have}, not ${length}`)
      }
    }
    checkKept(ghost, this.#disks(), report)
  }
}

function firstShown(effects: readonly Effect[]): number | undefined {
  for (const effect of effects) {
    if (effect.type === 'deliver') return effect.pos
    if (effect.type === 'deliverRange') return effect.from
  }
  return undefined
}
