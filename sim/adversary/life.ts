/**
 * The life of a liar in a seeded run: at random moments it dials, sends a forged frame, or sends it hundreds of times,
 * until it leaves.
 */

import type { Uid } from '../../src/core/model/ids.ts'
import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { SimNode, World } from '../world/world.ts'
import { Choices } from './choices.ts'
import type { Manner, Talk } from './liar.ts'
import { Liar } from './liar.ts'
import { clockOf, lieNames, lieOf } from './lies.ts'

/** Links that it holds at a time. */
const linksMax = 16

/** Frames of one flood. */
const floodMax = 600

/** The uid of a node that runs. */
function uidOf({ running }: World, prng: Prng): Uid {
  return running[nextBelow(prng, running.length)]?.uid ?? ('0'.repeat(32) as Uid)
}

function drawManner(world: World, prng: Prng): Manner {
  const share = nextBelow(prng, 10)
  return {
    knowsRoom: chance(prng, 0.7),
    joins: share < 6,
    leads: share >= 7,
    ...(chance(prng, 0.1) && { refuses: chance(prng, 0.7) ? ('identity' as const) : ('room' as const) }),
    ...(chance(prng, 0.05) && { poses: uidOf(world, prng) }),
    answers: chance(prng, 0.7) ? 1 : nextBelow(prng, 10) / 10,
  }
}

export class LiarLife {
  readonly liar: Liar
  readonly #prng: Prng
  readonly #names: readonly (typeof lieNames)[number][]
  readonly #everyMs: number

  /** It begins at once. `contact`: the one node whose address it knows. */
  constructor(world: World, node: SimNode, contact: SimNode, prng: Prng) {
    this.#prng = prng
    this.liar = new Liar(world, node, prng, drawManner(world, prng))
    this.liar.addresses.add(contact.addr)
    const key = world.keyOf(contact)
    if (key !== undefined && chance(prng, 0.8)) this.liar.learnKey(key)
    // Few kinds at a time find more than all of them at once.
    const p = chance(prng, 0.5) ? 0.2 : 1
    this.#names = lieNames.filter(() => chance(prng, p))
    this.#everyMs = 10 + nextBelow(prng, chance(prng, 0.5) ? 50 : 500)
    this.#act()
  }

  #act(): void {
    const { liar } = this
    if (liar.isOver) return
    this.#maybeDial()
    const talk = this.#someTalk()
    if (talk) this.#lie(talk)
    this.#keepUp()
    liar.world.after(1 + nextBelow(this.#prng, 2 * this.#everyMs), () => this.#act())
  }

  #maybeDial(): void {
    const { liar } = this
    if (liar.talks.size > linksMax || (liar.talks.size > 0 && !chance(this.#prng, 0.3))) return
    const addresses = [...liar.addresses]
    const addr = addresses[nextBelow(this.#prng, addresses.length)]
    if (addr !== undefined) liar.dial(addr)
  }

  #someTalk(): Talk | undefined {
    const { open } = this.liar
    // Half of the time to its leader or a follower, if it has one: those believe most.
    const near = open.filter(({ isLeader, isFollower }) => isLeader || isFollower)
    const from = near.length > 0 && chance(this.#prng, 0.5) ? near : open
    return from[nextBelow(this.#prng, Math.max(1, from.length))]
  }

  #lie(talk: Talk): void {
    const { liar } = this
    const name = this.#names[nextBelow(this.#prng, Math.max(1, this.#names.length))]
    if (name === undefined) return
    const choices = new Choices(this.#prng)
    const times = chance(this.#prng, 0.02) ? nextBelow(this.#prng, floodMax) : 1
    for (let i = 0; i < times; i++) {
      // A flood of records is one of the few things that last: a few of them say as much.
      if (i > 3 && (name === 'UP' || name === 'REC' || name === 'SUBMIT')) return
      for (const frame of lieOf(name, liar, choices)) liar.say(talk, frame, clockOf(liar, choices))
    }
    if (chance(this.#prng, 0.02)) liar.close(talk)
  }

  /** Life signs, so that its links are not closed as silent; mostly. */
  #keepUp(): void {
    const { liar } = this
    for (const talk of liar.open)
      if (chance(this.#prng, 0.5)) liar.say(talk, { type: 'ping', nonce: 0, vid: liar.vid, safe: 0 })
  }
}
