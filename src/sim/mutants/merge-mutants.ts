/**
 * Mutants of partition and merge (PROTOCOL.md section 2.11).
 */

import type { Mutant } from './mutant.ts'

export const mergeMutants: readonly Mutant[] = [
  {
    name: 'no-probe',
    rule: '2.11',
    bug: 'an office does not look for the absent',
    edits: [
      {
        file: 'core/meeting.ts',
        find: 'if (entry && !isAsked)',
        replace: 'if (false)',
      },
    ],
  },
  {
    name: 'move-before-level',
    rule: '2.11',
    bug: 'an office moves before histories have flowed both ways',
    edits: [
      { file: 'core/moving.ts', find: 'if (!moving.synced || moving.frozen', replace: 'if (moving.frozen' },
    ],
  },
  {
    name: 'move-without-bridge',
    rule: '2.11',
    bug: 'an office of several closes and follows the other at once',
    edits: [
      {
        file: 'core/meeting.ts',
        find: 'if (mine.many || office.followers.size > 0)',
        replace: 'if (false)',
      },
    ],
  },
  {
    name: 'stamp-while-frozen',
    rule: '2.11',
    bug: 'an office stamps on after it has asked to move',
    edits: [
      {
        file: 'core/ordering.ts',
        find: 'office.pauseNonce === 0 && !office.moving?.frozen',
        replace: 'office.pauseNonce === 0',
      },
    ],
  },
  {
    name: 'rank-upside-down',
    rule: '2.11',
    bug: 'the larger rank yields',
    edits: [
      {
        file: 'core/rank.ts',
        find: 'return a.many === b.many ? a.uid < b.uid : b.many',
        replace: 'return a.many === b.many ? a.uid > b.uid : b.many',
      },
    ],
  },
  {
    name: 'rank-by-uid-only',
    rule: '2.11',
    bug: 'a loner with a large uid outranks a whole room',
    edits: [
      {
        file: 'core/rank.ts',
        find: 'return a.many === b.many ? a.uid < b.uid : b.many',
        replace: 'return a.uid < b.uid',
      },
    ],
  },
  {
    name: 'late-move-ok',
    rule: '2.11',
    bug: 'an office that takes its move back leaves the bridge open',
    edits: [
      {
        file: 'core/moving.ts',
        find: 'hangUp(state, moving.link) const before',
        replace: 'const before',
      },
    ],
  },
  {
    name: 'loner-stays',
    rule: '2.11',
    bug: 'an office of one never yields',
    edits: [
      {
        file: 'core/meeting.ts',
        find: 'if (!ranksBelow(mine, { many, uid: other.uid }))',
        replace: 'if (!mine.many || !ranksBelow(mine, { many, uid: other.uid }))',
      },
    ],
  },
  {
    name: 'no-drop-of-no-shows',
    rule: '2.11',
    bug: 'members of the other ring that never came stay in the view',
    edits: [
      {
        file: 'core/moving.ts',
        find: 'if (office.followers.get(uid)?.link === undefined) evict(state, office, uid)',
        replace: '',
      },
    ],
  },
  {
    name: 'moved-told-to-nobody',
    rule: '2.11',
    bug: 'an office that moves does not tell its followers where',
    edits: [
      {
        file: 'core/moving.ts',
        find: "send(state, follower.link, { type: 'moved', leader: to })",
        replace: ';',
      },
    ],
    script: '32-',
  },
]
