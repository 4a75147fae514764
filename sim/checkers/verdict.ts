/**
 * The numbered invariants of PROTOCOL.md section 3 as sentences, and the record of one that did not hold.
 */

/** Each invariant by its number. S: after every step. L: at rest. */
export const sentences = {
  S1: 'records of one (namespace, s) are identical in all logs, disks and frames in flight',
  S2: 'the records of a namespace in a log are exactly s = 1, 2, 3 ... in order',
  S3: 'ts increases strictly with s in a namespace, and every ts is above the lc of its message',
  S4: 'before a record, a log holds everything that its stamper held when stamping it',
  S5: 'the transcript as it is told step by step is the one computed from the log: no message twice, each as its author made it',
  S6: 'in a transcript the messages of each process are numbered 1, 2, 3 ... in order, behind what it found unsent',
  S7: 'what an author had seen when it spoke stands in every transcript before what it said',
  S8: 'two transcripts with the same copies of two messages show them in the same order',
  S9: 'a message is shown as sent only when enough disks hold it, the one of its author among them, and then it stays',
  S10: 'a message that is not sent yet is in the outbox or in the log of its author',
  S11: 'only an open office stamps, each message once, and records come only from the one leader followed',
  S12: 'candidates that a node forwards in a term increase, and a quiet term has one winner, the largest, within the bound',
  S13: 'an office yields only to a rank it was told is larger, an office of many only when both hold the same, and views of the leader that one follows only get newer',
  S14: 'a transcript changes other than at its end only when a record below the end of the log came',
  S15: "a node's clock is at least every ts it holds, and no inc and no name of a message is used twice",
  S16: 'memory for a link, the address book and every frame stay below their limits',
  S17: 'while detection is accurate and nothing returns from a disk, transcripts grow at the end only',
  S18: 'a message is shown once by a process, and none is skipped',
  S19: 'a node that lies leaves nothing behind but records and a few lines of an address book: no boot counter, term or clock near its end, and no process that it ended',
  S20: 'a node that lies seldom makes honest ones dial addresses of its choice, except those that it has led',
  S21: 'what a node holds was signed by its authors and sealed by its stampers, so that it can prove it to others',
  S22: 'what a node replies to a check stands for all that it holds, and unless a node lies all replies are the same',
  S23: 'no link is up with a node that this one knows as removed, and no node ends for want of a key that it was to get',
  L1: 'following next from any live node visits each live node once, and previous is its inverse',
  L2: 'there is exactly one office, open; all others follow it, and all views are equal and list the live nodes',
  L3: 'all frontiers are equal, and all transcripts',
  L4: 'all outboxes are empty: every message of a live node or on a live disk is sent and stands everywhere',
  L5: 'terms stay, no election or merge is under way, no timer of theirs is armed, and no link of theirs stays',
  L6: 'every member has stored the whole log',
  L7: 'every join was answered',
  L8: 'one member that stands still does not keep the others from rest',
  L9: 'in a locked room all have the key of the latest change, and no view lists a removed node',
} as const

export type InvariantId = keyof typeof sentences

/** An invariant that did not hold. */
export type Violation = {
  readonly id: InvariantId
  readonly sentence: string
  /** The node's number; 0 where no single node is meant. */
  readonly node: number
  readonly atMs: number
  readonly step: number
  readonly detail: string
}

/** Takes what a checker found. `node`: its number, or 0. */
export type Report = (id: InvariantId, node: number, detail: string) => void
