/**
 * Tells causes before their consequences. Who followed a leader hears of the election, and of the next leader, before
 * the new leader says what became of the old one; people are told of the death first.
 */

import type { Notice } from '../../peer/room.ts'

/** A death that is not reported within this time is not waited for. Unit: ms. */
const patienceMs = 700

const endings = new Set(['died', 'left', 'unreachable'])

export class NoticeOrder {
  readonly #show: (notice: Notice) => void
  readonly #selfId: () => string | undefined
  /** Node id of the leader that people were told of. */
  #leader: string | undefined
  /** They know that it is gone. */
  #isGone = false
  /** What waits for the news of its end. */
  #held: Notice[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(selfId: () => string | undefined, show: (notice: Notice) => void) {
    this.#selfId = selfId
    this.#show = show
  }

  /** People have been told who leads. */
  begin(leader: string | undefined): void {
    this.flush()
    this.#leader = leader
    this.#isGone = false
  }

  hear(notice: Notice): void {
    const { line } = notice
    const type = line?.type ?? ''
    if (endings.has(type)) {
      this.#show(notice)
      if (!(line && 'who' in line && line.who.uid === this.#leader)) return
      this.#isGone = true
      this.flush()
    } else if (this.#held.length > 0 || this.#waitsForEnd(notice)) {
      this.#held.push(notice)
      this.#timer ??= setTimeout(() => this.flush(), patienceMs)
    } else this.#tell(notice)
  }

  /** Shows what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const notice of this.#held.splice(0)) this.#tell(notice)
  }

  #waitsForEnd({ line }: Notice): boolean {
    if (this.#leader === undefined || this.#isGone || this.#leader === this.#selfId()) return false
    if (line?.type === 'leader') return line.who.uid !== this.#leader
    return line?.type === 'election-started' && line.why !== 'timeout'
  }

  #tell(notice: Notice): void {
    const { line } = notice
    if (line?.type === 'leader') {
      // Following the same leader again is not worth a notice.
      if (line.who.uid === this.#leader) return
      this.#leader = line.who.uid
      this.#isGone = false
    }
    this.#show(notice)
  }
}
