/** Mutants of the sender table and of what peers can cause (PROTOCOL.md section 2.17): each bound taken away. */

import type { Mutant } from './mutant.ts'

const test = 'core/senders.test.ts'
const outlasting = 'core/outlasting.test.ts'

export const senderMutants: readonly Mutant[] = [
  {
    name: 'anybody-may-say',
    rule: '2.17',
    bug: 'a frame is taken from any sender',
    edits: [{ file: 'core/judge.ts', find: "return 'ignore'", replace: ';' }],
    test,
  },
  {
    name: 'no-bounds',
    rule: '2.17',
    bug: 'a value beyond its bound is taken',
    edits: [{ file: 'core/judge.ts', find: 'if (beyond !== undefined)', replace: 'if (beyond === 0)' }],
    test,
  },
  {
    name: 'no-rates',
    rule: '2.17',
    bug: 'a peer may send as many frames of a type as it likes',
    edits: [{ file: 'core/judge.ts', find: 'said > row.perSecond', replace: 'said < 0' }],
    test,
  },
  {
    name: 'terms-without-bound',
    rule: '2.17',
    bug: 'any term is believed',
    edits: [
      {
        file: 'core/model/senders.ts',
        find: 'return term > termMaxAt(state.wall, from)',
        replace: 'return false',
      },
    ],
    test,
  },
  {
    name: 'view-of-anybody',
    rule: 'N5',
    bug: 'a view of the living leader that a neighbour sends is put in force',
    edits: [
      {
        file: 'core/leading/adopting.ts',
        find: 'role.offered = { view: frame.view, link }',
        replace: 'adoptView(state, frame.view, frame.book)',
      },
    ],
    test,
  },
  {
    name: 'planted-view-stays',
    rule: '2.17',
    bug: 'a view counts that a node sent which has left since',
    edits: [
      {
        file: 'core/leading/adopting.ts',
        find: 'if (isUp(state, link)) onNeighbourView',
        replace: 'onNeighbourView',
      },
    ],
    test: outlasting,
  },
  {
    name: 'strangers-write-the-book',
    rule: '2.17',
    bug: 'a node outside the room is believed when it says that a member said goodbye',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'frame.book, wasMember(state, who.uid)',
        replace: 'frame.book, true',
      },
    ],
    test: outlasting,
  },
  {
    name: 'named-address-counts',
    rule: '2.17',
    bug: 'the address of a member is what any peer says',
    edits: [
      {
        file: 'core/ring/book.ts',
        find: 'if (wasMember(state, member.uid)) noteHearsay(state, member.uid, member.addr)',
        replace: 'if (false) noteHearsay(state, member.uid, member.addr)',
      },
    ],
    test: outlasting,
  },
  {
    name: 'absent-lines-stay',
    rule: '2.3',
    bug: 'the book is trimmed when a line changes, but not when a view makes members absent',
    edits: [{ file: 'core/ring/book.ts', find: ' && state.book.size <= most) return', replace: ') return' }],
    test: outlasting,
  },
  {
    name: 'first-probe-counts',
    rule: '2.17',
    bug: 'an office acts upon the first PROBE of a node that it does not know',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'return before.count + 1 >= strangerProbes',
        replace: 'return true',
      },
    ],
    script: '107-',
  },
  {
    name: 'named-probe-counts',
    rule: '2.17',
    bug: 'an office acts upon the first PROBE of a node that peers only named',
    edits: [
      {
        file: 'core/model/facts.ts',
        find: 'return entry !== undefined && !entry.told',
        replace: 'return entry !== undefined',
      },
    ],
    test: 'core/probing.test.ts',
  },
  {
    name: 'bye-identity-believed',
    rule: '2.1',
    bug: 'a node stops when any node that it dialled refuses it as a copy',
    edits: [
      {
        file: 'core/on-link.ts',
        find: "reason === 'identity' && (isOwn ||",
        replace: "reason === 'identity' && (isOwn || link.purpose !== 'accepted' ||",
      },
    ],
    script: '108-',
  },
  {
    name: 'dials-for-others',
    rule: '2.17',
    bug: 'a node dials at each frame that names another',
    edits: [
      {
        file: 'core/ring/links.ts',
        find: 'if (isKnown ? named.known >= namedKnownMax : named.unknown >= namedUnknownMax)',
        replace: 'if (false)',
      },
      {
        file: 'core/ring/links.ts',
        find: 'if (link.purpose === purpose && link.addr === addr && link.expects === options.expects)',
        replace: 'if (false)',
      },
    ],
    script: '111-',
  },
  {
    name: 'told-lines-stay',
    rule: '2.17',
    bug: 'the address book keeps nodes that peers named as if they were absent members',
    edits: [
      {
        file: 'core/ring/book.ts',
        find: 'wasMember(state, line.uid) ? line : { ...line, told: true }',
        replace: 'line',
      },
    ],
    script: '112-',
  },
  {
    name: 'one-budget-for-all',
    rule: '2.17',
    bug: 'probes at second addresses use up the dials to nodes that peers name',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'turn.second++',
        replace: 'turn.second++, state.named.unknown++',
      },
    ],
    test: 'core/probing.test.ts',
  },
  {
    name: 'first-second-addresses',
    rule: '2.17',
    bug: 'second addresses are not probed in turn, but always those of the first',
    edits: [
      {
        file: 'core/merging/meeting.ts',
        find: 'turns.sort((a, b) => a.turn.second - b.turn.second)',
        replace: '',
      },
    ],
    test: 'core/probing.test.ts',
  },
  {
    name: 'link-from-the-dialled',
    rule: '2.17',
    bug: 'FOLLOW, LINK and PROBE count also from a node that this one dialled',
    edits: [
      {
        file: 'core/model/standing.ts',
        find: "greeted: (_state, { who, purpose }) => who !== undefined && purpose === 'accepted'",
        replace: 'greeted: (_state, { who }) => who !== undefined',
      },
    ],
    test: 'core/linking.test.ts',
  },
]
