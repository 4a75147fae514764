/**
 * Asks one address, before the core runs, which room it is in and who leads it, so that the store of that
 * room can be opened first.
 */

import { isLocked, noRoom } from '../../core/model/ids.ts'
import type { Address, Inc, RoomId, RoomKey, Uid } from '../../core/model/ids.ts'
import type { LinkEnd } from '../../core/model/events.ts'
import type { ByeReason, Frame, Member } from '../../core/model/frames.ts'
import { RingleaderError } from '../errors.ts'
import type { Clock, Transport } from '../ports.ts'
import { refusal } from '../refusal.ts'
import type { Switchboard } from './switchboard.ts'

/** What a neighbour replied. `keys`: those that it proved to know, the newest last; `contact`: the neighbour; `known`: other
 * members that it named. */
export type Found = {
  room: RoomId
  keys: readonly RoomKey[]
  copies: number
  leader: Member | undefined
  contact: { uid: Uid; name: string }
  known: readonly Member[]
}

/** How the search goes: as `Connecting` in room.ts. */
type SearchState = 'trying' | 'refused' | 'silent' | 'closed' | 'found' | 'knocking'

/** What a try shows: that this node knows the key of a room, and then no other room is taken; a name, to be let in; or
 * nothing, and then no locked room is taken. */
export type Shown = { readonly room: RoomId; readonly key: RoomKey } | { readonly knock: string } | 'nothing'

export type DiscoverOptions = {
  transport: Pick<Transport, 'mintLink' | 'dial' | 'send' | 'close'>
  switchboard: Switchboard
  clock: Clock
  self: { uid: Uid; inc: Inc; name: string; addr: Address; visit?: true }
  target: Address
  /** Each is tried when the other end does not let this node in for the one before. Default: nothing is shown. */
  shows?: readonly Shown[]
  /** What is shown is what an invitation says. */
  isInvited?: boolean
  /** Whether the home holds this room: whoever lets this node in by a knock cannot bring another key into it. */
  isHeld?: (room: RoomId) => boolean
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
/** How long members have to let in one that knocks. Unit: ms. */
const knockMs = 600_000
/** The member at which it knocks gives it up at about the same time, and says no more than that it is not let in. Unit: ms. */
const giveUpSlackMs = 5000

/**
 * Asks `target` for its room. Rejects with ERR_UNREACHABLE (refused or silent until `timeoutMs`), ERR_LOCKED (it lets this
 * node in for nothing that is shown, or offers a locked room without its key), ERR_OTHER_ROOM, ERR_NOT_RINGLEADER,
 * ERR_VERSION, ERR_FAMILY, ERR_IDENTITY_IN_USE, or ERR_USAGE (it is ourselves).
 */
export function discover(options: DiscoverOptions): Promise<Found> {
  const { transport, switchboard, clock, self, target, timeoutMs, progress, isInvited } = options
  let until = clock.monotonic() + timeoutMs
  let [shown = 'nothing', ...others] = options.shows ?? []
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

  /** From then on, whom nobody has let in was not turned away by a person. */
  let unansweredAt = Infinity

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
      const isKnock = isKnocking(shown)
      link = dialled
      switchboard.claim(dialled, {
        opened(uid) {
          if (uid === self.uid) return finish(() => reject(itself(target, self.addr)))
          if (isKnock) report('knocking')
          else transport.send(dialled, 0, { type: 'hello', room: noRoom, ...self }, false)
        },
        received(frame) {
          answer(dialled, frame)
        },
        closed(why) {
          link = undefined
          const found = told
          if (found) return finish(() => resolve(found))
          if (why === 'alien' || why === 'version') refuse(why)
          else if (why === 'locked') showNext()
          else if (isKnock && state === 'knocking') refuse('doorGone')
          else again(why)
        },
      })
      transport.dial(dialled, target, shown === 'nothing' ? undefined : shown)
      unansweredAt = clock.monotonic() + knockMs - giveUpSlackMs
      const waitMs = isKnock ? knockMs : Math.max(1, Math.min(tryMs, until - clock.monotonic()))
      cancelWait = clock.after(waitMs, () => {
        drop()
        if (isKnock) refuse('unanswered')
        else again('silent')
      })
    }

    function refuse(why: Parameters<typeof refusal>[0]): void {
      finish(() => reject(refusal(why, target)))
    }

    /** The other end did not let this node in for what was shown. */
    function showNext(): void {
      const [next, ...rest] = others
      if (next === undefined)
        return refuse(isKnocking(shown) ? 'unheard' : isInvited ? 'invitation' : 'locked')
      show(next, rest)
    }

    function show(next: Shown, rest: readonly Shown[]): void {
      drop()
      shown = next
      others = [...rest]
      attempt()
    }

    function answer(on: ReturnType<Transport['mintLink']>, frame: Frame): void {
      if (frame.type === 'info' && frame.room !== noRoom) {
        const { room, copies, leader, uid, name } = frame
        // No downgrade (2.20): a locked room that is offered without its key is not what it is called.
        const proven = provenBy(shown)
        if (!proven && isLocked(room)) return refuse('unproven')
        if (proven && proven.room !== room) return refuse('room')
        const keys = proven ? [proven.key] : []
        const found = { room, keys, copies, leader, contact: { uid, name }, known: [] }
        report('found')
        if (leader === undefined || leader.uid === uid) return goodbye(on, found)
        told = found
        cancelWait()
        cancelWait = clock.after(namesMs, () => goodbye(on, found))
      } else if (frame.type === 'redirect' && told) {
        goodbye(on, { ...told, known: frame.view.members })
      } else if (frame.type === 'admitted' && state === 'knocking') {
        if (!isLocked(frame.room)) return refuse('unproven')
        if (options.isHeld?.(frame.room)) return refuse('held')
        // The time of the search was that of the others, who had to decide.
        until = clock.monotonic() + timeoutMs
        show(frame, [])
      } else if (frame.type === 'bye') {
        const { reason } = frame
        // The home may hold a later key.
        if (reason === 'rekeyed' && others.length > 0) showNext()
        else if (reason === 'denied' && clock.monotonic() >= unansweredAt) refuse('unanswered')
        else if (isFinal(reason)) refuse(reason)
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

/** What the other end has proved to know, once it has sent anything. */
function provenBy(shown: Shown): { room: RoomId; key: RoomKey } | undefined {
  return shown !== 'nothing' && 'key' in shown ? shown : undefined
}

function isKnocking(shown: Shown): boolean {
  return shown !== 'nothing' && 'knock' in shown
}

function isFinal(reason: ByeReason): reason is Exclude<ByeReason, 'closing' | 'left' | 'room' | 'locked'> {
  return !['closing', 'left', 'room', 'locked'].includes(reason)
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
