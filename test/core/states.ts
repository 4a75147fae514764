/** States that several tests of the core begin with. */

import { initialState, type State } from '../../src/core/index.ts'
import { defaultConfig, type Config } from '../../src/core/model/config.ts'
import type { Member } from '../../src/core/model/frames.ts'
import { Frontier, Heard } from '../../src/core/model/frontier.ts'
import type { Address, LinkId, RoomId, Uid } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import type { Moving } from '../../src/core/model/state.ts'
import { simNotary } from '../../sim/world/notary.ts'

type Given = {
  readonly uid?: Uid
  /** How many records it has on its disk, and how far they reach. */
  readonly end?: number
  readonly frontier?: Frontier
  readonly config?: Partial<Config>
}

/** A node that has not begun: it has a history, and no links. */
export function storedNode({ uid = 'e'.repeat(32) as Uid, end = 0, frontier, config }: Given = {}): State {
  return initialState({
    uid,
    inc: makeInc(1, '0123456789abcdef'),
    name: 'Ann',
    addr: '10.0.0.1:4000' as Address,
    room: 'f'.repeat(32) as RoomId,
    copies: 3,
    durable: true,
    seed: 1,
    notary: simNotary,
    config: { ...defaultConfig, ...config },
    stored: {
      end,
      namespaces: (frontier ?? new Frontier(0)).rows(),
      authors: new Heard(0).rows(),
      clock: 0,
      outbox: [],
      placed: [],
      events: [],
      book: [],
    },
  })
}

/** An office on its way into that of `to`, before any reply. */
export function movingTo(to: Member, link: LinkId): Moving {
  return { to, link, asked: undefined, upload: undefined, synced: false, frozen: false, stable: [] }
}
