/**
 * The prompt with the text being typed at the bottom of a stream of lines: a line that arrives clears
 * them, is printed above, and they are drawn again. Scrollback and selection keep working.
 * Knows terminals; knows nothing of keys, rooms or what the lines mean.
 */

import { layOut } from './layout.ts'
import { whenDrained } from './streams.ts'
import type { Layout } from './layout.ts'
import type { OutputStream, Sink } from './streams.ts'

const clearDown = '\u001b[J'

export class Screen implements Sink {
  readonly #output: OutputStream
  readonly #paintPrompt: (prompt: string) => string
  #prompt = ''
  #typed = ''
  #cursor = 0
  #drawn: Layout | undefined
  #isOpen = true
  #redraw: NodeJS.Immediate | undefined
  readonly #onResize = () => this.#resized()

  constructor(output: OutputStream, paintPrompt: (prompt: string) => string = (prompt) => prompt) {
    this.#output = output
    this.#paintPrompt = paintPrompt
    output.on('resize', this.#onResize)
  }

  setPrompt(prompt: string): void {
    if (prompt === this.#prompt) return
    this.#prompt = prompt
    this.draw()
  }

  /** `cursor` is an index into `typed`. */
  setTyped(typed: string, cursor: number): void {
    if (typed === this.#typed && cursor === this.#cursor) return
    const appended =
      this.#drawn &&
      !this.#redraw &&
      this.#cursor === this.#typed.length &&
      cursor === typed.length &&
      typed.startsWith(this.#typed)
        ? typed.slice(this.#typed.length)
        : ''
    this.#typed = typed
    this.#cursor = cursor
    if (/^[ -~]+$/.test(appended)) this.#append(appended)
    else this.draw()
  }

  print(text: string): void {
    if (this.#output.destroyed) return
    this.#output.write(`${this.#eraser()}${text}\n`)
    // A burst of lines is drawn around once, not once a line.
    if (this.#isOpen) this.#redraw ??= setImmediate(() => this.draw())
  }

  drained(): Promise<void> {
    return whenDrained(this.#output)
  }

  /** Draws prompt, text and cursor where they belong, at once. */
  draw(): void {
    if (!this.#isOpen || this.#output.destroyed) return
    this.#cancelRedraw()
    this.#output.write(this.#eraser() + this.#drawing())
  }

  /** Clears the screen (Ctrl-L). */
  clear(): void {
    this.#drawn = undefined
    this.#output.write(`\u001b[H${clearDown}`)
    this.draw()
  }

  /** Takes the prompt away until `show`; lines can still be printed. */
  hide(): void {
    this.#cancelRedraw()
    if (!this.#output.destroyed) this.#output.write(this.#eraser())
    this.#isOpen = false
  }

  show(): void {
    this.#isOpen = true
    this.#drawn = undefined
    this.draw()
  }

  close(): void {
    this.hide()
    this.#output.off('resize', this.#onResize)
  }

  #cancelRedraw(): void {
    if (this.#redraw) clearImmediate(this.#redraw)
    this.#redraw = undefined
  }

  #layOut(): Layout {
    const { columns = 80, rows = 24 } = this.#output
    return layOut({
      prompt: this.#prompt,
      typed: this.#typed,
      cursor: this.#cursor,
      columns: Math.max(columns, 1),
      rows: Math.max(rows, 1),
    })
  }

  #eraser(): string {
    if (!this.#drawn) return ''
    const up = this.#drawn.cursor.row
    this.#drawn = undefined
    return `${up > 0 ? `\u001b[${up}A` : ''}\r${clearDown}`
  }

  #drawing(): string {
    const layout = this.#layOut()
    this.#drawn = layout
    const { shown, cursor, end, endsFull } = layout
    const up = end.row - cursor.row
    const isAtEnd = up === 0 && end.column === cursor.column
    return (
      this.#paintPrompt(this.#prompt) +
      shown +
      // A full row leaves the cursor hanging at its end; only a line break makes the next row exist.
      (endsFull ? '\r\n' : '') +
      (isAtEnd
        ? ''
        : `${up > 0 ? `\u001b[${up}A` : ''}\r${cursor.column > 0 ? `\u001b[${cursor.column}C` : ''}`)
    )
  }

  /** Plain typing at the end of the text needs no redrawing, unless it reaches the end of the row. */
  #append(text: string): void {
    const before = this.#drawn
    const layout = this.#layOut()
    if (before?.end.row !== layout.end.row || !layout.shown.startsWith(before.shown)) return this.draw()
    this.#drawn = layout
    this.#output.write(text)
  }

  #resized(): void {
    // The terminal has wrapped what was drawn anew: erase what stands there now.
    if (this.#drawn) this.#drawn = this.#layOut()
    this.draw()
  }
}
