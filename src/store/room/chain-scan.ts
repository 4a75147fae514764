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
import { namespaceColumn } from './rows.ts'
import type { Summary } from './summary.ts'
import { lastRun } from './tables.ts'

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
  readonly #run: Statement<[s: number, pos: number]>

  constructor(db: Connection, rows: LogRows, summary: () => Summary) {
    this.#rows = rows
    this.#summary = summary
    this.#run = prepareRaw(db, lastRun)
  }

  /** Goes on behind `s`, where the chain is `chain`. `points`: rising. Throws ERR_DAMAGED, or SQLite's own errors. */
  piece(namespace: Namespace, s: number, chain: Chain, points: readonly number[]): ChainPiece {
    const passed: Chain[] = []
    const end = Math.min(points.at(-1) ?? 0, s + pieceLength)
    const { namespaces } = this.#summary()
    const id = namespaces.find(namespace)
    const last = id === 0 ? 0 : Math.min(end, namespaces.number(id, namespaceColumn.last))
    while (s < last) {
      s++
      const [firstS, firstPos] = this.#run.get(id, s) ?? [s, 0]
      const row = this.#rows.at(firstPos + s - firstS)
      if (row.namespaceId !== id || row.s !== s)
        throw this.#rows.damaged(`record ${s} of ${namespace} is missing`)
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
