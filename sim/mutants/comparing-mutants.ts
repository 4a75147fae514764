/** Mutants of how two nodes find out what they hold of each other's records, where digests stand for most of it. */

import type { Mutant } from './mutant.ts'

const script = '84-'

export const comparingMutants: readonly Mutant[] = [
  {
    name: 'digests-believed-equal',
    rule: '2.4',
    bug: 'a leader takes all that FOLLOW does not list for held, and ignores the digests',
    edits: [
      {
        file: 'core/log/comparing.ts',
        find: 'if (digest === rest.digests[group]) equal.add(group)',
        replace: 'if (true) equal.add(group)',
      },
    ],
    script,
  },
  {
    name: 'lacks-unheeded',
    rule: '2.4',
    bug: 'a follower does not upload what LACKS says that its leader lacks',
    edits: [
      {
        file: 'core/log/comparing.ts',
        find: 'if (s < state.frontier.get(namespace)) asked.has.set(namespace, s)',
        replace: 'if (false) asked.has.set(namespace, s)',
      },
    ],
    script,
  },
  {
    name: 'newer-counts-as-held',
    rule: '2.4',
    bug: 'a leader takes for held what grew after all that the digests of a follower stand for, and is not listed',
    edits: [
      {
        file: 'core/log/comparing.ts',
        find: 'for (const [namespace, none] of newer) has.set(namespace, none)',
        replace: '',
      },
    ],
    test: 'core/comparing.test.ts',
  },
  {
    name: 'equal-for-ever',
    rule: '2.4',
    bug: 'what comes later in a namespace that was equal counts as held by the peer',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'pos <= holds.since && holds.equal',
        replace: 'holds.equal',
      },
    ],
    test: 'core/comparing.test.ts',
  },
  {
    name: 'sought-too-far',
    rule: 'D5',
    bug: 'a stream begins where the store found what its peer lacks, behind what came while it was looked for',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'Math.min(pos, stream.cursor)',
        replace: 'pos',
      },
    ],
    test: 'core/comparing.test.ts',
  },
  {
    name: 'sought-beside-a-commit',
    rule: 'D5',
    bug: 'a stream begins where the store found what its peer lacks, behind what was written while it looked',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'stream.cursor = Math.min(stream.cursor, state.durableEnd + 1)',
        replace: '',
      },
    ],
    script: '138-',
  },
  {
    name: 'stale-digest',
    rule: '2.4',
    bug: 'a digest that was computed once is not computed again when its group changes',
    edits: [
      {
        file: 'core/model/frontier.ts',
        find: 'known[table.groupOf(row)] = undefined',
        replace: ';',
      },
    ],
    test: 'core/comparing.test.ts',
  },
  {
    name: 'own-newer-unsaid',
    rule: '2.1',
    bug: 'a leader does not tell a follower of a later process of its own, so a disk put back from a copy goes unnoticed',
    edits: [
      {
        file: 'core/log/comparing.ts',
        find: 'if (newest) known.set(...newest)',
        replace: '',
      },
    ],
    test: 'core/comparing.test.ts',
  },
]
