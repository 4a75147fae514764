/** A disk that is soon full: a small tmpfs, where this user may mount one. */

import { execFileSync } from 'node:child_process'
import { after } from 'node:test'
import { scratchFolders } from './scratch.ts'

/** Returns a function that mounts a new disk of `kib` KiB and answers its folder, or undefined where that
 * is not allowed. All are unmounted after the file's tests. */
export function tinyDisks(): (kib: number) => string | undefined {
  const mounted: string[] = []
  after(() => {
    for (const folder of mounted) execFileSync('umount', ['-l', folder])
  })
  const newFolder = scratchFolders()
  return (kib) => {
    const folder = newFolder()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder], { stdio: 'ignore' })
    } catch {
      return undefined
    }
    mounted.push(folder)
    return folder
  }
}
