// The oracle for what may be printed: every character of it but those that a terminal acts upon.
import assert from 'node:assert/strict'

/** Control characters but the line feed, those that change the direction of text, and separators of lines. */
const forbidden =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u

/** What people type to place their own right-to-left text, and what moves nothing else: LRM, RLM, ALM. */
const marks = /[\u200e\u200f\u061c]/g

/** hasMarks: lines of messages, in whose texts the marks pass. */
export function assertPlain(what: string, printed: string, { hasMarks = false } = {}): void {
  const at = (hasMarks ? printed.replace(marks, '?') : printed).search(forbidden)
  assert.equal(at, -1, `${what} printed ${JSON.stringify(printed.slice(Math.max(0, at - 40), at + 20))}`)
}
