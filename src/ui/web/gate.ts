/**
 * Decides who may use the page: who opened it with a token that was not used, and names this server and no other. A page that is
 * open while its node is started again comes back with a ticket: node and page show each other that they know its secret, and
 * neither says it, because anybody may have taken the port meanwhile.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Tokens that wait to be used, and browsers that have used one. The oldest go. */
const tokensMax = 16
const sessionsMax = 64
/** Greetings that wait for the proof of a page. The oldest go. */
const greetingsMax = 16

/** What a page keeps to come back with. */
export type Ticket = { readonly word: string; readonly secret: string }

export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #cookie: string
  readonly #tokens = new Set<string>()
  readonly #sessions = new Set<string>()
  readonly #greetings = new Set<string>()
  readonly #port: number
  readonly #key: Buffer | undefined

  /** `host`: where the server listens, an IP address. `key`: makes the secrets of tickets; undefined: there are none. */
  constructor(host: string, port: number, key?: Buffer) {
    this.#port = port
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
    return addTo(this.#tokens, tokensMax)
  }

  /** Uses a token up. Returns the `Set-Cookie` of a new session; undefined: it is no token, or was used. */
  enter(token: string): string | undefined {
    return takeFrom(this.#tokens, token) ? this.#letIn() : undefined
  }

  /** For a page that is in; empty: there are none here. */
  mintTicket(): Ticket | Record<string, never> {
    const word = randomBytes(24).toString('base64url')
    const secret = this.#secretOf(word)
    return secret === undefined ? {} : { word, secret }
  }

  /** Shows a page, by the word of its ticket, that this is its node. `nonce`: made by the page. */
  greet(word: string, nonce: string): { readonly greeting: string; readonly proof: string } | undefined {
    const secret = this.#secretOf(word)
    if (secret === undefined) return undefined
    const greeting = addTo(this.#greetings, greetingsMax)
    return { greeting, proof: sealOf(secret, `node ${nonce} ${greeting}`) }
  }

  /** Lets the page in that proves its ticket, once for each greeting. Returns as `enter`. */
  comeBack(word: string, nonce: string, greeting: string, proof: string): string | undefined {
    const secret = this.#secretOf(word)
    if (secret === undefined || !takeFrom(this.#greetings, greeting)) return undefined
    return isSame(sealOf(secret, `page ${nonce} ${greeting}`), proof) ? this.#letIn() : undefined
  }

  /** Of this port: who listens at another one cannot pass on what this node proves. */
  #secretOf(word: string): string | undefined {
    return this.#key && sealOf(this.#key, `ticket ${this.#port} ${word}`)
  }

  #letIn(): string {
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

function sealOf(key: Buffer | string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
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
