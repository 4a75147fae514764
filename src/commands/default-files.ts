/**
 * Where files are stored that a person fetches and names no folder for.
 */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { isFolder } from '../ui/terminal/path-completion.ts'

/** `ringleader` in `~/Downloads` where that is, else `ringleader-files` in the current folder. Made with the first file. */
export function defaultFiles(): string {
  const downloads = join(homedir(), 'Downloads')
  return isFolder(downloads) ? join(downloads, 'ringleader') : resolve('ringleader-files')
}
