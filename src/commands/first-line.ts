/**
 * Reads one line from stdin and leaves what comes after it to the next reader.
 */

/** What is longer is no line that a person meant. Unit: bytes. */
const bytesMax = 65_536

/** The next line, without its line break; undefined at the end of the input. */
export function readFirstLine(): Promise<string | undefined> {
  const { stdin } = process
  return new Promise((resolve) => {
    let read: Uint8Array = Buffer.alloc(0)
    const finish = (line: Uint8Array | undefined, rest: Uint8Array): void => {
      stdin.off('readable', look).off('end', ended).off('error', ended)
      if (rest.length > 0) stdin.unshift(rest)
      resolve(line && Buffer.from(line).toString('utf8'))
    }
    const ended = (): void => finish(read.length > 0 ? read : undefined, Buffer.alloc(0))
    const look = (): void => {
      for (let chunk = take(); chunk !== null; chunk = take()) {
        read = Buffer.concat([read, chunk])
        const at = read.indexOf(0x0a)
        if (at >= 0) return finish(read.subarray(0, at), read.subarray(at + 1))
        if (read.length > bytesMax) return finish(read, Buffer.alloc(0))
      }
    }
    const take = (): Uint8Array | null => stdin.read() as Uint8Array | null
    stdin.on('end', ended).on('error', ended).on('readable', look)
    if (stdin.readableEnded || stdin.destroyed) ended()
  })
}
