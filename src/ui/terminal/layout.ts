/**
 * Where prompt, typed text and cursor stand on a terminal of a given width. Pure measuring: wide
 * characters take two cells, and a wide one that does not fit at the end of a row goes to the next.
 * Knows nothing of streams or keys.
 */

import stringWidth from 'string-width'
import { escapeText } from '../../chat/escape.ts'

/** Stands for a line break inside the text being edited: a noncharacter, which no text contains. */
export const breakMark = '\ufdd0'

/** What the line break inside the text being edited looks like. */
const breakSign = '\u23ce'

let segmenter: Intl.Segmenter | undefined

function cellsOf(text: string): { text: string; width: number }[] {
  if (/^[ -~]*$/.test(text)) return Array.from(text, (character) => ({ text: character, width: 1 }))
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(text), ({ segment }) => ({
    text: segment,
    width: stringWidth(segment),
  }))
}

/** The text being edited as it is shown: harmless, in one line. */
export function showTyped(text: string): string {
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
  let before = cellsOf(showTyped(typed.slice(0, options.cursor)))
  let after = cellsOf(showTyped(typed.slice(options.cursor)))
  let place: Place = { row: 0, column: 0 }
  for (const cell of cellsOf(prompt)) place = advance(place, cell.width, columns)

  const room = Math.max(columns * Math.max(rows - 1, 1) - (place.row * columns + place.column) - 2, 1)
  const width = (cells: { width: number }[]) => cells.reduce((sum, cell) => sum + cell.width, 0)
  if (width(before) + width(after) > room) {
    const share = Math.max(Math.floor(room / 2), 1)
    const keepBefore = Math.max(share, room - width(after))
    let from = before.length
    for (let kept = 0; from > 0; from--) {
      kept += before[from - 1]?.width ?? 0
      if (kept > keepBefore) break
    }
    before = before.slice(from)
    const keepAfter = room - width(before)
    let to = 0
    for (let kept = 0; to < after.length; to++) {
      kept += after[to]?.width ?? 0
      if (kept > keepAfter) break
    }
    after = after.slice(0, to)
  }

  for (const cell of before) place = advance(place, cell.width, columns)
  const cursor = settle(place, columns)
  for (const cell of after) place = advance(place, cell.width, columns)
  return {
    shown: [...before, ...after].map((cell) => cell.text).join(''),
    cursor,
    end: settle(place, columns),
    endsFull: place.column >= columns,
  }
}
