/** Asks the node that serves the page. */

import type { MessageEvent, NodeEvent } from '../../src/chat/room-event.ts'

/** A node of the demo, as its buttons left it. */
export type Actor = {
  readonly id: string
  readonly name: string
  readonly state: 'alive' | 'frozen' | 'cut' | 'dead'
}

export type Act = 'kill' | 'freeze' | 'thaw' | 'cut' | 'heal' | 'add'

export type About = {
  readonly version: string
  readonly self: string
  readonly room: string
  readonly title?: string
  readonly locked: boolean
  readonly address: string
  /** The demo's nodes can be killed and frozen. */
  readonly demo?: { readonly nodes: readonly Actor[] }
  /** What file is played again. */
  readonly replay?: unknown
}

export type Found = { readonly found: readonly MessageEvent[]; readonly next?: string }

/** Why something was not done, in words for people. status 0: the node did not answer. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const tokenIsOld = 'The token of this page is no longer good: type /web in the terminal.'

async function ask<T>(path: string, body?: object, signal?: AbortSignal): Promise<T> {
  let response: Response
  try {
    response = await fetch(
      path,
      body
        ? {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }
        : { signal: signal ?? null },
    )
  } catch {
    throw new Refused(0, 'The node does not answer.')
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer as T
  if (response.status === 403) throw new Refused(403, tokenIsOld)
  const error = (answer as { error?: unknown } | undefined)?.error
  throw new Refused(
    response.status,
    typeof error === 'string' ? error : `The node refused (${response.status}).`,
  )
}

const q = encodeURIComponent

export const api = {
  about: () => ask<About>('/about'),
  ticket: () => ask<{ word?: string; secret?: string }>('/ticket'),
  greet: (word: string, nonce: string) =>
    ask<{ greeting: string; proof: string }>(`/return?word=${q(word)}&nonce=${q(nonce)}`),
  comeBack: (word: string, nonce: string, greeting: string, proof: string) =>
    ask<unknown>(`/return?word=${q(word)}&nonce=${q(nonce)}&greeting=${q(greeting)}&proof=${q(proof)}`, {}),
  /** Those before a message, oldest first; none: there are no more. */
  messages: (before: string, last: number) =>
    ask<MessageEvent[]>(`/messages?before=${q(before)}&last=${last}`),
  /** Rejects also when the signal ends it. */
  search: (words: string, older: string | undefined, signal: AbortSignal) =>
    ask<Found>(
      `/search?words=${q(words)}${older === undefined ? '' : `&older=${q(older)}`}`,
      undefined,
      signal,
    ),
  record: (id: string) => ask<Readonly<Record<string, unknown>>>(`/record?id=${q(id)}`),
  state: (node: string) => ask<NodeEvent>(`/state?node=${q(node)}`),
  say: (text: string, action: boolean) => ask<{ id: string }>('/say', action ? { text, action } : { text }),
  do: (command: 'title' | 'admit' | 'deny' | 'rename', rest: object) =>
    ask<unknown>('/do', { command, ...rest }),
  act: (what: Act, node?: string) => ask<unknown>('/act', node === undefined ? { what } : { what, node }),
}
