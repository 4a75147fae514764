/**
 * Where files are stored that a person fetches and names no folder for.
 */

import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** `ringleader` in `~/Downloads` where that is, else `ringleader-files` in the current folder. Made with the first file. */
export function defaultFiles(): string {
  const downloads = join(homedir(), 'Downloads')
  return isFolder(downloads) ? join(downloads, 'ringleader') : resolve('ringleader-files')
}

/** False also where it is closed to this user. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
