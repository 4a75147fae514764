/**
 * Finds the chains of namespaces at earlier points (PROTOCOL.md section 2.19): the last one of each is in memory, the others
 * are computed by the store.
 */

import type { ChainRead, Held } from '../model/checks.ts'
import type { Namespace } from '../model/ids.ts'
import type { Chain, Point } from '../model/records.ts'
import { noChain } from '../model/records.ts'
import type { State } from '../model/state.ts'
import { nextPersist } from './log.ts'

/**
 * Asks for chains. Where so much of a namespace is not held, noChain is what is found. `before`: what was asked last, so that
 * the store need not begin at the first record each time.
 */
export function readChains(state: State, points: readonly Point[], before: ChainRead | undefined): ChainRead {
  const { frontier } = state
  const known = points.map(({ namespace, s }) => {
    const held = frontier.get(namespace)
    if (s === 0 || s > held) return noChain
    return s === held ? frontier.chain(namespace) : undefined
  })
  const bases = before ? [...before.bases, ...knownIn(before)].slice(-basesMax) : []
  return { points, chains: known, bases, after: nextPersist(state), asked: false, requests: new Map() }
}

/** Two questions of the largest size. */
const basesMax = 256

function knownIn({ points, chains }: ChainRead): Held[] {
  return points.flatMap((point, i) => {
    const chain = chains[i] ?? noChain
    return chain === noChain ? [] : [{ ...point, chain }]
  })
}

/** The last chain known of a namespace at or before `s`. */
function baseAt({ bases }: ChainRead, namespace: Namespace, s: number): Held {
  let base: Held = { namespace, s: 0, chain: noChain }
  for (const held of bases) if (held.namespace === namespace && held.s <= s && held.s > base.s) base = held
  return base
}

/** After every step: asks the store once it has on disk what is asked about. */
export function driveChainRead(state: State, read: ChainRead): void {
  if (read.asked || state.durableN < read.after) return
  read.asked = true
  const places = new Map<Namespace, number[]>()
  for (const [place, { namespace }] of read.points.entries()) {
    if (read.chains[place] !== undefined) continue
    const others = places.get(namespace)
    if (others) others.push(place)
    else places.set(namespace, [place])
  }
  for (const [namespace, own] of places) {
    const request = ++state.requestN
    read.requests.set(request, own)
    const points = own.map((place) => read.points[place]?.s ?? 0)
    const { s, chain } = baseAt(read, namespace, Math.min(...points))
    state.out.push({ type: 'readChains', request, namespace, points, base: { s, chain } })
  }
}

/** The store replied, if this was asked for here. */
export function noteChains(read: ChainRead, request: number, chains: readonly Chain[]): void {
  const places = read.requests.get(request) ?? []
  read.requests.delete(request)
  for (const [i, place] of places.entries()) read.chains[place] = chains[i] ?? noChain
}

/** All that was asked for; undefined: not all is known yet. */
export function chainsOf({ chains }: ChainRead): readonly Chain[] | undefined {
  return chains.every((chain) => chain !== undefined) ? chains : undefined
}
