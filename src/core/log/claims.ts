/**
 * What this node will ask its notary when a frame is taken, told before: so that it can be verified beside the event loop
 * (docs/ARCHITECTURE.md). It decides nothing: what is missing here is verified when the frame is taken.
 */

import { followerOn, linkOf } from '../model/facts.ts'
import type { Frame } from '../model/frames.ts'
import type { LinkId, Namespace } from '../model/ids.ts'
import type { Claim } from '../model/notary.ts'
import type { Chain, Part, StampedRecord } from '../model/records.ts'
import { lastAseq } from '../model/records.ts'
import { senders } from '../model/senders.ts'
import { isStanding } from '../model/standing.ts'
import type { State } from '../model/state.ts'

/** What earlier frames of a link will bring when they are taken: they wait, and the state does not have them yet. */
export type Ahead = {
  readonly held: Map<Namespace, { s: number; chain: Chain }>
  readonly have: Map<Namespace, number>
}

export function newAhead(): Ahead {
  return { held: new Map(), have: new Map() }
}

/** The claims of a frame, in its order. `ahead` is moved on by what the frame brings. */
export function claimsOf(state: State, id: LinkId, frame: Frame, ahead: Ahead): Claim[] {
  const { type } = frame
  if (type !== 'rec' && type !== 'up' && type !== 'submit') return []
  const link = linkOf(state, id)
  // What its sender may not send is ignored: no signature in it is looked at.
  if (!link || !senders[type].from.some((standing) => isStanding(state, link, frame, standing))) return []
  return type === 'submit'
    ? claimsOfParts(state, id, frame.parts, ahead)
    : claimsOfRecords(state, frame.records, ahead)
}

function claimsOfRecords(state: State, records: readonly StampedRecord[], { held }: Ahead): Claim[] {
  const { frontier, notary } = state
  const claims: Claim[] = []
  for (const record of records) {
    const { namespace, s, part } = record
    const before = held.get(namespace) ?? {
      s: frontier.get(namespace),
      chain: frontier.chain(namespace),
    }
    if (s <= before.s) continue
    // D4: behind a gap nothing is taken.
    if (s !== before.s + 1) break
    const chain = notary.extend(before.chain, record)
    held.set(namespace, { s, chain })
    if (record.seal) claims.push({ type: 'seal', record, chain })
    claims.push({ type: 'part', part })
  }
  return claims
}

/** 2.5: of an author that has too much stamped which is not safe, nothing is stamped, hence nothing verified. */
function claimsOfParts(state: State, id: LinkId, parts: readonly Part[], { have }: Ahead): Claim[] {
  const { role } = state
  const follower = role.type === 'office' ? followerOn(role, id) : undefined
  if (!follower || follower.submission === 'crowding') return []
  const claims: Claim[] = []
  for (const part of parts) {
    const { namespace } = part
    const last = have.get(namespace) ?? state.have.get(namespace)
    if (part.aseq <= last) continue
    // D2: behind a gap nothing is stamped.
    if (part.aseq !== last + 1) break
    have.set(namespace, lastAseq(part))
    claims.push({ type: 'part', part })
  }
  return claims
}
