/**
 * Reads and writes what several frames are made of: members, views, books and frontiers.
 */

import { namespaceOf, splitNamespace } from '../core/model/ids.ts'
import type { Namespace, Uid } from '../core/model/ids.ts'
import type { BookEntry, Member, Vid, View } from '../core/model/frames.ts'
import type { Frontier } from '../core/model/records.ts'
import { BadFrame } from './bad-frame.ts'
import {
  readAddress,
  readCount,
  readInc,
  readList,
  readName,
  readNeeded,
  readUid,
  readUidOrNone,
  wellFormed,
  writeHex,
} from './fields.ts'
import { bookEntriesMax, frontierEntriesMax, membersMax } from './limits.ts'
import type * as wire from './schema.ts'

export function writeMember(member: Member): wire.Member {
  return {
    uid: writeHex(member.uid),
    inc: writeHex(member.inc),
    name: wellFormed(member.name),
    addr: member.addr,
    visit: member.visit,
  }
}

export function readMember(from: wire.Member | null | undefined, field: string): Member {
  const member = readNeeded(from, field)
  return {
    uid: readUid(member.uid, `${field}.uid`),
    inc: readInc(member.inc, `${field}.inc`),
    name: readName(member.name, `${field}.name`),
    addr: readAddress(member.addr, `${field}.addr`),
    ...(member.visit && { visit: true as const }),
  }
}

export function readMembers(from: readonly wire.Member[] | null | undefined, field: string): Member[] {
  const members = readList(from, membersMax, field).map((member) => readMember(member, field))
  refuseTwins(members, field)
  return members
}

export function writeVid(vid: Vid): wire.Vid {
  return { term: vid.term, leader: writeHex(vid.leader), ver: vid.ver }
}

/** A node that never had a view sends leader ''. */
export function readVid(from: wire.Vid | null | undefined, field: string): Vid {
  const vid = readNeeded(from, field)
  return {
    term: readCount(vid.term, `${field}.term`),
    leader: readUidOrNone(vid.leader, `${field}.leader`) as Uid,
    ver: readCount(vid.ver, `${field}.ver`),
  }
}

export function writeView(view: View): wire.View {
  return { vid: writeVid(view.vid), members: view.members.map(writeMember) }
}

export function readView(from: wire.View | null | undefined, field: string): View {
  const view = readNeeded(from, field)
  return {
    vid: readVid(view.vid, `${field}.vid`),
    members: readMembers(view.members, `${field}.members`),
  }
}

const goneNumbers = { died: 1, unreachable: 2 } as const
const goneWords = [undefined, 'died', 'unreachable'] as const

export function writeBook(book: readonly BookEntry[]): wire.BookEntry[] {
  return book.map((entry) => ({
    uid: writeHex(entry.uid),
    addr: entry.addr,
    name: wellFormed(entry.name),
    left: entry.left,
    gone: entry.gone ? goneNumbers[entry.gone] : 0,
    hearsay: entry.hearsay ?? '',
  }))
}

/** A book entry may be without a name: its address is what it is kept for. */
export function readBook(from: readonly wire.BookEntry[] | null | undefined, field: string): BookEntry[] {
  const book = readList(from, bookEntriesMax, field).map((entry): BookEntry => {
    const gone = goneWords[entry.gone ?? 0]
    return {
      uid: readUid(entry.uid, `${field}.uid`),
      addr: readAddress(entry.addr, `${field}.addr`),
      name: entry.name ? readName(entry.name, `${field}.name`) : '',
      left: entry.left ?? false,
      ...(gone && { gone }),
      ...(entry.hearsay && { hearsay: readAddress(entry.hearsay, `${field}.hearsay`) }),
    }
  })
  refuseTwins(book, field)
  return book
}

export function writeFrontier(frontier: Frontier): wire.Held[] {
  return [...frontier].map(([namespace, s]) => {
    const { uid, inc } = splitNamespace(namespace)
    return { stamper: writeHex(uid), stamperInc: writeHex(inc), s }
  })
}

export function readFrontier(from: readonly wire.Held[] | null | undefined, field: string): Frontier {
  const frontier: Map<Namespace, number> = new Map()
  for (const held of readList(from, frontierEntriesMax, field)) {
    const namespace = namespaceOf(
      readUid(held.stamper, `${field}.stamper`),
      readInc(held.stamperInc, `${field}.stamper_inc`),
    )
    if (frontier.has(namespace)) throw new BadFrame(`${field}: a namespace twice`)
    frontier.set(namespace, readCount(held.s, `${field}.s`))
  }
  return frontier
}

function refuseTwins(entries: readonly { uid: Uid }[], field: string): void {
  if (new Set(entries.map((entry) => entry.uid)).size !== entries.length) {
    throw new BadFrame(`${field}: a uid twice`)
  }
}
