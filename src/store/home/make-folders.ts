/**
 * Makes a folder, and those that it lies in.
 */

import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * One by one: where a file system takes none, as /proc, `recursive` of Node.js would try for ever. Rejects as mkdir does, also
 * where something else has the name.
 */
export async function makeFolders(dir: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(dir, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(dir)).isDirectory()) return
    const parent = dirname(dir)
    if (code !== 'ENOENT' || parent === dir || (await exists(parent))) throw error
    await makeFolders(parent, mode)
    await mkdir(dir, { mode })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
