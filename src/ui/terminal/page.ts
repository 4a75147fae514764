/**
 * What fits on a screen: lines that a terminal wraps take several rows.
 */

import { cellsOf, widthOf } from './cells.ts'

/** columns: Infinity where nothing is wrapped. */
export type PageSize = { readonly rows: number; readonly columns: number }

/** As a notice is printed. */
const prefixWidth = 4

/** Rows that these lines take, each printed as that of a notice. */
export function rowsOf(text: string, columns: number): number {
  const lines = text.split('\n')
  if (columns === Infinity) return lines.length
  return lines.reduce((sum, line) => sum + Math.ceil((prefixWidth + widthOf(cellsOf(line))) / columns), 0)
}
