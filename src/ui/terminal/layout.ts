/**
 * Computes where prompt, typed text and cursor stand on a terminal of a given width. Terminals count the columns of
 * some characters differently, and one that was thought to wrap a row, and did not, would lose the message above
 * when the prompt is erased. So a row with such a character is ended here, before any terminal would wrap it: the
 * number of rows is then the same on all of them.
 */

import { escapeText } from '../../chat/escape.ts'
import { tabSpaces } from '../../chat/message-line.ts'
import { cellsOf, isDoubtful, widthOf } from './cells.ts'
import type { Cell } from './cells.ts'

/** Stands for a line break inside the text being edited: a noncharacter, which no text contains. */
export const breakMark = '\ufdd0'

/** What the line break inside the text being edited looks like. */
const breakSign = '\u23ce'

/** Ends a row where the terminal would not, or might not. */
const rowEnd = '\r\n'

/** As many of the last (or first) cells as are `width` wide together. */
function trim(cells: readonly Cell[], width: number, side: 'first' | 'last'): Cell[] {
  const ordered = side === 'first' ? cells : cells.toReversed()
  let count = 0
  for (let kept = 0; count < ordered.length; count++) {
    kept += ordered[count]?.most ?? 0
    if (kept > width) break
  }
  const trimmed = ordered.slice(0, count)
  return side === 'first' ? trimmed : trimmed.reverse()
}

/**
 * As many of the first (or last) cells of `typed` as are `width` wide together. Looks at no more of the
 * text than that takes: it is asked at every key, and a line may be long.
 */
function cellsAtEnd(typed: string, width: number, side: 'first' | 'last'): Cell[] {
  for (let units = width + 2; ; units *= 2) {
    const isWhole = units >= typed.length
    const part = isWhole ? typed : side === 'first' ? typed.slice(0, units) : typed.slice(-units)
    const all = cellsOf(showTyped(part))
    // The cut may have gone through a character.
    const cells = isWhole ? all : side === 'first' ? all.slice(0, -1) : all.slice(1)
    const trimmed = trim(cells, width, side)
    if (isWhole || trimmed.length < cells.length) return trimmed
  }
}

/** The text being edited as it is shown: harmless, in one line. */
function showTyped(text: string): string {
  return escapeText(text.replaceAll(breakMark, breakSign).replaceAll('\t', tabSpaces))
}

export type Place = { row: number; column: number }

/** A cursor after the last column of a row is drawn at the start of the next. */
function settle(place: Place, columns: number): Place {
  return place.column >= columns ? { row: place.row + 1, column: 0 } : place
}

/** Puts cells into rows. */
class Rows {
  readonly #columns: number
  place: Place = { row: 0, column: 0 }
  /** The cells, split where a row was ended here and not by the terminal. */
  lines: Cell[][] = [[]]
  /** The last row: its cells, and whether terminals differ about one of them. */
  last: Cell[] = []
  isDoubted = false

  constructor(columns: number) {
    this.#columns = columns
  }

  /** Returns the text to write. */
  put(cells: readonly Cell[]): string {
    return cells.map((cell) => this.#put(cell)).join('')
  }

  #put(cell: Cell): string {
    const isNew = isDoubtful(cell)
    const { row, column } = this.place
    if (column + cell.most <= this.#columns) {
      this.place = { row, column: column + cell.most }
      this.last.push(cell)
      this.lines.at(-1)?.push(cell)
      this.isDoubted ||= isNew
      return cell.text
    }
    const isEnded = this.isDoubted || isNew
    this.place = { row: row + 1, column: cell.most }
    this.last = [cell]
    this.isDoubted = isNew
    if (isEnded) this.lines.push([cell])
    else this.lines.at(-1)?.push(cell)
    return (isEnded ? rowEnd : '') + cell.text
  }
}

export type Layout = {
  /** The prompt, and the part of the typed text that fits on the screen, as they are written. */
  readonly prompt: string
  readonly shown: string
  /** Rows and columns count from 0 at the prompt's first cell. */
  readonly cursor: Place
  readonly end: Place
  /** Whether the text fills its last row, so that the terminal must be told to begin the next. */
  readonly endsFull: boolean
  /** Cells that can be added before the text must be cut. */
  readonly spare: number
  /** Set where the cursor's column is not known: what stands in its row before it, to be written again. */
  readonly beforeCursor: { readonly prompt: string; readonly typed: string } | undefined
  /** All before the cursor, split where the rows were ended by us. */
  readonly lines: readonly (readonly Cell[])[]
}

/** Where the cursor stands if the terminal, now `columns` wide, has wrapped anew what it showed. Counted low. */
export function placeAfterResize(layout: Layout, columns: number): Place {
  const above = layout.lines.slice(0, -1).reduce((rows, line) => rows + wrap(line, columns).row + 1, 0)
  const { row, column } = settle(wrap(layout.lines.at(-1) ?? [], columns), columns)
  return { row: above + row, column }
}

/** The end of a line that a terminal wraps. */
function wrap(line: readonly Cell[], columns: number): Place {
  let place: Place = { row: 0, column: 0 }
  for (const { least } of line)
    place =
      place.column + least > columns
        ? { row: place.row + 1, column: least }
        : { row: place.row, column: place.column + least }
  return place
}

/**
 * `cursor` is an index into `typed`; `columns` and `rows` are the terminal's, at least 1. Text that would
 * not fit on the screen is cut around the cursor.
 */
export function layOut(options: {
  prompt: string
  typed: string
  cursor: number
  columns: number
  rows: number
}): Layout {
  const { prompt, typed, columns, rows } = options
  const rowsOf = new Rows(columns)
  const promptCells = cellsOf(prompt)
  const shownPrompt = rowsOf.put(promptCells)

  const { place } = rowsOf
  const room = Math.max(columns * Math.max(rows - 1, 1) - (place.row * columns + place.column) - 2, 1)
  // Two more than fit show whether all fits: few cells are wider.
  let before = cellsAtEnd(typed.slice(0, options.cursor), room + 2, 'last')
  let after = cellsAtEnd(typed.slice(options.cursor), room + 2, 'first')
  if (widthOf(before) + widthOf(after) > room) {
    const share = Math.max(Math.floor(room / 2), 1)
    // At the end of the text the last row is left almost free, so that not every key moves all the rest.
    const free = after.length === 0 ? Math.max(Math.min(columns - 3, share), 0) : widthOf(after)
    before = trim(before, Math.max(share, room - free), 'last')
    after = trim(after, room - widthOf(before), 'first')
  }
  const spare = room - widthOf(before) - widthOf(after)

  const shownBefore = rowsOf.put(before)
  const cursor = settle(rowsOf.place, columns)
  const lines = rowsOf.lines.map((line) => [...line])
  const row = cursor.column === 0 ? [] : [...rowsOf.last]
  const ofPrompt = Math.max(row.length - before.length, 0)
  const beforeCursor = rowsOf.isDoubted
    ? { prompt: textOf(row.slice(0, ofPrompt)), typed: textOf(row.slice(ofPrompt)) }
    : undefined
  const shown = shownBefore + rowsOf.put(after)
  return {
    prompt: shownPrompt,
    shown,
    cursor,
    end: settle(rowsOf.place, columns),
    endsFull: rowsOf.place.column >= columns,
    spare,
    beforeCursor,
    lines,
  }
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('')
}
