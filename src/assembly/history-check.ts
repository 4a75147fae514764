/**
 * Verifies the records of a room one by one, in the order of their arrival: signatures, places, chains and seals (PROTOCOL.md
 * section 2.2). The checks are those that a node makes before it takes a record (D4).
 */

import { splitNamespace, type Namespace, type RoomId, type Uid } from '../core/model/ids.ts'
import type { Verifier } from '../core/model/notary.ts'
import { lastAseq, lastTs, noChain } from '../core/model/records.ts'
import type { Chain, StampedRecord } from '../core/model/records.ts'
import type { CountedAuthor, CountedNamespace } from '../store/room/history-file.ts'
import { uidOfPublicKey } from '../wire/digest.ts'

/** What is wrong, and with which record. */
export type Fault = {
  /** Where the record lies, 1 for the first; undefined: with none of those that are there. */
  readonly position: number | undefined
  readonly record: StampedRecord | undefined
  readonly text: string
}

/** What the database counts; see HistoryFile. */
type Counted = {
  readonly namespaces: Iterable<CountedNamespace>
  readonly authors: Iterable<CountedAuthor>
}

/** What was seen of a namespace. sealed: up to which s. */
type Seen = { record: StampedRecord; position: number; chain: Chain; sealed: number }

export class HistoryCheck {
  readonly #room: RoomId
  readonly #verifier: Verifier
  readonly #seen = new Map<Namespace, Seen>()
  readonly #have = new Map<Namespace, number>()
  readonly #people = new Set<Uid>()
  readonly #leaders = new Set<Uid>()
  #records = 0

  constructor(room: RoomId, verifier: Verifier) {
    this.#room = room
    this.#verifier = verifier
  }

  /** Records, messages (each once, whatever number of copies), and who said and stamped them. */
  counts(): Record<'records' | 'messages' | 'people' | 'leaders', number> {
    let messages = 0
    for (const have of this.#have.values()) messages += have
    return { records: this.#records, messages, people: this.#people.size, leaders: this.#leaders.size }
  }

  /** Takes the next record. Returns what is wrong with it. */
  add(record: StampedRecord): Fault | undefined {
    const position = this.#records + 1
    const text = this.#judge(record, position)
    return text === undefined ? undefined : { position, record, text }
  }

  #judge(record: StampedRecord, position: number): string | undefined {
    const { stamper, namespace, s, ts, part, seal } = record
    const before = this.#seen.get(namespace)
    const next = (before?.record.s ?? 0) + 1
    if (this.#verifier.findForged(this.#room, [part])) return 'it is not signed by its author for this room'
    if (s !== next)
      return `it is number ${s} of what its leader ${stamper} stamped, and number ${next} is due`
    const have = this.#have.get(part.namespace) ?? 0
    if (part.aseq > have + 1) return `message ${have + 1} of its author is missing before it`
    if (ts <= part.lc) return `its timestamp is not above the clock of its author, ${part.lc}`
    const chain = this.#verifier.extend(before?.chain ?? noChain, record)
    const sealed = before?.sealed ?? 0
    if (seal && uidOfPublicKey(seal.key) !== stamper) return `its seal is not by its leader ${stamper}`
    if (seal && !this.#verifier.isSealed(this.#room, record, chain))
      return `its seal does not fit records ${sealed + 1} to ${s} of its leader ${stamper}`
    if (before && ts <= lastTs(before.record))
      return `its timestamp is not above that of the record before it of its leader ${stamper}, ${lastTs(before.record)}`
    this.#seen.set(namespace, { record, position, chain, sealed: seal ? s : sealed })
    this.#have.set(part.namespace, Math.max(have, lastAseq(part)))
    this.#records = position
    this.#people.add(part.author)
    this.#leaders.add(stamper)
    return undefined
  }

  /** Returns what is wrong when no record follows: it is not sealed, or not what the database counts. */
  finish({ namespaces, authors }: Counted): Fault | undefined {
    for (const { record, position, sealed } of this.#seen.values()) {
      const { s, stamper } = record
      if (sealed === s) continue
      return { position, record, text: `no seal of its leader ${stamper} covers it, nor any record after it` }
    }
    for (const counted of namespaces) {
      const seen = this.#seen.get(counted.namespace)
      const { record, position } = seen ?? {}
      const held = record?.s ?? 0
      const leader = splitNamespace(counted.namespace).uid
      const fault = (text: string): Fault => ({ position, record, text })
      if (held !== counted.last)
        return fault(`the database counts ${counted.last} records of its leader ${leader}, and holds ${held}`)
      if (!seen) continue
      if (seen.chain !== counted.chain)
        return fault(`the chain that the database keeps for its leader ${leader} is another`)
      const ts = lastTs(seen.record)
      if (ts !== counted.lastTs)
        return fault(
          `the database counts timestamps of its leader ${leader} up to ${counted.lastTs}, and holds ${ts}`,
        )
    }
    for (const { author, have } of authors) {
      const held = this.#have.get(author) ?? 0
      if (held === have) continue
      const { uid } = splitNamespace(author)
      const text = `the database counts ${have} messages of a process of ${uid}, and holds ${held}`
      return { position: undefined, record: undefined, text }
    }
    return undefined
  }
}
