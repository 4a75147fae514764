/** The library's types of a check: whether all members hold the same. */

import type { Message } from './room.ts'

/** What {@link Room.check} found. */
export type RoomCheck = {
  /**
   * Stands for all messages that this node held when it was compared, and for their order: four groups of four hex digits.
   * Members that have the same one hold the same. People can read it to each other.
   */
  fingerprint: string
  /** The same in full, for programs that compare: 64 hex digits, of which `fingerprint` has the first 16. */
  digest: string
  /** How many messages these are. */
  messages: number
  /** No member that replied holds anything else than the leader. Those that did not reply are `silent` in `members`. */
  same: boolean
  /** All members, this node included, in ring order. */
  members: CheckedMember[]
}

/** One member, as a check found it. */
export type CheckedMember = {
  /** As in {@link RoomMember}. */
  id: string
  /** Its name now. */
  name: string
  /** Where it is reached. */
  address: string
  /**
   * Compared with the leader, which compares: `same`; `differs`: it holds something else; `silent`: it did not reply within
   * 3 s, because it is frozen, out of reach, or still receives the history. Of itself a node goes by what it sees.
   */
  state: 'same' | 'differs' | 'silent'
  /**
   * Where it differs: the message that this node has at the first place that is not the same. Absent where the place was not
   * found within 4 s, or where this node has nothing there.
   */
  firstDifference?: Message
}
