/**
 * Finds out whom a person means who types a name, the beginning of a fingerprint, or both as they are shown.
 */

import { looksAlike } from './look-alike.ts'

type Person = { readonly id: string; readonly name: string }

/** Hex digits of a node id; fewer than four are a name only. */
const digits = /^[0-9a-f]{4,32}$/
/** As in `Ann[3f2a]`; a name cannot contain brackets. */
const piece = /\[([0-9a-f]{4,32})\]$/

/**
 * Those of `people` that `word` can mean: its name looks like it, or its fingerprint begins with it, with or without spaces. A
 * whole fingerprint is never a name.
 */
export function meantBy<P extends Person>(word: string, people: readonly P[]): P[] {
  const wanted = word.toLowerCase()
  const [, shown] = piece.exec(wanted) ?? []
  const bare = wanted.replace(/\s/g, '')
  const id = shown ?? (digits.test(bare) ? bare : undefined)
  const isName = shown === undefined && id?.length !== 32
  return people.filter(
    (who) => (id !== undefined && who.id.startsWith(id)) || (isName && looksAlike(who.name, word)),
  )
}
