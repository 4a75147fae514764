/**
 * Makes up what never was: members, lines of an address book, processes, messages, and records of stampers that do not
 * exist. What it has made once under a name stays as it is: it never gives out two things of one name.
 */

import type { BookEntry, Member } from '../../src/core/model/frames.ts'
import type { Address, Inc, Uid } from '../../src/core/model/ids.ts'
import { bootCounter, makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Rekeying } from '../../src/core/model/lock.ts'
import { encodeRekeying } from '../../src/core/model/lock.ts'
import type { Chain, Draft, Entry, Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { noChain, rekeyKind } from '../../src/core/model/records.ts'
import { countMax } from '../../src/wire/limits.ts'
import { sealAs, signAs, simNotary } from '../world/notary.ts'
import type { Choices } from './choices.ts'
import type { Liar } from './liar.ts'

/** Nodes that do not exist live in this network, and nobody else does. */
const nowhere = '10.66.'

/** Whether a liar made up this address. */
export function isMadeUp(addr: string): boolean {
  return addr.startsWith(nowhere)
}

/** An author or a stamper that the liar made up, or is, and how far it has counted. */
type Persona = { readonly uid: Uid; readonly inc: Inc; count: number; ts: number; chain: Chain }

export const recordKinds = [
  'next',
  'ahead',
  'gap',
  'again',
  'falling',
  'early',
  'strangers',
  'late-author',
] as const

export class Forger {
  readonly #me: Liar
  readonly #made: StampedRecord[] = []
  readonly #ownParts: Part[] = []
  #stamper: Persona | undefined
  #author: Persona | undefined
  #ghosts = 0

  constructor(me: Liar) {
    this.#me = me
  }

  ghost(choices: Choices): Member {
    const at = ++this.#ghosts
    const { index } = this.#me.node
    const addr = `${nowhere}${(index * 16 + (at >> 8)) & 255}.${at & 255}:4000` as Address
    // Some are the largest of all.
    const uid = `${choices.one(['ffff', choices.hex(4)])}${choices.hex(28)}` as Uid
    return { uid, inc: makeInc(1, choices.hex(16)), name: `ghost${at}`, addr }
  }

  ghosts(choices: Choices, count: number): Member[] {
    return Array.from({ length: count }, () => this.ghost(choices))
  }

  /** Lines of nodes that never were, some of which are said to be somewhere else as well. */
  book(choices: Choices, count: number): BookEntry[] {
    return this.ghosts(choices, count).map(({ uid, name, addr }): BookEntry => {
      const left = choices.one([true, false, false, false])
      return {
        uid,
        name,
        addr,
        left,
        ...(choices.one([true, false]) && { hearsay: this.ghost(choices).addr }),
      }
    })
  }

  /** `count` records of made-up stampers: of one in a row, or each of another. `kind`: what is wrong with them. */
  records(choices: Choices, kind: string, count: number): StampedRecord[] {
    if (kind === 'again') return this.#made.slice(-count)
    return Array.from({ length: count }, () => {
      const record = this.#record(choices, kind)
      this.#made.push(record)
      return record
    })
  }

  #record(choices: Choices, kind: string): StampedRecord {
    const isNew =
      kind === 'strangers' || kind === 'gap' || this.#stamper === undefined || this.#stamper.count > 200
    const stamper = isNew ? this.#persona(choices) : (this.#stamper ?? this.#persona(choices))
    if (kind !== 'gap') this.#stamper = stamper
    const now = Math.max(this.#me.clock, stamper.ts)
    const lc = kind === 'early' ? now + 10 : Math.max(0, now - 1)
    const part = this.#part(choices, kind, lc)
    const ahead = choices.count('ahead', [2 ** 20, 2 ** 30, 2 ** 39, 2 ** 45, 2 ** 51])
    const ts = kind === 'ahead' ? now + ahead : kind === 'falling' ? Math.max(1, stamper.ts - 1) : now + 1
    stamper.count += kind === 'gap' ? 5 : 1
    stamper.ts = Math.max(stamper.ts, ts)
    const { uid, inc, count: s } = stamper
    const namespace = namespaceOf(uid, inc)
    stamper.chain = simNotary.extend(stamper.chain, { ts, part })
    const seal = sealAs(uid, namespace, s, stamper.chain)
    return { stamper: uid, stamperInc: inc, namespace, s, ts, part, seal }
  }

  #part(choices: Choices, kind: string, lc: number): Part {
    const isNew = kind === 'late-author' || this.#author === undefined || this.#author.count > 200
    const author = isNew ? this.#persona(choices) : (this.#author ?? this.#persona(choices))
    if (kind === 'late-author') author.count = 3
    else this.#author = author
    author.count++
    return this.#message(choices, author.uid, author.inc, { aseq: author.count, lc })
  }

  #persona(choices: Choices): Persona {
    const boots = choices.one([1, 7, 2 ** 40, countMax])
    return {
      uid: choices.hex(32) as Uid,
      inc: makeInc(boots, choices.hex(16)),
      count: 0,
      ts: 0,
      chain: noChain,
    }
  }

  #message(
    choices: Choices,
    author: Uid,
    inc: Inc,
    made: { aseq: number; lc: number; entries?: readonly Entry[] },
    signer = author,
  ): Part {
    const draft: Draft = {
      author,
      inc,
      namespace: namespaceOf(author, inc),
      before: '' as PartId,
      wall: choices.one([0, 8.64e15]),
      name: choices.one(['ghost', 'x'.repeat(32)]),
      addr: `${nowhere}0.1:4000` as Address,
      entries: [{ kind: 'message', after: 0, text: `forged ${choices.hex(6)}` }],
      ...made,
    }
    // It has the keys of whom it made up, and none of anybody else.
    return signAs(signer, draft)
  }

  /** A change of the room's key, in the liar's own name. */
  rekeying(choices: Choices, lc: number, change: Rekeying): Part {
    const entry = {
      kind: 'other',
      after: 0,
      text: '',
      unread: { kind: rekeyKind, bytes: encodeRekeying(change) },
    } as const
    const { uid } = this.#me.node
    const aseq = (this.#ownParts.at(-1)?.aseq ?? 0) + 1
    const part = this.#message(choices, uid, this.#me.inc, { aseq, lc, entries: [entry] })
    this.#ownParts.push(part)
    return part
  }

  /** A record of a made-up stamper before all others: whoever is followed takes it (D4). */
  early(choices: Choices, part: Part): StampedRecord {
    const { uid, inc } = this.#persona(choices)
    const namespace = namespaceOf(uid, inc)
    const ts = part.lc + 1
    const seal = sealAs(uid, namespace, 1, simNotary.extend(noChain, { ts, part }))
    return { stamper: uid, stamperInc: inc, namespace, s: 1, ts, part, seal }
  }

  /** What the liar says in its own name, in order; `skip`: so many numbers are left out. */
  own(choices: Choices, count: number, lc: number, skip = 0): Part[] {
    const { uid } = this.#me.node
    for (let i = 0; i < count; i++) {
      const aseq = (this.#ownParts.at(-1)?.aseq ?? 0) + 1
      this.#ownParts.push(this.#message(choices, uid, this.#me.inc, { aseq, lc }))
    }
    return this.#ownParts.slice(skip - count || undefined)
  }

  /**
   * A record under the names of others, for scripts. It says what the next message of `author` would be, signed by the
   * liar, and stamped as the next of `stamper`; where none is given, of a made-up one.
   */
  inNameOf(
    choices: Choices,
    names: { author?: Member; stamper?: { uid: Uid; inc: Inc }; held: readonly StampedRecord[] },
  ): StampedRecord {
    const { author, stamper, held } = names
    const base = this.#record(choices, 'next')
    const last = <T>(from: readonly T[], of: (one: T) => number): number => Math.max(0, ...from.map(of))
    const said = held.filter(({ part }) => part.author === author?.uid && part.inc === author.inc)
    const aseq = choices.count('aseq', [last(said, ({ part }) => part.aseq) + 1])
    const lc = choices.count('lc-of-part', [base.part.lc])
    const part = author
      ? this.#message(choices, author.uid, author.inc, { aseq, lc }, this.#me.node.uid)
      : base.part
    if (!stamper) return this.#sealed({ ...base, part })
    const stamped = held.filter((r) => r.stamper === stamper.uid && r.stamperInc === stamper.inc)
    const s = choices.count('s', [last(stamped, (record) => record.s) + 1])
    const namespace = namespaceOf(stamper.uid, stamper.inc)
    const seal = sealAs(this.#me.node.uid, namespace, s, noChain)
    return { ...base, part, stamper: stamper.uid, stamperInc: stamper.inc, namespace, s, seal }
  }

  /** With the seal of a made-up stamper, as the first of its namespace. */
  #sealed(record: StampedRecord): StampedRecord {
    const { stamper, namespace, s } = record
    return { ...record, seal: sealAs(stamper, namespace, s, simNotary.extend(noChain, record)) }
  }

  /** The process of a node that its boot counter allows no further one of. */
  lastProcess(choices: Choices, { uid, inc }: Member): { uid: Uid; inc: Inc } {
    const boots = choices.count('boots', [bootCounter(inc) + 1, bootCounter(inc) + 1000, 2 ** 40, countMax])
    return { uid, inc: makeInc(boots, choices.hex(16)) }
  }
}
