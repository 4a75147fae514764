/**
 * Named moments of the protocol at which a script lets a node crash, as predicates over frames that are
 * sent or arrive, and over a node's state. Knows nothing of how a crash is carried out.
 *
 *   holding-ELECT      the victim has been given an ELECT and has not looked at it
 *   MOVE_OK            the victim has just sent a MOVE_OK
 *   VIEW-to-2          the victim has sent VIEW to two nodes, and to no other (also MOVED-to-1-of-3)
 *   ELECTED-hop-3      a token has made three hops, wherever it is
 *   sent-to(n4)        the victim has sent new records to n4, and to no other
 *   gather             the victim gathers; gather-holding(r): and holds the message r
 *   open               the victim has opened its office
 */

import { frameName } from '../watch/describe.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { SimNode } from '../world/world.ts'

/** What happens to a frame on its way out: `last` goes, and then its sender crashes. */
type Sending = 'pass' | 'last' | 'drop' | 'crash'

export type Point = {
  /** The watched node sends a frame. `crash`: at once, without sending it. */
  sending?(to: SimNode, frame: Frame): Sending
  /** A frame reaches a node, which has not seen it yet. True: the victim crashes now. */
  arriving?(to: SimNode, victim: SimNode, frame: Frame): boolean
  /** After each step of the watched node. True: it crashes now, its last effects undone. */
  stepped?(node: SimNode): boolean
}

const names = new Set(
  'HELLO INFO FOLLOW FOLLOW_OK REDIRECT WAIT UP UP_DONE REC SYNCED STORED SAFE SUBMIT NACK VIEW BYE LEAVE RESIGN LINK LINK_OK REFER PING PONG SUSPECT ELECT ELECTED STALE ALIVE PROBE MOVE MOVE_OK BUSY MOVED'.split(
    ' ',
  ),
)

/** Whether the protocol has a frame of this name. */
export function isFrameName(name: string): boolean {
  return names.has(name)
}

/** The moment that `text` names; undefined when it names none. */
export function parsePoint(text: string): Point | undefined {
  if (text === 'open') return { stepped: (node) => phaseOf(node) === 'open' }
  if (text === 'gather') return { stepped: (node) => phaseOf(node) === 'gathering' }
  const gather = /^gather-holding\((.+)\)$/.exec(text)?.[1]
  if (gather !== undefined) return { stepped: (node) => phaseOf(node) === 'gathering' && holds(node, gather) }
  const only = /^sent-to\((\S+)\)$/.exec(text)?.[1]
  if (only !== undefined) return sentTo(only)
  const holding = /^holding-(\w+)$/.exec(text)?.[1]
  if (holding !== undefined && isFrameName(holding)) {
    return { arriving: (to, victim, frame) => to === victim && frameName(frame.type) === holding }
  }
  const [, hopName, hops] = /^(\w+)-hop-(\d+)$/.exec(text) ?? []
  if (hopName === 'ELECT' || hopName === 'ELECTED') return hop(hopName, Number(hops))
  const [, toName, count] = /^(\w+)-to-(\d+)(?:-of-\d+)?$/.exec(text) ?? []
  if (toName !== undefined && isFrameName(toName)) return sentToCount(toName, Number(count))
  if (isFrameName(text)) {
    return { sending: (_to, frame) => (frameName(frame.type) === text ? 'last' : 'pass') }
  }
  return undefined
}

function phaseOf(node: SimNode): string | undefined {
  return node.state?.role.type === 'office' ? node.state.role.phase : undefined
}

function holds(node: SimNode, text: string): boolean {
  return node.state?.tail.some((record) => record.part.text === text) ?? false
}

function sentTo(name: string): Point {
  return {
    sending(to, frame) {
      if (frame.type !== 'rec' || frame.records.length === 0) return 'pass'
      return to.name === name ? 'last' : 'drop'
    },
  }
}

function sentToCount(wanted: string, count: number): Point {
  const reached = new Set<SimNode>()
  return {
    sending(to, frame) {
      if (frameName(frame.type) !== wanted) return 'pass'
      if (!reached.has(to) && reached.size === count) return 'crash'
      reached.add(to)
      return 'pass'
    },
  }
}

function hop(wanted: string, count: number): Point {
  let hops = 0
  return {
    arriving(_to, _victim, frame) {
      if (frameName(frame.type) !== wanted) return false
      // An ELECTED tells by its list how far it came; an ELECT is counted.
      hops = frame.type === 'elected' ? frame.list.length : hops + 1
      return hops >= count
    },
  }
}
