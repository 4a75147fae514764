/** Own messages on their way to the node: a text that is said is never lost, whatever the node answers. */

export type Draft = {
  readonly key: number
  readonly text: string
  readonly action: boolean
  /** Why it was not taken; undefined: it is being sent. */
  readonly error?: string
  /** No answer came: the node may have it. */
  readonly isUnsure?: boolean
}

/** Bytes of UTF-8 that one message may have (PROTOCOL.md 2.2). */
export const textBytesMax = 65_536

/** Bytes of a text as UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) bytes += 1
    else if (code < 0x800) bytes += 2
    else if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      bytes += 4
      i++
    } else bytes += 3
  }
  return bytes
}

/** What a line of the input means: `/me waves` is an action, `//x` is the text `/x`. unknown: a command that the page has not. */
export function readInput(input: string): { text: string; action: boolean } | { unknown: string } {
  const action = /^\/me\s+([^]+)$/.exec(input)
  if (action?.[1] !== undefined) return { text: action[1], action: true }
  if (input.startsWith('//')) return { text: input.slice(1), action: false }
  const command = /^\/([a-z]+)(?=\s|$)/i.exec(input)
  if (command) return { unknown: command[0] }
  return { text: input, action: false }
}
