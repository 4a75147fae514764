/**
 * The key with which a node and an open page know each other when the node is started again: `<home>/page.key`.
 */

import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readNote, writeNote } from './note-file.ts'

const keyBytes = 32

/** That of one room. Makes a key where there is none; one that cannot be kept is good for this process. Never throws. */
export function pageKeyOf(home: string, room: string): Buffer {
  const path = join(home, 'page.key')
  const { key } = readNote(path)
  const known = typeof key === 'string' ? Buffer.from(key, 'base64url') : undefined
  const isKey = known?.length === keyBytes
  const kept = isKey ? known : randomBytes(keyBytes)
  if (!isKey) writeNote(path, { key: kept.toString('base64url') })
  return createHmac('sha256', kept).update(room).digest()
}
