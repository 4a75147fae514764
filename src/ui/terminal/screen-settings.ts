/**
 * What a person chose about the screen: the flags of this start, what the home keeps, and what is changed meanwhile.
 */

import { changed, plainDisplay, wordOf } from '../../chat/display.ts'
import type { Display, DisplayCommand } from '../../chat/display.ts'
import type { Format } from '../../chat/message-line.ts'

/** Keeps the settings for the next start. */
type Keep = (display: Display) => Promise<void>

export class ScreenSettings {
  readonly #format: Format | undefined
  readonly #failed: (why: string) => void
  #display: Display
  #known: Display = plainDisplay
  #keep: Keep | undefined
  /** Changed before it was known what is kept, and where. */
  readonly #early: { command: DisplayCommand; word: string }[] = []
  #kept: Promise<void> = Promise.resolve()

  /** format: the flag. `failed` is called when a change cannot be kept. */
  constructor(format: Format | undefined, failed: (why: string) => void) {
    this.#format = format
    this.#failed = failed
    this.#display = { ...plainDisplay, ...(format && { format }) }
  }

  get display(): Display {
    return this.#display
  }

  /** What was kept at the last start; a flag, and what was changed since this start, counts more. */
  use(kept: Display): void {
    this.#known = kept
    this.#display = { ...kept, ...(this.#format && { format: this.#format }) }
    for (const { command, word } of this.#early) this.#display = changed(this.#display, command, word)
  }

  /** From now on changes are kept. */
  keepWith(keep: Keep): void {
    this.#keep = keep
    if (this.#early.length > 0 || this.#display.format !== this.#known.format) this.#save()
  }

  /** Returns what people are told. word: '' to ask. */
  change(command: DisplayCommand, word: string): string {
    if (word === '') return `/${command} is ${wordOf(this.#display, command)}`
    this.#display = changed(this.#display, command, word)
    if (this.#keep) this.#save()
    else this.#early.push({ command, word })
    return `/${command} is ${word} now`
  }

  setIgnored(ignored: Display['ignored']): void {
    this.#display = { ...this.#display, ignored }
    if (this.#keep) this.#save()
  }

  /** Settles when what was changed is kept, or cannot be. */
  settled(): Promise<void> {
    return this.#kept
  }

  #save(): void {
    const [display, keep] = [this.#display, this.#keep]
    this.#kept = this.#kept
      .then(() => keep?.(display))
      .catch((error: Error & { code?: string }) => this.#failed(error.code ?? error.message))
  }
}
