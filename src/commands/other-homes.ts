/**
 * Lists the homes in the data folder that hold a room, for a person who named none of them.
 */

import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { listRooms } from '../store/home/home.ts'
import { defaultHome } from './default-home.ts'

/** So many homes are named; there is one for each port that was ever used. */
const namedMax = 10

/**
 * One sentence for people: the flags that choose each home with a room, last used first, and the whole command
 * line for the first. Never rejects: what cannot be read holds no room.
 */
export async function otherHomes(): Promise<string> {
  const data = dirname(defaultHome(0))
  const found: { flags: string; lastUsed: number }[] = []
  for (const name of await readdir(data).catch(() => [])) {
    const rooms = await listRooms(join(data, name)).catch(() => [])
    const lastUsed = Math.max(...rooms.filter(({ database }) => database).map((room) => room.lastUsed))
    if (lastUsed > 0) found.push({ flags: flagsFor(data, name), lastUsed })
  }
  const [latest, ...others] = found.sort((a, b) => b.lastUsed - a.lastUsed).map(({ flags }) => flags)
  if (latest === undefined) return `no home in ${data} holds one: see --home`
  const named = [latest, ...others].slice(0, namedMax).join(', ')
  const rest = found.length > namedMax ? ` and ${found.length - namedMax} more in ${data}` : ''
  return `these homes hold one: ${named}${rest}; choose it, as in: ringleader history ${latest}`
}

function flagsFor(data: string, name: string): string {
  if (/^[1-9]\d{0,4}$/.test(name)) return `-p ${name}`
  const path = join(data, name)
  return `--home ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`
}
