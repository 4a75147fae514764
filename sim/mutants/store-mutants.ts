/**
 * Mutants of the store. The core holds neither the transcript nor the boot counter: which copy of a message
 * counts, and which boot this is, is decided on disk, and the store's own tests must catch what breaks there.
 */

import type { Mutant } from './mutant.ts'

export const storeMutants: readonly Mutant[] = [
  {
    name: 'largest-copy-on-disk',
    rule: 'D3',
    bug: 'the history on disk shows the latest copy of a message',
    edits: [
      {
        file: 'store/room/room-writer.ts',
        find: 'compareRows(copy, canonical) > 0',
        replace: 'compareRows(copy, canonical) < 0',
      },
    ],
    test: 'contract/store.test.ts',
  },
  {
    name: 'late-in-order-of-arrival',
    rule: 'D3',
    bug: 'the history on disk has a late record where it arrived',
    edits: [
      {
        file: 'store/room/summary.ts',
        find: 'if (ts <= this.#top) return this.#top + 1 - ts',
        replace: 'if (ts <= this.#top) return 0',
      },
    ],
    test: 'contract/store.test.ts',
  },
  {
    name: 'boot-counter-not-kept',
    rule: '2.1',
    bug: 'the boot counter is not kept on disk',
    edits: [
      {
        file: 'store/home/home.ts',
        find: 'JSON.stringify({ counter })',
        replace: 'JSON.stringify({ counter: 1 })',
      },
    ],
    test: 'store/home.test.ts',
  },
]
