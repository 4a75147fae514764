/**
 * SHA-256 for browsers, where the built-in one does not answer at once. In place of node:crypto in the page.
 */

const primes: number[] = []
for (let i = 2; primes.length < 64; i++) if (primes.every((prime) => i % prime !== 0)) primes.push(i)
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0
const rounds = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))
const begin = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))

/** In hexadecimal digits. Only sha256 and hex are known. */
export function hash(_algorithm: 'sha256', data: Uint8Array, _encoding: 'hex'): string {
  const length = (Math.floor((data.length + 8) / 64) + 1) * 64
  const bytes = new Uint8Array(length)
  bytes.set(data)
  bytes[data.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(length - 8, Math.floor(data.length / 2 ** 29))
  view.setUint32(length - 4, data.length << 3)
  const state = Int32Array.from(begin)
  const words = new Int32Array(64)
  const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))
  for (let at = 0; at < length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i)
    for (let i = 16; i < 64; i++) {
      const a = words[i - 15]!
      const b = words[i - 2]!
      const small = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
      const large = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
      words[i] = (words[i - 16]! + small + words[i - 7]! + large) | 0
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
    for (let i = 0; i < 64; i++) {
      const one =
        (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i]! + words[i]!) | 0
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + one) | 0
      d = c
      c = b
      b = a
      a = (one + two) | 0
    }
    const add = [a, b, c, d, e, f, g, h]
    add.forEach((word, i) => (state[i] = (state[i]! + word) | 0))
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
