/**
 * Gives the nodes of the demo ids of a chosen order. An id is the hash of a key, so it cannot be chosen; but of as many keys
 * as there are nodes, each can be given to the node that it suits.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { mintIdentity, saveIdentity } from '../../transport/identity.ts'

/** Writes a key into the home of each player, so that their node ids are in the order of `ids`. */
export async function giveIds(
  homes: string,
  players: readonly string[],
  ids: readonly number[],
): Promise<void> {
  const identities = []
  for (const _ of players) identities.push(await mintIdentity())
  identities.sort((a, b) => (a.uid < b.uid ? -1 : 1))
  const order = [...ids].sort((a, b) => a - b)
  for (const [i, name] of players.entries()) {
    const identity = identities[order.indexOf(ids[i] ?? 0)]
    if (!identity) continue
    const home = join(homes, name)
    // By this a home is known: another folder with files in it would be refused.
    await mkdir(join(home, 'rooms'), { recursive: true, mode: 0o700 })
    await saveIdentity(home, identity)
  }
}
