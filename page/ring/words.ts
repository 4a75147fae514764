/** Shows for a while, beside a node, what it did with a token. */

import type { TokenEvent } from '../../src/chat/room-event.ts'
import type { Point } from './geometry.ts'
import { svg } from './svg.ts'

/** Words at a time, and how long one stays. */
const wordsMax = 12
const wordMs = 2600

type Word = { element: SVGGElement; node: string; until: number }

export class Words {
  readonly element = svg('g', { class: 'words', 'aria-hidden': 'true' })
  #words: Word[] = []

  say(node: string, text: string, verdict: TokenEvent['verdict'], at: Point, now: number, ms = wordMs): void {
    // One node says one thing at a time.
    for (const old of this.#words.filter((word) => word.node === node)) old.element.remove()
    this.#words = this.#words.filter((word) => word.node !== node)
    const width = text.length * 7.4 + 20
    // Inside the ring, where there is room: clear of the node.
    const length = Math.hypot(at.x, at.y) || 1
    const inward = 1 - (48 + (Math.abs(at.x) / length) * (width / 2 - 6)) / length
    const x = Math.max(-310 + width / 2, Math.min(310 - width / 2, at.x * inward))
    const element = svg(
      'g',
      { class: `word ${verdict.replace(' ', '-')}`, transform: `translate(${x} ${at.y * inward})` },
      svg('rect', { x: -width / 2, y: -14, width, height: 28, rx: 14 }),
    )
    const label = svg('text', { dy: '0.35em' })
    label.textContent = text
    element.append(label)
    this.element.append(element)
    this.#words.push({ element, node, until: now + ms })
    if (this.#words.length > wordsMax) this.#words.shift()?.element.remove()
  }

  /** Returns whether any is left. */
  fade(now: number): boolean {
    for (const { element, until } of this.#words) {
      if (now >= until) element.remove()
      else if (now >= until - 400) element.classList.add('fading')
    }
    this.#words = this.#words.filter(({ until }) => now < until)
    return this.#words.length > 0
  }
}
