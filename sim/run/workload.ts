/**
 * What people do in a simulated room, by name.
 */

import { nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { RunState } from './run-state.ts'
import type { SimNode } from '../world/world.ts'

/** Does it. False when nobody was there to do it. */
type Work = (run: RunState, prng: Prng) => boolean

const words = ['hello', 'ça va ?', '你好', '🦊🎉', 'a\tb', 'Ω≈ç√', 'yes', 'נכון', 'e\u0301', '']

function say(run: RunState, node: SimNode | undefined, ...texts: string[]): boolean {
  if (!node?.state) return false
  run.world.say(node, ...texts)
  return true
}

function phrase(prng: Prng): string {
  return `${words[nextBelow(prng, words.length)] ?? ''} ${nextBelow(prng, 1e6)}`
}

export const workload = {
  say: (run, prng) => say(run, run.one(prng, run.running), phrase(prng)),
  'say-short': (run, prng) => say(run, run.one(prng, run.running), 'x'),
  /** As long as a message may be. */
  'say-long': (run, prng) => say(run, run.one(prng, run.running), 'long '.repeat(1600)),
  burst: (run, prng) => {
    const node = run.one(prng, run.running)
    let count = 2 + nextBelow(prng, 30)
    // In parts of several messages, or each in a part of its own.
    const most = 1 + nextBelow(prng, 3) * 8
    while (count > 0) {
      const texts = Array.from({ length: Math.min(count, 1 + nextBelow(prng, most)) }, () => phrase(prng))
      count -= texts.length
      say(run, node, ...texts)
    }
    return node !== undefined
  },
  'all-say': (run, prng) => {
    for (const node of run.running) say(run, node, phrase(prng))
    return run.running.length > 0
  },
  /** One node sends a message, and most of the others reply as soon as they have seen it. */
  reply: (run, prng) => {
    const node = run.one(prng, run.running)
    if (!say(run, node, phrase(prng)) || !node) return false
    const said = node.state?.outbox.at(-1)?.part
    if (!said) return true
    for (const other of run.running) {
      if (other === node || nextBelow(prng, 3) === 0) continue
      let tries = 40
      const look = (): void => {
        if (!other.state || tries-- === 0) return
        if ((other.state.have.get(said.namespace) ?? 0) >= said.aseq) say(run, other, `to ${said.aseq}`)
        else run.later(5, look)
      }
      run.later(1, look)
    }
    return true
  },
  /** A person asks whether all hold the same. */
  check: (run, prng) => {
    const node = run.one(prng, run.running)
    if (node) run.world.check(node)
    return node !== undefined
  },
  /** A person changes the key of the room. */
  rekey: (run, prng) => {
    const node = run.one(prng, run.running)
    if (!node || !run.world.locked) return false
    run.world.rekey(node)
    return true
  },
  /** A person takes a node out for good; it may be away, or the leader, or oneself is taken out elsewhere meanwhile. */
  remove: (run, prng) => {
    const node = run.one(prng, run.running)
    const others = run.world.nodes.filter(({ uid, room }) => uid !== node?.uid && room === run.world.room)
    const other = run.one(prng, others)
    if (!node || !other || !run.world.locked) return false
    run.world.rekey(node, other)
    return true
  },
  rename: (run, prng) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    node.name = `n${node.index}${'abcdefgh'[nextBelow(prng, 8)] ?? ''}`
    run.world.feed(node, { type: 'renamed', name: node.name })
    return true
  },
} satisfies Record<string, Work>

export type WorkName = keyof typeof workload

export const workNames = Object.keys(workload) as WorkName[]
