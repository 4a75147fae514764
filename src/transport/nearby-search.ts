/**
 * Asks the local network by mDNS which rooms there are, on all cards at once.
 */

import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import type { Service } from 'bonjour-service'
import { parseAddress } from '../core/model/address.ts'
import type { Uid } from '../core/model/ids.ts'
import { RingleaderError } from '../peer/errors.ts'
import { parseAnnouncement } from '../wire/announcement.ts'
import type { Announcement } from '../wire/announcement.ts'
import { isLoopback, isOurs } from './interfaces.ts'
import { cards, openMdns, service } from './mdns.ts'

/** When it is asked again: packets to a group get lost, above all by radio. Unit: ms after the beginning. */
const askAgainMs = [200, 600, 1400, 3000]
/** So many cards are asked on. */
const cardsMax = 12
/** So many members are taken: in all, and from one machine. */
const heardMax = 512
const heardFromOneMax = 64

export type SearchOptions = {
  /** Unit: ms. */
  timeoutMs: number
  heard: (announcement: Announcement) => void
  /** A member says goodbye. */
  gone: (uid: Uid) => void
  signal?: AbortSignal | undefined
}

/** Resolves when the time is over, or when it is aborted. Rejects with ERR_NO_MULTICAST where nobody can be asked. */
export async function searchNearby({ timeoutMs, heard, gone, signal }: SearchOptions): Promise<void> {
  const all = cards().slice(0, cardsMax)
  const opened = await Promise.allSettled(all.map((card) => openMdns({ card, reads: 'responses' })))
  const asked = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (asked.length === 0) {
    const cause: unknown = opened.find((one) => one.status === 'rejected')?.reason
    throw new RingleaderError(
      'ERR_NO_MULTICAST',
      `the local network cannot be asked for rooms (${(cause as NodeJS.ErrnoException).code}): another program may keep port 5353 (mDNS) to itself; join with an invitation, or the address of a member`,
      { cause },
    )
  }
  const browsers = asked.map(({ bonjour }) => bonjour.find({ ...service }))
  const known = knownOnes()
  for (const browser of browsers) {
    const take = (found: Service): void => {
      const announcement = whatIsTold(found)
      if (announcement && known(announcement, found)) heard(announcement)
    }
    // What came before these were listened for waits: the answers come in later turns.
    browser.on('up', take).on('txt-update', take).on('srv-update', take)
    browser.on('down', ({ name }) => gone(name as Uid))
  }
  try {
    const begun = performance.now()
    for (const at of [...askAgainMs, timeoutMs]) {
      const waitMs = Math.min(at, timeoutMs) - (performance.now() - begun)
      if (waitMs > 0) await delay(waitMs, undefined, signal && { signal })
      if (at < timeoutMs) for (const browser of browsers) browser.update()
    }
    // A process that was held up: the answers that lie there are read first.
    for (let turn = 0; turn < 2; turn++) await setImmediate()
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    for (const browser of browsers) browser.stop()
    for (const { close } of asked) close()
  }
}

/** Says of each whether it is taken: there are bounds. */
function knownOnes(): (announcement: Announcement, found: Service) => boolean {
  const known = new Set<string>()
  const counts = new Map<string, number>()
  return ({ uid }, { referer }) => {
    if (known.has(uid)) return true
    const from = referer?.address ?? ''
    const count = (counts.get(from) ?? 0) + 1
    if (known.size >= heardMax || count > heardFromOneMax) return false
    known.add(uid)
    counts.set(from, count)
    return true
  }
}

/** Undefined: it breaks a rule, or is told for another machine's loopback. */
function whatIsTold({ txt, name, referer }: Service): Announcement | undefined {
  const told = parseAnnouncement((txt ?? {}) as Record<string, unknown>)
  // A goodbye names the node by its uid.
  if (!told || told.uid !== name) return undefined
  const isHere = isLoopback(parseAddress(told.addr)?.ip ?? '')
  return isHere && !isOurs(referer?.address ?? '') ? undefined : told
}
