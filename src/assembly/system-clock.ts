/**
 * The machine's clocks as the peer's port. The clock of timers stands still while the machine sleeps; the
 * monotonic clock here counts that time.
 */

import { uptime } from 'node:os'
import type { Clock } from '../peer/ports.ts'

/** The system is asked for how long it is up at most so often. Unit: ms. */
const lookEveryMs = 200
/** The two clocks differ by less while the machine is awake: the system counts in whole seconds. Unit: ms. */
const driftMs = 1500

/** Ms that never go back; time in which the machine slept is counted, at the latest 200 ms after waking. */
function createMonotonic(): () => number {
  let behindMs = uptime() * 1000 - performance.now()
  let sleptMs = 0
  let lookedAt = performance.now()
  return () => {
    const now = performance.now()
    if (now - lookedAt >= lookEveryMs) {
      lookedAt = now
      const behind = uptime() * 1000 - now
      if (behind - behindMs > driftMs) {
        sleptMs += behind - behindMs
        behindMs = behind
      }
    }
    return now + sleptMs
  }
}

/** Timers do not keep the process alive: the sockets of a room do. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: createMonotonic(),
  after(ms, fire) {
    const timer = setTimeout(fire, ms).unref()
    return () => clearTimeout(timer)
  },
  // Node.js runs these ticks when no more promise is settled.
  afterTurn: (run) => queueMicrotask(() => process.nextTick(run)),
}
