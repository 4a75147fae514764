/**
 * Keeps the prompt and the typed text at the bottom of a stream of lines. A new line erases them, is
 * printed, and they are drawn again below it, so scrollback and selection keep working. While a terminal
 * does not read, nothing is drawn; once it reads again, prompt and text are drawn as they then are.
 */

import { cellsOf } from './cells.ts'
import { layOut, placeAfterResize } from './layout.ts'
import { isBehind, NoticeGate, whenDrained, whenTaken } from './stdio.ts'
import type { Layout, Place } from './layout.ts'
import type { OutputStream, Sink } from './stdio.ts'

const clearDown = '\u001b[J'
/** Asks the terminal where its cursor stands (DSR). */
const askPlace = '\u001b[6n'
/** A terminal that is asked replies within this time, or is taken for one that does not. Unit: ms. */
const replyMs = 300

type Edited = { readonly prompt: string; readonly typed: string; readonly cursor: number }

export class Screen implements Sink {
  readonly #output: OutputStream
  readonly #gate: NoticeGate
  readonly #paintPrompt: (prompt: string) => string
  readonly #asks: () => void
  #edited: Edited = { prompt: '', typed: '', cursor: 0 }
  /** What stands on the screen, and the row of its cursor; undefined: nothing that could be erased. */
  #drawn: { what: Edited; layout: Layout; row: number } | undefined
  /** The terminal is asked whether it wrapped what is drawn anew, or cut it: the cursor's place then, and otherwise. */
  #asked: { wrapped: Place; cut: Place; timer: NodeJS.Timeout } | undefined
  #isOpen = true
  #redraw: NodeJS.Immediate | undefined
  #isAwaited = false
  readonly #onResize = () => this.#resized()

