/**
 * The offer of a file as the text of an entry (PROTOCOL.md 2.24), and which names of files are taken from others.
 */

import { pieceBytes, piecesMax } from './limits.ts'
import { utf8Bytes } from './name-rule.ts'

export type Offer = {
  readonly name: string
  /** Unit: bytes. */
  readonly size: number
  /** 64 hex digits: of the hashes of its pieces. */
  readonly hash: string
}

/** The largest file. Unit: bytes. */
export const fileBytesMax = pieceBytes * piecesMax
/** Leaves room for what is put behind a name. Unit: bytes of UTF-8. */
const fileNameBytesMax = 200

export function formatOffer({ size, hash, name }: Offer): string {
  return `${size} ${hash} ${name}`
}

/** Undefined: it is none. Its name may be one that is not taken. */
export function parseOffer(text: string): Offer | undefined {
  const [, size = '', hash = '', name = ''] =
    /^([1-9]\d{0,15}) ([0-9a-f]{64}) ([^]{1,1024})$/.exec(text) ?? []
  const bytes = Number(size)
  return name !== '' && bytes <= fileBytesMax ? { name, size: bytes, hash } : undefined
}

/** Path separators, wildcards and the like of any system, control and bidi characters, and halves of characters. */
const forbidden =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"*/:<>?\\|]/gu
/** Of Windows; also with an extension. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

/** Why a file of another is not stored under this name, as the end of a sentence; undefined: it can be. */
export function fileNameProblem(name: string): string | undefined {
  if (name === '' || utf8Bytes(name) > fileNameBytesMax) return `must have 1 to ${fileNameBytesMax} bytes`
  if (name.search(forbidden) >= 0) return 'has a character that no file name may have on all systems'
  if (/^[. ]|[. ]$/.test(name)) return 'begins or ends with a dot or a space'
  return device.test(name.trimEnd()) ? 'is that of a device' : undefined
}

/** The name under which a file is offered: what others could not store is replaced. */
export function offeredName(name: string): string {
  let safe = name.replace(forbidden, '_').replace(/^[. ]+|[. ]+$/g, (found) => '_'.repeat(found.length))
  if (device.test(safe)) safe = `_${safe}`
  if (utf8Bytes(safe) <= fileNameBytesMax) return safe
  const extension = /\.[^.]{1,16}$/.exec(safe)?.[0] ?? ''
  let stem = [...safe.slice(0, safe.length - extension.length)]
  while (utf8Bytes(stem.join('') + extension) > fileNameBytesMax) stem = stem.slice(0, -1)
  return stem.join('') + extension
}
