/**
 * A mutant: one rule of the protocol broken on purpose, as a small patch of the compiled core. The core
 * itself has no switches; the simulator runs a patched copy of it.
 */

/** Text of a compiled module that is replaced. */
export type Edit = {
  /** The TypeScript module under src/, `core/log/ordering.ts`, or of `sim/...`; what is patched is what it was compiled to. */
  readonly file: string
  /** Must stand exactly once in the compiled module. White space and line ends count as one. */
  readonly find: string
  readonly replace: string
}

export type Mutant = {
  readonly name: string
  /** Where PROTOCOL.md states the rule: a section, or a rule's own name such as D2 or N3. */
  readonly rule: string
  /** What a node with this bug does, in words. */
  readonly bug: string
  /** More than one where a rule is guarded twice, and without either guard nothing would happen. */
  readonly edits: readonly Edit[]
  /** The protocol script that must catch it, by the beginning of its name; undefined: random seeds do. */
  readonly script?: string
  /** The compiled test that must catch it, `contract/store.test.ts`: for what the simulator has no part of. */
  readonly test?: string
}

/** A mutant whose text is not where it was: the core has changed, and the patch must follow. */
export class PatchError extends Error {
  override name = 'PatchError'
}

/** `text` of a compiled module with the edit made. Throws PatchError unless `find` stands there exactly once. */
export function patch(mutant: Mutant, edit: Edit, text: string): string {
  const pattern = new RegExp(edit.find.trim().split(/\s+/).map(escape).join('[;,]?\\s+'), 'g')
  const count = [...text.matchAll(pattern)].length
  if (count !== 1)
    throw new PatchError(
      `mutant ${mutant.name}: "${edit.find.trim()}" stands ${count} times in ${edit.file}, not once`,
    )
  return text.replace(pattern, () => edit.replace)
}

function escape(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
