/**
 * Counts the file descriptors of this process against its limit, so that connections leave some for the disk.
 */

import { readdirSync, readFileSync } from 'node:fs'

/** How many this process may have open, and has. Both are whole numbers; the limit may be Infinity. */
export interface Descriptors {
  readonly limit: number
  inUse(): number
}

/** What is assumed where the system does not say: the usual limit. */
const limitAssumed = 1024
/** What a node has open besides connections, where that cannot be counted. */
const ownAssumed = 64
/** The folder is read at most so often; in between, connections are counted. Unit: ms. */
const countEveryMs = 1000

let limit: number | undefined
let countedAt = -Infinity
let counted = 0
/** Connections of this process that are open, and those of them that were when the folder was read. */
let connections = 0
let connectionsThen = 0

/** The descriptors of this process, whatever number of rooms it is in. */
export const processDescriptors: Descriptors = {
  get limit() {
    return (limit ??= readLimit())
  },
  inUse() {
    const now = performance.now()
    if (now - countedAt >= countEveryMs) {
      countedAt = now
      connectionsThen = connections
      counted = count()
    }
    return counted + connections - connectionsThen
  },
}

/** A connection is open; the returned function, called once, says that it is closed. */
export function connectionOpened(): () => void {
  connections++
  return () => {
    connections--
  }
}

/** Node raises the soft limit to the hard one at its start; Windows has none. */
function readLimit(): number {
  if (process.platform === 'win32') return Infinity
  try {
    const soft = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === 'unlimited' ? Infinity : Number(soft ?? limitAssumed)
  } catch {
    return limitAssumed
  }
}

function count(): number {
  try {
    return readdirSync(process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd').length
  } catch (error) {
    // To read the folder takes a descriptor, too.
    return (error as NodeJS.ErrnoException).code === 'EMFILE'
      ? processDescriptors.limit
      : connections + ownAssumed
  }
}
