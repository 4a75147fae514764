/** Scratch folders that are gone after the tests of a file. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** Gives a function that makes a new folder; all are removed after the file's tests. */
export function scratchFolders(): () => string {
  const made: string[] = []
  after(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true })
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringleader-store-'))
    made.push(folder)
    return folder
  }
}
