/**
 * Keeps files that are not what was written: they are renamed, never overwritten or removed.
 */

import { lstat, readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from './durable-file.ts'

/**
 * Renames a file to `<path>.damaged-<time>`, and with it those that lie beside it, given by what they add to its
 * name. Resolves to the new path when it is durable. Rejects with the system's error.
 */
export async function setFilesAside(path: string, suffixes: readonly string[] = ['']): Promise<string> {
  const time = new Date().toISOString().replaceAll(':', '-').replace('.', '-')
  let aside = `${path}.damaged-${time}`
  for (let n = 2; await anyExists(aside, suffixes); n++) aside = `${path}.damaged-${time}-${n}`
  for (const suffix of suffixes) {
    if (await anyExists(path, [suffix])) await rename(path + suffix, aside + suffix)
  }
  await syncFolder(dirname(path))
  return aside
}

/** The newest file that was set aside from `path` and still lies beside it; undefined: there is none. */
export async function lastAside(path: string): Promise<string | undefined> {
  const names = await readdir(dirname(path)).catch(() => [])
  const begin = `${basename(path)}.damaged-`
  const last = names
    .filter((name) => name.startsWith(begin) && !/-(wal|shm)$/.test(name))
    // Of those of one moment, -10 is newer than -2.
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)
  return last && join(dirname(path), last)
}

/** Whether a file of that name lies there, with any of these suffixes. */
export async function anyExists(path: string, suffixes: readonly string[]): Promise<boolean> {
  for (const suffix of suffixes) {
    const found = await lstat(path + suffix).catch(() => undefined)
    if (found) return true
  }
  return false
}
