/**
 * What a node has beside its room: direct links to other members, and what is done over them. The core knows nothing of it.
 */

import type { Address, Inc, RoomId, RoomKey, Uid } from '../../core/model/ids.ts'
import type { Clock, DirectTransport } from '../ports.ts'
import type { RoomMember } from '../room.ts'
import { DirectLinks } from './links.ts'
import type { PrivateFile } from './private-file.ts'
import { PrivateTalk } from './private-talk.ts'

export type BesideParts = {
  transport: DirectTransport
  clock: Pick<Clock, 'after' | 'wall'>
  room: RoomId
  self: { uid: Uid; inc: Inc; visit?: true }
  /** The key that the room has now; undefined: it is open. */
  key: () => RoomKey | undefined
  /** Of the view now, this node included. */
  members: () => readonly RoomMember[]
  /** Undefined: there is no home. */
  privates: PrivateFile | undefined
}

export class Beside {
  readonly talk: PrivateTalk
  readonly #links: DirectLinks

  constructor(parts: BesideParts) {
    const { transport, clock, room, self, key, members, privates } = parts
    this.#links = new DirectLinks({
      transport,
      clock,
      room,
      key,
      addressOf: (uid) =>
        uid === self.uid ? undefined : (members().find(({ id }) => id === uid)?.address as Address),
      serve: (line, first) => this.talk.serve(line, first),
    })
    this.talk = new PrivateTalk({ links: this.#links, clock, self, members, file: privates })
  }

  /** Once programs listen. */
  begin(): void {
    this.talk.begin()
  }

  membersChanged(): void {
    this.talk.membersChanged()
  }

  /** Before the transport stops. */
  async end(): Promise<void> {
    await this.talk.end()
    this.#links.end()
  }
}
