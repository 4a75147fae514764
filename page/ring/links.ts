/** Draws the links of the ring, with their direction, and those of the leader to all. */

import type { RingState } from '../model/ring-state.ts'
import type { Curve, Point } from './geometry.ts'
import { directionOn, pathOf, pointOn, ringCurve, starCurve } from './geometry.ts'
import { svg } from './svg.ts'

type Link = { element: SVGPathElement; arrow: SVGPathElement | undefined; from: string; to: string }

/** How long a link is lit where nothing moves. Unit: ms. */
const litMs = 700

export class Links {
  readonly element = svg('g', { class: 'links' })
  readonly #stars = svg('g', { class: 'stars' })
  readonly #ring = svg('g', { class: 'ring-links' })
  readonly #drawn = new Map<string, Link>()
  readonly #lit = new Map<SVGElement, number>()

  constructor() {
    this.element.append(this.#stars, this.#ring)
  }

  /** Which links there are. */
  show(state: RingState): void {
    const wanted = new Set<string>()
    for (const { from, to, isTold } of state.links()) {
      const key = `${from}>${to}`
      wanted.add(key)
      const link = this.#drawn.get(key) ?? this.#add(key, from, to, true)
      link.element.classList.toggle('guessed', !isTold)
    }
    const { leader } = state
    if (leader !== undefined && state.order.includes(leader))
      for (const id of state.order) {
        if (id === leader) continue
        const key = `${leader}*${id}`
        wanted.add(key)
        if (!this.#drawn.has(key)) this.#add(key, leader, id, false)
      }
    for (const [key, { element, arrow }] of this.#drawn) {
      if (wanted.has(key)) continue
      element.remove()
      arrow?.remove()
      this.#drawn.delete(key)
    }
  }

  place(at: (id: string) => Point | undefined): void {
    for (const { element, arrow, from, to } of this.#drawn.values()) {
      const [start, end] = [at(from), at(to)]
      if (!start || !end) continue
      const curve = arrow ? ringCurve(start, end) : starCurve(start, end)
      element.setAttribute('d', pathOf(curve))
      if (!arrow) continue
      const { x, y } = pointOn(curve, 0.5)
      const turn = directionOn(curve, 0.5)
      arrow.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(1)})`)
    }
  }

  /** The way from one node to another: along the ring for tokens and where nothing else leads there. */
  curve(from: Point, to: Point, isStar: boolean): Curve {
    return isStar ? starCurve(from, to) : ringCurve(from, to)
  }

  isStar(from: string, to: string): boolean {
    return this.#drawn.has(`${from}*${to}`) || this.#drawn.has(`${to}*${from}`)
  }

  isRing(from: string, to: string): boolean {
    return this.#drawn.has(`${from}>${to}`)
  }

  /** Instead of a dot that moves. */
  light(from: string, to: string, isStar: boolean, now: number): void {
    const keys = isStar ? [`${from}*${to}`, `${to}*${from}`] : [`${from}>${to}`, `${to}>${from}`]
    for (const key of keys) {
      const link = this.#drawn.get(key)
      if (!link) continue
      link.element.classList.add('lit')
      this.#lit.set(link.element, now + litMs)
      return
    }
  }

  /** Returns whether any is still lit. */
  fade(now: number): boolean {
    for (const [element, until] of this.#lit) {
      if (now < until) continue
      element.classList.remove('lit')
      this.#lit.delete(element)
    }
    return this.#lit.size > 0
  }

  #add(key: string, from: string, to: string, isRing: boolean): Link {
    const element = svg('path', { class: isRing ? 'ring-link' : 'star' })
    const arrow = isRing ? svg('path', { class: 'arrow', d: 'M-5 -5L5 0L-5 5Z' }) : undefined
    if (isRing && arrow) this.#ring.append(element, arrow)
    else this.#stars.append(element)
    const link: Link = { element, arrow, from, to }
    this.#drawn.set(key, link)
    return link
  }
}
