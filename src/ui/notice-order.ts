/**
 * Tells causes before their consequences. Who followed a leader hears of the election, and of the next leader, before
 * the new leader says what became of the old one; people are told of the death first.
 *
 * Who slept takes the others for unreachable until they are heard again: that is told only of those who stay away.
 */

import type { Notice } from '../peer/room.ts'

/** A death that is not reported within this time is not waited for. Unit: ms. */
const patienceMs = 700

/** How long after a sleep it takes to see who stays away. Unit: ms. */
const wakingMs = 5000

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
  /** Set for some seconds after this node slept; then those who seemed out of reach, by node id, and the split that they made. */
  #waking: NodeJS.Timeout | undefined
  readonly #missed = new Map<string, Notice>()
  #split: Notice | undefined
  /** People were told that there is no leader, or that the room is looked for. */
  #isSought = false

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
    if (line?.type === 'woke') {
      clearTimeout(this.#waking)
      this.#waking = setTimeout(() => this.#tellMissed(), wakingMs)
    } else if (this.#waking && line && this.#isOfWaking(notice, line)) return
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

  /** Whether the notice is kept back: until it is known who stays away, or for good, when they came back. */
  #isOfWaking(notice: Notice, line: NonNullable<Notice['line']>): boolean {
    switch (line.type) {
      case 'unreachable':
        this.#missed.set(line.who.uid, notice)
        return true
      case 'split':
        this.#split = notice
        return true
      // That the others went on has been said, and what they said is shown.
      case 'merged':
        return true
      case 'joined':
        return this.#missed.delete(line.who.uid)
      // Told as what it is.
      case 'died':
      case 'left':
        this.#missed.delete(line.who.uid)
        return false
      default:
        return false
    }
  }

  #tellMissed(): void {
    clearTimeout(this.#waking)
    this.#waking = undefined
    const [missed, split] = [[...this.#missed.values()], this.#split]
    this.#missed.clear()
    this.#split = undefined
    for (const notice of missed) this.hear(notice)
    const { line } = split ?? {}
    if (split && line?.type === 'split' && line.count === missed.length) this.hear(split)
  }

  /** Shows what waits. */
  flush(): void {
    this.#tellMissed()
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
      // Following the same leader again is not worth a notice, unless it was looked for.
      if (line.who.uid === this.#leader && !this.#isSought) return
      this.#isSought = false
      this.#leader = line.who.uid
      this.#isGone = false
    } else if (line?.type === 'searching' || line?.type === 'election-started') this.#isSought = true
    this.#show(notice)
  }
}
