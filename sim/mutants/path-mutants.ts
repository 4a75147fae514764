/** Mutants of what a node does where its machine gets another address (2.18), and on a path that loses large packets (2.6). */

import type { Mutant } from './mutant.ts'

export const pathMutants: readonly Mutant[] = [
  {
    name: 'listed-without-proof',
    rule: '2.6',
    bug: 'all are told each time that a member comes at which nothing arrives',
    edits: [{ file: 'core/leading/evicting.ts', find: '>= config.fruitlessMax', replace: '> 1e9' }],
    script: '118-',
  },
  {
    name: 'on-trial-for-ever',
    rule: '2.6',
    bug: 'a member that was kept out of the view is not listed when something arrives at it',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: '  follower.onTrial = false\n',
        replace: '  return\n',
      },
    ],
    script: '118-',
  },
  {
    name: 'silent-about-lost-packets',
    rule: '2.6',
    bug: 'nobody is told why a node comes back again and again',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'if (state.fruitless !== state.config.fruitlessMax) return',
        replace: 'return',
      },
    ],
    script: '118-',
  },
  {
    name: 'lost-packets-only-behind-info',
    rule: '2.6',
    bug: 'a node to which INFO gets lost as well, in one packet with the records, is never told why it does not get in',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: "role.phase === 'dialling' ? link?.peer",
        replace: "role.phase === 'dialling' ? link?.who",
      },
    ],
    script: '118-',
  },
  {
    name: 'no-call-from-a-new-address',
    rule: '2.18',
    bug: 'an office that has another address waits until its followers miss it',
    edits: [
      {
        file: 'core/starting.ts',
        find: "dial(state, 'errand', member.addr, { expects: member.uid, ms: state.config.dialAnswerMs })",
        replace: 'void member',
      },
    ],
    script: '119-',
  },
  {
    name: 'leader-only-where-it-was',
    rule: '2.18',
    bug: 'a follower takes no notice of a leader that calls from another address',
    edits: [{ file: 'core/leading/losing.ts', find: 'role.leader.addr === who.addr', replace: 'true' }],
    script: '119-',
  },
  {
    name: 'next-where-it-was',
    rule: '2.18',
    bug: 'a node keeps the link to its next, which has another address by now, until it misses it',
    edits: [
      {
        file: 'core/ring/views.ts',
        find: 'if (neighbour === ring.next && known.addr',
        replace: 'if (!ring.next && known.addr',
      },
    ],
    script: '119-',
  },
]
