/**
 * Brings an open page back in when its node was started again. Page and node show each other that they know a secret, and
 * neither says it: another program may have taken the port.
 */

import { api } from './api.ts'

export class Ticket {
  #held: { readonly word?: string; readonly secret?: string } = {}

  /** Asks for one, where the node gives any. Never rejects. */
  async get(): Promise<void> {
    if (this.#held.word === undefined) this.#held = await api.ticket().catch(() => ({}))
  }

  /** Resolves to whether the page is in again. */
  async use(): Promise<boolean> {
    // A browser has no cryptography for pages that come over the network in plain text.
    const { word, secret } = this.#held
    if (word === undefined || secret === undefined || !('subtle' in crypto)) return false
    const nonce = encode(crypto.getRandomValues(new Uint8Array(24)))
    try {
      const { greeting, proof } = await api.greet(word, nonce)
      if (proof !== (await sealOf(secret, `node ${nonce} ${greeting}`))) return false
      await api.comeBack(word, nonce, greeting, await sealOf(secret, `page ${nonce} ${greeting}`))
      return true
    } catch {
      return false
    }
  }
}

async function sealOf(secret: string, text: string): Promise<string> {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign'])
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text))))
}

/** As base64url. */
function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}
