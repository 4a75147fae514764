/**
 * Mutants of partition and merge (PROTOCOL.md section 2.11).
 */

import type { Mutant } from './mutant.ts'

export const mergeMutants: readonly Mutant[] = [
  {
    name: 'no-probe',
    rule: '2.11',
    bug: 'an office does not probe the absent members',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'if (!isAsked) dial(',
        replace: 'if (false) dial(',
      },
    ],
  },
  {
    name: 'move-before-level',
    rule: '2.11',
    bug: 'an office moves before it holds all that the other holds',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'if (!moving.synced || office.expected',
        replace: 'if (office.expected',
      },
      {
        file: 'core/leading/admitting.ts',
        find: '!atEnd(state, stream))',
        replace: "(!atEnd(state, stream) && follower.phase !== 'moving-in'))",
      },
      { file: 'core/merging/moving.ts', find: "follower.phase !== 'live'", replace: 'false' },
    ],
    script: '52-',
  },
  {
    name: 'move-before-uploaded',
    rule: '2.11',
    bug: 'an office moves before the other holds all that it holds',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'pump(state, moving.upload, 0) if (!atEnd(state, moving.upload)) return',
        replace: 'pump(state, moving.upload, 0)',
      },
      {
        file: 'core/merging/moving.ts',
        find: 'moving.upload !== undefined && isLevel(state, moving.upload)',
        replace: 'true',
      },
    ],
    script: '52-',
  },
  {
    name: 'move-without-bridge',
    rule: '2.11',
    bug: 'an office of several closes and follows the other at once',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'if (mine.many || office.followers.size > 0)',
        replace: 'if (false)',
      },
    ],
  },
  {
    name: 'stamp-while-frozen',
    rule: '2.11',
    bug: 'an office goes on stamping after it has asked to move',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 'office.pauseNonce === 0 && !office.moving?.frozen',
        replace: 'office.pauseNonce === 0',
      },
    ],
    script: '46-',
  },
  {
    name: 'rank-upside-down',
    rule: '2.11',
    bug: 'the larger rank yields',
    edits: [
      {
        file: 'core/merging/rank.ts',
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
        file: 'core/merging/rank.ts',
        find: 'return a.many === b.many ? a.uid < b.uid : b.many',
        replace: 'return a.uid < b.uid',
      },
    ],
  },
  {
    name: 'loner-stays',
    rule: '2.11',
    bug: 'an office of one never yields',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'if (!ranksBelow(mine, { many, uid: other.uid }))',
        replace: 'if (!mine.many || !ranksBelow(mine, { many, uid: other.uid }))',
      },
    ],
  },
  {
    name: 'probe-links-stay',
    rule: '2.11',
    bug: 'the link of a probe that was answered is not closed',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'const who = link.who; hangUp(state, link.id);',
        replace: 'const who = link.who;',
      },
    ],
  },
  {
    name: 'no-drop-of-no-shows',
    rule: '2.11',
    bug: 'members of the other ring that never came stay in the view',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'if (office.followers.get(uid)?.link === undefined) evict(state, office, uid)',
        replace: '',
      },
    ],
    script: '47-',
  },
  {
    name: 'left-over-segment',
    rule: '2.11',
    bug: 'members of a ring that took its move back stay in the view that was to join the rings',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'followed.length > 0 || expected.published',
        replace: 'followed.length > 0',
      },
    ],
    script: '71-',
  },
  {
    name: 'two-moves-at-once',
    rule: '2.11',
    bug: 'an office that is taking another in takes in a third',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'office.expected !== undefined',
        replace: 'false',
      },
    ],
    script: '72-',
  },
]
