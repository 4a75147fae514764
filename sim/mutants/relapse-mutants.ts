/**
 * Mutants that bring back what was once wrong in the core, found by a seed or by reading: each undoes a fix,
 * and names the script that was written for it.
 */

import type { Mutant } from './mutant.ts'

export const relapseMutants: readonly Mutant[] = [
  {
    name: 'named-names-on',
    rule: '2.11',
    bug: 'an office follows up each leader that a reply names, even one named by a node that was itself named',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'link.expects === undefined && info.leader &&',
        replace: 'info.leader &&',
      },
    ],
    script: '79-',
  },
  {
    name: 'solo-term-again',
    rule: 'S13',
    bug: 'a node can win the term in which it was alone in office, and then publishes different views under the same names',
    edits: [
      {
        file: 'core/leading/office.ts',
        find: 'nominate(state.election, { uid: state.uid, inc: state.inc })',
        replace: 'state.election.term++',
      },
    ],
    script: '54-',
  },
  {
    name: 'no-uploads-while-frozen',
    rule: '2.11',
    bug: 'an office that has asked to move drops what its followers upload',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'takeIn(state, follower, frame,',
        replace: 'takeIn(state, follower, state.role.moving?.frozen ? { ...frame, records: [] } : frame,',
      },
    ],
    script: '55-',
  },
  {
    name: 'upload-after-move',
    rule: '2.11',
    bug: 'records that arrive after MOVE are uploaded before MOVE_OK, whose position does not cover them',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'if (!moving.upload || moving.frozen)',
        replace: 'if (!moving.upload)',
      },
      {
        file: 'core/merging/moving.ts',
        find: 'if (!moving.synced || office.expected',
        replace: 'if (!moving.synced || moving.frozen || office.expected',
      },
    ],
    script: '55-',
  },
  {
    name: 'hearsay-not-told',
    rule: '2.3',
    bug: 'a node does not pass on what it knows by hearsay',
    edits: [
      {
        file: 'core/ring/book.ts',
        find: 'return hearsay === undefined ? entry : { ...entry, hearsay }',
        replace: 'return entry',
      },
    ],
    script: '81-',
  },
  {
    name: 'told-twice',
    rule: '2.6',
    bug: 'a view that had to wait lists a member once for each time that it went',
    edits: [
      {
        file: 'core/leading/publishing.ts',
        find: 'new Map([...follower.viewOwed, ...news])',
        replace:
          'new Map([...(follower.viewOwed ?? []), ...[...news].map(([uid, told]) => [uid + state.clock + state.beats + state.view.vid.ver, told])])',
      },
    ],
    script: '82-',
  },
  {
    name: 'counts-on',
    rule: '2.1',
    bug: 'a process that took a fresh inc does not begin its count of messages anew',
    edits: [{ file: 'core/starting.ts', find: 'state.aseq = 0', replace: '' }],
    script: '83-',
  },
  {
    name: 'nack-once-for-ever',
    rule: 'D2',
    bug: 'a leader sends an author NACK for the first gap only',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: "if (stamp(state, office, part)) { follower.submission = 'taken'",
        replace: 'if (stamp(state, office, part)) {',
      },
    ],
    script: '40-',
  },
  {
    name: 'no-hearsay',
    rule: '2.3',
    bug: 'an absent member is probed only at the address in the own book',
    edits: [{ file: 'core/ring/book.ts', find: 'state.hearsay.set(uid, addr)', replace: 'undefined' }],
    script: '56-',
  },
  {
    name: 'new-term-for-stale',
    rule: '2.8',
    bug: 'a node whose token was too old begins a term above the one that STALE names',
    edits: [
      {
        file: 'core/leading/election.ts',
        find: 'const candidate = join(election, { uid: state.uid, inc: state.inc }, term)',
        replace: 'const candidate = join(election, { uid: state.uid, inc: state.inc }, ++term)',
      },
    ],
    script: '57-',
  },
  {
    name: 'clock-of-strangers',
    rule: 'D1',
    bug: 'the clock of a node of another room moves ours',
    edits: [
      {
        file: 'core/step.ts',
        find: 'takeClock(state, link, event.lc)',
        replace: 'state.clock = Math.max(state.clock, event.lc)',
      },
    ],
    script: '58-',
  },
  {
    name: 'no-back-off',
    rule: '2.11',
    bug: 'absent addresses are probed in turn, no matter how long each has been silent',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'turn.wait = Math.min(slower, slowestRounds)',
        replace: 'turn.wait = 0',
      },
    ],
    script: '60-',
  },
  {
    name: 'show-when-all-is-stored',
    rule: '2.5',
    bug: 'a node that catches up shows nothing while any record is not on disk yet',
    edits: [
      {
        file: 'core/log/shown.ts',
        find: 'state.durableEnd < Math.min(state.showTo, state.end)',
        replace: 'state.durableEnd < state.end',
      },
    ],
    script: '61-',
  },
  {
    name: 'act-before-dialling',
    rule: '2.11',
    bug: 'the smaller of two offices acts when it learns of the other, before the other has replied to it',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'probe(state, link.who)',
        replace: 'meet(state, role, link.who, frame.many)',
      },
    ],
    script: '62-',
  },
  {
    name: 'wait-for-link-ok',
    rule: 'N1',
    bug: 'a node waits without limit for a candidate that does not reply to LINK',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: 'startTimer(state, `dial:${id}`, stretch(state, state.config.dialAnswerMs))',
        replace: '',
      },
    ],
    script: '63-',
  },
  {
    name: 'goodbye-for-ever',
    rule: '2.11',
    bug: 'an office never probes members that left on purpose',
    edits: [
      {
        file: 'core/ring/book.ts',
        find: '({ uid }) => !memberOf(state, uid) && !state.lock',
        replace: '({ uid, left }) => !left && !memberOf(state, uid) && !state.lock',
      },
    ],
    script: '64-',
  },
  {
    name: 'dropped-before-listed',
    rule: '2.11',
    bug: 'an office whose drop timer fires first never lists the members that have followed',
    edits: [
      {
        file: 'core/merging/moving.ts',
        find: 'publishMerged(state, office); office.expected = undefined',
        replace: 'office.expected = undefined',
      },
    ],
    script: '85-',
  },
  {
    name: 'every-goodbye-at-once',
    rule: '2.11',
    bug: 'all members that left on purpose are probed each 15 s, however many they are',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'const second = state.hearsay.get(entry.uid)',
        replace: 'for (const each of gone) probeAt(state, each.addr); const second = undefined',
      },
    ],
    script: '87-',
  },
  {
    name: 'older-process-kept',
    rule: '2.1',
    bug: 'an office that finds a newer process of a member in office elsewhere keeps the older one, and does not merge',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'dropElsewhere(state, office, other)',
        replace: 'undefined',
      },
    ],
    script: '86-',
  },
  {
    name: 'copied-home-untold',
    rule: '2.1',
    bug: 'the older process of a copied home is put out of the ring, and neither it nor people are told',
    edits: [
      {
        file: 'core/leading/evicting.ts',
        find: 'if (follower && follower.member.inc < who.inc && isUp(state, follower.link))',
        replace: 'if (false)',
      },
    ],
    script: '86-',
  },
  {
    name: 'leader-not-told-of-its-copy',
    rule: '2.1',
    bug: 'a follower that meets a newer process of its leader does not tell the older one',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: "send(state, role.link, { type: 'alive', leader: who })",
        replace: 'undefined',
      },
    ],
    test: 'core/lost-and-late.test.ts',
  },
  {
    name: 'office-not-told-of-its-copy',
    rule: '2.1',
    bug: 'an office that lists a newer process of another office does not tell that office',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'else if (listed.inc !== other.inc) tellOlder(state, other, listed)',
        replace: '',
      },
    ],
    script: '86-',
  },
  {
    name: 'copy-probes-on',
    rule: '2.1',
    bug: 'an office keeps its office when the nodes that it probes refuse it as a copy',
    edits: [
      {
        file: 'core/on-link.ts',
        find: "reason === 'identity' && (isOwn ||",
        replace: "reason === 'identity' && (false ||",
      },
    ],
    script: '86-',
  },
  {
    name: 'older-leader-not-asked',
    rule: '2.1',
    bug: 'an office is named a leader, lists a newer process of it, and does not probe it',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'return memberOf(state, leader.uid)?.inc !== leader.inc',
        replace:
          'return memberOf(state, leader.uid) === undefined || memberOf(state, leader.uid).inc < leader.inc',
      },
    ],
    script: '86-',
  },
  {
    name: 'twin-not-called',
    rule: '2.1',
    bug: 'a node that learns of another process of its own does not find out whether that one lives',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'return leader.inc !== state.inc && leader.addr !== state.addr',
        replace: 'return false',
      },
      {
        file: 'core/on-frame.ts',
        find: "frame.type === 'alive' && frame.leader.uid === state.uid",
        replace: "frame.type === 'alive' && frame.leader.uid === ''",
      },
    ],
    script: '86-',
  },
  {
    name: 'refused-without-end',
    rule: '2.6',
    bug: 'a follower whose leader drops it after FOLLOW_OK follows again at once, each time',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'const waitMs = role.againMs',
        replace: 'const waitMs = 0',
      },
    ],
    script: '124-',
  },
  {
    name: 'no-names-for-newcomers',
    rule: '2.4',
    bug: 'a contact tells a newcomer the leader, but no other members',
    edits: [
      {
        file: 'core/on-link.ts',
        find: "send(state, link.id, { type: 'redirect', leader, view: state.view })",
        replace: '',
      },
    ],
    script: '65-',
  },
  {
    name: 'ring-pass-begun-anew',
    rule: 'N1',
    bug: 'a pass over silent members begins anew each second, even before it has found one or tried them all',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: 'if (!isPassing(state)) {',
        replace: '{',
      },
    ],
    script: '94-',
  },
  {
    name: 'late-pong-is-death',
    rule: '2.8',
    bug: 'a held token is processed when the PONG of the leader is late, although the leader sends records',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: '(linkOf(state, link)?.quiet ?? Infinity) > 1',
        replace: 'true',
      },
    ],
    script: '95-',
  },
  {
    name: 'late-pong-for-ever',
    rule: '2.8',
    bug: 'a token is held as long as anything arrives over the link of the leader, which may be dead',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: "role.holdCheck = dial(state, 'check', leader.addr, { expects: leader.uid, ms: state.config.followAnswerMs })",
        replace: "startTimer(state, 'hold', state.config.holdTokenMs)",
      },
    ],
    script: '24-',
  },
  {
    name: 'hurried-leader-dial',
    rule: '2.6',
    bug: 'a leader that is dialled has no more time to reply than any other node',
    edits: [
      {
        file: 'core/leading/following.ts',
        find: 'expects: leader.uid, ms: config.followAnswerMs',
        replace: 'expects: leader.uid, ms: config.dialAnswerMs',
      },
    ],
    script: '95-',
  },
  {
    name: 'no-pace',
    rule: '2.6',
    bug: 'a node waits for every reply only as long as is right on a local network',
    edits: [
      {
        file: 'core/ring/pace.ts',
        find: 'return Math.min(Math.max(1, slowest / roundTripMs), paceMax)',
        replace: 'return 1',
      },
    ],
    script: '96-',
  },
  {
    name: 'pace-of-queues',
    rule: '2.6',
    bug: 'a reply that was queued behind records, or came from a process that stood still, counts as a long round trip',
    edits: [{ file: 'core/ring/pace.ts', find: '|| ms > 2 * roundTripMs * paceMax', replace: '' }],
    script: '24-',
  },
  {
    name: 'impatient-ring',
    rule: 'N1',
    bug: 'a member that does not reply in time is given no more time at the next try',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: 'state.config.dialAnswerMs * 2 ** Math.min(ring.passes, 2)',
        replace: 'state.config.dialAnswerMs',
      },
    ],
    script: '96-',
  },
]
