/**
 * What a person was called last in a home, and where its node listened: `last-self.json`.
 */

import { join } from 'node:path'
import { readNote, writeNote } from './note-file.ts'

/** `name` is not checked here. A caller checks it like a name that a person typed. port: 1 to 65535. */
export type LastSelf = { readonly name?: string; readonly port?: number }

const fileName = 'last-self.json'

/** Never throws. */
export function readLastSelf(home: string): LastSelf {
  const { name, port } = readNote(join(home, fileName))
  const isPort = Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535
  return { ...(typeof name === 'string' && { name }), ...(isPort && { port: port as number }) }
}

/** For a home that this process has locked. Never throws. */
export function writeLastSelf(home: string, { name, port }: Required<LastSelf>): void {
  writeNote(join(home, fileName), { name, port })
}
