/** Mutants of what a record may be, and of what it does to counters that last. */

import type { Mutant } from './mutant.ts'

const test = 'core/records.test.ts'
const names = 'core/forged-names.test.ts'

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
    edits: [{ file: 'core/log/clock.ts', find: "|| lc > clockMaxAt(state.wall, 'others')", replace: '' }],
    test,
  },
  {
    name: 'record-ahead-of-time',
    rule: 'D4',
    bug: 'a record is taken although no clock can have counted as far as its timestamp',
    edits: [
      {
        file: 'core/log/log.ts',
        find: "if (origin !== 'stamped' && lastTs(record) > clockMaxAt(state.wall, origin === 'leader' ? origin : 'others'))",
        replace: 'if (false)',
      },
    ],
    test,
  },
  {
    name: 'message-ahead-of-time',
    rule: 'D2',
    bug: 'a message is stamped although no clock can have counted as far as its own',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: "if (part.lc > clockMaxAt(state.wall, 'others'))",
        replace: 'if (false)',
      },
    ],
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
    edits: [
      { file: 'core/log/log.ts', find: "origin !== 'stamped' && lastTs(record)", replace: 'record.ts' },
    ],
    test,
  },
  {
    name: 'unset-clock-asked',
    rule: 'D1',
    bug: 'a wall clock that is not set decides which records are ahead of time',
    edits: [{ file: 'core/model/bounds.ts', find: 'Math.max(wall, wallClockMin)', replace: 'wall' }],
    test,
  },
  {
    name: 'bound-by-own-clock',
    rule: 'P4',
    bug: 'whether a record is taken depends on the clock of the node that judges it',
    edits: [
      {
        file: 'core/log/log.ts',
        find: "lastTs(record) > clockMaxAt(state.wall, origin === 'leader' ? origin : 'others')",
        replace: 'record.ts > state.clock + 2 ** 40',
      },
    ],
    test,
  },
  {
    name: 'no-margin-for-uploads',
    rule: 'D1',
    bug: 'an office takes from others what its followers cannot take from it yet',
    edits: [{ file: 'core/model/bounds.ts', find: 'marginMs : 0', replace: '0 : 0' }],
    test,
  },
  {
    name: 'place-below-message',
    rule: 'D4',
    bug: 'a record is taken although its timestamp is not above the clock of its message',
    edits: [{ file: 'core/log/log.ts', find: 'record.ts <= part.lc ||', replace: '' }],
    test,
  },
  {
    name: 'place-below-place',
    rule: 'D4',
    bug: 'a record is taken although its timestamp is not above that of the record before it in its namespace',
    edits: [
      {
        file: 'core/log/log.ts',
        find: '(record.s === held + 1 && record.ts <= before.lastTs(namespace))',
        replace: 'false',
      },
    ],
    test,
  },
  {
    name: 'own-count-of-stamps',
    rule: 'D2',
    bug: 'a leader does not count records of its own namespace that were uploaded to it',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 's: state.frontier.get(namespace) + 1',
        replace: 's: (state.lastStamped = (state.lastStamped ?? state.frontier.get(namespace) ?? 0) + 1)',
      },
    ],
    test,
  },
  {
    name: 'any-boot-decoded',
    rule: '2.1',
    bug: 'a record is decoded whatever the boot counters in it are',
    edits: [{ file: 'wire/fields.ts', find: 'if (bootCounter(inc) > bootMax)', replace: 'if (false)' }],
    test,
  },
  {
    name: 'any-boot-believed',
    rule: '2.1',
    bug: 'a node takes a fresh inc above any boot counter that a frontier names',
    edits: [{ file: 'core/leading/following.ts', find: '|| boot > own + bootAheadMax', replace: '' }],
    test,
  },
  {
    name: 'incs-without-end',
    rule: '2.1',
    bug: 'a node takes a fresh inc as often as a leader makes it',
    edits: [{ file: 'core/leading/following.ts', find: '|| state.freshIncs >= freshIncsMax', replace: '' }],
    test,
  },
  {
    name: 'sent-for-another-message',
    rule: '2.5',
    bug: 'a node calls its message sent when another message was stored under its name',
    edits: [
      { file: 'core/log/names.ts', find: 'if (sameParts(entry.part, record.part))', replace: 'if (entry)' },
    ],
    test: names,
  },
  {
    name: 'taken-name-given-out',
    rule: '2.5',
    bug: 'a message is given a name that somebody used before it was said',
    edits: [
      {
        file: 'core/log/names.ts',
        find: 'state.aseq = lastAseq(part); tellForged(state)',
        replace: 'tellForged(state)',
      },
    ],
    test: names,
  },
  {
    name: 'renamed-while-under-way',
    rule: '2.5',
    bug: 'messages are renamed while the leader may still stamp what was submitted under their old names',
    edits: [
      {
        file: 'core/starting.ts',
        find: "if (role.type === 'following' && role.phase === 'live') followAgain(state, role, 'hang-up')",
        replace: '',
      },
    ],
    test: names,
  },
  {
    name: 'old-names-stay-on-disk',
    rule: '2.5',
    bug: 'a message that was renamed stays on disk under its old name too',
    edits: [
      {
        file: 'core/log/names.ts',
        find: 'if (at < 0) write.outboxDrop.push(part)',
        replace: 'if (at < 0) {}',
      },
    ],
    test: names,
  },
  {
    name: 'any-copy-robs',
    rule: '2.5',
    bug: 'a message loses its name to any other under that name, also when its own copy stands first',
    edits: [
      {
        file: 'core/log/names.ts',
        find: 'rival !== undefined && (!place || compareRecords(rival, place) < 0)',
        replace: 'rival !== undefined',
      },
    ],
    test: names,
  },
  {
    name: 'robbed-before-it-began',
    rule: '2.5',
    bug: 'a process takes what it finds under the names in its outbox for its own messages',
    edits: [{ file: 'core/index.ts', find: 'rival: isOurs ? undefined : copy', replace: 'rival: undefined' }],
    test: names,
  },
  {
    name: 'voice-kept-in-store',
    rule: '2.5',
    bug: 'a fresh inc that was not needed is kept, and later messages are renamed at once',
    edits: [
      {
        file: 'core/starting.ts',
        find: "areNamesOwn(state) || inc < state.inc ? 'none' : inc",
        replace: 'inc',
      },
      {
        file: 'core/log/names.ts',
        find: "if (state.robbed === 0 && freshVoice !== 'asked')",
        replace: 'if (false)',
      },
    ],
    test: names,
  },
  {
    name: 'rows-out-of-range',
    rule: '2.12',
    bug: 'a store opens although a count in it is larger than any that can be sent',
    edits: [
      { file: 'store/room/process-pages.ts', find: 'if (!isInRange(rows, row))', replace: 'if (false)' },
      { file: 'store/room/log-rows.ts', find: 'if (!isLogRowInRange(verified))', replace: 'if (false)' },
    ],
    test: 'store/damage.test.ts',
  },
]
