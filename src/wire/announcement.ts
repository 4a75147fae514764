/**
 * What a member says about its room in the local network (PROTOCOL.md, "Announcements"), as the texts of a DNS TXT record, and
 * back. Whatever comes is untrusted: anybody in the network may say anything.
 */

import { Buffer } from 'node:buffer'
import type { Address, RoomId, Uid } from '../core/model/ids.ts'
import { parseAddress } from '../core/model/address.ts'
import { protocolVersionMax, protocolVersionMin } from './limits.ts'
import { nameProblem, titleProblem } from './name-rule.ts'

/** One member, and the room that it is in. */
export type Announcement = {
  readonly room: RoomId
  readonly uid: Uid
  readonly name: string
  readonly addr: Address
  readonly title?: string | undefined
  /** The versions of the protocol that it speaks, both included. */
  readonly versions: { readonly min: number; readonly max: number }
}

/** A string of a TXT record, with its key and `=`. Unit: bytes of UTF-8. Source: RFC 6763, section 6.1. */
const textBytesMax = 255

const idShape = /^[\da-f]{32}$/
const versionsShape = /^([1-9]\d{0,5})-([1-9]\d{0,5})$/

/** The texts by their keys. A title that is too long for one is cut. */
export function announcementTexts(told: Omit<Announcement, 'versions'>): Record<string, string> {
  const { room, uid, name, addr, title } = told
  return {
    v: `${protocolVersionMin}-${protocolVersionMax}`,
    r: room,
    u: uid,
    a: addr,
    n: name,
    ...(title === undefined ? {} : { t: cut(title, textBytesMax - 't='.length) }),
  }
}

/** Undefined: it breaks a rule. */
export function parseAnnouncement(texts: Readonly<Record<string, unknown>>): Announcement | undefined {
  const { v, r, u, a, n, t } = texts
  if (![v, r, u, a, n].every((text) => typeof text === 'string')) return undefined
  const [, min, max] = versionsShape.exec(v as string) ?? []
  const versions = { min: Number(min), max: Number(max) }
  if (!(versions.min <= versions.max)) return undefined
  if (!idShape.test(r as string) || !idShape.test(u as string)) return undefined
  if (!parseAddress(a as string) || nameProblem(n as string) !== undefined) return undefined
  const title = typeof t === 'string' && titleProblem(t) === undefined ? t : undefined
  return {
    room: r as RoomId,
    uid: u as Uid,
    name: n as string,
    addr: a as Address,
    ...(title === undefined ? {} : { title }),
    versions,
  }
}

/** Whether a room of this program and one of these versions can be one. */
export function isSpoken({ min, max }: Announcement['versions']): boolean {
  return min <= protocolVersionMax && max >= protocolVersionMin
}

/** The longest beginning of whole characters that fits. */
function cut(text: string, bytesMax: number): string {
  let bytes = 0
  let end = 0
  for (const char of text) {
    bytes += Buffer.byteLength(char)
    if (bytes > bytesMax) break
    end += char.length
  }
  return text.slice(0, end).trimEnd()
}
