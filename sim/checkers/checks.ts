/**
 * All safety rules at once. Watches a world step by step, keeps the ghost up to date, and calls each rule in
 * turn.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import type { State } from '../../src/core/index.ts'
import type { Disk } from '../world/disk.ts'
import type { Observer, SimNode, World } from '../world/world.ts'
import { auditAll } from './audit.ts'
import { EffectWatch } from './effect-watch.ts'
import { ElectionRules } from './election-rules.ts'
import { Ghost } from './ghost.ts'
import type { Shadow } from './ghost.ts'
import { checkBoot, checkClock, checkInc, checkS1 } from './log-rules.ts'
import {
  Before,
  checkLeaderLinks,
  checkMove,
  checkSize,
  checkView,
  checkYield,
  noteAsked,
  noteRank,
  noteTold,
} from './office-rules.ts'
import { KeyRules } from './key-rules.ts'
import { checkLasting, checkStopped, StrangeDials } from './lasting-rules.ts'
import { OfficeWatch } from './office-watch.ts'
import { checkKept, checkOutbox, checkSafe, noteDestroyed } from './promise-rules.ts'
import { wireBytes } from './sizes.ts'
import { checkS5 } from './transcript-rules.ts'
import { sentences } from './verdict.ts'
import type { InvariantId, Violation } from './verdict.ts'

/** The most violations that are kept of one run: the first is what matters. */
const violationsMax = 20

/** Most steps of all nodes at one instant. A room that takes more goes round in a circle. */
const stepsAtOnceMax = 300_000

export class Checks implements Observer {
  readonly ghost = new Ghost()
  readonly violations: Violation[] = []
  readonly elections: ElectionRules
  readonly strangeDials = new StrangeDials()
  readonly #world: World
  readonly #before = new Map<number, Before>()
  readonly #offices: OfficeWatch
  readonly #effects: EffectWatch
  readonly #keys: KeyRules

  constructor(world: World) {
    this.#world = world
    this.elections = new ElectionRules(this.report)
    this.#offices = new OfficeWatch(world, this.ghost, this.elections, this.report)
    this.#effects = new EffectWatch(world, this.ghost, this.elections, this.report)
    this.#keys = new KeyRules(this.report)
    world.observers.push(this)
  }

  readonly report = (id: InvariantId, node: number, detail: string): void => {
    if (this.violations.length >= violationsMax) return
    const { now: atMs, steps: step } = this.#world
    this.violations.push({ id, sentence: sentences[id], node, atMs, step, detail })
  }

