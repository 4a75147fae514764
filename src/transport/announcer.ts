/**
 * Announces one node in its local network by mDNS, as long as it is in its room.
 */

import { parseAddress } from '../core/model/address.ts'
import { announcementTexts } from '../wire/announcement.ts'
import type { Announcement } from '../wire/announcement.ts'
import { cardAt, openMdns, service } from './mdns.ts'
import type { Mdns } from './mdns.ts'

/** How long a goodbye may take to go out. Unit: ms. */
const goodbyeMs = 100

export type Told = Omit<Announcement, 'versions'>

/** One announcement. Another one is told by another announcer. */
export class Announcer {
  readonly #mdns: Mdns

  private constructor(mdns: Mdns) {
    this.#mdns = mdns
  }

  /**
   * `listening`: the address of this machine, on whose card it is told. Rejects with the error of the system where it cannot be
   * told.
   */
  static async open(told: Told, listening: string): Promise<Announcer> {
    const ip = parseAddress(listening)?.ip ?? ''
    const port = parseAddress(told.addr)?.port ?? 0
    const mdns = await openMdns({ card: cardAt(ip), reads: 'queries', tells: ip, back: () => publish() })
    const publish = (): void => {
      mdns.bonjour.unpublishAll()
      mdns.bonjour.publish({
        ...service,
        // One label, the same for one node for ever. A person reads the texts.
        name: told.uid,
        host: `ringleader-${told.uid.slice(0, 12)}.local`,
        port,
        txt: announcementTexts(told),
        // The name is a hash: nobody else has it. The library would print that it is taken.
        probe: false,
      })
    }
    publish()
    return new Announcer(mdns)
  }

  /** Says goodbye. Resolves when that is out, or cannot be sent. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, goodbyeMs)
      this.#mdns.bonjour.unpublishAll(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.#mdns.close()
  }
}
