/**
 * Mutants of the data plane (PROTOCOL.md sections 2.2 and 2.4): messages, records, order, streams.
 */

import type { Mutant } from './mutant.ts'

export const dataMutants: readonly Mutant[] = [
  {
    name: 'no-dedupe',
    rule: 'D2',
    bug: 'a leader stamps a message that it holds already',
    edits: [
      { file: 'core/log/stamping.ts', find: 'if (part.aseq <= have) continue', replace: '' },
      {
        file: 'core/log/stamping.ts',
        find: 'if (part.aseq !== have + 1)',
        replace: 'if (part.aseq > have + 1)',
      },
      {
        file: 'core/log/stamping.ts',
        find: 'if (part.aseq !== state.have.get(part.namespace) + 1)',
        replace: 'if (part.aseq > (state.have.get(part.namespace) ?? 0) + 1)',
      },
    ],
  },
  {
    name: 'no-gap-nack',
    rule: 'D2',
    bug: 'a leader drops a SUBMIT that comes before an earlier one, without NACK',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: "if (follower.submission !== 'asked-again') nack(state, follower); return true",
        replace: 'return true',
      },
    ],
    script: '40-',
  },
  {
    name: 'no-nack-after-freeze',
    rule: '2.11',
    bug: 'a leader does not ask for the messages that it dropped while it could not stamp',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: "if (follower.submission === 'dropped')",
        replace: 'if (false)',
      },
    ],
    script: '42-',
  },
  {
    name: 'flood-delays-all',
    rule: '2.5',
    bug: 'a leader stamps all that one author submits, however little of it is on disks',
    edits: [
      { file: 'core/log/stamping.ts', find: 'if (isCrowding(state, follower))', replace: 'if (false)' },
    ],
    script: '97-',
  },
  {
    name: 'no-nack-after-flood',
    rule: '2.5',
    bug: 'what a leader left out of a flood is not asked for again',
    edits: [
      { file: 'core/log/stamping.ts', find: "if (follower.submission !== 'crowding')", replace: 'if (true)' },
    ],
    script: '97-',
  },
  {
    name: 'skip-unstamped',
    rule: 'D2',
    bug: 'a leader stamps a message although an earlier one of its author is missing',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 'if (part.aseq !== state.have.get(part.namespace) + 1)',
        replace: 'if (false)',
      },
      { file: 'core/log/stamping.ts', find: 'if (part.aseq !== have + 1)', replace: 'if (false)' },
      {
        file: 'core/log/log.ts',
        find: '|| part.aseq > before.have(part.namespace) + 1',
        replace: '',
      },
    ],
  },
  {
    name: 'largest-copy',
    rule: 'D3',
    bug: 'of several copies of a message the latest counts, not the one with the smallest key',
    edits: [
      {
        file: 'sim/world/transcript.ts',
        find: 'compareRecords(record, held) < 0',
        replace: 'compareRecords(record, held) > 0',
      },
    ],
  },
  {
    name: 'first-copy',
    rule: 'D3',
    bug: 'of several copies of a message the first to arrive counts',
    edits: [
      {
        file: 'sim/world/transcript.ts',
        find: '|| compareRecords(record, held) < 0',
        replace: '',
      },
    ],
  },
  {
    name: 'order-by-time-only',
    rule: 'D3',
    bug: 'records with the same ts stand in the order of their arrival',
    edits: [
      {
        file: 'core/model/records.ts',
        find: 'if (a.stamper !== b.stamper) return a.stamper < b.stamper ? -1 : 1',
        replace: 'if (a.stamper !== b.stamper) return 0;',
      },
    ],
  },
  {
    name: 'order-by-stamper',
    rule: 'D3',
    bug: 'records are sorted by stamper first, and by timestamp then',
    edits: [
      {
        file: 'core/model/records.ts',
        find: 'if (a.ts !== b.ts) return a.ts - b.ts',
        replace: '',
      },
      {
        file: 'core/model/records.ts',
        find: 'if (a.stamperInc !== b.stamperInc) return a.stamperInc < b.stamperInc ? -1 : 1; return 0',
        replace:
          'if (a.stamperInc !== b.stamperInc) return a.stamperInc < b.stamperInc ? -1 : 1; return a.ts - b.ts',
      },
    ],
  },
  {
    name: 'every-copy-is-new',
    rule: 'D3',
    bug: 'a second copy of a message is written as if it were the first',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'state.write.records.push({ pos: state.end, record, fresh, chain })',
        replace: 'state.write.records.push({ pos: state.end, record, fresh: true, chain })',
      },
    ],
  },
  {
    name: 'uploads-stamped-anew',
    rule: '2.2',
    bug: 'a leader gives the records that are uploaded to it timestamps of its own',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'takeIn(state, follower, frame,',
        replace:
          'takeIn(state, follower, { ...frame, records: frame.records.map((record) => ({ ...record, ts: record.ts + 1 })) },',
      },
    ],
  },
  {
    name: 'stream-skips-first',
    rule: 'D5',
    bug: 'a stream begins behind the first record, and the gap is not noticed',
    edits: [
      { file: 'core/log/streams.ts', find: 'stream.cursor = 1;', replace: 'stream.cursor = 2;' },
      {
        file: 'core/log/log.ts',
        find: 'if (record.s !== held + 1 || part.aseq > before.have(part.namespace) + 1)',
        replace: 'if (false)',
      },
    ],
  },
  {
    name: 'order-of-arrival',
    rule: 'D3',
    bug: 'messages stand in the order of their arrival',
    edits: [{ file: 'sim/world/transcript.ts', find: '.sort(compareRecords)', replace: '' }],
  },
  {
    name: 'no-max-of-clocks',
    rule: 'D1',
    bug: 'a clock only ticks: the clocks of others do not move it',
    edits: [
      {
        file: 'core/log/clock.ts',
        find: 'state.clock = lc',
        replace: '',
      },
      {
        file: 'core/log/log.ts',
        find: 'if (lastTs(record) > state.clock) state.clock = lastTs(record)',
        replace: '',
      },
    ],
  },
  {
    name: 'clock-below-message',
    rule: 'D2',
    bug: 'a stamp ignores the clock of the message, and may be as low',
    edits: [
      {
        file: 'core/log/clock.ts',
        find: 'state.clock = lc',
        replace: '',
      },
      {
        file: 'core/log/stamping.ts',
        find: 'Math.max(state.clock, part.lc) + 1',
        replace: 'state.clock + 1',
      },
      { file: 'core/log/log.ts', find: 'record.ts <= part.lc ||', replace: '' },
    ],
  },
  {
    name: 'submit-before-upload',
    rule: 'D7',
    bug: 'messages are submitted, and stamped, before the records that their author holds are uploaded',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 'if (isUploading(follower) || !mayStamp(office))',
        replace: 'if (!mayStamp(office))',
      },
      {
        file: 'core/log/stamping.ts',
        find: "role.type === 'following' && role.phase === 'live'",
        replace: "role.type === 'following' && role.phase !== 'dialling'",
      },
    ],
  },
  {
    name: 'up-done-too-soon',
    rule: 'D5',
    bug: 'a follower says UP_DONE while it still holds what the leader lacks',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'pump(state, role.upload, 0) if (!atEnd(state, role.upload)) return',
        replace: '',
      },
    ],
  },
  {
    name: 'synced-too-soon',
    rule: '2.4',
    bug: 'a leader says SYNCED before it has sent all that it holds',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: '|| !atEnd(state, stream))',
        replace: ')',
      },
    ],
  },
  {
    name: 'two-sources',
    rule: 'D6',
    bug: 'a follower keeps the link to its old leader, and takes records from it',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: "if (how === 'hang-up') hangUp(state, role.link) else cutLink(state, role.link)",
        replace: '',
      },
      {
        file: 'core/on-frame.ts',
        find: "role.type === 'following' && role.link === link.id && onLeaderFrame",
        replace: "role.type === 'following' && link.purpose === 'leader' && onLeaderFrame",
      },
    ],
  },
  {
    name: 'no-refollow-on-gap',
    rule: 'D4',
    bug: 'a follower that finds a gap in what its leader sends does not FOLLOW again',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: "takeIn(state, { link: role.link, stream: role.upload }, frame, 'leader')",
        replace: "takeIn(state, { link: role.link, stream: role.upload }, frame, 'leader') && undefined",
      },
    ],
    script: '40-',
  },
  {
    name: 'append-over-gap',
    rule: 'D4',
    bug: 'a record is taken although earlier ones of its namespace are missing',
    edits: [
      {
        file: 'core/log/log.ts',
        find: 'record.s !== held + 1 ||',
        replace: '',
      },
      // Else the chain of the namespace shows it as well.
      {
        file: 'core/log/log.ts',
        find: 'record.seal && !notary.isSealed(room, record, chain)',
        replace: 'false',
      },
    ],
    script: '40-',
  },
]
