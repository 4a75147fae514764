/**
 * What the codec uses of node:buffer, for browsers. In place of it in the page.
 */

const encoder = new TextEncoder()

class Bytes extends Uint8Array {
  override toString(encoding = 'utf8', begin = 0, end = this.length): string {
    const label = encoding === 'latin1' ? 'latin1' : 'utf-8'
    return new TextDecoder(label, { ignoreBOM: true }).decode(this.subarray(begin, end))
  }
}

export const Buffer = {
  from(source: ArrayBuffer | string, offset?: number, length?: number): Bytes {
    if (typeof source !== 'string') return new Bytes(source, offset, length)
    const bytes = encoder.encode(source)
    return new Bytes(bytes.buffer, bytes.byteOffset, bytes.length)
  },
  byteLength: (text: string): number => encoder.encode(text).length,
}

export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 128)
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
