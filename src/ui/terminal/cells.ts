/**
 * Splits text into what a cursor moves over at once, and says how many columns each takes. Terminals differ about
 * emoji, joined clusters, marks that take a column, and new characters: for those both bounds are given.
 */

import stringWidth from 'fast-string-width'

/** `least` and `most`: columns, by whatever table a terminal counts. */
export type Cell = { readonly text: string; readonly least: number; readonly most: number }

/** A longer cluster is taken apart: marks without end can stand on one letter. Unit: columns. */
const clusterMost = 10

/** What all terminals count alike, alone. Letters of Greek and Cyrillic count as narrow, as outside East Asia. */
const agreed = /^(?:[ -~]|(?!\p{Emoji_Presentation}|[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff])[\p{L}\p{N}])$/u
const wideMark = /^[\u3000-\u303e\uff01-\uff60]$/
const widener = '\ufe0f'

let clusters: Intl.Segmenter | undefined

function single(character: string): Cell {
  if (/^[ -~]$/.test(character)) return { text: character, least: 1, most: 1 }
  const width = stringWidth(character)
  if (agreed.test(character) || wideMark.test(character))
    return { text: character, least: width, most: width }
  if (character === widener) return { text: character, least: 0, most: 1 }
  if (/^[\p{Mn}\p{Me}]$/u.test(character)) return { text: character, least: 0, most: 0 }
  if (/^[\p{Mc}\p{Cf}]$/u.test(character)) return { text: character, least: 0, most: 1 }
  return { text: character, least: /^[\p{L}\p{N}\p{P}\p{S}\p{Zs}]$/u.test(character) ? 1 : 0, most: 2 }
}

function cluster(text: string): Cell[] {
  const parts = Array.from(text, single)
  const [first] = parts
  if (parts.length < 2 || !first) return parts
  const most = parts.reduce((sum, part) => sum + part.most, 0)
  return most > clusterMost ? parts : [{ text, least: Math.min(first.least, 1), most }]
}

/** `text` has no control characters. */
export function cellsOf(text: string): Cell[] {
  if (/^[ -~]*$/.test(text)) return Array.from(text, single)
  clusters ??= new Intl.Segmenter()
  return Array.from(clusters.segment(text), ({ segment }) => cluster(segment)).flat()
}

/** Whether terminals count it differently. A cluster of several characters always is: which are joined differs too. */
export function isDoubtful(cell: Cell): boolean {
  return cell.least !== cell.most || /^.\p{M}/u.test(cell.text)
}

/** The most columns that all of them can take. */
export function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.most, 0)
}
