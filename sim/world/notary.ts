/**
 * Signatures of simulated nodes: not secret, but only honest code makes them. A liar signs as itself, or as somebody that it
 * has made up; what it says in another's name it cannot sign.
 */

import type { Namespace } from '../../src/core/model/ids.ts'
import type { Notary } from '../../src/core/model/notary.ts'
import type { Chain, Digest, Draft, Part, PartId, Seal } from '../../src/core/model/records.ts'
import { hashOf } from './hash.ts'

/** Parts are made once and shared by all nodes, so each is looked at once. */
const proven = new WeakMap<Part, boolean>()

/** Does not bind the room: a simulated node may speak before it knows its room. */
export const simNotary: Notary = {
  sign: (_room, draft) => signAs(draft.author, draft),
  findForged: (_room, parts) => parts.find((part) => !isProven(part)),
  // Its first half is used on its own.
  digest: (bytes) => longHash(bytes.join()).slice(32).repeat(2) as Digest,
  extend: (chain, { ts, part }) => longHash(`${chain.slice(-14)} ${ts} ${part.id.slice(-14)}`) as Chain,
  seal: (_room, namespace, s, chain) => sealAs(namespace.slice(0, 32), namespace, s, chain),
  isSealed: (_room, { stamper, namespace, s, seal }, chain) =>
    seal?.signature === sealAs(stamper, namespace, s, chain).signature,
}

/** Seals a namespace with the key of `signer`, which need not be its stamper's. */
export function sealAs(signer: string, namespace: Namespace, s: number, chain: Chain): Seal {
  const id = longHash(`${namespace} ${s} ${chain}`)
  return { key: signer.padEnd(64, '0'), signature: signatureOf(signer, id) }
}

/** 64 hex digits. */
function longHash(content: string): string {
  return hashOf(content).toString(16).padStart(64, '0')
}

/** Signs a part with the key of `signer`, which need not be its author. */
export function signAs(signer: string, draft: Draft): Part {
  const id = idOf(draft)
  return { ...draft, key: signer.padEnd(64, '0'), id, signature: signatureOf(signer, id) }
}

function idOf({ author, inc, aseq, before, lc, wall, name, addr, entries }: Draft): PartId {
  const content = JSON.stringify([author, inc, aseq, before, lc, wall, name, addr, entries])
  return longHash(content) as PartId
}

function signatureOf(signer: string, id: string): string {
  return (id + signer).padEnd(128, '0')
}

function isProven(part: Part): boolean {
  let is = proven.get(part)
  if (is === undefined) {
    is = part.id === idOf(part) && part.signature === signatureOf(part.author, part.id)
    proven.set(part, is)
  }
  return is
}
