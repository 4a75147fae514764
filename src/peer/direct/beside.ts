/**
 * What a node has beside its room: direct links to other members, and what is done over them. The core knows nothing of it.
 */

import type { Address, Inc, RoomId, RoomKey, Uid } from '../../core/model/ids.ts'
import type { Clock, DirectTransport } from '../ports.ts'
import type { RoomMember } from '../room.ts'
import type { FilePort } from './file-port.ts'
import { FileShare } from './file-share.ts'
import { DirectLinks } from './direct-links.ts'
import type { PrivateFile } from './private-file.ts'
import { PrivateTalk } from './private-talk.ts'
import { WatchDesk, type WatchDeskParts } from '../watching/watch-desk.ts'

export type BesideParts = {
  transport: DirectTransport
  clock: Pick<Clock, 'after' | 'monotonic' | 'wall'>
  room: RoomId
  self: { uid: Uid; inc: Inc; visit?: true }
  /** The key that the room has now; undefined: it is open. */
  key: () => RoomKey | undefined
  /** Of the view now, this node included. */
  members: () => readonly RoomMember[]
  /** Undefined: there is no home. */
  privates: PrivateFile | undefined
  disk: FilePort
  /** Says the offer of a file to the room. */
  offer: (offer: string) => Promise<{ id: string }>
  watch: Pick<WatchDeskParts, 'standing' | 'peerOf' | 'logText' | 'size' | 'store' | 'tells'>
}

export class Beside {
  readonly talk: PrivateTalk
  readonly files: FileShare
  readonly watching: WatchDesk
  readonly #links: DirectLinks

  constructor(parts: BesideParts) {
    const { transport, clock, room, self, key, members, privates, disk, offer, watch } = parts
    this.#links = new DirectLinks({
      transport,
      clock,
      room,
      key,
      addressOf: (uid) =>
        uid === self.uid ? undefined : (members().find(({ id }) => id === uid)?.address as Address),
      serve: (line, first) =>
        this.files.serve(line, first) ?? this.watching.serve(line, first) ?? this.talk.serve(line, first),
    })
    this.talk = new PrivateTalk({ links: this.#links, clock, self, members, file: privates })
    this.files = new FileShare({ links: this.#links, disk, clock, self, members, say: offer })
    this.watching = new WatchDesk({ ...watch, links: this.#links, clock, self: self.uid, members })
  }

  /** Once programs listen. */
  begin(): void {
    this.talk.begin()
  }

  membersChanged(): void {
    this.#links.membersChanged()
    this.talk.membersChanged()
    this.watching.membersChanged()
  }

  /** Before the transport stops. */
  async end(): Promise<void> {
    this.files.end()
    this.watching.end()
    await this.talk.end()
    this.#links.end()
  }
}
