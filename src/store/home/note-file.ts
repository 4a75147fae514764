/**
 * Small files in a home that are a convenience: one object of JSON each. A note that is missing or damaged says
 * nothing, one that cannot be written is left out, and neither is ever a reason to stop.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Empty where there is no note, or none that can be read. Never throws. */
export function readNote(path: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof content === 'object' && content !== null ? { ...content } : {}
  } catch {
    return {}
  }
}

/** Replaces the note (mode 0600); not synced. At once, because the process may be about to end. Never throws. */
export function writeNote(path: string, content: object): void {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(content)}\n`, { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch {
    removeNote(`${path}.tmp`)
  }
}

/** Never throws. */
export function removeNote(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // No note, or none of ours.
  }
}
