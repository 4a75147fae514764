/**
 * Completes the name of a file behind /send.
 */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf } from './file-answers.ts'

const entriesMax = 2000

/** What may stand behind `/send`, for what stands there; empty: nothing. */
export function pathsLike(given: string): string[] {
  const slash = given.lastIndexOf('/')
  const folder = given.slice(0, slash + 1)
  const begin = given.slice(slash + 1)
  try {
    return readdirSync(pathOf(folder) || '.')
      .filter((name) => name.startsWith(begin) && (begin !== '' || !name.startsWith('.')))
      .slice(0, entriesMax)
      .sort()
      .map((name) => folder + name + (isFolder(join(pathOf(folder) || '.', name)) ? '/' : ''))
  } catch {
    return []
  }
}

/** False also where it is closed to this user, or a link that leads back to itself. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
