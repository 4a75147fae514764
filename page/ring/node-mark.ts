/** Draws one node: its disc, crown, names and clock. */

import { escapeName } from '../../src/chat/escape.ts'
import { hueOf, shortId } from '../model/ids.ts'
import type { RingNode } from '../model/ring-state.ts'
import type { Point } from './geometry.ts'
import { setText, svg } from './svg.ts'

/** Above so many nodes only short ids are written beside them. */
const namesMax = 14
const nameMax = 14

export type NodeLook = {
  readonly radius: number
  readonly count: number
  readonly isLeader: boolean
  readonly isSelf: boolean
  readonly isPicked: boolean
}

export class NodeMark {
  readonly element: SVGGElement
  at: Point = { x: 0, y: 0 }
  target: Point = { x: 0, y: 0 }
  /** When it fell out. Unit: ms of the frame clock. */
  leftAt: number | undefined
  readonly #disc = svg('circle', { class: 'disc' })
  readonly #halo = svg('circle', { class: 'halo' })
  readonly #initial = svg('text', { class: 'initial', dy: '0.35em', 'aria-hidden': 'true' })
  readonly #labels = svg('g', { class: 'labels', 'aria-hidden': 'true' })
  readonly #name = svg('text', { class: 'name' })
  readonly #id = svg('text', { class: 'id' })
  readonly #clock = svg('text', { class: 'id' })
  readonly #crown = svg('path', {
    class: 'crown',
    d: 'M-11 0L-13 -12L-6 -6L0 -15L6 -6L13 -12L11 0Z',
  })
  readonly #button: SVGGElement
  #radius = 0

  constructor(id: string, onPick: (id: string) => void) {
    // What is written is hidden from those who listen: the button has a name of its own that says more.
    this.#button = svg(
      'g',
      { class: 'hit', tabindex: 0, role: 'button', 'data-node': id },
      this.#halo,
      this.#disc,
      this.#crown,
    )
    this.element = svg('g', { class: `node who-${hueOf(id)}` }, this.#button, this.#initial, this.#labels)
    this.#labels.append(this.#name, this.#id, this.#clock)
    this.element.addEventListener('click', () => onPick(id))
    this.#button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      if (!event.repeat) onPick(id)
    })
  }

  /** Everything but its place. */
  show(node: RingNode, { radius, count, isLeader, isSelf, isPicked }: NodeLook): void {
    this.#radius = radius
    const name = escapeName(node.name)
    const state = node.told?.status
    const classes = this.element.classList
    classes.toggle('leader', isLeader)
    classes.toggle('self', isSelf)
    classes.toggle('picked', isPicked)
    classes.toggle('unseen', node.watched === 'refused')
    classes.toggle('electing', state === 'electing')
    classes.toggle('lost', node.isLost)
    classes.toggle('small', count > namesMax)
    this.#disc.setAttribute('r', String(radius))
    this.#halo.setAttribute('r', String(radius + 5))
    this.#crown.setAttribute('transform', `translate(0 ${-radius - 5}) scale(${count > namesMax ? 0.7 : 1})`)
    setText(this.#initial, count > namesMax ? '' : ([...name][0] ?? '?').toUpperCase())
    setText(this.#name, count > namesMax ? '' : shorten(name) + (isSelf ? ' (here)' : ''))
    this.showClock(node, count)
    const words = [
      name || 'a node',
      shortId(node.id),
      isLeader && 'leader',
      isSelf && 'this node',
      node.isLost ? 'lost' : state,
    ]
    this.#button.setAttribute('aria-label', words.filter(Boolean).join(', '))
    this.#button.setAttribute('aria-pressed', String(isPicked))
    this.#placeLabels(count)
  }

  showClock(node: RingNode, count: number): void {
    setText(this.#id, shortId(node.id))
    setText(this.#clock, count > namesMax ? '' : `clock ${node.lamport}`)
  }

  /** Greys it, and lets it go. */
  fall(now: number): void {
    if (this.leftAt !== undefined) return
    this.leftAt = now
    this.element.classList.add('gone')
    this.#button.setAttribute('aria-hidden', 'true')
    this.#button.removeAttribute('tabindex')
    this.target = { x: this.at.x * 1.16, y: this.at.y * 1.16 + 26 }
  }

  /** It is back before it was gone. */
  rise(): void {
    if (this.leftAt === undefined) return
    this.leftAt = undefined
    this.element.classList.remove('gone')
    this.#button.removeAttribute('aria-hidden')
    this.#button.setAttribute('tabindex', '0')
  }

  place(count: number): void {
    this.element.setAttribute('transform', `translate(${this.at.x.toFixed(1)} ${this.at.y.toFixed(1)})`)
    this.#placeLabels(count)
  }

  /** Outside the circle, away from its centre. */
  #placeLabels(count: number): void {
    const length = Math.hypot(this.at.x, this.at.y) || 1
    const [ux, uy] = [this.at.x / length, this.at.y / length]
    const isLeft = ux < -0.25
    const isRight = ux > 0.25
    const anchor = isLeft ? 'end' : isRight ? 'start' : 'middle'
    if (count > namesMax) {
      const turn = (Math.atan2(uy, ux) * 180) / Math.PI + (ux < 0 ? 180 : 0)
      const out = this.#radius + 7
      this.#labels.setAttribute('transform', `translate(${ux * out} ${uy * out}) rotate(${turn.toFixed(1)})`)
      this.#id.setAttribute('text-anchor', ux < 0 ? 'end' : 'start')
      this.#id.setAttribute('y', '3')
      return
    }
    const isTop = uy < 0 && anchor === 'middle'
    const out = this.#radius + (anchor === 'middle' ? (isTop ? 61 : 22) : 12)
    this.#labels.setAttribute('transform', `translate(${(ux * out).toFixed(1)} ${(uy * out).toFixed(1)})`)
    for (const [line, y] of [
      [this.#name, 0],
      [this.#id, 16],
      [this.#clock, 31],
    ] as const) {
      line.setAttribute('text-anchor', anchor)
      line.setAttribute('y', String(y))
    }
  }
}

function shorten(name: string): string {
  const letters = [...name]
  return letters.length > nameMax ? `${letters.slice(0, nameMax - 1).join('')}…` : name
}
