/**
 * Does to a stage what its script has armed: crashes at a moment of the protocol or between two effects, and
 * frames that are dropped, doubled or held.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { SimNode } from '../world/world.ts'
import type { ArmedCrash, FrameFault } from './armed-faults.ts'
import { applies, isOver } from './armed-faults.ts'
import type { Stage } from './stage.ts'

export class Harm {
  readonly crashes: ArmedCrash[] = []
  faults: FrameFault[] = []
  /** The effect before which this room's victim dies, whether counting began, and whether the victim had fewer. */
  boundary:
    { readonly victim: string; readonly effects: number; survived: boolean; armed: boolean } | undefined
  /** This node dies when it has performed that many more effects. */
  doomed: { readonly victim: SimNode; effects: number } | undefined
  /** Directions that a `hold` has stopped. */
  held: { readonly from: SimNode; readonly to: SimNode }[] = []
  #isRepeating = false
  readonly #stage: Stage

  constructor(stage: Stage) {
    this.#stage = stage
  }

  #strike(armed: ArmedCrash, victim: SimNode): void {
    armed.strikes++
    if (armed.forMs === undefined) this.#stage.crash(victim, armed.text)
    else {
      this.#stage.tell(`${victim.name} stands still at ${armed.text}`)
      this.#stage.world.pause(victim, armed.forMs)
    }
  }

  /** Crashes that still wait for `node`, or for anybody. */
  *#armedFor(node: SimNode): Iterable<ArmedCrash> {
    for (const armed of this.crashes) {
      if (armed.victim !== 'any' && armed.victim !== node) continue
      if (isOver(armed, this.#stage.world)) continue
      yield armed
    }
  }

  /** A node sends a frame. */
  sending(from: SimNode, to: SimNode, frame: Frame): 'drop' | undefined {
    for (const armed of this.#armedFor(from)) {
      const verdict = armed.moment.sending?.(to, frame) ?? 'pass'
      if (verdict === 'drop') return 'drop'
      if (verdict === 'crash') {
        this.#strike(armed, from)
        return 'drop'
      }
      if (verdict === 'last') {
        // The rest of this step may still be sent.
        this.#stage.world.after(0, () => {
          if (from.state && !isOver(armed, this.#stage.world)) this.#strike(armed, from)
        })
      }
    }
    for (const fault of this.faults) {
      if (!applies(fault, from, to, frame, this.#stage.world.now)) continue
      if (fault.verb === 'hold') {
        this.held.push({ from, to })
        this.#stage.world.network.setCut(from.index, to.index, true)
      } else if (fault.verb === 'drop' && this.#stage.world.chance(fault.p)) {
        return 'drop'
      }
    }
    return undefined
  }

  /** A frame reaches a node, which has not seen it yet. */
  delivered(to: SimNode, frame: Frame): void {
    for (const armed of this.crashes) {
      const { victim, moment } = armed
      const target = victim === 'any' ? to : victim
      if (target.state && !isOver(armed, this.#stage.world) && moment.arriving?.(to, target, frame)) {
        this.#strike(armed, target)
      }
    }
  }

  /** A node has stepped, and its effects are about to be performed. */
  stepping(node: SimNode, event: Event, effects: readonly Effect[]): void {
    if (event.type === 'frameReceived') this.#maybeRepeat(node, event)
    if (this.doomed?.victim === node) {
      if (this.doomed.effects < effects.length) node.crashAfterEffects = this.doomed.effects
      this.doomed.effects -= effects.length
    }
  }

  /** What the stage counts of the step is counted: now a moment of the node's state may strike. */
  stepped(node: SimNode): void {
    for (const armed of this.#armedFor(node)) {
      if (!armed.moment.stepped) continue
      if (!armed.moment.stepped(node)) armed.stale.delete(node)
      else if (!armed.stale.has(node)) {
        this.#strike(armed, node)
        return
      }
    }
  }

  /** `dup`: the frame comes a second time, a moment later, on the same link. */
  #maybeRepeat(node: SimNode, event: Extract<Event, { type: 'frameReceived' }>): void {
    const peer = node.state?.links.get(event.link)?.peer
    const from = peer === undefined ? undefined : this.#stage.world.byUid(peer)
    if (!from || this.#isRepeating) return
    for (const fault of this.faults) {
      if (fault.verb !== 'dup' || !applies(fault, from, node, event.frame, this.#stage.world.now)) continue
      if (!this.#stage.world.chance(fault.p)) continue
      const { process } = node
      this.#stage.world.after(1, () => {
        if (node.process !== process) return
        this.#isRepeating = true
        this.#stage.world.feed(node, event)
        this.#isRepeating = false
      })
    }
  }
}
