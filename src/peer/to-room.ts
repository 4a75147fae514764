/**
 * Translates the core's types into those of the library (room.ts), and message ids back.
 */

import { sizeText } from '../lib/size-text.ts'
import type { StopReason } from '../core/model/effects.ts'
import { namespaceOf, type Inc, type Uid } from '../core/model/ids.ts'
import type { Member } from '../core/model/frames.ts'
import { isSaid, type Kind, type Part, type StampedRecord } from '../core/model/records.ts'
import { parseOffer } from '../wire/offer.ts'
import { RingleaderError } from './errors.ts'
import type { MessageName } from './ports.ts'
import { refusal } from './refusal.ts'
import type { Message, Pending, RoomMember } from './room.ts'

export function toMember({ uid, name, addr, visit }: Member, leader: string | undefined): RoomMember {
  return { id: uid, name, address: addr, leader: uid === leader, ...(visit && { visit }) }
}

/** The messages of a record, in their order, without the first `skip`, and without those of kinds that this version does not know. */
export function toMessages(
  { ts, part }: StampedRecord,
  marks: { late: boolean; history: boolean; own: boolean },
  skip = 0,
): Message[] {
  const { author, wall, name, addr, entries } = part
  const { late, history, own } = marks
  const messages: Message[] = []
  const idAt = idsOf(part)
  for (let i = skip; i < entries.length; i++) {
    const { kind, after, text } = entries[i]!
    if (!isSaid(kind)) continue
    const action = kind === 'action'
    const time = new Date(wall + after)
    const message = {
      id: idAt(i),
      author,
      ts: ts + i,
      name,
      address: addr,
      text,
      action,
      time,
      late,
      history,
      own,
    }
    // A spread for each would take longer than all else here.
    messages.push(kind === 'file' ? { ...message, ...shownOf({ kind, text }) } : message)
  }
  return messages
}

/** What people and programs see of an entry. */
function shownOf({ kind, text }: { kind: string; text: string }): Pick<Message, 'text' | 'action' | 'file'> {
  if (kind !== 'file') return { text, action: kind === 'action' }
  const file = parseOffer(text)
  return file
    ? { text: `offers the file ${file.name} (${sizeText(file.size)})`, action: true, file }
    : { text: 'offers a file that this version cannot read', action: true }
}

/** offer: the text is that of an offer (wire/offer.ts). */
export function kindOf(options: { action?: boolean; offer?: true } | null): Kind {
  return options?.offer ? 'file' : options?.action ? 'action' : 'message'
}

/** What people said in an own part: changes of the key and titles are sent like messages, and are none. */
export function pendingIn(part: Part): Pending[] {
  const idAt = idsOf(part)
  return part.entries.flatMap((entry, i) => (isSaid(entry.kind) ? [{ id: idAt(i), ...shownOf(entry) }] : []))
}

/** The id of each message of a part, whose messages are counted from 0. */
export function idsOf(part: Pick<Part, 'namespace' | 'aseq'>): (at: number) => string {
  const start = idStart(part)
  const { aseq } = part
  return (at) => `${start}${aseq + at}`
}

/** What the ids of all messages of an author's process begin with, as callers see them (cli.md). */
function idStart({ namespace }: Pick<Part, 'namespace'>): string {
  return `${namespace.replace('.', ':')}:`
}

const idShape = /^([0-9a-f]{32}):([0-9a-f]{28}):([1-9]\d{0,14})$/

/** What an id names. Throws RingleaderError ERR_USAGE. */
export function parseId(id: string): MessageName {
  const match = idShape.exec(id)
  if (!match) {
    throw new RingleaderError(
      'ERR_USAGE',
      `"${id}" is not a message id; since is 'start', 'now' or a message id`,
    )
  }
  return { namespace: namespaceOf(match[1] as Uid, match[2] as Inc), aseq: Number(match[3]) }
}

/** The error of a room that ended; undefined when it was left. */
export function errorOf(why: StopReason): RingleaderError | undefined {
  if (why === 'left') return undefined
  if (why === 'disk-full') {
    const text =
      'the disk is full, and more waits for it than memory can hold (64 MiB): free some space and start again; the others go on'
    return new RingleaderError('ERR_DISK_FULL', text)
  }
  if (why === 'disk-stalled') {
    const text =
      'the disk takes nothing: 64 MiB wait to be written; check the disk and start again; the others go on'
    return new RingleaderError('ERR_COMMIT_FAILED', text)
  }
  if (why === 'packets-lost') {
    const text =
      'a member answers, but the history does not arrive: large packets seem to be lost on the way, as with a VPN or tunnel; give the network interface a smaller MTU'
    return new RingleaderError('ERR_UNREACHABLE', text)
  }
  if (why !== 'unreachable') return refusal(why, undefined)
  return new RingleaderError(
    'ERR_UNREACHABLE',
    'no member of the room answers; try the address of another member',
  )
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
