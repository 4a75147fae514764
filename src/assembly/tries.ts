/**
 * What a diagnosis has tried so far; it stops at the first thing that fails.
 */

import type { DiagnoseOptions, Hop } from '../peer/diagnosis.ts'
import type { ErrorCode } from '../peer/errors.ts'

/** A hop failed: nothing behind it can be tried. */
export class Stopped extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

export class Tries {
  readonly hops: Hop[] = []
  readonly #onHop: DiagnoseOptions['onHop']

  constructor(onHop: DiagnoseOptions['onHop']) {
    this.#onHop = onHop
  }

  pass(hop: Hop['hop'], text: string, state: 'ok' | 'unknown' = 'ok'): void {
    this.#add({ hop, state, text })
  }

  fail(hop: Hop['hop'], code: ErrorCode, text: string, advice: string): never {
    this.#add({ hop, state: 'failed', text, advice })
    throw new Stopped(code)
  }

  #add(hop: Hop): void {
    this.hops.push(hop)
    this.#onHop?.({ ...hop })
  }
}
