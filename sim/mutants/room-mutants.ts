/**
 * Mutants of membership (PROTOCOL.md sections 2.3, 2.7 and 2.10): leaving on purpose, the address
 * book, and what is told with a view. Each has its script: random seeds would find it late, or never.
 */

import type { Mutant } from './mutant.ts'

export const roomMutants: readonly Mutant[] = [
  {
    name: 'no-hand-over',
    rule: '2.10',
    bug: 'a leader that leaves goes at once, even if no other node holds what it has stamped',
    edits: [
      {
        file: 'core/leaving.ts',
        find: 'leaving.hurried || isHandedOver(state, role)',
        replace: 'true',
      },
    ],
    script: '73-',
  },
  {
    name: 'leave-unwritten',
    rule: '2.10',
    bug: 'a leader that leaves goes before its own disk holds what it has stamped',
    edits: [
      { file: 'core/leaving.ts', find: 'if (state.durableN < state.persistN) return false', replace: '' },
    ],
    script: '73-',
  },
  {
    name: 'leave-unread',
    rule: '2.10',
    bug: 'a leader that leaves goes before it has sent everybody what it has stamped',
    edits: [
      {
        file: 'core/leaving.ts',
        find: 'follower.link !== undefined && !(follower.stream && atEnd(state, follower.stream))',
        replace: 'false',
      },
    ],
    script: '73-',
  },
  {
    name: 'leave-unsent',
    rule: '2.10',
    bug: 'a member that leaves goes before its own messages are *sent*',
    edits: [
      {
        file: 'core/leaving.ts',
        find: 'if (!leaving.hurried && state.outbox.length > 0) return',
        replace: '',
      },
    ],
    script: '74-',
  },
  {
    name: 'view-at-every-ping',
    rule: 'N3',
    bug: 'neighbours send one another the view at every life sign',
    edits: [
      {
        file: 'core/ring/views.ts',
        find: 'compareVids(theirs, mine) >= 0',
        replace: 'compareVids(theirs, mine) > 0',
      },
      { file: 'core/ring/views.ts', find: 'if (link.viewSentFor === pair) return', replace: '' },
    ],
    script: '75-',
  },
  {
    name: 'view-again',
    rule: 'N3',
    bug: 'a neighbour with an older view is sent the newer one at every life sign',
    edits: [{ file: 'core/ring/views.ts', find: 'if (link.viewSentFor === pair) return', replace: '' }],
    script: '75-',
  },
  {
    name: 'no-book-in-follow',
    rule: '2.3',
    bug: 'a leader ignores what a FOLLOW says about the absent',
    edits: [
      {
        file: 'core/leading/admitting.ts',
        find: 'noteBook(state, frame.book, wasMember(state, who.uid))',
        replace: '',
      },
    ],
    script: '76-',
  },
  {
    name: 'no-book-in-follow-ok',
    rule: '2.3',
    bug: 'a follower ignores what FOLLOW_OK says about the absent',
    edits: [{ file: 'core/leading/following.ts', find: 'noteBook(state, frame.book, true)', replace: '' }],
    script: '76-',
  },
  {
    name: 'no-news-of-the-absent',
    rule: '2.3',
    bug: 'a VIEW does not say which members are absent, and why',
    edits: [
      {
        file: 'core/ring/views.ts',
        find: 'for (const entry of news) noteEntry(state, asTold(state, entry))',
        replace: '',
      },
    ],
    script: '77-',
  },
  {
    name: 'owed-news-lost',
    rule: '2.3',
    bug: 'news of absent members in a view that had to wait is lost when a newer view takes its place',
    edits: [
      {
        file: 'core/leading/publishing.ts',
        find: 'new Map([...follower.viewOwed, ...news])',
        replace: 'news',
      },
    ],
    script: '77-',
  },
  {
    name: 'visit-in-book',
    rule: '2.3',
    bug: 'address books keep the visits that a view lists',
    edits: [
      {
        file: 'core/ring/book.ts',
        find: 'if (!member.visit) noteEntry(state, bookEntryOf(member))',
        replace: 'noteEntry(state, bookEntryOf(member))',
      },
    ],
    script: '117-',
  },
]
