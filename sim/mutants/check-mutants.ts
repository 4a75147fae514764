/** Mutants of the comparison of what members hold. */

import type { Mutant } from './mutant.ts'

const test = 'core/checking.test.ts'

export const checkMutants: readonly Mutant[] = [
  {
    name: 'mark-overtakes',
    rule: '2.19',
    bug: 'CHECK_POINT goes out before the records in front of it',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'if (!mark || stream.request !== 0 || stream.cursor <= mark.pos || stream.taken.length > 0)',
        replace: 'if (!mark)',
      },
    ],
  },
  {
    name: 'mark-overtaken',
    rule: '2.19',
    bug: 'records behind CHECK_POINT go out in front of it',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'return mark ? Math.min(mark.pos, end) : end',
        replace: 'return end',
      },
    ],
  },
  {
    name: 'mark-overtaken-in-bulk',
    rule: '2.19',
    bug: 'records behind CHECK_POINT go out in front of it where they are read back from the store',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'records.slice(0, endOf(state, stream) + 1 - from)',
        replace: 'records',
      },
    ],
    test: 'core/streams.test.ts',
  },
  {
    name: 'digest-leaves-out',
    rule: '2.19',
    bug: 'the digest leaves out a namespace',
    edits: [
      {
        file: 'core/model/frontier.ts',
        find: "new Map(), notary).join('')",
        replace: "new Map(), notary).slice(0, 128).join('')",
      },
    ],
    test: 'transport/signatures.test.ts',
  },
  {
    name: 'check-not-asked-again',
    rule: '2.19',
    bug: 'a check that a leader did not finish is not asked of the next one',
    edits: [
      {
        file: 'core/leading/check-wish.ts',
        find: 'if (wish && wish.askedOn !== role.link)',
        replace: 'if (wish && wish.askedOn === undefined)',
      },
    ],
    script: '122',
  },
  {
    name: 'check-waits-for-all',
    rule: '2.19',
    bug: 'a leader waits for members that do not reply',
    edits: [
      {
        file: 'core/leading/checking.ts',
        find: 'if (beats >= config.checkReplyBeats)',
        replace: 'if (beats >= 20 * config.checkReplyBeats)',
      },
    ],
    script: '121',
  },
  {
    name: 'parts-one-too-early',
    rule: '2.19',
    bug: 'the record before the first one that differs is named',
    edits: [
      {
        file: 'core/leading/parting.ts',
        find: 's: part.other });',
        replace: 's: Math.max(1, part.other - 1) });',
      },
    ],
    test,
  },
  {
    name: 'chains-before-the-disk',
    rule: '2.19',
    bug: 'a node asks its store for chains that are not written yet',
    edits: [
      {
        file: 'core/log/chain-reads.ts',
        find: 'if (read.asked || state.durableN < read.after)',
        replace: 'if (read.asked)',
      },
    ],
    test,
  },
  {
    name: 'checks-without-rest',
    rule: '2.19',
    bug: 'a leader makes as many checks as it is asked for',
    edits: [{ file: 'core/leading/checking.ts', find: '|| checks.rest > 0', replace: '' }],
    test,
  },
]
