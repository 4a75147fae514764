/** Mutants of when a commit is asked for, and of what is shown from memory after an election. */

import type { Mutant } from './mutant.ts'

const test = 'core/flushing.test.ts'

export const flushMutants: readonly Mutant[] = [
  {
    name: 'nobody-flushes',
    rule: '2.5',
    bug: 'the core never asks for a commit, even where something waits for it',
    edits: [{ file: 'core/log/flushing.ts', find: '!isAwaited(state)', replace: 'true' }],
    test,
  },
  {
    name: 'one-holder-too-few',
    rule: '2.5',
    bug: 'one of those on whose disks *safe* rests commits late',
    edits: [{ file: 'core/log/flushing.ts', find: 'holders < copies', replace: 'holders < copies - 1' }],
    test,
  },
  {
    name: 'diskless-holder',
    rule: '2.5',
    bug: 'a member without a disk counts as one that holds what is safe',
    edits: [{ file: 'core/log/flushing.ts', find: '&& !member.memory', replace: '' }],
    test,
  },
  {
    name: 'late-without-bound',
    rule: '2.5',
    bug: 'a commit that nothing waits for is put off, however much is to be written',
    edits: [
      {
        file: 'core/log/flushing.ts',
        find: 'state.undurableBytes > state.config.lazyBytesMax',
        replace: 'false',
      },
    ],
    test,
  },
  {
    name: 'out-of-order-from-memory',
    rule: '2.5',
    bug: 'records that came out of order while a node was out of step are shown as they came',
    edits: [{ file: 'core/log/shown.ts', find: 'compareRecords(record, last) < 0', replace: 'false' }],
    test: 'core/shown.test.ts',
  },
  {
    name: 'range-forgotten',
    rule: 'S18',
    bug: 'a node that loses its leader while a range waits for the disk does not show that range',
    edits: [{ file: 'core/log/shown.ts', find: 'state.showTo === 0 ? 0 : Infinity', replace: '0' }],
  },
]
