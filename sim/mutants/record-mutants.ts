/** Mutants of what a record may be, and of what it does to counters that last. */

import type { Mutant } from './mutant.ts'

const test = 'core/records.test.ts'

export const recordMutants: readonly Mutant[] = [
  {
    name: 'clock-of-life-signs',
    rule: 'D1',
    bug: 'any frame of a member moves the clock',
    edits: [
      {
        file: 'core/log/clock.ts',
        find: "role.type !== 'office' || !link.who ||",
        replace: '!link.who ||',
      },
      {
        file: 'core/log/clock.ts',
        find: 'if (role.followers.get(link.who.uid)?.link === link.id)',
        replace: '',
      },
    ],
    test,
  },
  {
    name: 'clock-without-bound',
    rule: 'D1',
    bug: 'the clock of a follower moves that of its leader, however large it is',
    edits: [{ file: 'core/log/clock.ts', find: '|| lc > clockMax(state)', replace: '' }],
    test,
  },
  {
    name: 'record-ahead-of-time',
    rule: 'D4',
    bug: 'a record is taken although no clock can have counted as far as its timestamp',
    edits: [
      {
        file: 'core/log/log.ts',
        find: "if (origin !== 'stamped' && record.ts > clockMax(state))",
        replace: 'if (false)',
      },
    ],
    test,
  },
  {
    name: 'message-ahead-of-time',
    rule: 'D2',
    bug: 'a message is stamped although no clock can have counted as far as its own',
    edits: [{ file: 'core/log/stamping.ts', find: 'if (part.lc > clockMax(state))', replace: 'if (false)' }],
    test,
  },
  {
    name: 'early-never-asked-for',
    rule: 'D2',
    bug: 'a message that was ahead of time is never asked for again',
    edits: [{ file: 'core/on-timer.ts', find: 'nackEarly(state, role)', replace: '' }],
    test,
  },
  {
    name: 'bound-for-own-stamps',
    rule: 'D1',
    bug: 'a leader whose clock stands at the bound stamps nothing',
    edits: [{ file: 'core/log/log.ts', find: "origin !== 'stamped' && record.ts", replace: 'record.ts' }],
    test,
  },
  {
    name: 'unset-clock-asked',
    rule: 'D1',
    bug: 'a wall clock that is not set decides which records are ahead of time',
    edits: [{ file: 'core/log/clock.ts', find: 'wall < wallClockMin', replace: 'wall < 0' }],
    test,
  },
  {
    name: 'place-below-message',
    rule: 'D4',
    bug: 'a record is taken although its timestamp is not above the clock of its message',
    edits: [{ file: 'core/log/log.ts', find: 'if (record.ts <= record.part.lc)', replace: 'if (false)' }],
    test,
  },
  {
    name: 'own-count-of-stamps',
    rule: 'D2',
    bug: 'a leader does not count records of its own namespace that were uploaded to it',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 's: (state.frontier.get(namespace) ?? 0) + 1',
        replace: 's: (state.lastStamped = (state.lastStamped ?? state.frontier.get(namespace) ?? 0) + 1)',
      },
    ],
    test,
  },
]
