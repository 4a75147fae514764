/**
 * Tells a person which neighbour is asked for its room, and why it is asked again.
 */

import { shortFingerprintOf } from '../../chat/fingerprint.ts'
import type { Connecting } from '../../peer/room.ts'

/** A neighbour that replies sooner is not worth a line to a script. Unit: ms. */
const patienceMs = 400

/** One search for the neighbour. `stop` when it is over, however it ended. */
export class ConnectingLines {
  readonly #tell: (text: string) => void
  readonly #waitMs: number
  #timer: NodeJS.Timeout | undefined
  /** The line that waits for the timer. */
  #first: string | undefined

  /** `isWatched`: a person sees every line as it comes, so the first one is told at once. */
  constructor(isWatched: boolean, tell: (text: string) => void) {
    this.#waitMs = isWatched ? 0 : patienceMs
    this.#tell = tell
  }

  hear({ address, state, id = '' }: Connecting): void {
    switch (state) {
      case 'trying':
        this.#first = `connecting to ${address} ...`
        if (this.#waitMs === 0) this.#tellFirst()
        else this.#timer = setTimeout(() => this.#tellFirst(), this.#waitMs)
        return
      case 'refused':
        return this.#tellWhy(`nothing listens at ${address}; trying again`)
      case 'silent':
        return this.#tellWhy(`no reply from ${address}; trying again`)
      case 'closed':
        return this.#tellWhy(`${address} takes the connection and ends it; trying again`)
      case 'knocking':
        return this.#tellWhy(
          `the room at ${address} is locked: asking its members to let you in (Ctrl-C gives up); your fingerprint, to read out to one of them: ${shortFingerprintOf(id)}`,
        )
      case 'found':
        return this.stop()
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#first = undefined
  }

  #tellWhy(text: string): void {
    this.#tellFirst()
    this.#tell(text)
  }

  #tellFirst(): void {
    const first = this.#first
    this.stop()
    if (first !== undefined) this.#tell(first)
  }
}
