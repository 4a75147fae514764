/**
 * A look at one address before the core runs: which room is that, and who leads it? So that the right
 * room's store can be opened first. Knows HELLO and INFO; keeps nothing and promises nothing.
 */

import { noRoom, type Address, type Inc, type RoomId, type Uid } from '../../core/model/ids.ts'
import type { LinkEnd } from '../../core/model/events.ts'
import type { Frame, Member } from '../../core/model/frames.ts'
import { RingleaderError } from '../errors.ts'
import type { Clock, Transport } from '../ports.ts'
import type { Switchboard } from './switchboard.ts'

/** What a neighbour told. `contact`: itself; `known`: the members it named besides. */
export type Found = {
  room: RoomId
  copies: number
  leader: Member | undefined
  contact: { uid: Uid; name: string }
  known: readonly Member[]
}

export type DiscoverOptions = {
  transport: Pick<Transport, 'mintLink' | 'dial' | 'send' | 'close'>
  switchboard: Switchboard
  clock: Clock
  self: { uid: Uid; inc: Inc; name: string; addr: Address }
  target: Address
  /** How long to go on trying while nobody answers. Unit: ms. */
  timeoutMs: number
}

/** One try may take so long; a stopped process takes connections and says nothing. Unit: ms. */
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
  const { transport, switchboard, clock, self, target, timeoutMs } = options
  const until = clock.monotonic() + timeoutMs
  let cancelWait = (): void => {}
  let link: ReturnType<Transport['mintLink']> | undefined
  let over = false
  /** INFO came; its REDIRECT is waited for. */
  let told: Found | undefined

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
          const { uid: me, inc, name, addr } = self
          transport.send(dialled, 0, { type: 'hello', room: noRoom, uid: me, inc, name, addr }, false)
        },
        received(frame) {
          answer(dialled, frame)
        },
        closed(why) {
          link = undefined
          const found = told
          if (found) return finish(() => resolve(found))
          if (why === 'alien' || why === 'version') finish(() => reject(refusal(why, target)))
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

    function again(why: LinkEnd): void {
      if (over) return
      cancelWait()
      if (clock.monotonic() + pauseMs >= until) return finish(() => reject(nobody(target, why)))
      cancelWait = clock.after(pauseMs, attempt)
    }

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

/** The error for a refusal that trying again would not change. */
export function refusal(
  why: 'alien' | 'version' | 'identity' | 'family' | 'room' | 'full',
  at: Address | undefined,
): RingleaderError {
  const who = at ?? 'a member'
  switch (why) {
    case 'alien':
      return new RingleaderError(
        'ERR_NOT_RINGLEADER',
        `${who} is not a Ringleader node; check its address and port`,
      )
    case 'version':
      return new RingleaderError(
        'ERR_VERSION',
        `${who} speaks another version of the protocol; install the same version of ringleader everywhere`,
      )
    case 'identity':
      return new RingleaderError(
        'ERR_IDENTITY_IN_USE',
        'another process uses this identity; stop it, or give this one another home',
      )
    case 'family':
      return new RingleaderError(
        'ERR_FAMILY',
        `the room of ${who} uses the other address family (IPv4 or IPv6); give this node such an address`,
      )
    case 'room':
      return new RingleaderError(
        'ERR_OTHER_ROOM',
        `${who} is in another room by now; join through another member`,
      )
    case 'full':
      return new RingleaderError(
        'ERR_ROOM_FULL',
        `the room has been led so often that it cannot take in what this home holds of it; that stays readable with "ringleader history". Begin another room, or join this one with another home`,
      )
  }
}
