/**
 * The state of a run: its world, which nodes have joined or must not start again, and how often each action
 * had an effect. Faults choose, start and restart nodes through it.
 */

import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { Checks } from '../checkers/checks.ts'
import type { Plan } from './actions.ts'
import { Disk } from '../world/disk.ts'
import type { SimNode, World } from '../world/world.ts'

/** Faults let no more nodes join than this. */
const nodesMax = 64

/** Does a fault. False when there was nothing that it could be done to. */
export type Fault = (run: RunState, prng: Prng, forMs: number) => boolean

export class RunState {
  readonly world: World
  readonly checks: Checks
  /** How often each action had an effect. */
  readonly fired = new Map<string, number>()
  /** The faults are over: what was to end later has been ended. */
  healed = false
  /** Contact of each node that joined, by index. */
  readonly contacts = new Map<number, SimNode>()
  /** Nodes that were members at least once. */
  readonly entered = new Set<number>()

  readonly #plan: Plan

  constructor(world: World, checks: Checks, plan: Plan) {
    this.world = world
    this.checks = checks
    this.#plan = plan
    world.observers.push({
      stepped: (node) => {
        if (node.state?.entered) this.entered.add(node.index)
      },
    })
  }

  /** Nodes of the room that run, paused ones included. */
  get running(): SimNode[] {
    return this.world.nodes.filter((node) => node.state !== undefined && node.room === this.world.room)
  }

  get down(): SimNode[] {
    return this.world.nodes.filter((node) => node.state === undefined && node.room === this.world.room)
  }

  one<T>(prng: Prng, from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : from[nextBelow(prng, from.length)]
  }

  leaders(): SimNode[] {
    return this.running.filter((node) => node.state?.role.type === 'office')
  }

  /** The running node behind (1) or before (-1) another in its view. */
  neighbour(node: SimNode, step: 1 | -1): SimNode | undefined {
    const members = node.state?.view.members ?? []
    const at = members.findIndex(({ uid }) => uid === node.uid)
    const member = members[(at + step + members.length) % members.length]
    const found = member && this.world.byUid(member.uid)
    return found?.state && found !== node ? found : undefined
  }

  /** A machine as the plan has them. */
  addNode(): SimNode {
    const { memory = 0, seed, fsyncMs } = this.#plan
    const node = this.world.addNode()
    node.fsyncMs = fsyncMs
    node.memory = nextBelow(createPrng(seed ^ (0x3e31 + node.index)), 100) < memory
    return node
  }

  /** A fresh node joins through one that runs. */
  join(prng: Prng, atMost = nodesMax): boolean {
    const contact = this.one(prng, this.running)
    if (!contact || this.world.nodes.length >= atMost) return false
    const node = this.addNode()
    this.contacts.set(node.index, contact)
    this.world.start(node, { join: contact })
    return true
  }

  /** The same home again: back to its room, or once more through its contact if it never was in. */
  restart(node: SimNode): void {
    if (node.state || this.retired.has(node.index)) return
    if (node.memory) {
      if (this.running[0]) this.joinAgain(node, this.running[0])
      return
    }
    const contact = this.contacts.get(node.index)
    if (this.entered.has(node.index) || !contact) this.world.start(node, 'resume')
    else this.world.start(node, { join: contact })
  }

  /** Does `run` later, unless everything has been healed by then. */
  later(ms: number, run: () => void): void {
    this.world.after(ms, () => {
      if (!this.healed) run()
    })
  }

  /** The database is set aside: another identity begins at the same address, with an empty disk. */
  renew(node: SimNode): void {
    const { world } = this
    const disk = new Disk()
    disk.book = node.disk.book
    const member = this.running.find(({ room }) => room === world.room)
    const key = member && world.keyOf(member)
    // Its person asks for a new invitation, if there is somebody to ask.
    disk.lock = key === undefined ? node.disk.lock : { keys: [key] }
    const fresh = this.#takePlace(node)
    fresh.disk = disk
    world.replaceDisk(node, new Disk())
    world.start(fresh, 'resume')
  }

  /** What was kept in memory only is gone, and the identity with it: somebody else joins from that address. */
  joinAgain(node: SimNode, contact: SimNode): void {
    if (this.world.nodes.length >= nodesMax) return
    const fresh = this.#takePlace(node)
    fresh.memory = true
    this.contacts.set(fresh.index, contact)
    this.world.start(fresh, { join: contact })
  }

  /** The machine of the old identity is gone; the new one has its address. */
  #takePlace(node: SimNode): SimNode {
    const fresh = this.world.addNode()
    const { addr } = node
    node.addr = fresh.addr
    fresh.addr = addr
    fresh.fsyncMs = node.fsyncMs
    this.retired.add(node.index)
    return fresh
  }

  /** The same home, copied, on another machine. It is never started again once it is down. */
  runTwice(node: SimNode): boolean {
    const { world } = this
    if (world.nodes.length >= nodesMax) return false
    const copy = world.addNode(node.uid)
    copy.disk = node.disk.copy()
    this.entered.add(copy.index)
    this.retired.add(copy.index)
    this.copies.push(copy)
    world.observers.forEach((observer) => observer.diskReplaced?.(copy))
    world.start(copy, 'resume')
    return true
  }

  readonly copies: SimNode[] = []

  /** Nodes that are never started again. */
  readonly retired = new Set<number>()

  /** From here on messages may take a place before others that are shown already (S17). */
  inaccurate(): void {
    this.checks.ghost.accurate = false
  }
}
