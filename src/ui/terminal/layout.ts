/**
 * Computes where prompt, typed text and cursor stand on a terminal of a given width. A wide character takes
 * two cells, and goes to the next row when it does not fit at the end of one.
 */

import stringWidth from 'string-width'
import { escapeText } from '../../chat/escape.ts'

/** Stands for a line break inside the text being edited: a noncharacter, which no text contains. */
export const breakMark = '\ufdd0'

/** What the line break inside the text being edited looks like. */
const breakSign = '\u23ce'

let segmenter: Intl.Segmenter | undefined

type Cell = { text: string; width: number }

function cellsOf(text: string): Cell[] {
  if (/^[ -~]*$/.test(text)) return Array.from(text, (character) => ({ text: character, width: 1 }))
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(text), ({ segment }) => ({
    text: segment,
    width: stringWidth(segment),
  }))
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}

/** As many of the last (or first) cells as are `width` wide together. */
function trim(cells: readonly Cell[], width: number, side: 'first' | 'last'): Cell[] {
  const ordered = side === 'first' ? cells : cells.toReversed()
  let count = 0
  for (let kept = 0; count < ordered.length; count++) {
    kept += ordered[count]?.width ?? 0
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
  return escapeText(text.replaceAll(breakMark, breakSign))
}

type Place = { row: number; column: number }

function advance(from: Place, width: number, columns: number): Place {
  if (width === 0) return from
  return from.column + width > columns
    ? { row: from.row + 1, column: width }
    : { row: from.row, column: from.column + width }
}

/** A cursor after the last column of a row is drawn at the start of the next. */
function settle(place: Place, columns: number): Place {
  return place.column >= columns ? { row: place.row + 1, column: 0 } : place
}

export type Layout = {
  /** The part of the typed text that fits on the screen, as shown. */
  readonly shown: string
  /** Rows and columns count from 0 at the prompt's first cell. */
  readonly cursor: Place
  readonly end: Place
  /** Whether the text fills its last row, so that the terminal must be told to begin the next. */
  readonly endsFull: boolean
  /** Cells that can be added before the text must be cut. */
  readonly spare: number
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
  let place: Place = { row: 0, column: 0 }
  for (const cell of cellsOf(prompt)) place = advance(place, cell.width, columns)

  const room = Math.max(columns * Math.max(rows - 1, 1) - (place.row * columns + place.column) - 2, 1)
  // Two more than fit show whether all fits: no cell is wider.
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

  for (const cell of before) place = advance(place, cell.width, columns)
  const cursor = settle(place, columns)
  for (const cell of after) place = advance(place, cell.width, columns)
  return {
    shown: [...before, ...after].map((cell) => cell.text).join(''),
    cursor,
    end: settle(place, columns),
    endsFull: place.column >= columns,
    spare,
  }
}
