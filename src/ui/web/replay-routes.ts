/**
 * Answers what a page asks of a recorded run: it plays with its own timing, and takes no orders.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { toJsonLine } from '../../chat/escape.ts'
import { toLine } from '../../chat/json-objects.ts'
import type { TracedEvent } from '../../chat/trace-format.ts'
import { answerError, answerJson, countOf, Refusal } from './answering.ts'
import { EventStream } from './event-stream.ts'
import type { Routes } from './web-server.ts'

const streamsMax = 16

export class ReplayRoutes {
  readonly #events: readonly TracedEvent[]
  readonly #version: string
  readonly #streams = new Set<EventStream>()

  constructor(events: readonly TracedEvent[], version: string) {
    this.#events = events
    this.#version = version
  }

  readonly answer: Routes = async (request, url, response) => {
    try {
      await this.#route(request, url, response)
    } catch (error) {
      answerError(response, error, toJsonLine)
    }
  }

  async #route(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    if (request.method === 'POST')
      throw new Refusal(409, 'this is a recorded run: nothing can be said or done in it')
    switch (url.pathname) {
      case '/events':
        return this.#play(request, url, response)
      case '/messages':
        return answerJson(response, `[${this.#before(url).map(toLine).join(',')}]`)
      case '/search': {
        const words = (url.searchParams.get('words') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
        const found = this.#events.filter(
          (event) =>
            event.type === 'message' && words.every((word) => event.text.toLowerCase().includes(word)),
        )
        return answerJson(response, `{"found":[${found.reverse().slice(0, 200).map(toLine).join(',')}]}`)
      }
      case '/state': {
        const node = url.searchParams.get('node')
        const last = this.#events.findLast((event) => event.type === 'node' && event.node === node)
        if (!last) throw new Refusal(404, 'the recorded run does not have the state of that node')
        return answerJson(response, toLine(last))
      }
      case '/about':
        return answerJson(response, toJsonLine(this.#about()))
      default:
        throw new Refusal(404, 'a recorded run has no more than its events')
    }
  }

  #about(): object {
    const ready = this.#events.find((event) => event.type === 'ready')
    const { id = '', name = '', address = '', room = '', title, locked = false } = ready ?? {}
    return {
      version: this.#version,
      self: { id, name, address },
      room,
      ...(title !== undefined && { title }),
      locked,
      address,
      replay: true,
    }
  }

  #before(url: URL): readonly TracedEvent[] {
    const last = countOf(url, 'last', 500, 1000)
    const messages = this.#events.filter((event) => event.type === 'message')
    const at = messages.findIndex(({ id }) => id === url.searchParams.get('before'))
    return last === 0 || at <= 0 ? [] : messages.slice(Math.max(0, at - last), at)
  }

  async #play(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    if (this.#streams.size >= streamsMax)
      throw new Refusal(503, `${streamsMax} pages are open: close one of them`)
    const speed = Number(url.searchParams.get('speed') ?? 1)
    if (!(speed >= 0 && speed <= 1000))
      throw new Refusal(400, 'speed must be a number from 0 (all at once) to 1000')
    const resumed = request.headers['last-event-id']
    const since = url.searchParams.get('since') ?? (typeof resumed === 'string' ? resumed : undefined)
    const withRing = url.searchParams.get('ring') !== '0'
    const stream = new EventStream(response)
    this.#streams.add(stream)
    void stream.closed.then(() => this.#streams.delete(stream))
    const from =
      since === undefined
        ? 0
        : 1 + this.#events.findIndex((event) => event.type === 'message' && event.id === since)
    let before = this.#events[from]?.told ?? 0
    const over = new AbortController()
    void stream.closed.then(() => over.abort())
    for (let at = from; at < this.#events.length; at++) {
      const event = this.#events[at] as TracedEvent
      const waitMs = speed === 0 ? 0 : (event.told - before) / speed
      before = Math.max(before, event.told)
      if (waitMs >= 1) await pause(waitMs, over.signal)
      if (stream.isOver) return
      if (!withRing && isOfRing(event)) continue
      stream.send(toLine(event), event.type === 'message' ? event.id : undefined)
      if (stream.isFull) await stream.taken()
    }
    stream.send(toLine({ type: 'notice', text: 'the recorded run ends here' }))
    // The stream stays: one that ended would begin again.
    await stream.closed
  }
}

/** Resolves early when it is given up. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(Math.min(ms, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined)
}

function isOfRing({ type }: TracedEvent): boolean {
  return ['node', 'frame', 'token', 'log', 'missed', 'watched'].includes(type)
}
