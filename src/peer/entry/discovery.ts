/**
 * Asks one address, before the core runs, which room it is in and who leads it, so that the store of that
 * room can be opened first.
 */

import { noRoom, type Address, type Inc, type RoomId, type Uid } from '../../core/model/ids.ts'
import type { LinkEnd } from '../../core/model/events.ts'
import type { Frame, Member } from '../../core/model/frames.ts'
import { RingleaderError } from '../errors.ts'
import type { Clock, Transport } from '../ports.ts'
import { refusal } from '../refusal.ts'
import type { Switchboard } from './switchboard.ts'

/** What a neighbour replied. `contact`: the neighbour; `known`: other members that it named. */
export type Found = {
  room: RoomId
  copies: number
  leader: Member | undefined
  contact: { uid: Uid; name: string }
  known: readonly Member[]
}

/** How the search goes: as `Connecting` in room.ts. */
type SearchState = 'trying' | 'refused' | 'silent' | 'closed' | 'found'

export type DiscoverOptions = {
  transport: Pick<Transport, 'mintLink' | 'dial' | 'send' | 'close'>
  switchboard: Switchboard
  clock: Clock
  self: { uid: Uid; inc: Inc; name: string; addr: Address; visit?: true }
  target: Address
  /** How long to go on trying while there is no reply. Unit: ms. */
  timeoutMs: number
  /** Called when the state of the search changes. */
  progress?: ((state: SearchState) => void) | undefined
}

/** Time limit of one try: a stopped process accepts connections and sends nothing. Unit: ms. */
const tryMs = 2000
/** How long to wait for the REDIRECT that follows the INFO of one who has a leader. Unit: ms. */
const namesMs = 250
/** Pause between tries. Unit: ms. */
const pauseMs = 200

/**
 * Asks `target` for its room. Rejects with ERR_UNREACHABLE (refused or silent until `timeoutMs`),
 * ERR_NOT_RINGLEADER, ERR_VERSION, ERR_FAMILY, ERR_IDENTITY_IN_USE, or ERR_USAGE (it is ourselves).
 */
export function discover(options: DiscoverOptions): Promise<Found> {
  const { transport, switchboard, clock, self, target, timeoutMs, progress } = options
  const until = clock.monotonic() + timeoutMs
  let cancelWait = (): void => {}
  let link: ReturnType<Transport['mintLink']> | undefined
  let over = false
  /** Set when INFO came and its REDIRECT is awaited. */
  let told: Found | undefined
  let state: SearchState | undefined

  function report(now: SearchState): void {
    if (now === state) return
    state = now
    progress?.(now)
  }

  return new Promise<Found>((resolve, reject) => {
    function finish(conclude: () => void): void {
      if (over) return
      drop()
      over = true
      conclude()
    }

    /** Ends the present try; its link says goodbye, so that the other side sees no death in it. */
    function drop(): void {
      cancelWait()
      if (link === undefined) return
      switchboard.disown(link)
      transport.close(link)
      link = undefined
    }

    function attempt(): void {
      const dialled = transport.mintLink()
      link = dialled
      switchboard.claim(dialled, {
        opened(uid) {
          if (uid === self.uid) return finish(() => reject(itself(target, self.addr)))
          transport.send(dialled, 0, { type: 'hello', room: noRoom, ...self }, false)
        },
        received(frame) {
          answer(dialled, frame)
        },
        closed(why) {
          link = undefined
          const found = told
          if (found) return finish(() => resolve(found))
          if (why === 'alien' || why === 'version' || why === 'locked')
            finish(() => reject(refusal(why, target)))
          else again(why)
        },
      })
      transport.dial(dialled, target)
      cancelWait = clock.after(Math.max(1, Math.min(tryMs, until - clock.monotonic())), () => {
        drop()
        again('silent')
      })
    }

    function answer(on: ReturnType<Transport['mintLink']>, frame: Frame): void {
      if (frame.type === 'info' && frame.room !== noRoom) {
        const { room, copies, leader, uid, name } = frame
        const found = { room, copies, leader, contact: { uid, name }, known: [] }
        report('found')
        if (leader === undefined || leader.uid === uid) return goodbye(on, found)
        told = found
        cancelWait()
        cancelWait = clock.after(namesMs, () => goodbye(on, found))
      } else if (frame.type === 'redirect' && told) {
        goodbye(on, { ...told, known: frame.view.members })
      } else if (frame.type === 'bye') {
        const { reason } = frame
        if (reason === 'identity' || reason === 'family') finish(() => reject(refusal(reason, target)))
      }
    }

    function goodbye(on: ReturnType<Transport['mintLink']>, found: Found): void {
      transport.send(on, 0, { type: 'bye', reason: 'closing' }, false)
      finish(() => resolve(found))
    }

    function again(why: 'refused' | 'silent' | 'closed'): void {
      if (over) return
      cancelWait()
      if (clock.monotonic() + pauseMs >= until) return finish(() => reject(nobody(target, why)))
      report(why)
      cancelWait = clock.after(pauseMs, attempt)
    }

    report('trying')
    attempt()
  })
}

function nobody(target: Address, why: LinkEnd): RingleaderError {
  const what =
    why === 'refused'
      ? `nobody listens at ${target}`
      : `no answer from ${target} (is it running, and reachable?)`
  return new RingleaderError('ERR_UNREACHABLE', `${what}; try the address of another member`)
}

function itself(target: Address, own: Address): RingleaderError {
  return target === own
    ? new RingleaderError('ERR_USAGE', `${target} is this node itself; name another member as neighbor`)
    : new RingleaderError(
        'ERR_IDENTITY_IN_USE',
        `${target} runs with this node's own key; give one of the two another home`,
      )
}
