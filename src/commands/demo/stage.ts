/**
 * Prints the demo, with pauses to read it, until it ends or is ended from outside.
 */

import { paint } from '../../ui/terminal/colours.ts'
import type { OutputStream } from '../../ui/terminal/stdio.ts'

/** The demo failed: `message` is the why of `demo: failed: <why>`. */
export class DemoFailure extends Error {}

/** The play was ended from outside: by a signal (128 + its number), or because the reader is gone (0). */
export class Curtain extends Error {
  readonly code: number
  constructor(code: number) {
    super('ended')
    this.code = code
  }
}

export class Stage {
  readonly #output: OutputStream
  readonly #hasColour: boolean
  readonly #isPaced: boolean
  readonly #begun = performance.now()
  readonly #limitMs: number
  readonly #over: Promise<never>
  #end: (why: Error) => void = () => {}
  #pausesUntilMs = 0
  readonly #next: (() => Promise<void>) | undefined

  /**
   * `isPaced`: a person reads along. The play fails when it takes longer than `limitMs`. `next`: resolves when the person
   * wants to go on, and is asked at every stop.
   */
  constructor(
    output: OutputStream,
    options: {
      hasColour: boolean
      isPaced: boolean
      limitMs: number
      next?: (() => Promise<void>) | undefined
    },
  ) {
    this.#output = output
    this.#hasColour = options.hasColour
    this.#isPaced = options.isPaced
    this.#limitMs = options.limitMs
    this.#next = options.next
    this.#over = new Promise((_, reject) => {
      this.#end = reject
    })
    this.#over.catch(() => {})
  }

  /** Every wait rejects with `why` from now on. Only the first call counts. */
  end(why: Error): void {
    this.#end(why)
  }

  get elapsedMs(): number {
    return performance.now() - this.#begun
  }

  /** Pauses count no more when the play is this old: what must be waited for comes first. Unit: ms. */
  spendUntil(ms: number): void {
    this.#pausesUntilMs = ms
  }

  print(text = ''): void {
    this.write(`${text}\n`)
  }

  /** Without a line break. */
  write(text: string): void {
    if (!this.#output.destroyed) this.#output.write(text)
  }

  /** One of the sixteen colours (30-37, 90-97), 1 bold, 2 dim. */
  paint(text: string, code: number): string {
    return this.#hasColour ? paint(text, code) : text
  }

  /** Time to read what was printed. Unit: ms. */
  async pause(ms: number): Promise<void> {
    const left = Math.min(ms, this.#pausesUntilMs - this.elapsedMs)
    if (this.#isPaced && left > 0) await this.wait(left)
    else await this.#checked(Promise.resolve())
  }

  /** A place to stop at: time to read, or until the person goes on. Unit: ms. */
  async stop(ms: number): Promise<void> {
    if (this.#next) await this.#checked(this.#next())
    else await this.pause(ms)
  }

  async wait(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await this.#checked(waited).finally(() => clearTimeout(timer))
  }

  /** Rejects with a DemoFailure that names `what` when the play's time is up. */
  async until<T>(waited: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DemoFailure(`${what}: not within ${this.#limitMs / 1000} s`)),
        Math.max(0, this.#limitMs - this.elapsedMs),
      )
    })
    return this.#checked(Promise.race([waited, late])).finally(() => clearTimeout(timer))
  }

  #checked<T>(waited: Promise<T>): Promise<T> {
    return Promise.race([this.#over, waited])
  }
}
