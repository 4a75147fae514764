/**
 * The library's types for rooms in the local network, and how what members announce becomes a list of rooms.
 */

/** A room in the local network, as its members announce it. All of it is only what they say: see {@link NearbyMember}. */
export type NearbyRoom = {
  /** The room's id: 32 hex digits, as {@link Room.id}. */
  id: string
  /** Its title; absent where it has none. At most 64 characters; may be cut to 253 bytes of UTF-8. */
  title?: string
  /** Who has no invitation must knock: see {@link JoinOptions}. */
  locked: boolean
  /** Those members that announce it, at most 16, in the order in which they replied. */
  members: NearbyMember[]
}

/**
 * A member that announces its room. Anybody in the local network can announce anything: that a name, a title or an id is right is
 * known only once the room is joined.
 */
export type NearbyMember = {
  /** The id of its node. */
  id: string
  /** Its name. */
  name: string
  /** Where it says that it is reached, as `IP:port` or `[IPv6]:port`: what {@link JoinOptions} take as `neighbor`. */
  address: string
  /** Whether it speaks a version of the protocol that this program speaks. */
  compatible: boolean
}

/** Options of {@link nearbyRooms}. */
export type NearbyOptions = {
  /** How long to listen for answers. Unit: ms. Range: 0 to 60,000. Default 1500. */
  timeoutMs?: number
  /** Hears of each room as soon as it is found, and again when more is known of it. */
  onRoom?: (room: NearbyRoom) => void
}

/** Of the rooms that are announced, and of the members of one, so many are kept. */
const roomsMax = 64
const membersMax = 16

/** Collects what members announce. */
export class NearbyList {
  readonly #rooms = new Map<string, NearbyRoom>()

  /** In the order in which they were heard of. */
  get rooms(): NearbyRoom[] {
    return [...this.#rooms.values()].map(copyOf)
  }

  /** Returns the room as it is known now; undefined: nothing is new. */
  add({ id, title, locked, members: [member] }: NearbyRoom): NearbyRoom | undefined {
    if (!member) return undefined
    const known = this.#rooms.get(id)
    if (!known) {
      this.remove(member.id)
      if (this.#rooms.size >= roomsMax) return undefined
      const room = { id, ...(title === undefined ? {} : { title }), locked, members: [member] }
      this.#rooms.set(id, room)
      return copyOf(room)
    }
    const at = known.members.findIndex((one) => one.id === member.id)
    const same = known.members[at]
    const isNamed = title === undefined || known.title !== undefined
    if (same?.name === member.name && same.address === member.address && isNamed) return undefined
    if (at < 0) this.remove(member.id)
    if (at >= 0) known.members[at] = member
    else if (known.members.length < membersMax) known.members.push(member)
    else return undefined
    if (!isNamed) known.title = title
    return copyOf(known)
  }

  /** A member says goodbye, or is in another room. */
  remove(id: string): void {
    for (const [room, { members }] of this.#rooms) {
      const left = members.filter((member) => member.id !== id)
      if (left.length === 0) this.#rooms.delete(room)
      else if (left.length < members.length) members.splice(0, members.length, ...left)
    }
  }
}

function copyOf({ members, ...room }: NearbyRoom): NearbyRoom {
  return { ...room, members: members.map((member) => ({ ...member })) }
}
