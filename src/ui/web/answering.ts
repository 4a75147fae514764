/**
 * Reads what a page sends, and answers it, within bounds.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'

/** The longest text, as JSON, and the fields around it. Unit: bytes. */
const bodyMax = 70_000

/** What a page is told that did something wrong, as a sentence. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, sentence: string) {
    super(sentence)
    this.status = status
  }
}

/** The JSON object that a request brings. Throws Refusal. */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Refusal(415, 'what is sent must be application/json')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyMax) throw new Refusal(413, `what is sent is longer than ${bodyMax} bytes`)
    chunks.push(chunk)
  }
  let body: unknown
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new Refusal(400, 'what was sent is not JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal(400, 'what was sent is no JSON object')
  return body as Record<string, unknown>
}

/** A field that is a string; `max`: in characters. Throws Refusal. */
export function stringOf(body: Readonly<Record<string, unknown>>, field: string, max = 65_536): string {
  const value = body[field]
  if (typeof value !== 'string' || value.length > max)
    throw new Refusal(400, `${field} must be a string of at most ${max} characters`)
  return value
}

/** A whole number of the query. Throws Refusal. */
export function countOf(url: URL, field: string, fallback: number, max: number): number {
  const text = url.searchParams.get(field)
  if (text === null) return fallback
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= max)) throw new Refusal(400, `${field} must be a whole number up to ${max}`)
  return value
}

export function answerJson(response: ServerResponse, json: string, status = 200): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(json)
}

/** Errors of the room have a code and are sentences; any other is a bug, and thrown on. */
export function answerError(
  response: ServerResponse,
  error: unknown,
  toLine: (value: object) => string,
): void {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const isOurs = error instanceof Refusal || (typeof code === 'string' && code.startsWith('ERR_'))
  if (!isOurs) throw error
  const status = error instanceof Refusal ? error.status : code === 'ERR_LEFT' ? 410 : 400
  if (status === 413) response.setHeader('connection', 'close')
  answerJson(response, toLine({ error: String(message) }), status)
}
