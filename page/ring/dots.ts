/** Draws what travels, on a canvas above the ring: hundreds of dots cost less there than elements do. */

import { shortId } from '../model/ids.ts'
import type { Curve } from './geometry.ts'
import { eased, pictureSize, pointOn } from './geometry.ts'

type Dot = {
  readonly curve: () => Curve | undefined
  readonly from: number
  readonly ms: number
  readonly kind: 'message' | 'submit' | 'token' | 'elected' | 'other' | 'heartbeat'
  readonly label: string
}

/** Dots at a time; beyond it the oldest go. */
const dotsMax = 1500
const full = 2 * Math.PI

export class Dots {
  readonly canvas = document.createElement('canvas')
  readonly #context = this.canvas.getContext('2d')
  #dots: Dot[] = []
  #colors: Readonly<Record<Dot['kind'], string>> | undefined
  #isClear = true

  constructor() {
    this.canvas.className = 'dots'
    this.canvas.setAttribute('aria-hidden', 'true')
  }

  get count(): number {
    return this.#dots.length
  }

  add(dot: Dot): void {
    this.#dots.push(dot)
    if (this.#dots.length > dotsMax) this.#dots.splice(0, this.#dots.length - dotsMax)
  }

  /** After the colours of the page changed. */
  forgetColors(): void {
    this.#colors = undefined
  }

  resize(size: number): void {
    const pixels = Math.round(size * Math.min(devicePixelRatio, 2))
    if (this.canvas.width === pixels) return
    this.canvas.width = pixels
    this.canvas.height = pixels
  }

  clear(): void {
    this.#dots = []
  }

  draw(now: number): void {
    const context = this.#context
    if (!context || (this.#isClear && this.#dots.length === 0)) return
    const { width } = this.canvas
    const scale = width / pictureSize
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, width)
    context.setTransform(scale, 0, 0, scale, width / 2, width / 2)
    this.#dots = this.#dots.filter(({ from, ms }) => now < from + ms)
    this.#isClear = this.#dots.length === 0
    const colors = (this.#colors ??= this.#readColors())
    for (const kind of ['heartbeat', 'message', 'other', 'submit'] as const)
      this.#drawPlain(context, kind, colors[kind], now)
    for (const dot of this.#dots) if (dot.label !== '') this.#drawToken(context, dot, colors[dot.kind], now)
  }

  /** All of one kind are one path. */
  #drawPlain(context: CanvasRenderingContext2D, kind: Dot['kind'], color: string, now: number): void {
    const radius = kind === 'submit' ? 6 : kind === 'heartbeat' ? 2.5 : 4
    context.beginPath()
    for (const dot of this.#dots) {
      if (dot.kind !== kind || dot.from > now) continue
      const curve = dot.curve()
      if (!curve) continue
      const { x, y } = pointOn(curve, eased((now - dot.from) / dot.ms))
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, full)
    }
    context.fillStyle = color
    context.fill()
  }

  /** A token carries its candidate. */
  #drawToken(context: CanvasRenderingContext2D, dot: Dot, color: string, now: number): void {
    const curve = dot.curve()
    if (!curve || dot.from > now) return
    const { x, y } = pointOn(curve, eased((now - dot.from) / dot.ms))
    context.font = '600 13px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace'
    const width = context.measureText(dot.label).width + 16
    context.fillStyle = color
    context.beginPath()
    context.roundRect(x - width / 2, y - 12, width, 24, 12)
    context.fill()
    context.fillStyle = '#fff'
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(dot.label, x, y + 0.5)
  }

  #readColors(): Readonly<Record<Dot['kind'], string>> {
    const style = getComputedStyle(this.canvas)
    const color = (name: string): string => style.getPropertyValue(`--${name}`).trim() || '#888'
    return {
      message: color('dot'),
      submit: color('dot-submit'),
      token: color('token'),
      elected: color('token-won'),
      other: color('dot-other'),
      heartbeat: color('dot-heartbeat'),
    }
  }
}

/** How a frame is drawn. */
export function dotOf(frame: string, candidate: string | undefined): { kind: Dot['kind']; label: string } {
  if (frame === 'ELECT') return { kind: 'token', label: shortId(candidate ?? '') }
  if (frame === 'ELECTED') return { kind: 'elected', label: shortId(candidate ?? '') }
  if (frame === 'REC') return { kind: 'message', label: '' }
  if (frame === 'SUBMIT') return { kind: 'submit', label: '' }
  return { kind: 'other', label: '' }
}
