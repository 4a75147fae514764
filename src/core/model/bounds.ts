/**
 * How large the counters of a record may be: far below the ends of what a frame can carry and a number can hold, so
 * that a value that a peer invents leaves room to go on. The decoder refuses what is larger.
 */

/** The boot counter of a process that said or stamped something. */
export const bootMax = 2 ** 40

/** How far beyond our own a boot counter of ours is believed: a disk put back from a copy is not further behind. */
export const bootAheadMax = 2 ** 20

/** Fresh incs in the life of one process. Each needs a leader that names a process of ours above this one. */
export const freshIncsMax = 8

/** Lamport timestamps. A larger one is refused, as it would leave no numbers to continue with. */
export const lamportMax = 2 ** 52

/** Everything else that counts: aseq, s, positions, terms, versions of a view. */
export const countMax = 2 ** 48 - 1

/** 2020-01-01 and 2026-01-01. Unit: ms since 1970. A wall clock that shows an earlier time than 2026 is not set. */
const countedSince = 1_577_836_800_000
const wallClockMin = 1_767_225_600_000
/** How far the wall clocks of two nodes may be apart. Unit: ms. */
const slackMs = 86_400_000
/** One tick a microsecond: no room counts faster. */
const ticksPerMs = 1000
/**
 * What others than the leader bring is judged as so much earlier. So what an office takes, its followers take from it,
 * although their wall clocks are some seconds behind, and were read a beat ago. Unit: ms.
 */
const marginMs = 60_000

/** From whom a value comes: a leader that this node has chosen, or anybody else. */
export type Bringer = 'leader' | 'others'

/**
 * What wall clocks have counted since 2020, with the slack. A clock that is not set counts as of 2026: a node that took
 * more than others do would be refused by them for as long. Unit: ms.
 */
function countedMs(wall: number, from: Bringer): number {
  return Math.max(wall, wallClockMin) + slackMs - countedSince - (from === 'others' ? marginMs : 0)
}

/**
 * D1: the largest timestamp that a clock which only counts can show by now. All honest nodes have the same bound, to
 * within what their wall clocks are apart. What lies beyond it is refused for now. `wall`: ms since 1970.
 */
export function clockMaxAt(wall: number, from: Bringer): number {
  return countedMs(wall, from) * ticksPerMs
}

/** 2.17: likewise the largest term, at one election a millisecond. */
export function termMaxAt(wall: number, from: Bringer): number {
  return countedMs(wall, from)
}

/** How long the store may put off a commit that nothing waits for. Unit: ms. Source: PROTOCOL.md section 2.5. */
export const lateCommitMs = 100
