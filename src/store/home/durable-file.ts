/**
 * Small files that must survive a crash: written beside, synced, renamed.
 */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Replaces the file at `path` (mode 0600); durable when it resolves. Rejects with the system's error,
 * and then the old file still stands. One writer at a time for each path. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`
  try {
    const file = await open(beside, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** As writeDurably, for what must be durable before anything else happens in this process. Throws the system's error. */
export function writeDurablySync(path: string, text: string): void {
  const beside = `${path}.tmp`
  try {
    const file = openSync(beside, 'w', 0o600)
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } catch (error) {
    if (!hasNoSync(error)) throw error
  } finally {
    closeSync(folder)
  }
}

/** Makes new names in a folder durable, where the file system can: some have no such thing. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    if (!hasNoSync(error)) throw error
  } finally {
    await folder.close()
  }
}

function hasNoSync(error: unknown): boolean {
  return /^(EINVAL|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test((error as NodeJS.ErrnoException).code ?? '')
}
