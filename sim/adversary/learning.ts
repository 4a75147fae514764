/**
 * What a liar learns from the frames that it receives: the nodes, the leader, and the messages.
 */

import { bookEntryOf } from '../../src/core/model/facts.ts'
import type { BookEntry, Frame, Member, View } from '../../src/core/model/frames.ts'
import { rekeyingOf } from '../../src/core/model/key-changes.ts'
import type { Liar, Talk } from './liar.ts'

/** Records that it keeps, to hand them on. */
const recordsMax = 50

export function noteLinkOf(me: Liar, talk: Talk, frame: Frame): void {
  switch (frame.type) {
    case 'hello':
    case 'info': {
      const { uid, inc, name, addr } = frame
      talk.who = { uid, inc, name, addr }
      meet(me, talk.who)
      if (frame.type === 'info') {
        me.term = Math.max(me.term, frame.term)
        if (frame.leader) me.leader = frame.leader
      }
      return
    }
    case 'redirect':
      me.leader = frame.leader
      noteView(me, frame.view)
      return
    case 'view':
      noteView(me, frame.view)
      return
    case 'elect':
    case 'elected':
    case 'followOk':
      me.term = Math.max(me.term, frame.term)
      return
    case 'follow':
      talk.isFollower = true
      return
    case 'rec':
      me.pos = frame.pos
      me.records = [...me.records, ...frame.records].slice(-recordsMax)
      for (const { part } of frame.records) if (rekeyingOf(part)) me.rekeyings.push(part)
      return
    case 'key':
      me.learnKey(frame.key)
      return
    default:
  }
}

function meet(me: Liar, member: Member): void {
  if (member.uid === me.node.uid) return
  me.known.set(member.uid, member)
  me.addresses.add(member.addr)
}

function noteView(me: Liar, { vid, members }: View): void {
  me.vid = vid
  me.term = Math.max(me.term, vid.term)
  for (const member of members) meet(me, member)
  me.leader = members.find(({ uid }) => uid === vid.leader) ?? me.leader
}

export function bookIn(members: Iterable<Member>): BookEntry[] {
  return [...members].map(bookEntryOf)
}
