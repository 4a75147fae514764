/**
 * Decides how a chat ends: what can end it, how long leaving may take, and the exit code (cli.md).
 */

import type { Left, Room } from '../../peer/room.ts'

export type End =
  /** The input is over: wait for *sent*. */
  | { type: 'input' }
  /** //exit, /quit, Ctrl-D. */
  | { type: 'asked' }
  /** code: 128 + the signal's number. */
  | { type: 'signal'; code: number }
  /** The reader of the output is gone; or the output cannot be written, and `error` says why. */
  | { type: 'unread'; error?: Error | undefined }
  /** The room ended without being left. */
  | { type: 'over'; error: Error | undefined }

/** How long `//exit`, `/quit` and Ctrl-D wait for *sent*. Unit: ms. */
const askedWaitMs = 2000
/** How long leaving may take after a signal. Unit: ms. Together with printing to a slow reader, at most 1 s. */
const signalLeaveMs = 600
/**
 * How long leaving may take otherwise, the wait for *sent* not counted. Unit: ms. A store whose disk hangs is given
 * up before, and says so.
 */
const leaveMs = 6000

/** The exit code of an error: its own, or 1. */
function exitCodeOf(error: unknown): number {
  const code = (error as { exitCode?: unknown } | undefined)?.exitCode
  return typeof code === 'number' ? code : 1
}

/** Resolves after `ms`, or as soon as `what` settles. */
export async function within(ms: number, what: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([what, limit])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Decides how the chat ends. The first end counts; a signal, a lost reader or a lost room is urgent and also
 * cuts short the waits of leaving.
 */
export class Ending {
  readonly first: Promise<End>
  readonly urgent: Promise<End>
  #end: End | undefined
  #urgentEnd: End | undefined
  #resolveFirst: (end: End) => void = () => {}
  #resolveUrgent: (end: End) => void = () => {}

  constructor() {
    this.first = new Promise((resolve) => (this.#resolveFirst = resolve))
    this.urgent = new Promise((resolve) => (this.#resolveUrgent = resolve))
  }

  /** What decides the exit code: an urgent end overrules a calm one. */
  get end(): End | undefined {
    return this.#urgentEnd ?? this.#end
  }

  get isUrgent(): boolean {
    return this.#urgentEnd !== undefined
  }

  finish(end: End): void {
    this.#end ??= end
    if (end.type !== 'input' && end.type !== 'asked' && !this.#urgentEnd) {
      this.#urgentEnd = end
      this.#resolveUrgent(end)
    }
    this.#resolveFirst(end)
  }
}

/** Resolves when no own message is unsent. */
function allSent(room: Room): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (room.unsent > 0) return
      room.off('sent', later)
      resolve()
    }
    const later = () => queueMicrotask(look)
    room.on('sent', later)
    look()
  })
}

export const noneLeft: Left = { unsent: 0, kept: true }

/** What leaving waits for. */
export type Pending = {
  /** Settles when all input was taken by the room. */
  posted: () => Promise<unknown>
  /** Settles when the history and all own messages are printed. */
  shown: () => Promise<unknown>
  /** How long the end of the input waits for this and for *sent*. Unit: ms. */
  timeoutMs: number
}

/** Leaves the room as `ending` asks. */
export async function leaveRoom(room: Room, ending: Ending, pending: Pending): Promise<Left> {
  if (ending.end?.type === 'over') return room.leave()
  const waitMs = ending.end?.type === 'input' ? pending.timeoutMs : askedWaitMs
  const started = performance.now()
  const settled = async () => {
    await pending.posted()
    await allSent(room)
    await pending.shown()
  }
  if (!ending.isUrgent) await within(waitMs, Promise.race([settled(), ending.urgent]))
  const isHurried = ending.isUrgent || room.unsent > 0
  const restMs = Math.max(askedWaitMs - (performance.now() - started), 500)
  let result: Left | undefined
  const left = room.leave({ waitMs: isHurried ? 0 : restMs }).then(
    (given) => {
      result = given
    },
    () => undefined,
  )
  const hurry = ending.urgent.then((end) =>
    end.type === 'signal' ? within(signalLeaveMs, left) : within(leaveMs, left),
  )
  await within(leaveMs, Promise.race([left, hurry]))
  return result ?? { unsent: room.unsent, kept: false }
}

/** The exit code of a chat that had been in a room. */
export function exitCode(end: End | undefined, unsent: number, hadFailures: boolean): number {
  switch (end?.type) {
    case 'signal':
      return end.code
    case 'unread':
      return end.error ? 1 : 0
    case 'over':
      return end.error ? exitCodeOf(end.error) : hadFailures ? 1 : 0
    default:
      return unsent > 0 ? 5 : hadFailures ? 1 : 0
  }
}

/** Whether a room ended, or could not be read, because its history is damaged. */
export function isDamage(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_DAMAGED'
}