  /**
   * `leftOut` is called with the number of notices that were left out while the terminal did not read; `asks`, when
   * the terminal is asked for its cursor's place, which `placed` is to be told.
   */
  constructor(
    output: OutputStream,
    leftOut: (count: number) => void,
    paintPrompt: (prompt: string) => string = (prompt) => prompt,
    asks: () => void = () => {},
  ) {
    this.#output = output
    this.#gate = new NoticeGate(output, leftOut)
    this.#paintPrompt = paintPrompt
    this.#asks = asks
    output.on('resize', this.#onResize)
  }

  setPrompt(prompt: string): void {
    if (prompt === this.#edited.prompt) return
    this.#edited = { ...this.#edited, prompt }
    this.draw()
  }

  /** `cursor` is an index into `typed`. */
  setTyped(typed: string, cursor: number): void {
    const before = this.#edited
    if (typed === before.typed && cursor === before.cursor) return
    this.#edited = { ...before, typed, cursor }
    const isAppended =
      this.#drawn?.what === before &&
      before.cursor === before.typed.length &&
      cursor === typed.length &&
      typed.startsWith(before.typed)
    if (!isAppended || !this.#append(typed.slice(before.typed.length))) this.draw()
  }

  print(text: string): void {
    if (this.#output.destroyed) return
    this.#output.write(`${this.#eraser()}${text}\n`)
    // A burst of lines is drawn around once, not once a line.
    if (this.#isOpen) this.#redraw ??= setImmediate(() => this.draw())
  }

  note(text: string): void {
    if (this.#gate.admits()) this.print(text)
  }

  drained(): Promise<void> {
    return whenDrained(this.#output)
  }

  /** Draws prompt, text and cursor where they belong: at once, or as soon as the terminal reads. */
  draw(): void {
    if (!this.#isOpen || this.#output.destroyed || this.#asked) return
    this.#cancelRedraw()
    if (isBehind(this.#output)) this.#drawLater()
    else this.#output.write(this.#eraser() + this.#drawing())
  }

  /** Clears the screen (Ctrl-L). */
  clear(): void {
    if (!isBehind(this.#output)) {
      this.#forget()
      this.#output.write(`\u001b[H${clearDown}`)
    }
    this.draw()
  }

  /** Takes the prompt away until `show`; lines can still be printed. */
  hide(): void {
    this.#cancelRedraw()
    if (!this.#output.destroyed && this.#drawn) this.#output.write(this.#eraser())
    this.#isOpen = false
  }

  show(): void {
    this.#isOpen = true
    this.#forget()
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

  #drawLater(): void {
    if (this.#isAwaited) return
    this.#isAwaited = true
    void whenTaken(this.#output).then(() => {
      this.#isAwaited = false
      this.draw()
    })
  }

  #layOut(what: Edited): Layout {
    const { columns, rows } = this.#output
    // A terminal that does not know its size says 0.
    return layOut({ ...what, columns: columns || 80, rows: rows || 24 })
  }

  /** Nothing that could be erased is on the screen. */
  #forget(): void {
    clearTimeout(this.#asked?.timer)
    this.#asked = undefined
    this.#drawn = undefined
  }

  #eraser(): string {
    if (!this.#drawn) return ''
    const up = this.#drawn.row
    this.#forget()
    return `${up > 0 ? `\u001b[${up}A` : ''}\r${clearDown}`
  }

  #drawing(): string {
    const what = this.#edited
    const layout = this.#layOut(what)
    this.#drawn = { what, layout, row: layout.cursor.row }
    const { cursor, end } = layout
    const isAtEnd = end.row === cursor.row && end.column === cursor.column
    return (
      this.#paintPrompt(layout.prompt) +
      layout.shown +
      // A full row leaves the cursor hanging at its end; only a line break makes the next row exist.
      (layout.endsFull ? '\r\n' : '') +
      (isAtEnd ? '' : this.#toCursor(layout))
    )
  }

  /** From the end of the text to the cursor. */
  #toCursor({ cursor, end, beforeCursor }: Layout): string {
    const up = end.row - cursor.row
    const toRow = `${up > 0 ? `\u001b[${up}A` : ''}\r`
    // Where terminals count columns differently, only writing the same text again leads to the same place.
    if (beforeCursor)
      return toRow + (beforeCursor.prompt && this.#paintPrompt(beforeCursor.prompt)) + beforeCursor.typed
    return toRow + (cursor.column > 0 ? `\u001b[${cursor.column}C` : '')
  }

  /** Plain typing at the end of the text needs no redrawing, unless it reaches the end of the row. */
  #append(text: string): boolean {
    const layout = this.#drawn?.layout
    if (!layout || this.#asked || isBehind(this.#output) || !/^[ -~]+$/.test(text)) return false
    const column = layout.end.column + text.length
    if (column >= (this.#output.columns || 80) || text.length > layout.spare) return false
    const end = { row: layout.end.row, column }
    const shown = layout.shown + text
    const lines = [...layout.lines.slice(0, -1), [...(layout.lines.at(-1) ?? []), ...cellsOf(text)]]
    this.#drawn = {
      what: this.#edited,
      layout: { ...layout, shown, cursor: end, end, lines, spare: layout.spare - text.length },
      row: end.row,
    }
    this.#output.write(text)
    return true
  }

  /** The terminal's reply: the column of its cursor, from 0. */
  placed(column: number): void {
    const { wrapped, cut } = this.#asked ?? {}
    if (!wrapped || !cut || !this.#drawn) return
    // Where both would be the same, less is erased.
    if (column === wrapped.column && column !== cut.column) this.#drawn.row = wrapped.row
    this.#drawAnew()
  }

  /** Erases what stands there now, at a row that may be counted low: above may be messages. */
  #resized(): void {
    if (!this.#drawn) return this.draw()
    const columns = this.#output.columns || 80
    const { layout, row } = this.#drawn
    const wrapped = placeAfterResize(layout, columns)
    const cut = { row, column: Math.min(layout.cursor.column, columns - 1) }
    this.#drawn.row = Math.min(wrapped.row, row)
    clearTimeout(this.#asked?.timer)
    this.#asked = undefined
    if (wrapped.row === row || isBehind(this.#output)) return this.draw()
    // Some terminals wrap the rows of the cursor anew, as tmux, and some only cut them, as xterm and that of VS Code.
    this.#asked = { wrapped, cut, timer: setTimeout(() => this.#drawAnew(), replyMs) }
    this.#asks()
    this.#output.write(askPlace)
  }

  #drawAnew(): void {
    clearTimeout(this.#asked?.timer)
    this.#asked = undefined
    this.draw()
  }
}
