/**
 * The timers of simulated machines, and what happens to them when a machine is late or sleeps. The core
 * always keeps its heartbeat armed, so an overdue heartbeat shows that the process slept.
 */

import type { Event } from '../../src/core/model/events.ts'
import type { SimNode } from './machine.ts'

/** The timer that the core keeps armed while it lives; that it is overdue means that the process slept. */
const heartbeatTimer = 'heartbeat'
/** A process that is later than this was suspended, as peer/loop.ts sees it. Unit: ms. */
const sleptAfterMs = 500

interface Surroundings {
  readonly now: number
  after(ms: number, run: () => void): void
  wallOf(node: SimNode): number
  feed(node: SimNode, event: Event): void
}

export class Timers {
  readonly #world: Surroundings

  constructor(world: Surroundings) {
    this.#world = world
  }

  start(node: SimNode, name: string, ms: number): void {
    node.timerDue.set(name, this.#world.now + ms)
    this.#arm(node, name, Math.round(ms * node.timerFactor))
  }

  #arm(node: SimNode, name: string, ms: number): void {
    const version = ++node.timerN
    node.timers.set(name, version)
    const { process } = node
    this.#world.after(ms, () => {
      if (node.process === process) this.#fire(node, name, version)
    })
  }

  #fire(node: SimNode, name: string, version: number): void {
    if (node.timers.get(name) !== version) return
    if (node.pausedUntil > this.#world.now) {
      const { process } = node
      const run = (): void => {
        if (node.process === process) this.#fire(node, name, version)
      }
      node.deferred.push({ source: 'timers', run })
      return
    }
    node.timers.delete(name)
    this.#world.feed(node, {
      type: 'timerFired',
      name,
      ...(name === heartbeatTimer && { wall: this.#world.wallOf(node) }),
    })
  }

  /** The machine is no longer late: what is overdue fires now, the rest when it is due. */
  catchUp(node: SimNode): void {
    node.timerFactor = 1
    for (const name of [...node.timers.keys()])
      this.#arm(node, name, Math.max(0, (node.timerDue.get(name) ?? 0) - this.#world.now))
  }

  /** Timers stood still as well while the machine slept: each has the rest of its time before it. */
  shift(node: SimNode, sleptMs: number): void {
    for (const name of [...node.timers.keys()])
      this.#arm(node, name, Math.max(0, (node.timerDue.get(name) ?? 0) + sleptMs - this.#world.now))
  }

  /** How long the process slept, once for each sleep. Unit: ms. */
  noticeSleep(node: SimNode): number | undefined {
    const { now } = this.#world
    const dueAt = node.timerDue.get(heartbeatTimer)
    if (dueAt === undefined || now - dueAt <= sleptAfterMs) return undefined
    node.timerDue.set(heartbeatTimer, now)
    return now - dueAt
  }
}
