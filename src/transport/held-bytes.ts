/**
 * Counts what is held of frames that have begun, over all links, and cuts off the oldest when it is too much.
 */

import { memberUnfinishedBytesMax, outsiderUnfinishedBytesMax } from '../wire/limits.ts'
import type { TlsLink } from './tls-link.ts'

export type HeldBytesOptions = {
  isMember: (link: TlsLink) => boolean
  cutOff: (link: TlsLink, what: string) => void
}

export class HeldBytes {
  readonly #options: HeldBytesOptions
  /** By link, in the order in which the frames began. Unit: bytes. */
  readonly #held = new Map<TlsLink, number>()
  #sum = 0

  constructor(options: HeldBytesOptions) {
    this.#options = options
  }

  /** `bytes`: of the frame that has begun on `link`; 0: none has. May cut off links. */
  note(link: TlsLink, bytes: number): void {
    this.#sum += bytes - (this.#held.get(link) ?? 0)
    if (bytes > 0) this.#held.set(link, bytes)
    else this.#held.delete(link)
    if (bytes > 0 && this.#sum > outsiderUnfinishedBytesMax) this.#limit()
  }

  /** Of members and of others, each within its limit, the oldest goes. */
  #limit(): void {
    const { isMember, cutOff } = this.#options
    for (const [ofMembers, max] of [
      [false, outsiderUnfinishedBytesMax],
      [true, memberUnfinishedBytesMax],
    ] as const) {
      const held = [...this.#held].filter(([link]) => isMember(link) === ofMembers)
      let bytes = held.reduce((sum, [, one]) => sum + one, 0)
      for (const [link, one] of held) {
        if (bytes <= max) break
        bytes -= one
        cutOff(link, 'too much is held of unfinished frames')
      }
    }
  }
}
