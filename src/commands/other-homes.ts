/**
 * Lists the homes in the data folder that hold a room, for a person who named none of them.
 */

import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { listRooms } from '../store/home/home.ts'
import { defaultHome, isProfileName } from './default-home.ts'
import { commandOf, quoteWord } from './shell-words.ts'

/** So many homes are named; there is one for each port that was ever used. */
const namedMax = 10

/**
 * The end of a sentence for people: the flags that choose each home with a room, last used first, and the whole
 * command line for the first. `command`: the words of the command that is to read it. Never rejects: what cannot be
 * read holds no room.
 */
export async function otherHomes(command = ''): Promise<string> {
  const { data, homes } = await findHomes()
  const [latest] = homes
  if (latest === undefined)
    return data === undefined ? 'see --home' : `no home in ${data} holds one: see --home`
  const named = homes.slice(0, namedMax).join(', ')
  const rest = homes.length > namedMax ? ` and ${homes.length - namedMax} more in ${data}` : ''
  return `these homes hold one: ${named}${rest}; choose it, as in: ${commandOf(command, latest)}`
}

/** The flags that choose the homes that hold a room, last used first. Never rejects. */
export async function findHomes(): Promise<{ data: string | undefined; homes: string[] }> {
  let data: string
  try {
    data = dirname(defaultHome())
  } catch {
    return { data: undefined, homes: [] }
  }
  const found: { flags: string; lastUsed: number }[] = []
  for (const name of await readdir(data).catch(() => [])) {
    const rooms = await listRooms(join(data, name)).catch(() => [])
    const lastUsed = Math.max(...rooms.filter(({ database }) => database).map((room) => room.lastUsed))
    if (lastUsed > 0) found.push({ flags: flagsFor(data, name), lastUsed })
  }
  return { data, homes: found.sort((a, b) => b.lastUsed - a.lastUsed).map(({ flags }) => flags) }
}

function flagsFor(data: string, name: string): string {
  if (/^[1-9]\d{0,4}$/.test(name)) return `-p ${name}`
  if (isProfileName(name)) return `-P ${quoteWord(name)}`
  return `--home ${quoteWord(join(data, name))}`
}
