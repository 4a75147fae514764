/**
 * Reads and writes what several frames are made of: members, views, books and frontiers.
 */

import { namespaceOf, splitNamespace } from '../core/model/ids.ts'
import type { Namespace, Uid } from '../core/model/ids.ts'
import type { BookEntry, Compared, Member, Rest, Vid, View } from '../core/model/frames.ts'
import { groupCount, type Head, type Heads } from '../core/model/frontier.ts'
import { noChain, type Point } from '../core/model/records.ts'
import { BadFrame } from './bad-frame.ts'
import {
  readAddress,
  readChain,
  readCount,
  readInc,
  readLamport,
  readList,
  readName,
  readNeeded,
  readUid,
  readUidOrNone,
  readWord,
  wellFormed,
  writeHex,
} from './fields.ts'
import { bytesOfUnique, hexOfUnique } from './hex.ts'
import { bookEntriesMax, groupDigestBytes, headsMax, membersMax } from './limits.ts'
import type * as wire from './schema.ts'
import { verdicts } from './word-numbers.ts'

export function writeMember(member: Member): wire.Member {
  return {
    uid: writeHex(member.uid),
    inc: writeHex(member.inc),
    name: wellFormed(member.name),
    addr: member.addr,
    visit: member.visit,
    memory: member.memory,
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
    ...(member.memory && { memory: true as const }),
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

export function writeHeads(heads: Heads): wire.Head[] {
  return [...heads].map(([namespace, { s, chain }]) => {
    const { uid, inc } = splitNamespace(namespace)
    return { stamper: writeHex(uid), stamperInc: writeHex(inc), s, chain: bytesOfUnique(chain) }
  })
}

export function readHeads(from: readonly wire.Head[] | null | undefined, field: string): Heads {
  const heads: Map<Namespace, Head> = new Map()
  for (const head of readList(from, headsMax, field)) {
    const namespace = namespaceOf(
      readUid(head.stamper, `${field}.stamper`),
      readInc(head.stamperInc, `${field}.stamper_inc`),
    )
    if (heads.has(namespace)) throw new BadFrame(`${field}: a namespace twice`)
    const s = readCount(head.s, `${field}.s`)
    heads.set(namespace, { s, chain: s === 0 ? noChain : readChain(head.chain, `${field}.chain`) })
  }
  return heads
}

/** What FOLLOW tells of the namespaces that it does not list. */
export function readRest({ cut: from, digests: bytes }: wire.Follow, field: string): { rest?: Rest } {
  const cut = readLamport(from, `${field}.cut`)
  if (cut === 0) return {}
  if (bytes?.length !== groupCount * groupDigestBytes)
    throw new BadFrame(`${field}.digests: not ${groupCount * groupDigestBytes} bytes`)
  const digests = Array.from({ length: groupCount }, (_, group) =>
    hexOfUnique(bytes.subarray(group * groupDigestBytes, (group + 1) * groupDigestBytes)),
  )
  return { rest: { cut, digests } }
}

/** Numbers of groups, each once. */
export function readGroups(bytes: Uint8Array | null | undefined, field: string): number[] {
  const groups = [...(bytes ?? [])]
  if (new Set(groups).size < groups.length) throw new BadFrame(`${field}: a group twice`)
  return groups
}

export function writePoint({ namespace, s }: Point): wire.Point {
  const { uid, inc } = splitNamespace(namespace)
  return { stamper: writeHex(uid), stamperInc: writeHex(inc), s }
}

export function readPoint(from: wire.Point, field: string): Point {
  const uid = readUid(from.stamper, `${field}.stamper`)
  const namespace = namespaceOf(uid, readInc(from.stamperInc, `${field}.stamper_inc`))
  return { namespace, s: readCount(from.s, `${field}.s`) }
}

export function writeCompared({ uid, inc, verdict, first }: Compared): wire.Compared {
  return {
    uid: writeHex(uid),
    inc: writeHex(inc),
    verdict: verdicts.indexOf(verdict),
    first: first && writePoint(first),
  }
}

export function readCompared(
  from: readonly wire.Compared[] | null | undefined,
  field: string,
): readonly Compared[] {
  const members = readList(from, membersMax, field).map(({ uid, inc, verdict, first }): Compared => {
    return {
      uid: readUid(uid, `${field}.uid`),
      inc: readInc(inc, `${field}.inc`),
      verdict: readWord(verdicts, verdict, `${field}.verdict`),
      ...(first && { first: readPoint(first, `${field}.first`) }),
    }
  })
  refuseTwins(members, field)
  return members
}

function refuseTwins(entries: readonly { uid: Uid }[], field: string): void {
  if (new Set(entries.map((entry) => entry.uid)).size !== entries.length) {
    throw new BadFrame(`${field}: a uid twice`)
  }
}
