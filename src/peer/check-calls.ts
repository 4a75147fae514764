/**
 * Calls of Room.check: one check of the core at a time, and its result in the library's words.
 */

import type { Effect } from '../core/model/effects.ts'
import type { Point, StampedRecord } from '../core/model/records.ts'
import { RingleaderError, usageError } from './errors.ts'
import type { Clock, Store } from './ports.ts'
import type { Message, RoomCheck, RoomMember } from './room.ts'
import { asError, toMessages } from './to-room.ts'

type Checked = Extract<Effect, { type: 'checked' }>

type Call = {
  readonly resolve: (check: RoomCheck) => void
  readonly reject: (error: Error) => void
  readonly cancel: () => void
}

type Parts = {
  readonly clock: Clock
  readonly store: Store
  readonly uid: string
  /** Feeds `checkRequested`; `done` follows. */
  readonly request: () => void
  readonly members: () => readonly RoomMember[]
  /** How many titles and changes of the key are held: the core counts them as messages. */
  readonly hidden: () => number
}

/** How long a call waits that names no time. Unit: ms. A leader takes 7 s at most (checkReplyBeats, checkSearchBeats). */
const waitMs = 10_000
const waitMsMax = 86_400_000

export class CheckCalls {
  readonly #parts: Parts
  /** What was asked before the request, and what came after it: each is told of a point after its call. */
  #asked = new Set<Call>()
  #later = new Set<Call>()
  #isOut = false
  #ended: Error | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async call(timeoutMs = waitMs): Promise<RoomCheck> {
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0 && timeoutMs <= waitMsMax))
      throw usageError('timeoutMs is a number of ms, at most a day')
    if (this.#ended) throw this.#ended
    return await new Promise((resolve, reject) => {
      const cancel = this.#parts.clock.after(timeoutMs, () => {
        this.#asked.delete(call)
        this.#later.delete(call)
        reject(noReply())
      })
      const call: Call = { resolve, reject, cancel }
      const calls = this.#isOut ? this.#later : this.#asked
      calls.add(call)
      this.#request()
    })
  }

  /** The core has the result. */
  done(checked: Checked): void {
    const calls = this.#asked
    this.#asked = this.#later
    this.#later = new Set()
    this.#isOut = false
    this.#request()
    this.#tell(checked).then(
      (check) => settle(calls, ({ resolve }) => resolve(copyOf(check))),
      (error: unknown) => settle(calls, ({ reject }) => reject(asError(error))),
    )
  }

  /** The room is over. */
  end(error: Error): void {
    this.#ended = error
    settle([...this.#asked, ...this.#later], ({ reject }) => reject(error))
  }

  #request(): void {
    if (this.#isOut || this.#asked.size === 0) return
    this.#isOut = true
    this.#parts.request()
  }

  async #tell({ digest, messages, members }: Checked): Promise<RoomCheck> {
    const who = new Map(this.#parts.members().map((member) => [member.id, member]))
    const told: RoomCheck['members'] = []
    for (const { uid, verdict, first } of members) {
      const { name = '', address = '' } = who.get(uid) ?? {}
      const firstDifference = first && (await this.#messageAt(first))
      told.push({ id: uid, name, address, state: verdict, ...(firstDifference && { firstDifference }) })
    }
    const same = members.every(({ verdict }) => verdict !== 'differs')
    const shown = messages - this.#parts.hidden()
    return { fingerprint: fingerprintOf(digest), digest, messages: shown, same, members: told }
  }

  /** What this node has there. */
  async #messageAt({ namespace, s }: Point): Promise<Message | undefined> {
    const { store, uid } = this.#parts
    const pos = await store.seek(new Map([[namespace, s - 1]]))
    const [record] = await store.read(pos, 1)
    if (!record || !isAt(record, { namespace, s })) return undefined
    return toMessages(record, { late: false, history: true, own: record.part.author === uid })[0]
  }
}

/** Each caller's own. */
function copyOf(check: RoomCheck): RoomCheck {
  return { ...check, members: check.members.map((member) => ({ ...member })) }
}

function isAt(record: StampedRecord, { namespace, s }: Point): boolean {
  return record.namespace === namespace && record.s === s
}

function settle(calls: Iterable<Call>, how: (call: Call) => void): void {
  for (const call of calls) {
    call.cancel()
    how(call)
  }
}

/** As much as people compare: four groups of four digits. */
function fingerprintOf(digest: string): string {
  return (digest.slice(0, 16).match(/.{4}/g) ?? []).join(' ')
}

function noReply(): RingleaderError {
  return new RingleaderError(
    'ERR_NOT_CHECKED',
    'the members were not compared in time: the room has no leader at the moment, or its leader does not reply; try again',
  )
}
