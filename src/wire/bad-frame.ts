/**
 * Defines the two errors of bytes that are not a frame of ours.
 */

/** The bytes are not a valid frame, part or record. `message` names the field, never its content. */
export class BadFrame extends Error {
  override name = 'BadFrame'
}

/** A HELLO or INFO of a program that speaks none of this program's protocol versions. */
export class OtherVersion extends BadFrame {
  override name = 'OtherVersion'
  /** The versions it speaks, both included. */
  readonly min: number
  readonly max: number

  constructor(min: number, max: number) {
    super(`speaks protocol versions ${min} to ${max}`)
    this.min = min
    this.max = max
  }
}
