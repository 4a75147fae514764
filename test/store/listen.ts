/** Hears a store, and waits for what it says. */

import type { Blocked, Store } from '../../src/peer/ports.ts'

export type Heard = {
  readonly committed: number[]
  readonly failed: Error[]
  /** Why commits wait, and that they wait no longer, in order. */
  readonly disk: (Blocked | 'freed')[]
  /** Resolves when `committed(upTo >= n)` was heard; rejects when the store failed. */
  until(n: number): Promise<void>
  /** Resolves to the first failure. */
  readonly failure: Promise<Error>
  /** Resolves when the disk is known as full, locked or freed. */
  untilDisk(state: Blocked | 'freed'): Promise<void>
}

export function listen(store: Store): Heard {
  const committed: number[] = []
  const failed: Error[] = []
  const disk: (Blocked | 'freed')[] = []
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const check of waiting) check()
  }
  const when = (ready: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (ready()) resolve()
        else if (failed[0]) reject(failed[0])
        else return
        waiting.delete(check)
      }
      waiting.add(check)
      check()
    })
  store.attach({
    committed: (upTo) => {
      committed.push(upTo)
      changed()
    },
    blocked: (why) => {
      disk.push(why)
      changed()
    },
    freed: () => {
      disk.push('freed')
      changed()
    },
    failed: (error) => {
      failed.push(error)
      changed()
    },
  })
  /** Who waits for a commit asks for it. */
  const flushed = (ready: () => boolean): Promise<void> => {
    store.flush()
    return when(ready)
  }
  const failure = when(() => failed.length > 0).then(() => failed[0]!)
  return {
    committed,
    failed,
    disk,
    failure,
    until: (n) => flushed(() => (committed.at(-1) ?? 0) >= n),
    untilDisk: (state) => flushed(() => disk.includes(state)),
  }
}
