/**
 * Counts what is held of frames that have begun, and says which links go when it is too much.
 */

import { memberUnfinishedBytesMax, outsiderUnfinishedBytesMax } from '../wire/limits.ts'

export class Unfinished<Link> {
  readonly #isMember: (link: Link) => boolean
  /** In the order in which the frames began. Unit: bytes. */
  readonly #held = new Map<Link, number>()
  #bytes = 0

  constructor(isMember: (link: Link) => boolean) {
    this.#isMember = isMember
  }

  /** A link holds so many bytes now. Returns those that are to be cut off: of members and of others, each within its limit, the oldest. */
  hold(link: Link, bytes: number): Link[] {
    this.#bytes += bytes - (this.#held.get(link) ?? 0)
    if (bytes > 0) this.#held.set(link, bytes)
    else this.#held.delete(link)
    return this.#bytes > outsiderUnfinishedBytesMax ? this.#tooMany() : []
  }

  drop(link: Link): void {
    this.hold(link, 0)
  }

  #tooMany(): Link[] {
    return [
      ...this.#oldest(false, outsiderUnfinishedBytesMax),
      ...this.#oldest(true, memberUnfinishedBytesMax),
    ]
  }

  #oldest(isMember: boolean, max: number): Link[] {
    const held = [...this.#held].filter(([link]) => this.#isMember(link) === isMember)
    let bytes = held.reduce((sum, [, one]) => sum + one, 0)
    const links: Link[] = []
    for (const [link, one] of held) {
      if (bytes <= max) break
      bytes -= one
      links.push(link)
    }
    return links
  }
}
