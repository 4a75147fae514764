/**
 * Computes the chains of a namespace at earlier points (PROTOCOL.md section 2.19): only the last one is stored.
 */

import type { Namespace } from '../../core/model/ids.ts'
import { noChain, type Chain, type PartId } from '../../core/model/records.ts'
import { extendChain, partIdOf } from '../../wire/digest.ts'
import { signatureBytes } from '../../wire/limits.ts'
import type { Ask } from './history-pages.ts'
import type { LogRows } from './log-rows.ts'
import { prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import type { Summary } from './summary.ts'

/** Records of one piece: some 20 ms of work. */
const pieceLength = 2048

/** How far a scan has come: the chain up to `s`; and those at the points that it passed in this piece. */
export type ChainPiece = { s: number; chain: Chain; passed: Chain[]; isLast: boolean }

/** See `Store.chainsAt`. */
export async function scanChains(
  ask: Ask,
  namespace: Namespace,
  points: readonly number[],
  base: { readonly s: number; readonly chain: Chain },
): Promise<Chain[]> {
  let { s, chain } = base
  const found = new Map<number, Chain>([[s, chain]])
  const sorted = [...new Set(points)].filter((point) => point > s).sort((a, b) => a - b)
  while (sorted.length > 0) {
    const piece = await ask({ type: 'chain', namespace, s, chain, points: sorted })
    ;({ s, chain } = piece)
    for (const passed of piece.passed) found.set(sorted.shift()!, passed)
    if (piece.isLast) break
  }
  return points.map((point) => found.get(point) ?? noChain)
}

export class ChainScan {
  readonly #rows: LogRows
  readonly #summary: () => Summary
  readonly #next: Statement<[pos: number]>

  constructor(db: Connection, rows: LogRows, summary: () => Summary) {
    this.#rows = rows
    this.#summary = summary
    this.#next = prepareRaw(db, 'SELECT pos FROM log WHERE namespace = ? AND s BETWEEN ? AND ? ORDER BY s')
  }

  /** Goes on behind `s`, where the chain is `chain`. `points`: rising. Throws ERR_DAMAGED, or SQLite's own errors. */
  piece(namespace: string, s: number, chain: Chain, points: readonly number[]): ChainPiece {
    const passed: Chain[] = []
    const end = Math.min(points.at(-1) ?? 0, s + pieceLength)
    const id =
      this.#summary()
        .namespaces()
        .find(({ stamp }) => stamp === namespace)?.id ?? 0
    for (const [pos] of this.#next.all(id, s + 1, end)) {
      const row = this.#rows.at(pos)
      if (row.s !== s + 1) throw this.#rows.damaged(`record ${s + 1} of ${namespace} is missing`)
      s = row.s
      chain = extendChain(chain, row.ts, idOf(row.part))
      if (points[passed.length] === s) passed.push(chain)
    }
    return { s, chain, passed, isLast: s < end || passed.length === points.length }
  }
}

/** Of a part as its author encoded it: a signature, and then the body. */
function idOf(part: Uint8Array): PartId {
  return partIdOf(part.subarray(signatureBytes))
}
