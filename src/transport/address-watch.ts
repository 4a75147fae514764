/**
 * Looks at the machine's own address again and again, and says when it is gone, is back, or is another one.
 */

/**
 * So many looks in a row without an address: it is lost. While one is replaced by another there may be none for a moment, so
 * only the second look goes to another interface.
 */
const lostAfterLooks = 3
const elsewhereAfterLooks = 2

export type AddressWatchOptions = {
  /** The address to use now; undefined: there is none. `isElsewhere`: one of another interface may take its place. */
  look: (isElsewhere: boolean) => Promise<string | undefined>
  /** The one that is used. */
  own: () => string
  lost: () => void
  back: () => void
  moved: (ip: string) => Promise<void>
}

export class AddressWatch {
  readonly #options: AddressWatchOptions
  #isLooking = false
  #missing = 0
  #isOver = false

  constructor(options: AddressWatchOptions) {
    this.#options = options
  }

  /** Looks, unless a look is under way. */
  tick(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    void this.#look().finally(() => (this.#isLooking = false))
  }

  /** What a look finds from now on changes nothing. */
  stop(): void {
    this.#isOver = true
  }

  async #look(): Promise<void> {
    const { look, own, lost, back, moved } = this.#options
    const ip = await look(this.#missing + 1 >= elsewhereAfterLooks)
    if (this.#isOver) return
    const wasLost = this.#missing >= lostAfterLooks
    this.#missing = ip === undefined ? this.#missing + 1 : 0
    if (this.#missing === lostAfterLooks) lost()
    if (ip !== undefined && ip !== own()) await moved(ip)
    else if (ip !== undefined && wasLost) back()
  }
}
