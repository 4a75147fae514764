/**
 * Named moments of the protocol at which a script lets a node crash (docs/scripts.md), as predicates over frames
 * that are sent or arrive, and over a node's state.
 */

import { textsOf } from '../watch/texts.ts'
import { frameName } from '../watch/describe.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { SimNode } from '../world/world.ts'

/** What happens to a frame on its way out: `last` goes, and then its sender crashes. */
type Sending = 'pass' | 'last' | 'drop' | 'crash'

export type Moment = {
  /** The watched node sends a frame. `crash`: at once, without sending it. */
  sending?(to: SimNode, frame: Frame): Sending
  /** A frame reaches a node, which has not seen it yet. True: the victim crashes now. */
  arriving?(to: SimNode, victim: SimNode, frame: Frame): boolean
  /** After each step of the watched node. True: it crashes now, its last effects undone. */
  stepped?(node: SimNode): boolean
}

/** The protocol's frames, as they are written in scripts. */
export const frameNames: ReadonlySet<string> = new Set(
  'HELLO INFO FOLLOW FOLLOW_OK HELD LACKS REDIRECT WAIT UP UP_DONE REC SYNCED STORED SAFE SUBMIT NACK VIEW BYE LEAVE RESIGN LINK LINK_OK REFER PING PONG SUSPECT ELECT ELECTED STALE ALIVE PROBE MOVE MOVE_OK BUSY MOVED CHECK CHECK_POINT CHECKED CHAINS CHAINS_AT CHECK_DONE KEY CHANGED KNOCKING ANSWER'.split(
    ' ',
  ),
)

/** Whether the protocol has a frame of this name. */
export function isFrameName(name: string): boolean {
  return frameNames.has(name)
}

type MomentForm = {
  /** As docs/scripts.md writes it. */
  readonly written: string
  readonly pattern: RegExp
  /** The moment, from what the pattern's groups caught; undefined: it is none. */
  readonly point: (...words: string[]) => Moment | undefined
}

/** Every kind of moment; the first whose pattern fits counts. */
export const moments: readonly MomentForm[] = [
  { written: 'open', pattern: /^open$/, point: () => ({ stepped: (node) => phaseOf(node) === 'open' }) },
  {
    written: 'gather',
    pattern: /^gather$/,
    point: () => ({ stepped: (node) => phaseOf(node) === 'gathering' }),
  },
  {
    written: 'gather-holding(x)',
    pattern: /^gather-holding\((.+)\)$/,
    point: (text) => ({ stepped: (node) => phaseOf(node) === 'gathering' && holds(node, text) }),
  },
  { written: 'sent-to(n4)', pattern: /^sent-to\((\S+)\)$/, point: (name) => sentTo(name) },
  {
    written: 'holding-FRAME',
    pattern: /^holding-(\w+)$/,
    point: (name) =>
      isFrameName(name)
        ? { arriving: (to, victim, frame) => to === victim && frameName(frame.type) === name }
        : undefined,
  },
  {
    written: 'ELECT-hop-N',
    pattern: /^(ELECT|ELECTED)-hop-(\d+)$/,
    point: (name, hops) => hop(name, Number(hops)),
  },
  {
    written: 'FRAME-to-N',
    pattern: /^(\w+)-to-(\d+)(?:-of-\d+)?$/,
    point: (name, count) => (isFrameName(name) ? sentToCount(name, Number(count)) : undefined),
  },
  {
    written: 'FRAME',
    pattern: /^([A-Z_]+)$/,
    point: (name) =>
      isFrameName(name)
        ? { sending: (_to, frame) => (frameName(frame.type) === name ? 'last' : 'pass') }
        : undefined,
  },
]

/** The moment that `text` names; undefined when it names none. */
export function parseMoment(text: string): Moment | undefined {
  for (const { pattern, point } of moments) {
    const groups = pattern.exec(text)
    if (groups) return point(...groups.slice(1))
  }
  return undefined
}

function phaseOf(node: SimNode): string | undefined {
  return node.state?.role.type === 'office' ? node.state.role.phase : undefined
}

function holds(node: SimNode, text: string): boolean {
  return node.state?.tail.some((record) => textsOf(record.part).includes(text)) ?? false
}

function sentTo(name: string): Moment {
  return {
    sending(to, frame) {
      if (frame.type !== 'rec' || frame.records.length === 0) return 'pass'
      return to.name === name ? 'last' : 'drop'
    },
  }
}

function sentToCount(wanted: string, count: number): Moment {
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

function hop(wanted: string, count: number): Moment {
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
