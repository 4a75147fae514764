/** Mutants of what a node does with a leader that fails while tokens wait, and with dials without a reply in time. */

import type { Mutant } from './mutant.ts'

const test = 'core/lost-and-late.test.ts'

export const lateMutants: readonly Mutant[] = [
  {
    name: 'solo-over-a-leader',
    rule: '2.8',
    bug: 'a node acts upon a failed FOLLOW although a held token has named a leader or begun an election',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: "if (!counts || state.role.type !== 'leaderless' || state.role.started)",
        replace: 'if (!counts)',
      },
    ],
    test,
  },
  {
    name: 'redirect-drops-tokens',
    rule: '2.8',
    bug: 'tokens that wait for a leader are dropped when it names another',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: 'redirects: redirects + 1, held',
        replace: 'redirects: redirects + 1',
      },
    ],
    test,
  },
  {
    name: 'key-ahead-of-its-record',
    rule: '2.20',
    bug: 'a key counts after a restart although the record that names it was lost',
    edits: [
      {
        file: 'core/model/lock.ts',
        find: 'lock.keys.filter(({ id }) => lock.awaited.has(id))',
        replace: '[]',
      },
    ],
    script: '140-a-change-that-no-disk-has',
  },
  {
    name: 'key-forgotten',
    rule: '2.20',
    bug: 'a key whose record was lost is forgotten: a node that no change keeps is shut out with it',
    edits: [{ file: 'core/index.ts', find: 'lock.spare.push(held)', replace: 'void 0' }],
    script: '141-a-key-lost-with-its-record',
  },
  {
    name: 'memory-counts',
    rule: '2.5',
    bug: 'what a member holds in memory counts for *sent* beside disks',
    edits: [{ file: 'core/log/safe.ts', find: '(follower.disk || !anyDisk) && ', replace: '' }],
  },
  {
    name: 'strangers-count',
    rule: '2.5',
    bug: 'what followers hold that no view lists counts for *sent*',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'others.flatMap((member) => office.followers.get(member.uid) ?? [])',
        replace: '[...office.followers.values()]',
      },
    ],
  },
  {
    name: 'memory-beside-a-disk',
    rule: '2.5',
    bug: 'memory counts where the one member that keeps a disk is listed and does not follow now',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'others.some(({ memory }) => !memory)',
        replace: 'members.some((follower) => follower.disk)',
      },
    ],
    test,
  },
  {
    name: 'moved-drops-tokens',
    rule: '2.8',
    bug: 'tokens that wait for a leader are dropped when its office moves',
    edits: [{ file: 'core/merging/moving.ts', find: 'after, held: role.held', replace: 'after' }],
    test,
  },
  {
    name: 'counts-old-failures',
    rule: '2.8',
    bug: 'failed elections and FOLLOWs still count after there was a leader',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'state.election.failedTerms = 0 state.election.failedFollows = 0',
        replace: '',
      },
    ],
    test,
  },
  {
    name: 'dials-idle-out',
    rule: '2.6',
    bug: 'a dial without a reply is closed as idle, and its failure is not handled',
    edits: [{ file: 'core/ring/liveness.ts', find: '&& !isTimed(state, link)', replace: '' }],
    test,
  },
  {
    name: 'time-for-all-that-opens',
    rule: '2.6',
    bug: 'on a node with a long round trip to its ring each dial that opens gets more time, even to a near node',
    edits: [
      { file: 'core/on-link.ts', find: 'if (isFar(state, link))', replace: 'if (isFar(state, state))' },
    ],
    test,
  },
  {
    name: 'link-asked-anew',
    rule: 'N1',
    bug: 'LINK is sent again each second, and this restarts the timer of a silent candidate',
    edits: [
      { file: 'core/ring/ring.ts', find: "if (candidate.linking === 'referred')", replace: 'if (candidate)' },
    ],
    test,
  },
  {
    name: 'positions-of-a-bridge',
    rule: '2.11',
    bug: 'an office on its way into another keeps one position for each record that arrives',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'while (stable[1] && stable[1].n <= state.durableN)',
        replace: 'while (stable[1] && stable[1].n < 0)',
      },
    ],
    test,
  },
]
