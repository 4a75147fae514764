/**
 * Mutants of the control plane (PROTOCOL.md sections 2.4, 2.6 to 2.9): links, ring, election, office.
 */

import type { Mutant } from './mutant.ts'

export const controlMutants: readonly Mutant[] = [
  {
    name: 'open-before-gathering',
    rule: '2.9',
    bug: 'a winner opens its office without waiting for what the others hold',
    edits: [
      {
        file: 'core/leading/office.ts',
        find: 'office.lap?.every(',
        replace: '[].every(',
      },
    ],
    script: '41-',
  },
  {
    name: 'stamp-while-gathering',
    rule: 'S11',
    bug: 'a winner stamps before its office is open',
    edits: [
      {
        file: 'core/log/stamping.ts',
        find: "office.phase === 'open' && office.pauseNonce",
        replace: 'office.pauseNonce',
      },
    ],
  },
  {
    name: 'no-resend-on-repair',
    rule: '2.8',
    bug: 'a token that was lost with a node is not sent again when the ring is repaired',
    edits: [
      {
        file: 'core/leading/election.ts',
        find: 'if (isOther && mustResend(state)) resendTokens(state)',
        replace: '',
      },
    ],
    script: '06-',
  },
  {
    name: 'no-token-behind-link',
    rule: '2.8',
    bug: 'a token that waits for a next is not sent behind the LINK that asks for one',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: 'if (next) return next const nearest',
        replace: 'return next const nearest',
      },
    ],
    test: 'core/linking.test.ts',
  },
  {
    name: 'no-swallowing',
    rule: '2.8',
    bug: 'a token is passed on again at its second pass',
    edits: [
      {
        file: 'core/leading/chang-roberts.ts',
        find: 'compareCandidates(larger, ballot.sentMax) <= 0',
        replace: 'compareCandidates(larger, ballot.sentMax) < 0',
      },
    ],
  },
  {
    name: 'pass-smaller-on',
    rule: '2.8',
    bug: 'a node passes on a token that is smaller than itself',
    edits: [
      {
        file: 'core/leading/chang-roberts.ts',
        find: 'const larger = compareCandidates(candidate, me) > 0 ? candidate : me',
        replace: 'const larger = candidate',
      },
    ],
  },
  {
    name: 'uids-as-numbers',
    rule: '2.1',
    bug: 'uids are compared as decimal numbers',
    edits: [
      {
        file: 'core/model/frames.ts',
        find: 'if (a.uid !== b.uid) return a.uid < b.uid ? -1 : 1',
        replace: 'if (a.uid !== b.uid) return Number.parseInt(a.uid) < Number.parseInt(b.uid) ? -1 : 1;',
      },
    ],
  },
  {
    name: 'no-stale',
    rule: '2.8',
    bug: 'a token of an old term is ignored in silence',
    edits: [
      {
        file: 'core/leading/election.ts',
        find: "case 'stale': send(state, from, { type: 'stale', term: election.term })",
        replace: "case 'stale':",
      },
    ],
    script: '49-',
  },
  {
    name: 'alive-without-asking',
    rule: '2.8',
    bug: 'a follower says ALIVE for a leader that it has not asked',
    edits: [
      {
        file: 'core/leading/election.ts',
        find: 'askLeader(state, role); } /** Asks',
        replace: 'onLeaderAlive(state, role); } /** Asks',
      },
    ],
    script: '50-',
  },
  {
    name: 'no-alive',
    rule: '2.8',
    bug: 'a follower drops the tokens of nodes that have lost its leader, and sends nothing back',
    edits: [
      {
        file: 'core/leading/election.ts',
        find: "if (isUp(state, link)) send(state, link, { type: 'alive', leader: role.leader })",
        replace: '',
      },
    ],
    script: '53-',
  },
  {
    name: 'no-backup-timer',
    rule: '2.8',
    bug: 'only the owner of the gap ever starts an election',
    edits: [
      {
        file: 'core/leading/losing.ts',
        find: "startTimer(state, 'backup', stretch(state, config.backupMinMs + nextBelow(prng, config.backupSpreadMs)))",
        replace: '',
      },
      {
        file: 'core/leading/losing.ts',
        find: "else startTimer(state, 'backup', stretch(state, 200 + nextBelow(prng, 200)))",
        replace: '',
      },
    ],
    script: '15-',
  },
  {
    name: 'no-referrer',
    rule: 'N6',
    bug: 'a node that is referred to one it cannot reach sends its tokens to nobody',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: "if (ring.next?.linking === 'linked') return ring.candidates.delete(link.id)",
        replace: 'return ring.candidates.delete(link.id)',
      },
    ],
    script: '23-',
  },
  {
    name: 'no-link-between',
    rule: 'N2',
    bug: 'a node takes any member as its previous one, even one that stands farther away',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: '&& !isNearer(state, who, prev.member)',
        replace: '&& false',
      },
    ],
    script: '48-',
  },
  {
    name: 'one-successor',
    rule: 'N1',
    bug: 'a node knows only the two members behind it, not the whole view',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: 'return [...members.slice(mine + 1), ...members.slice(0, mine)]',
        replace: 'return [...members.slice(mine + 1), ...members.slice(0, mine)].slice(0, 2)',
      },
    ],
  },
  {
    name: 'link-ok-behind-refer',
    rule: 'N2',
    bug: 'LINK_OK counts also where REFER has replied to the LINK before',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: "link.id && ring.next.linking === 'asked'",
        replace: "link.id && ring.next.linking !== 'no'",
      },
    ],
    test: 'core/linking.test.ts',
  },
  {
    name: 'link-ok-without-link',
    rule: 'N2',
    bug: 'a node takes LINK_OK although it sent no LINK',
    edits: [
      {
        file: 'core/ring/ring.ts',
        find: "if (candidate && candidate.linking !== 'asked') return",
        replace: '',
      },
    ],
    test: 'core/linking.test.ts',
  },
  {
    name: 'no-view-adoption',
    rule: 'N3',
    bug: 'neighbours do not tell one another of newer views',
    edits: [
      {
        file: 'core/ring/views.ts',
        find: "link.viewSentFor = pair send(state, id, { type: 'view', view: state.view, book: [] })",
        replace: '',
      },
    ],
    test: 'core/neighbour-views.test.ts',
  },
  {
    name: 'older-boot-stays',
    rule: '2.4',
    bug: 'a member that was started again stands in the view as it was before',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'members[slot] = follower.member',
        replace: 'members[slot] = held',
      },
    ],
    script: '16-',
  },
  {
    name: 'refuse-restarted',
    rule: '2.4',
    bug: 'a member that was started again before anybody noticed is refused as a copy',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'isClone(known.inc, who.inc) || known.inc > who.inc',
        replace: 'known.inc !== who.inc',
      },
    ],
    script: '16-',
  },
  {
    name: 'no-clone-alarm',
    rule: '2.1',
    bug: 'two processes of one identity are both let in',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'isClone(known.inc, who.inc) || known.inc > who.inc',
        replace: 'false',
      },
      {
        file: 'core/model/ids.ts',
        find: 'return a !== b && bootCounter(a) === bootCounter(b)',
        replace: 'return false',
      },
    ],
    script: '25-',
  },
  {
    name: 'no-pause-rule',
    rule: '2.6',
    bug: 'a leader that slept goes on stamping without asking whether it still has a follower',
    edits: [
      {
        file: 'core/leading/pause.ts',
        find: "role.type !== 'office' || sleptMs <= state.config.pauseMs",
        replace: 'true',
      },
    ],
  },
  {
    name: 'deaf-to-silence',
    rule: '2.6',
    bug: 'a silent link counts as alive for ever',
    edits: [
      {
        file: 'core/ring/liveness.ts',
        find: 'link.quiet > config.suspectAfterBeats + deadAfter',
        replace: 'false',
      },
    ],
  },
  {
    name: 'book-without-limit',
    rule: '2.3',
    bug: 'the address book grows without limit',
    edits: [
      {
        file: 'core/ring/book.ts',
        find: 'state.bookDirty = false trimBook(state)',
        replace: 'state.bookDirty = false',
      },
    ],
    script: '51-',
  },
  {
    name: 'backwards-view',
    rule: 'N5',
    bug: 'a view of the leader that is older than one known already is put in force',
    edits: [
      {
        file: 'core/model/senders.ts',
        find: '!isBefore(view.vid, role.viewSeen)',
        replace: 'true',
      },
    ],
    test: 'core/senders.test.ts',
  },
]
