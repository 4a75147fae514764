/**
 * What lets a node and an open page find and know each other when the node is started again: `<home>/page.key`.
 */

import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readNote, writeNote } from './note-file.ts'

const keyBytes = 32

/** Where the page of this home was last; undefined: nowhere yet. Never throws. */
export function pagePortOf(home: string): number | undefined {
  const { port } = readNote(join(home, 'page.key'))
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

/** The next start goes there again, so that a page that is open finds it. Never throws. */
export function keepPagePort(home: string, port: number): void {
  const path = join(home, 'page.key')
  if (pagePortOf(home) !== port) writeNote(path, { ...readNote(path), port })
}

/** That of one room. Makes a key where there is none; one that cannot be kept is good for this process. Never throws. */
export function pageKeyOf(home: string, room: string): Buffer {
  const path = join(home, 'page.key')
  const { key } = readNote(path)
  const known = typeof key === 'string' ? Buffer.from(key, 'base64url') : undefined
  const isKey = known?.length === keyBytes
  const kept = isKey ? known : randomBytes(keyBytes)
  if (!isKey) writeNote(path, { ...readNote(path), key: kept.toString('base64url') })
  return createHmac('sha256', kept).update(room).digest()
}
