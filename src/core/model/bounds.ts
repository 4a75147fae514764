/**
 * How large the counters of a record may be: far below the ends of what a frame can carry and a number can hold, so
 * that a value that a peer invents leaves room to go on. The decoder refuses what is larger.
 */

/** An author's count of its messages. At one a millisecond it is reached after 34 years. */
export const numberMax = 2 ** 40

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
