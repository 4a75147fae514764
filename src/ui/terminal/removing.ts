/**
 * /remove: takes somebody out of a locked room, once it is clear whom, and the person has said so twice.
 */

import { escapeName } from '../../chat/escape.ts'
import { fingerprintOf, shortFingerprintOf, showNode } from '../../chat/fingerprint.ts'
import { showWho } from '../../chat/message-line.ts'
import type { Notice, Room } from '../../peer/room.ts'
import type { People, Person } from './people.ts'

/** How long the question stands. Unit: ms. */
const patienceMs = 60_000
/** As many digits of a fingerprint as the question shows. */
const answerDigits = 16

export class Removing {
  readonly #people: Pick<People, 'find'>
  readonly #now: () => number
  /** Who was named last, and until when saying it again removes it. */
  #asked: { id: string; until: number } | undefined

  /** Whom members have removed since this process began. */
  readonly #removed = new Set<string>()

  /** now: ms that never go back. */
  constructor(people: Pick<People, 'find'>, now: () => number = () => performance.now()) {
    this.#people = people
    this.#now = now
  }

  /** The room says this. */
  heard({ line }: Notice): void {
    if (line?.type === 'rekeyed') for (const { uid } of line.removed) this.#removed.add(uid)
  }

  /** word: a name, or a fingerprint or its beginning. Returns what the person is told. Rejects as Room.rekey does. */
  async remove(room: Room, word: string): Promise<string> {
    const asked = this.#asked
    this.#asked = undefined
    const found = this.#find(room, word)
    const [who] = found
    if (!who)
      return `nobody here is or was called ${escapeName(word)}; /names lists all, and a whole fingerprint names anybody`
    if (found.length > 1) return several(word, found)
    if (this.#removed.has(who.id)) return `${showNode(who)} was removed already`
    if (who.id === room.self.id) return 'you cannot remove yourself: /quit leaves the room'
    // A name that is typed twice by habit, or a few digits, is no answer to the question.
    const isSaidAgain =
      asked?.id === who.id && this.#now() <= asked.until && digitsOf(word).length >= answerDigits
    if (!isSaidAgain) {
      this.#asked = { id: who.id, until: this.#now() + patienceMs }
      return question(who)
    }
    await room.rekey({ remove: [who.id] })
    return 'invitations of before no longer open the room; /invite shows the new one'
  }

  #find(room: Room, word: string): Person[] {
    const all = this.#people.find(room, word)
    const staying = all.filter(({ id }) => !this.#removed.has(id))
    const found = staying.length > 0 ? staying : all
    const id = digitsOf(word)
    const isWhole = id.length === 32
    // Who was here before this process began, and is gone.
    return found.length === 0 && isWhole ? [{ id, name: '' }] : found
  }
}

/** The hex digits of a fingerprint, or of its beginning; '': it is none. */
function digitsOf(word: string): string {
  const digits = word.replace(/\s/g, '').toLowerCase()
  return /^[0-9a-f]{4,32}$/.test(digits) ? digits : ''
}

function several(word: string, people: readonly Person[]): string {
  const lines = people.map((who) => show(who))
  return [`${escapeName(word)} can be several; give the beginning of the fingerprint:`, ...lines].join('\n')
}

function question(who: Person): string {
  const isUnseen = who.name === ''
  const shown = isUnseen ? `the node ${fingerprintOf(who.id)}` : show(who)
  // Who was never seen is named by all of it.
  const again = isUnseen ? fingerprintOf(who.id) : shortFingerprintOf(who.id)
  return (
    `this removes ${shown} for good, and gives the room another key; what it said stays\n` +
    `to do it, type within a minute: /remove ${again}`
  )
}

/** `Bob(10.0.0.2:4000), 3f2a 91c4 07bd e512`, or without an address who is not here now. */
function show({ id, name, address }: Person): string {
  return address === undefined
    ? `${escapeName(name)} (${shortFingerprintOf(id)}, not here now)`
    : `${showWho({ name, address })}, ${shortFingerprintOf(id)}`
}
