/**
 * Mutants of who is in the room (PROTOCOL.md sections 2.3, 2.7 and 2.10): leaving with a word, the address
 * book, and what is told with a view. Each has its script: random seeds would find it late, or never.
 */

import type { Mutant } from './mutant.ts'

export const roomMutants: readonly Mutant[] = [
  {
    name: 'no-hand-over',
    rule: '2.10',
    bug: 'a leader that leaves goes at once, whoever holds what it has stamped',
    edits: [
      {
        file: 'core/leaving.ts',
        find: 'leaving.hurried || isHandedOver(state, role)',
        replace: 'true',
      },
    ],
    script: '73-',
  },
  {
    name: 'leave-unwritten',
    rule: '2.10',
    bug: 'a leader that leaves goes before its own disk holds what it has stamped',
    edits: [
      { file: 'core/leaving.ts', find: 'if (state.durableN < state.persistN) return false', replace: '' },
    ],
    script: '73-',
  },
  {
    name: 'leave-unread',
    rule: '2.10',
    bug: 'a leader that leaves goes before it has sent everybody what it has stamped',
    edits: [
      {
        file: 'core/leaving.ts',
        find: 'follower.stream && !atEnd(state, follower.stream)',
        replace: 'false',
      },
    ],
    script: '73-',
  },
  {
    name: 'leave-unsent',
    rule: '2.10',
    bug: 'a member that leaves goes before what it said is *sent*',
    edits: [
      {
        file: 'core/leaving.ts',
        find: 'if (!leaving.hurried && state.outbox.length > 0) return',
        replace: '',
      },
    ],
    script: '74-',
  },
]
