/** All that the pure folders may use of Node.js: a hash and a look at bytes, which are functions like any other (tsconfig.pure.json). */
declare module 'node:crypto' {
  export function hash(algorithm: 'sha256', data: Uint8Array, encoding: 'hex'): string
  export function createHash(algorithm: 'sha256'): Hash

  type Hash = {
    update(data: Uint8Array): Hash
    update(data: string, encoding: 'hex'): Hash
    digest(encoding: 'hex'): string
  }
}

declare module 'node:buffer' {
  export function isUtf8(bytes: Uint8Array): boolean
  export function isAscii(bytes: Uint8Array): boolean
  export class Buffer extends Uint8Array {
    static from(text: string): Buffer
    static from(bytes: ArrayBufferLike, offset: number, length: number): Buffer
    static byteLength(text: string): number
    override toString(encoding?: 'latin1' | 'utf8', start?: number, end?: number): string
  }
}
