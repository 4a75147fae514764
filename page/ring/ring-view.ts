/**
 * Draws a ring into an element of the page, from the events of a room. It does not know where the events come from.
 */

import type { RoomEvent } from '../../src/chat/room-event.ts'
import type { Behind } from '../model/player.ts'
import { Player } from '../model/player.ts'
import type { Hop, Shown } from '../model/ring-state.ts'
import { RingState } from '../model/ring-state.ts'
import { Dots, dotOf } from './dots.ts'
import type { Point } from './geometry.ts'
import { nodeRadius, pictureSize, placeOf } from './geometry.ts'
import { Links } from './links.ts'
import { NodeMark } from './node-mark.ts'
import { svg } from './svg.ts'
import { Words } from './words.ts'

export type RingViewOptions = {
  /** A node was clicked, or chosen with Enter. */
  readonly onPick?: (id: string) => void
  /** Something changed; called at most once a frame. */
  readonly onChange?: () => void
  /** The picture is so many events behind that they are not drawn. */
  readonly onSkip?: (events: number) => void
}

/** How long a message travels; how long a node that is gone falls. Unit: ms. */
const travelMs = 620
const fallMs = 1700
/** Share of the way that a node glides in 16 ms. */
const glide = 0.14

export class RingView {
  readonly state = new RingState()
  readonly #root = svg('svg', {
    class: 'ring-picture',
    viewBox: `${-pictureSize / 2} ${-pictureSize / 2} ${pictureSize} ${pictureSize}`,
    role: 'group',
    'aria-label': 'The ring',
  })
  readonly #box = document.createElement('div')
  readonly #links = new Links()
  readonly #nodes = svg('g', { class: 'nodes' })
  readonly #words = new Words()
  readonly #dots = new Dots()
  readonly #marks = new Map<string, NodeMark>()
  readonly #player = new Player((event) => this.state.isStep(event))
  readonly #options: RingViewOptions
  readonly #reduced = matchMedia('(prefers-reduced-motion: reduce)')
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')
  readonly #sizes: ResizeObserver
  #picked: string | undefined
  #frame = 0
  #lastFrameAt = 0
  #isStale = true
  #isMoving = false
  #clocksAt = 0

  constructor(place: HTMLElement, options: RingViewOptions = {}) {
    this.#options = options
    this.#box.className = 'ring-box'
    this.#root.append(this.#links.element, this.#nodes, this.#words.element)
    this.#box.append(this.#root, this.#dots.canvas)
    place.append(this.#box)
    this.#sizes = new ResizeObserver(([entry]) => {
      if (entry) this.#dots.resize(entry.contentRect.width)
      this.#wake()
    })
    this.#sizes.observe(this.#box)
    this.#dark.addEventListener('change', this.forgetColors)
  }

  get isPaused(): boolean {
    return this.#player.isPaused
  }

  take(event: RoomEvent): void {
    // Where nobody looks there are no frames: only what stands is kept.
    if (document.hidden && !this.isPaused) {
      this.#player.catchUp((each) => this.state.take(each, () => {}))
      this.state.take(event, () => {})
      this.#isStale = true
      return
    }
    this.#player.push(event, performance.now())
    if (this.isPaused)
      this.#player.bound((each) =>
        this.state.take(each, () => {
          this.#isStale = true
        }),
      )
    this.#wake()
  }

  pause(): void {
    this.#player.pause()
    this.#changed()
  }

  resume(): void {
    this.#player.resume()
    this.#wake()
  }

  /** What came and is not shown yet. */
  behind(): Behind {
    return this.#player.behind(performance.now())
  }

  pick(id: string | undefined): void {
    this.#picked = id
    this.#isStale = true
    this.#wake()
  }

  readonly forgetColors = (): void => {
    this.#dots.forgetColors()
    this.#wake()
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    this.#sizes.disconnect()
    this.#dark.removeEventListener('change', this.forgetColors)
    this.#box.remove()
  }

  #wake(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#draw)
  }

  readonly #draw = (now: number): void => {
    this.#frame = 0
    const skipped = this.#player.play(performance.now(), (event, isDrawn) =>
      this.state.take(event, (shown) => this.#show(shown, isDrawn, now)),
    )
    if (skipped > 0) {
      this.#dots.clear()
      this.#options.onSkip?.(skipped)
    }
    if (this.#isStale) this.#layOut(now)
    if (this.#isMoving) this.#move(now)
    this.#lastFrameAt = now
    if (now - this.#clocksAt > 250) this.#showClocks(now)
    this.#dots.draw(now)
    const isLit = this.#links.fade(now)
    const isSaid = this.#words.fade(now)
    this.#changed()
    const { events } = this.behind()
    const isWaiting = events > 0 && !this.isPaused
    if (isWaiting || this.#isMoving || isLit || isSaid || this.#dots.count > 0) this.#wake()
  }

  #changed(): void {
    this.#options.onChange?.()
  }

  #show(shown: Shown, isDrawn: boolean, now: number): void {
    if (shown.type === 'ring') {
      this.#isStale = true
      return
    }
    if (!isDrawn) return
    if (this.#isStale) this.#layOut(now)
    if (shown.type === 'hop') this.#travel(shown.hop, now)
    else {
      const at = this.#marks.get(shown.node)?.at
      if (at)
        this.#words.say(
          shown.node,
          shown.text,
          shown.verdict,
          at,
          now,
          Math.max(this.#player.stepMs * 4, 900),
        )
    }
  }

  #travel({ from, to, frame, candidate, isHeartbeat }: Hop, now: number): void {
    const [start, end] = [this.#marks.get(from), this.#marks.get(to)]
    if (!start || !end) return
    const { kind, label } = isHeartbeat
      ? ({ kind: 'heartbeat', label: '' } as const)
      : dotOf(frame, candidate)
    const isToken = label !== ''
    const isStar = !isToken && (this.#links.isStar(from, to) || !this.#links.isRing(from, to))
    if (this.#reduced.matches) {
      this.#links.light(from, to, isStar, now)
      return
    }
    const ms = isToken ? Math.max(this.#player.stepMs, 120) : travelMs
    const curve = () => this.#links.curve(start.at, end.at, isStar)
    this.#dots.add({ curve, from: now, ms, kind, label })
  }

  /** Makes the picture what the state says. */
  #layOut(now: number): void {
    this.#isStale = false
    this.#isMoving = true
    const { order, nodes, leader, self } = this.state
    const count = order.length
    const radius = nodeRadius(count)
    order.forEach((id, index) => {
      const node = nodes.get(id)
      if (!node) return
      const target = placeOf(index, count)
      let mark = this.#marks.get(id)
      if (!mark) {
        mark = new NodeMark(id, (picked) => this.#options.onPick?.(picked))
        mark.at = target
        this.#marks.set(id, mark)
        this.#nodes.append(mark.element)
      }
      mark.rise()
      mark.target = target
      mark.show(node, {
        radius,
        count,
        isLeader: id === leader,
        isSelf: id === self,
        isPicked: id === this.#picked,
      })
    })
    const present = new Set(order)
    for (const [id, mark] of this.#marks) if (!present.has(id)) mark.fall(now)
    this.#links.show(this.state)
    const leads = leader === undefined ? 'nobody' : this.state.show(leader)
    this.#root.setAttribute(
      'aria-label',
      `Ring of ${count} ${count === 1 ? 'member' : 'members'}; ${leads} leads`,
    )
  }

  /** Lets every node glide to its place. */
  #move(now: number): void {
    const elapsed = Math.min(now - this.#lastFrameAt, 64)
    const share = this.#reduced.matches ? 1 : 1 - Math.pow(1 - glide, elapsed / 16)
    const count = this.state.order.length
    this.#isMoving = false
    for (const [id, mark] of this.#marks) {
      if (mark.leftAt !== undefined && now > mark.leftAt + fallMs) {
        mark.element.remove()
        this.#marks.delete(id)
        continue
      }
      if (mark.leftAt !== undefined) this.#isMoving = true
      const [dx, dy] = [mark.target.x - mark.at.x, mark.target.y - mark.at.y]
      const isThere = Math.abs(dx) + Math.abs(dy) < 0.3
      // A node that is gone falls slowly.
      const part = isThere ? 1 : mark.leftAt === undefined ? share : share * 0.35
      mark.at = { x: mark.at.x + dx * part, y: mark.at.y + dy * part }
      if (!isThere) this.#isMoving = true
      mark.place(count)
    }
    this.#links.place((id): Point | undefined => this.#marks.get(id)?.at)
  }

  #showClocks(now: number): void {
    this.#clocksAt = now
    const count = this.state.order.length
    for (const [id, mark] of this.#marks) {
      const node = this.state.nodes.get(id)
      if (node && mark.leftAt === undefined) mark.showClock(node, count)
    }
  }
}
