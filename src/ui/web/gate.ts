/**
 * Decides who may use the page: who opened it with a token that was not used, and names this server and no other.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Tokens that wait to be used, and browsers that have used one. The oldest go. */
const tokensMax = 16
const sessionsMax = 64

export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #cookie: string
  readonly #tokens = new Set<string>()
  readonly #sessions = new Set<string>()

  /** `host`: where the server listens, an IP address. */
  constructor(host: string, port: number) {
    const own = host.includes(':') ? `[${host}]` : host
    this.#hosts = new Set(
      // As a browser writes them: it leaves out port 80, and shortens IPv6 addresses.
      [own, 'localhost', '127.0.0.1', '[::1]'].map((name) => new URL(`http://${name}:${port}`).host),
    )
    this.#cookie = `ringleader-${port}`
  }

  /** A word that opens the page once. */
  mintToken(): string {
    return addTo(this.#tokens, tokensMax)
  }

  /** Uses a token up. Returns the `Set-Cookie` of a new session; undefined: it is no token, or was used. */
  enter(token: string): string | undefined {
    if (!takeFrom(this.#tokens, token)) return undefined
    const session = addTo(this.#sessions, sessionsMax)
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
    return values.some((pair) => pair.startsWith(start) && has(this.#sessions, pair.slice(start.length)))
  }
}

function addTo(words: Set<string>, max: number): string {
  const word = randomBytes(24).toString('base64url')
  words.add(word)
  const [oldest] = words
  if (words.size > max && oldest !== undefined) words.delete(oldest)
  return word
}

function takeFrom(words: Set<string>, given: string): boolean {
  const found = [...words].find((word) => isSame(word, given))
  return found !== undefined && words.delete(found)
}

function has(words: ReadonlySet<string>, given: string): boolean {
  return [...words].some((word) => isSame(word, given))
}

/** In a time that says nothing of where they differ. */
function isSame(word: string, given: string): boolean {
  const [a, b] = [Buffer.from(word), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
