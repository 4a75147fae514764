/**
 * Reads lines from a pipe or a file, one at a time, so that nothing is read before the line before it was
 * taken. Memory is bounded for lines of any length.
 */

import { isUtf8 } from 'node:buffer'

/** Bytes of a line, its line break not counted. */
export const lineBytesMax = 65_536

/** `number` counts lines from 1, empty ones included. `text` is undefined where the line is too long. */
export type PipeLine = { number: number; text: string | undefined }

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * The lines of `chunks` that are not empty. A CR before the line break is dropped, bad UTF-8 becomes
 * U+FFFD, a last line without a line break counts. `odd` is told of the first line in which bytes were replaced, in
 * words for people.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array | string>,
  odd: (what: string) => void = () => {},
): AsyncGenerator<PipeLine, void> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  // One byte more than the limit: it may be the CR that is dropped.
  const held = new Uint8Array(lineBytesMax + 1)
  let bytes = 0
  let isTooLong = false
  let number = 0
  let isTold = false

  const collect = (part: Uint8Array) => {
    if (bytes + part.length > held.length) isTooLong = true
    if (isTooLong) return
    held.set(part, bytes)
    bytes += part.length
  }
  const finish = (): PipeLine | undefined => {
    number += 1
    const length = bytes > 0 && held[bytes - 1] === carriageReturn ? bytes - 1 : bytes
    const wasTooLong = isTooLong || length > lineBytesMax
    bytes = 0
    isTooLong = false
    if (wasTooLong) return { number, text: undefined }
    if (length === 0) return undefined
    const line = held.subarray(0, length)
    if (!isTold && !isUtf8(line)) {
      isTold = true
      odd(oddText(line, number))
    }
    return { number, text: decoder.decode(line) }
  }

  for await (const given of chunks) {
    const chunk = typeof given === 'string' ? Buffer.from(given) : given
    let from = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      collect(chunk.subarray(from, at))
      from = at + 1
      const line = finish()
      if (line) yield line
    }
    collect(chunk.subarray(from))
  }
  if (bytes > 0 || isTooLong) {
    const line = finish()
    if (line) yield line
  }
}

/** What is wrong with a line that is not UTF-8, and what to do. */
function oddText(line: Uint8Array, number: number): string {
  const isUtf16 = (line[0] === 0xff && line[1] === 0xfe) || (line[0] === 0xfe && line[1] === 0xff)
  return isUtf16
    ? 'the input is UTF-16, not UTF-8: convert it first (iconv -f UTF-16 -t UTF-8)'
    : `line ${number} is not UTF-8: what cannot be read is sent as U+FFFD; convert the input first (iconv)`
}
