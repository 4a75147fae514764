/**
 * Keeps who is in the room and who leads it, by the last view, and says whether a change is visible to
 * listeners.
 */

import type { Member } from '../core/model/frames.ts'
import type { Address, Uid } from '../core/model/ids.ts'
import type { RoomLeader, RoomMember } from './room.ts'
import { toMember } from './to-room.ts'

export class Roster {
  #members: RoomMember[]
  #leader: RoomLeader | undefined
  #told = ''

  /** `self`: the only member until there is a view. */
  constructor(self: RoomMember) {
    this.#members = [self]
  }

  /** In ring order; the caller's own copy. */
  get members(): RoomMember[] {
    return this.#members.map((member) => ({ ...member }))
  }

  get leader(): RoomLeader | undefined {
    return this.#leader && { ...this.#leader }
  }

  /** A member, or a node that is none (any more), for a line of the log. */
  named(uid: Uid): { uid: Uid; name: string; addr?: Address } {
    const found = this.#members.find(({ id }) => id === uid)
    return found ? { uid, name: found.name, addr: found.address as Address } : { uid, name: '' }
  }

  /** Returns whether anything that listeners see has changed. */
  setMembers(members: readonly Member[], leader: Member | undefined): boolean {
    this.#members = members.map((member) => toMember(member, leader?.uid))
    return this.#isNews()
  }

  setLeader(leader: Member | undefined, term: number): boolean {
    this.#leader = leader && { id: leader.uid, name: leader.name, address: leader.addr, term }
    this.#members = this.#members.map((member) => ({ ...member, leader: member.id === leader?.uid }))
    return this.#isNews()
  }

  #isNews(): boolean {
    const told = JSON.stringify(this.#members)
    const news = told !== this.#told
    this.#told = told
    return news
  }
}
