/**
 * The notices of a room for one page: causes before their consequences, and people with one name told apart, as at a terminal.
 */

import { KnownNames } from '../../chat/known-names.ts'
import { escapeName } from '../../chat/escape.ts'
import { noticeWords } from '../../chat/notices.ts'
import type { Notice, Room } from '../../peer/room.ts'
import { NoticeOrder } from '../notice-order.ts'

export class PageNotices {
  readonly #room: Room
  readonly #names = new KnownNames()
  readonly #order: NoticeOrder
  readonly #tell: (text: string) => void
  /** Node id to the name that the page was told last. */
  #shown = new Map<string, string>()
  #isOver = false

  constructor(room: Room, tell: (text: string) => void) {
    this.#room = room
    this.#tell = tell
    this.#order = new NoticeOrder(
      () => room.self.id,
      (notice) => {
        if (!this.#isOver) tell(noticeWords(notice, this.#pieceOf))
      },
    )
    this.#order.begin(room.leader?.id)
    this.membersChanged()
  }

  hear(notice: Notice): void {
    this.#meet()
    this.#order.hear(notice)
  }

  /** Tells who has another name now. */
  membersChanged(): void {
    const { members, self } = this.#room
    this.#meet()
    for (const { id, name } of members) {
      const before = this.#shown.get(id)
      if (id === self.id || before === undefined || before === name) continue
      const show = (known: string): string => escapeName(known) + this.#pieceOf({ id, name: known })
      this.#tell(`${show(before)} is now ${show(name)}`)
    }
    this.#shown = new Map(members.map(({ id, name }) => [id, name]))
  }

  readonly #pieceOf = (who: { readonly id: string; readonly name: string }): string =>
    this.#names.pieceOf(who)

  /** The page is gone: what waits is not told any more. */
  end(): void {
    this.#isOver = true
    this.#order.flush()
  }

  #meet(): void {
    for (const member of [this.#room.self, ...this.#room.members])
      this.#names.meet(member, member.visit === true)
  }
}
