/**
 * Keeps the last steps of a run for a report, and a hash over all steps, by which two runs of one seed are
 * compared.
 */

import { describeEffect, describeEvent } from './describe.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { Observer, SimNode, World } from '../world/world.ts'

type Line = { atMs: number; step: number; node: SimNode; event: Event; effects: readonly Effect[] }

/** Steps kept for a report. */
const keptMax = 400

export class Trace implements Observer {
  /** FNV-1a over every step: its time, node, event and effects by type. */
  hash = 0x811c9dc5
  readonly #world: World
  readonly #kept: Line[] = []
  readonly #print: ((line: string) => void) | undefined
  #at = 0

  /** `print` is given every step in lines, as it happens. */
  constructor(world: World, print?: (line: string) => void) {
    this.#world = world
    this.#print = print
    world.observers.push(this)
  }

  stepped(node: SimNode, event: Event, effects: readonly Effect[]): void {
    const { now, steps } = this.#world
    this.#mix(now)
    this.#mix(node.index)
    this.#mixText(event.type === 'frameReceived' ? event.frame.type : event.type)
    for (const effect of effects) this.#mixText(effect.type === 'send' ? effect.frame.type : effect.type)
    if (this.#print) for (const line of this.render(now, steps, node, event, effects)) this.#print(line)
    if (isDull(event, effects)) return
    this.#kept[this.#at++ % keptMax] = { atMs: now, step: steps, node, event, effects }
  }

  #mix(value: number): void {
    this.hash = Math.imul(this.hash ^ value, 0x01000193) >>> 0
  }

  #mixText(text: string): void {
    // Length and two letters tell all names apart well enough, at a fraction of the cost.
    this.#mix(text.length * 65_536 + text.charCodeAt(0) * 256 + text.charCodeAt(text.length - 1))
  }

  /** The last `count` steps that did something, one line each and more for what they asked for. */
  last(count: number): string[] {
    const lines: string[] = []
    for (let i = Math.max(0, this.#at - Math.min(count, keptMax)); i < this.#at; i++) {
      const line = this.#kept[i % keptMax]
      if (line) lines.push(...this.render(line.atMs, line.step, line.node, line.event, line.effects))
    }
    return lines
  }

  render(atMs: number, step: number, node: SimNode, event: Event, effects: readonly Effect[]): string[] {
    const name = nameIn(this.#world)
    const via = (link: number): string => {
      const pipe = node.pipes.get(link as never)
      return pipe ? ` (n${pipe.out.to.node})` : ''
    }
    const from = 'link' in event ? via(event.link) : ''
    const lines = [
      `${String(atMs).padStart(7)} #${step} n${node.index} < ${describeEvent(event, name)}${from}`,
    ]
    for (const effect of effects) {
      if (effect.type === 'send' && (effect.frame.type === 'ping' || effect.frame.type === 'pong')) continue
      if (effect.type === 'startTimer' && effect.name === 'heartbeat') continue
      const to = 'link' in effect ? via(effect.link) : ''
      lines.push(`                n${node.index} > ${describeEffect(effect, name)}${to}`)
    }
    return lines
  }
}

/** Names by node number; strangers by the first letters of their uid. */
export function nameIn(world: World): (uid: Uid) => string {
  return (uid) => {
    const node = world.byUid(uid)
    return node ? `n${node.index}` : uid.slice(0, 6)
  }
}

/** Life signs and what they set off, which would fill any report. */
function isDull(event: Event, effects: readonly Effect[]): boolean {
  if (event.type === 'frameReceived')
    return (event.frame.type === 'ping' || event.frame.type === 'pong') && effects.every(isPing)
  return event.type === 'timerFired' && event.name === 'heartbeat' && effects.every(isPing)
}

function isPing(effect: Effect): boolean {
  if (effect.type === 'startTimer') return effect.name === 'heartbeat'
  return effect.type === 'send' && (effect.frame.type === 'ping' || effect.frame.type === 'pong')
}
