/**
 * The address book (PROTOCOL.md section 2.3): every address that this node has learnt of in this room, capped.
 * It is what finds a room again after everything was down.
 */

import { bookEntryOf, memberOf, wasMember } from '../model/facts.ts'
import type { BookEntry, Member } from '../model/frames.ts'
import type { Address, Uid } from '../model/ids.ts'
import type { State } from '../model/state.ts'

/** Takes in one line; the newest information about a node replaces the older. */
export function noteEntry(state: State, entry: BookEntry): void {
  if (entry.uid === state.uid) return
  const known = state.book.get(entry.uid)
  if (
    known &&
    known.addr === entry.addr &&
    known.name === entry.name &&
    known.left === entry.left &&
    known.gone === entry.gone &&
    known.told === entry.told
  )
    return
  // Deleting first moves the line to the end: the Map's order is the order of the last change, oldest first.
  state.book.delete(entry.uid)
  state.book.set(entry.uid, entry)
  if (state.hearsay.get(entry.uid) === entry.addr) state.hearsay.delete(entry.uid)
  state.bookDirty = true
}

export function noteMember(state: State, member: Member): void {
  if (!member.visit) noteEntry(state, bookEntryOf(member))
}

/**
 * A node that came by itself and has proved its key, or that this program was told to ask. It need not have been a
 * member (2.17).
 */
export function noteFirsthand(state: State, who: Member): void {
  if (!who.visit) noteEntry(state, asTold(state, bookEntryOf(who)))
}

/** A node that a peer named. Of one that was a member here that is only hearsay. */
export function noteNamed(state: State, member: Member): void {
  if (wasMember(state, member.uid)) noteHearsay(state, member.uid, member.addr)
  else noteFirsthand(state, member)
}

/** The line as it counts when no view says it: of a node that was in no view here it is marked. */
export function asTold(state: State, line: BookEntry): BookEntry {
  return wasMember(state, line.uid) ? line : { ...line, told: true }
}

/**
 * Takes in the book of another node. Its absent members only fill gaps in ours: our own information is newer.
 * `isOurs`: the other is, or was, a member here. Then it is believed who said goodbye, and whose port was closed.
 */
export function noteBook(state: State, entries: readonly BookEntry[], isOurs: boolean): void {
  for (const entry of entries) {
    const { hearsay, ...line } = entry
    const known = state.book.get(entry.uid)
    const isBelieved = isOurs || known?.told
    if (!known) noteEntry(state, asTold(state, line))
    else if (isBelieved && entry.left && !memberOf(state, entry.uid))
      noteEntry(state, { ...known, left: true })
    // A node that found the port closed knows more than we who only miss it.
    else if (isBelieved && entry.gone === 'died' && entry.addr === known.addr && known.gone === undefined)
      noteEntry(state, { ...known, gone: 'died' })
    if (hearsay !== undefined) noteHearsay(state, entry.uid, hearsay)
    // What it says of itself comes last: that counts more than what others say.
    noteHearsay(state, entry.uid, entry.addr)
  }
}

/** Which of two addresses is the newer nobody knows: both are tried once this node is missed. */
function noteHearsay(state: State, uid: Uid, addr: Address): void {
  const known = state.book.get(uid)
  if (known && addr !== known.addr) state.hearsay.set(uid, addr)
}

/**
 * S16: at most `bookMax` absent entries; of them at most `bookUnmetMax` that were in no view here, which make room for the
 * rest. The one that has not changed for longest goes first.
 */
function trimBook(state: State): void {
  const { bookMax, bookUnmetMax } = state.config
  const absent = [...state.book.values()].filter(({ uid }) => !memberOf(state, uid))
  const met = absent.filter(({ told }) => !told)
  const told = absent.filter((entry) => entry.told)
  const toldMax = Math.max(0, Math.min(bookUnmetMax, bookMax - met.length))
  const tooMany = [...met.slice(0, -bookMax), ...told.slice(0, Math.max(0, told.length - toldMax))]
  for (const { uid } of tooMany) {
    state.book.delete(uid)
    state.hearsay.delete(uid)
  }
}

/** The nodes that are in the book but not in the view, and not removed, in uid order. */
export function absentEntries(state: State): BookEntry[] {
  const absent = [...state.book.values()].filter(
    ({ uid }) => !memberOf(state, uid) && !state.lock?.removed.has(uid),
  )
  return absent.sort((a, b) => (a.uid < b.uid ? -1 : 1))
}

function bookOf(state: State): BookEntry[] {
  return [...state.book.values()]
}

/** What is told to another node: the newest lines, so that a FOLLOW fits into a frame. */
export function bookToTell(state: State): BookEntry[] {
  const newest = bookOf(state).slice(-state.config.bookToldMax)
  return newest.map(({ uid, addr, name, left, gone }) => {
    const entry: BookEntry = { uid, addr, name, left, ...(gone && { gone }) }
    const hearsay = state.hearsay.get(uid)
    return hearsay === undefined ? entry : { ...entry, hearsay }
  })
}

/**
 * At the end of a step, when the view is known that decides who is absent: keep the book on disk if it changed, or if a
 * view has made more members absent than it may hold.
 */
export function flushBook(state: State): void {
  const most = state.config.bookMax + state.view.members.length
  if (!state.bookDirty && state.book.size <= most) return
  state.bookDirty = false
  trimBook(state)
  state.out.push({ type: 'keepBook', book: bookOf(state) })
}
