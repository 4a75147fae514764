/**
 * Connections of a searched room as plain data: what each end has sent and the other has not received.
 */

import type { LinkId } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'

/** One end of a connection. */
export type End = { readonly node: number; readonly link: LinkId }

type Packet = { readonly lc: number; readonly frame: Frame }

/** A connection: what end 0 sent and end 1 did not get yet, and the other way round. */
export type Wire = {
  readonly ends: readonly [End, End]
  readonly queues: [Packet[], Packet[]]
  readonly closed: [boolean, boolean]
}

export function copyWire({ ends, queues, closed }: Wire): Wire {
  return { ends, queues: [[...queues[0]], [...queues[1]]], closed: [...closed] }
}

export function sendFrom(wires: readonly Wire[], from: End, { lc, frame }: Packet): void {
  for (const { ends, queues, closed } of wires)
    for (const i of [0, 1] as const) {
      // What the other end would not read any more needs no place.
      if (isSame(ends[i], from) && !closed[1 - i]) queues[i].push({ lc, frame })
    }
}

export function closeEnd(wires: readonly Wire[], end: End): void {
  for (const { ends, closed } of wires)
    for (const i of [0, 1] as const) if (isSame(ends[i], end)) closed[i] = true
}

/** Directions in which something can arrive: a frame, or (undefined) that the other end closed. */
export function* arrivalsOf(
  wires: readonly Wire[],
): Iterable<{ wire: Wire; from: 0 | 1; frame: Frame | undefined }> {
  for (const wire of wires)
    for (const from of [0, 1] as const) {
      if (wire.closed[1 - from]) continue
      const frame = wire.queues[from][0]?.frame
      if (frame || wire.closed[from]) yield { wire, from, frame }
    }
}

function isSame(a: End, b: End): boolean {
  return a.node === b.node && a.link === b.link
}
