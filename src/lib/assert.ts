/**
 * Stops the program on its own bugs. Never used on input from the wire, a file or a person.
 */

/** Thrown when the program contradicts itself: a bug of ours, not of the world. */
export class AssertionFailed extends Error {
  override name = 'AssertionFailed'
}

/** Throws AssertionFailed when `condition` is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message)
}

/** Marks a branch that the type checker proves unreachable. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable: ${JSON.stringify(value)}`)
}
