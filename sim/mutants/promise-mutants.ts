/**
 * Mutants of what is promised about one message (PROTOCOL.md sections 2.1 and 2.5): the outbox, *sent*, what is
 * shown, and the numbers of boots and messages that make it unique.
 */

import type { Mutant } from './mutant.ts'

export const promiseMutants: readonly Mutant[] = [
  {
    name: 'outbox-dropped-on-arrival',
    rule: '2.5',
    bug: 'a message leaves the outbox when it is ordered, not when it is sent',
    edits: [
      {
        file: 'core/log/outbox.ts',
        find: 'entry.ownPos = state.end',
        replace: 'entry.ownPos = state.end; state.write.outboxDrop.push(entry.part.aseq)',
      },
    ],
  },
  {
    name: 'one-holder-is-enough',
    rule: '2.5',
    bug: 'one disk is enough for *sent*',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'Math.min(state.copies, held.length)',
        replace: 'Math.min(1, held.length)',
      },
    ],
  },
  {
    name: 'sent-before-own-disk',
    rule: '2.5',
    bug: "*sent* is shown before the message is on its author's own disk",
    edits: [
      {
        file: 'core/log/outbox.ts',
        find: '|| entry.ownPos > state.durableEnd',
        replace: '',
      },
    ],
  },
  {
    name: 'stored-before-commit',
    rule: '2.5',
    bug: 'STORED is said before the commit',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'const pos = takeStable(role.stable, state.durableN)',
        replace: 'const pos = takeStable(role.stable, Infinity)',
      },
    ],
  },
  {
    name: 'own-held-count-as-safe',
    rule: '2.5',
    bug: 'the records that an author held when it followed count as safe at once',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'noteLeaderPos(state, role, pos) // What we held at FOLLOW time is covered by the SYNCED position (2.5). coverOwn(state, pos)',
        replace: 'noteLeaderPos(state, role, pos); coverOwn(state, 0)',
      },
    ],
  },
  {
    name: 'idle-are-behind',
    rule: '2.5',
    bug: 'a member that has stored everything counts as behind: after 2 s of silence no other disk is waited for',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'follower.storedPos >= follower.mark',
        replace: 'follower.storedPos > follower.mark',
      },
    ],
  },
  {
    name: 'own-disk-is-behind',
    rule: '2.5',
    bug: "after 2 s of silence a leader's own disk counts as behind",
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'state.durableEnd >= office.ownMark',
        replace: 'state.durableEnd > office.ownMark',
      },
    ],
    test: 'core/lost-and-late.test.ts',
  },
  {
    name: 'newcomers-are-behind',
    rule: '2.5',
    bug: 'a member that has just followed is not waited for',
    edits: [{ file: 'core/model/follower.ts', find: 'behind: 0', replace: 'behind: 8' }],
  },
  {
    name: 'wait-for-laggards',
    rule: '2.5',
    bug: 'a member whose disk is full delays *sent* for everybody',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'return behind < state.config.laggardBeats',
        replace: 'return true',
      },
    ],
    script: '43-',
  },
  {
    name: 'quiet-is-behind',
    rule: '2.5',
    bug: 'after a quiet time a member that holds everything counts as behind, and *sent* does not wait for it',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'follower.storedPos >= follower.mark',
        replace: 'follower.storedPos > follower.mark',
      },
    ],
    script: '70-',
  },
  {
    name: 'quiet-leader-is-behind',
    rule: '2.5',
    bug: 'after a quiet time a leader that holds everything counts itself as behind',
    edits: [
      {
        file: 'core/log/safe.ts',
        find: 'state.durableEnd >= office.ownMark',
        replace: 'state.durableEnd > office.ownMark',
      },
    ],
    script: '70-',
  },
  {
    name: 'held-not-told-as-stored',
    rule: '2.5',
    bug: 'a member never says STORED for the records that it held when it followed',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: "role.phase = 'live' noteLeaderPos(state, role, pos)",
        replace: "role.phase = 'live'",
      },
    ],
  },
  {
    name: 'batch-without-limit',
    rule: 'S16',
    bug: 'all that a follower lacks goes out in one frame',
    edits: [
      { file: 'core/log/streams.ts', find: 'takenBytes < config.batchBytes ||', replace: 'true ||' },
      {
        file: 'core/log/streams.ts',
        find: 'bytes <= state.config.batchBytes',
        replace: 'true',
      },
    ],
  },
  {
    name: 'stamps-not-counted',
    rule: 'D4',
    bug: 'a leader counts less of what it seals together than its followers do: they take none of it',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: 'partBytes(part) + stampBytes',
        replace: 'partBytes(part)',
      },
    ],
    test: 'core/signatures.test.ts',
  },
  {
    name: 'views-not-paced',
    rule: 'S16',
    bug: 'each view is sent at once, even to a follower that does not read',
    edits: [
      {
        file: 'core/leading/publishing.ts',
        find: 'const waits = link.busy || follower',
        replace: 'const waits = follower',
      },
    ],
    script: '82-',
  },
  {
    name: 'no-back-pressure',
    rule: 'S16',
    bug: 'records are sent although the link has not drained',
    edits: [
      {
        file: 'core/log/streams.ts',
        find: 'if (!link || link.busy || stream.request !== 0)',
        replace: 'if (!link || stream.request !== 0)',
      },
    ],
    script: '45-',
  },
  {
    name: 'show-every-copy',
    rule: 'S18',
    bug: 'a second copy of a message is shown again',
    edits: [
      {
        file: 'core/log/log.ts',
        find: "if (fresh) state.out.push({ type: 'deliver', pos: state.end, record })",
        replace: "state.out.push({ type: 'deliver', pos: state.end, record })",
      },
    ],
  },
  {
    name: 'named-without-process',
    rule: '2.1',
    bug: 'a message is named by its author and a number alone, and every process counts from 1',
    edits: [
      {
        file: 'core/log/outbox.ts',
        find: 'namespaceOf(author, inc)',
        replace: "namespaceOf(author, '')",
      },
    ],
  },
  {
    name: 'later-process-first',
    rule: 'P3',
    bug: 'a message of a later process is submitted while one of an earlier process has no place yet',
    edits: [
      {
        file: 'core/log/outbox.ts',
        find: 'if (entry.part.namespace !== first?.part.namespace) break',
        replace: '',
      },
    ],
    script: '80-',
  },
  {
    name: 'forget-boot-counter',
    rule: '2.1',
    bug: 'a node whose disk was put back continues with the boot counter that it finds there',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'counter = Math.max(counter, boot)',
        replace: 'counter = 0',
      },
    ],
    test: 'core/records.test.ts',
  },
  {
    name: 'no-boot-counter',
    rule: '2.1',
    bug: 'an inc is random bytes alone: every boot counts as the first',
    edits: [{ file: 'core/model/ids.ts', find: 'counter.toString(16)', replace: "'1'" }],
  },
  {
    name: 'boot-without-chance',
    rule: '2.1',
    bug: 'an inc is the boot counter alone, without random bytes',
    edits: [
      {
        file: 'core/model/ids.ts',
        find: "padStart(12, '0') + nonce",
        replace: "padStart(12, '0') + '0'.repeat(16)",
      },
    ],
  },
]
