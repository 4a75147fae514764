/**
 * The key of the sessions of a node's page: `<home>/page.key`. With it a browser that was let in stays in when the node is started
 * again.
 */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readNote, writeNote } from './note-file.ts'

const keyBytes = 32

/** Makes one where there is none. Where it cannot be kept it is good for this process. Never throws. */
export function pageKeyOf(home: string): Buffer {
  const path = join(home, 'page.key')
  const { key } = readNote(path)
  const known = typeof key === 'string' ? Buffer.from(key, 'base64url') : undefined
  if (known?.length === keyBytes) return known
  const fresh = randomBytes(keyBytes)
  writeNote(path, { key: fresh.toString('base64url') })
  return fresh
}
