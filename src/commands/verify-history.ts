/**
 * `ringleader history --verify`: verifies a stored room from its first record to its last, and prints one line or object.
 */

import { escapeName, escapeText, toJsonLine } from '../chat/escape.ts'
import { plural } from '../chat/notices.ts'
import { ProgressLine } from './progress-line.ts'
import type { StoredHistory, Verified } from '../assembly/stored-history.ts'

/** Resolves to the exit code: 1 when something is wrong. Rejects as `StoredHistory.verify` does. */
export async function verifyHistory(stored: StoredHistory, { json }: { json: boolean }): Promise<number> {
  const progress = new ProgressLine()
  let verified: Verified
  try {
    verified = await stored.verify((done, of) => progress.show(`${done} of ${plural(of, 'record')} verified`))
  } finally {
    progress.clear()
  }
  const { fault } = verified
  if (fault) process.stderr.write(`ringleader: ${faultText(fault)}\n`)
  if (json) process.stdout.write(`${verifiedObject(stored.room, verified)}\n`)
  else if (!fault) process.stdout.write(`${allIsWell(verified)}\n`)
  return fault ? 1 : 0
}

function allIsWell({ messages, people }: Verified): string {
  const counts = `${plural(messages, 'message')} of ${plural(people, 'person', 'people')}`
  return `${counts}, all signed by their authors and sealed by their leaders`
}

function faultText({ position, record, text }: NonNullable<Verified['fault']>): string {
  if (!record) return escapeText(text)
  const { part, ts } = record
  return `record ${position}, by ${escapeName(part.name)} (node ${part.author}), timestamp ${ts}: ${escapeText(text)}`
}

function verifiedObject(room: string, { fault, ...counts }: Verified): string {
  const { position, record, text } = fault ?? {}
  const at = record && {
    record: position,
    ts: record.ts,
    author: record.part.author,
    name: record.part.name,
  }
  return toJsonLine({
    type: 'verified',
    ok: !fault,
    room,
    ...counts,
    problem: fault ? { ...at, text } : null,
  })
}
