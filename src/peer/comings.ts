/**
 * Limits the notices about members that come and go, and about what follows from it. So many a minute are shown one by
 * one; what is beyond is counted, and the counts are shown now and then. The log keeps each line.
 */

import type { LogLine } from '../core/model/log-line.ts'
import { comingsMax, comingsToldEveryMs, comingsMinuteMs } from '../wire/limits.ts'
import type { Clock } from './ports.ts'

const words = {
  joined: 'joined',
  left: 'left',
  died: 'are gone',
  unreachable: 'are out of reach',
  split: 'splits',
  merged: 'merges',
  leader: 'changes of leader',
  'election-started': 'elections',
  searching: 'searches for the room',
  moved: 'have new addresses',
  rekeyed: 'changes of the key',
} as const

type Coming = keyof typeof words

function isComing(type: LogLine['type']): type is Coming {
  return type in words
}

/** What a node says each time that it loses its leader and finds it again. */
const ofEachTry: readonly LogLine['type'][] = [
  ...(['leader', 'election-started', 'searching', 'split'] as const),
  ...(['joined', 'died', 'unreachable'] as const),
]

export type ComingsParts = {
  clock: Pick<Clock, 'after'>
  /** For people. */
  tell: (text: string) => void
}

/** Counts by the minute. A minute begins with the first line after the one before. */
export class Comings {
  readonly #parts: ComingsParts
  #shown = 0
  readonly #more = new Map<Coming, number>()
  #cancelMinute: (() => void) | undefined
  #cancelTold: (() => void) | undefined

  constructor(parts: ComingsParts) {
    this.#parts = parts
  }

  /**
   * Returns whether a notice is shown for `line`. False: it is counted. `isCutShort`: nothing that is long arrives here, and
   * people were told once; what comes of each further try is not shown, nor counted.
   */
  isShown(line: LogLine, isCutShort = false): boolean {
    if (isCutShort && ofEachTry.includes(line.type)) return false
    const { type } = line
    // A machine's own address is no peer's doing.
    if (!isComing(type) || (type === 'moved' && line.own)) return true
    const { clock } = this.#parts
    this.#cancelMinute ??= clock.after(comingsMinuteMs, () => {
      this.#cancelMinute = undefined
      this.#shown = 0
    })
    if (this.#shown < comingsMax) {
      this.#shown++
      return true
    }
    this.#more.set(type, (this.#more.get(type) ?? 0) + 1)
    this.#cancelTold ??= clock.after(comingsToldEveryMs, () => this.#tell())
    return false
  }

  end(): void {
    this.#cancelMinute?.()
    this.#cancelTold?.()
  }

  #tell(): void {
    this.#cancelTold = undefined
    const counts = [...this.#more].map(([type, count]) => `${count} ${words[type]}`)
    this.#more.clear()
    this.#parts.tell(`many come and go: besides those shown, ${counts.join(', ')}`)
  }
}
