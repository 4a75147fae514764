/**
 * Mutants of what keeps a node that lies harmless (PROTOCOL.md sections 2.1, 2.5, 2.6 and 2.11). Without a liar most of
 * them change nothing.
 */

import type { Mutant } from './mutant.ts'

export const liarMutants: readonly Mutant[] = [
  {
    name: 'any-uid-is-believed',
    rule: '2.1',
    bug: 'a node that claims another uid than that of its key is let in',
    edits: [
      {
        file: 'core/ring/links.ts',
        find: "if (link.peer !== frame.uid) return 'identity'",
        replace: '',
      },
    ],
    script: '115-',
  },
  {
    name: 'submit-for-others',
    rule: '2.5',
    bug: 'a leader stamps what a follower submits in the name of another',
    edits: [
      {
        file: 'core/model/senders.ts',
        find: 'author !== who.uid)',
        replace: 'false && author)',
      },
    ],
    test: 'core/senders.test.ts',
  },
  {
    name: 'believe-suspect',
    rule: '2.6',
    bug: 'a leader puts out whom a member suspects, although its own link to it is up',
    edits: [
      {
        file: 'core/leading/evicting.ts',
        find: 'if (!follower || follower.member.inc !== inc) return; if (isUp(state, follower.link)) {',
        replace: 'if (!follower || follower.member.inc !== inc) return; if (false) {',
      },
    ],
    script: '114-',
  },
  {
    name: 'move-of-a-member',
    rule: '2.11',
    bug: 'an office takes a MOVE from a member that holds no office',
    edits: [
      {
        file: 'core/model/senders.ts',
        find: "from: ['bridge'], perSecond: 8",
        replace: "from: ['bridge', 'follower'], perSecond: 8",
      },
    ],
    test: 'core/senders.test.ts',
  },
  {
    name: 'resign-of-anybody',
    rule: '2.10',
    bug: 'RESIGN counts from any sender',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: "if (role.type === 'following' && role.leader.uid === link.who?.uid)",
        replace: "if (role.type === 'following')",
      },
      {
        file: 'core/model/senders.ts',
        find: "resign: { from: ['neighbour', 'leader']",
        replace: "resign: { from: ['greeted']",
      },
    ],
    script: '114-',
  },
]