  started(node: SimNode): void {
    const { state } = node
    if (node.lies) {
      this.ghost.liars.add(node.uid)
      this.strangeDials.liarCame(this.#world.now)
    }
    this.elections.disturb()
    this.#before.set(node.index, new Before())
    this.#offices.ended(node)
    if (!state) return
    this.#noteInc(node, state, this.#beforeOf(node))
  }

  /** The process begins, or continues, under this inc. */
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
    if (!node.memory) this.#wasReplaced = true
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

  sent(from: SimNode, to: SimNode, frame: Frame, _guess: number, queuedBytes: number): void {
    if (from.lies) {
      this.ghost.noteLie(frame)
      this.elections.disturb()
      return
    }
    // What a liar asks for in floods waits for it; the transport cuts it off where that is too much.
    checkSize(from.index, frame, wireBytes(frame), to.lies ? 0 : queuedBytes, this.report)
    if (frame.type === 'rec' || frame.type === 'up') {
      for (const record of frame.records) checkS1(this.ghost, from.index, record, this.report)
    }
  }

  stepped(node: SimNode, event: Event, effects: readonly Effect[]): void {
    const { state } = node
    if (!state) return
    this.#watchCircles()
    // A liar that is about is heard in any election.
    if (this.#world.nodes.some(({ program }) => program)) this.elections.disturb()
    for (const effect of effects) {
      // A leader lists whom it likes, and its members dial those.
      if (effect.type === 'dial' && !this.ghost.ledByLiar.has(node.index))
        this.strangeDials.dialled(node, effect.addr, this.#world.now, this.report)
      else if (effect.type === 'stop' && this.ghost.liars.size > 0 && !this.#wasReplaced)
        checkStopped(node, effect.why, this.report)
    }
    const before = this.#beforeOf(node)
    const shadow = this.ghost.shadow(node.index)
    if (event.type === 'frameReceived') noteTold(before, event.frame)
    // A change of the key that does not keep a member cuts the room in two, until that member is invited again (2.20).
    if (event.type === 'frameReceived' && event.frame.type === 'bye' && event.frame.reason === 'rekeyed')
      this.ghost.accurate = false
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
    this.#effects.stepped(node, state, { before, shadow, event, effects, opened })
    checkClock(shadow, node.index, state, this.report)
    this.#keys.stepped(node, state, effects)
    if (event.type === 'frameReceived' && event.frame.type === 'followOk' && !this.#isLiar(node, event.link))
      checkBoot(node.index, state, event.frame.frontier, this.report)
    if (state.role.type === 'following' && this.ghost.liars.has(state.role.leader.uid))
      this.ghost.ledByLiar.add(node.index)
    if (state.view.vid !== before.vid) {
      checkView(before, node.index, state, this.ghost.liars, this.report)
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

  /** L5, at any time: where links take no time, frames that go round in a circle never end. */
  #watchCircles(): void {
    const { now, steps } = this.#world
    if (now !== this.#instant.now) this.#instant = { now, steps }
    else if (steps - this.#instant.steps === stepsAtOnceMax)
      this.report('L5', 0, `${stepsAtOnceMax} steps at one instant, and no end`)
  }

  /** A home was copied, or put back from a copy: two processes may have one name. */
  #wasReplaced = false

  #instant = { now: -1, steps: 0 }

  /** The office that took the move may have got members since it told its rank; it judged by the rank it has now. */
  #noteAcceptor(node: SimNode, before: Before, { link }: Extract<Event, { type: 'frameReceived' }>): void {
    const to = node.pipes.get(link)?.out.to
    const other = to && this.#world.node(to.node).state
    if (other && other.view.members.length > 1) noteRank(before, { many: true, uid: other.uid })
  }

  #checkMove(node: SimNode, { role }: State, shadow: Shadow, event: Event): void {
    if (role.type !== 'following' || event.type !== 'frameReceived' || event.frame.type !== 'moveOk') return
    // It follows afresh, and uploads what came late.
    if (role.link !== event.link) return
    // By the connection: an identity may run twice, and the node that replied may have died since.
    const end = node.pipes.get(event.link)
    const to = end?.out.to
    if (
      end &&
      to &&
      !this.#world.node(to.node).lies &&
      this.#world.node(to.node).pipes.get(to.link)?.connection === end.connection
    )
      checkMove(shadow, this.ghost.shadow(to.node), node.index, event.frame.pos, this.report)
  }

  /** Whether a liar is at the other end. */
  #isLiar(node: SimNode, link: LinkId): boolean {
    const to = node.pipes.get(link)?.out.to
    return to !== undefined && this.#world.node(to.node).lies
  }

  #beforeOf(node: SimNode): Before {
    let before = this.#before.get(node.index)
    if (!before) this.#before.set(node.index, (before = new Before()))
    return before
  }

  #disks(): Disk[] {
    return this.#world.nodes.map((node) => node.disk)
  }
  /** The rules that cost too much for every step: called now and then, and at the end. */
  audit(): void {
    const { liars } = this.ghost
    if (liars.size > 0 && this.#world.nodes.every(({ program }) => !program))
      for (const node of this.#world.nodes)
        if (!node.lies) checkLasting(node, this.ghost.ledByLiar.has(node.index), this.report)
    auditAll(this.ghost, this.#world.nodes, this.report)
  }
}
