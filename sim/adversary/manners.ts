/**
 * What an honest node would answer, near enough: so a liar is let in, stays a member, and is believed when it says that
 * it leads.
 */

import type { Frame, View } from '../../src/core/model/frames.ts'
import type { Chain, Digest } from '../../src/core/model/records.ts'
import type { Liar, Talk } from './liar.ts'

/** What nobody else holds. */
export const otherDigest = 'd1'.repeat(32) as Digest
export const otherChain = 'c4'.repeat(32) as Chain

export function replies(me: Liar, talk: Talk, frame: Frame): Frame[] {
  const { leads } = me.manner
  switch (frame.type) {
    case 'hello':
      return me.manner.refuses ? [info(me), { type: 'bye', reason: me.manner.refuses }] : [info(me)]
    case 'info':
      if (me.manner.joins && !leads) seek(me, talk, frame)
      return []
    case 'redirect':
      if (me.manner.joins && me.addresses.has(frame.leader.addr)) me.dial(frame.leader.addr)
      return []
    case 'probe':
      return [info(me)]
    case 'ping':
      return frame.nonce > 0 ? [{ type: 'pong', nonce: frame.nonce }] : []
    case 'link':
      return [{ type: 'linkOk', vid: frame.vid }]
    case 'follow':
      if (!leads)
        return me.leader ? [{ type: 'redirect', leader: me.leader, view: viewOf(me) }] : [{ type: 'wait' }]
      return [
        { type: 'followOk', frontier: frame.frontier, differing: [], term: me.term, book: [] },
        { type: 'synced', pos: 0 },
        ...(frame.role === 'member' ? [{ type: 'view' as const, view: viewOf(me), book: [] }] : []),
      ]
    case 'held':
      return [{ type: 'lacks', points: [] }]
    case 'followOk':
      return [{ type: 'upDone' }]
    case 'rec':
    case 'synced':
      return [{ type: 'stored', pos: frame.pos }]
    case 'move':
      return leads
        ? [{ type: 'moveOk', term: Math.max(me.term, frame.term) + 1, pos: 0 }]
        : [{ type: 'busy' }]
    case 'checkPoint':
      return [{ type: 'checked', nonce: frame.nonce, digest: otherDigest }]
    case 'chains':
      return [{ type: 'chainsAt', nonce: frame.nonce, chains: frame.points.map(() => otherChain) }]
    case 'check':
      return leads ? [{ type: 'checkPoint', nonce: 1 }] : []
    case 'checked':
      return leads ? [{ type: 'checkDone', nonce: frame.nonce, digest: frame.digest, members: [] }] : []
    case 'elect':
      return me.leader && !me.manner.joins ? [{ type: 'alive', leader: me.leader }] : []
    default:
      return []
  }
}

/** Follows the leader, over the same link if the leader is at its other end. */
function seek(me: Liar, talk: Talk, frame: Extract<Frame, { type: 'info' }>): void {
  if (me.open.some(({ isLeader }) => isLeader)) return
  if (frame.status === 'open') me.follow(talk)
  else if (frame.leader) me.dial(frame.leader.addr)
}

export function info(me: Liar): Frame {
  const { leads } = me.manner
  const leader = leads ? me.member : me.leader
  return {
    type: 'info',
    room: me.world.room,
    ...me.member,
    status: leads ? 'open' : 'following',
    term: me.term,
    ...(leader && { leader }),
    many: true,
    copies: me.world.copies,
  }
}

/** As it would be if the liar led everybody that it knows. */
function viewOf(me: Liar): View {
  const vid = { term: me.term, leader: me.node.uid, ver: ++me.ver }
  return { vid, members: [me.member, ...me.known.values()] }
}
