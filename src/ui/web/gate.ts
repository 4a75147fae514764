/**
 * Decides who may use the page: who opened it with a token that was not used, and names this server and no other.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Tokens that wait to be used. The oldest go. */
const tokensMax = 16

export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #cookie: string
  readonly #key: Buffer
  readonly #tokens = new Set<string>()

  /** `host`: where the server listens, an IP address. `key`: makes sessions; who has it is in. */
  constructor(host: string, port: number, key: Buffer) {
    this.#key = key
    const own = host.includes(':') ? `[${host}]` : host
    this.#hosts = new Set(
      // As a browser writes them: it leaves out port 80, and shortens IPv6 addresses.
      [own, 'localhost', '127.0.0.1', '[::1]'].map((name) => new URL(`http://${name}:${port}`).host),
    )
    this.#cookie = `ringleader-${port}`
  }

  /** A word that opens the page once. */
  mintToken(): string {
    const word = randomWord()
    this.#tokens.add(word)
    const [oldest] = this.#tokens
    if (this.#tokens.size > tokensMax && oldest !== undefined) this.#tokens.delete(oldest)
    return word
  }

  /** Uses a token up. Returns the `Set-Cookie` of a new session; undefined: it is no token, or was used. */
  enter(token: string): string | undefined {
    const found = [...this.#tokens].find((word) => isSame(word, token))
    if (found === undefined) return undefined
    this.#tokens.delete(found)
    const word = randomWord()
    const session = `${word}.${this.#sealOf(word)}`
    return `${this.#cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** Whether the names in a request are ours: a page of another site, or a name that leads here, is not. */
  isAddressed({ headers, method }: IncomingMessage): boolean {
    const { host, origin } = headers
    if (host === undefined || !this.#hosts.has(host.toLowerCase())) return false
    if (origin === undefined) return method !== 'POST'
    return origin.toLowerCase() === `http://${host.toLowerCase()}`
  }

  hasSession({ headers }: IncomingMessage): boolean {
    const start = `${this.#cookie}=`
    const values = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
    return values.some((pair) => {
      const [word = '', seal = ''] = pair.startsWith(start) ? pair.slice(start.length).split('.') : []
      return isSame(this.#sealOf(word), seal)
    })
  }

  /** What proves that a session was made here, in this process or in one before. */
  #sealOf(word: string): string {
    return createHmac('sha256', this.#key).update(`session of a page ${word}`).digest('base64url')
  }
}

function randomWord(): string {
  return randomBytes(24).toString('base64url')
}

/** In a time that says nothing of where they differ. */
function isSame(word: string, given: string): boolean {
  const [a, b] = [Buffer.from(word), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
