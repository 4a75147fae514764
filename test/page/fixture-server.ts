// Serves the built page, and the events of a room on paper by the same interface as a node does.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MessageEvent, RoomEvent } from '../../src/chat/room-event.ts'
import { FixtureRoom } from './fixture-room.ts'

export type FixtureOptions = {
  readonly nodes?: number
  readonly history?: number
  /** Messages at the end of the history. */
  readonly special?: readonly Partial<MessageEvent>[]
  /** More of `/about`: replay. */
  readonly about?: object
  readonly isDemo?: boolean
  readonly port?: number
}

/** What the page is allowed, to the letter. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

export class Fixture {
  readonly room: FixtureRoom
  /** Set: every request is refused with it. */
  refuses: number | undefined
  /** Set: /say is refused with this word. */
  sayFails: string | undefined
  readonly #options: FixtureOptions
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  readonly #streams = new Set<ServerResponse>()
  /** What the buttons of the demo did, by node. */
  readonly #states = new Map<string, string>()
  /** Paths that were asked for. */
  readonly asked: string[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  port = 0

  private constructor(options: FixtureOptions) {
    this.#options = options
    this.room = new FixtureRoom(options.nodes ?? 5, options.history ?? 40, options.special)
  }

  static async start(options: FixtureOptions = {}): Promise<Fixture> {
    const fixture = new Fixture(options)
    await fixture.listen(options.port ?? 0)
    return fixture
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  /** Tells every page. */
  tell(...events: readonly RoomEvent[]): void {
    const text = events.map(toText).join('')
    for (const stream of this.#streams) stream.write(text)
  }

  /** Members speak in turn, so often a second. */
  chatter(perSecond: number): void {
    let turn = 0
    this.#every(1000 / perSecond, () => {
      const { members } = this.room
      const author = members[(turn * 7) % members.length]?.id ?? ''
      this.tell(...this.room.say(author, `message ${turn++} of a busy room`).events)
    })
  }

  heartbeats(): void {
    this.#every(250, () => this.tell(...this.room.heartbeat()))
  }

  /** Every stream breaks; new ones are taken. */
  dropStreams(): void {
    for (const stream of this.#streams) stream.destroy()
  }

  /** The node is gone: streams break and nothing answers. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const query = url.searchParams
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (this.refuses !== undefined) return json({ error: 'refused' }, this.refuses)
    const { room } = this
    this.asked.push(url.pathname)
    switch (url.pathname) {
      case '/events':
        return this.#stream(request, response, query)
      case '/messages': {
        const to = indexOf(query.get('before') ?? '')
        const from = Math.max(0, to - Number(query.get('last') ?? 500))
        return json(Array.from({ length: to - from }, (_, i) => room.message(from + i)))
      }
      case '/search': {
        const words = (query.get('words') ?? '').toLowerCase()
        const from = query.has('older') ? Number(query.get('older')) : room.count
        const found: MessageEvent[] = []
        let at = from - 1
        for (; at >= 0 && found.length < 20; at--) {
          const message = room.message(at)
          if (message.text.toLowerCase().includes(words)) found.push(message)
        }
        return json({ found, ...(at > 0 && { next: String(at + 1) }) })
      }
      case '/record': {
        const message = room.message(indexOf(query.get('id') ?? ''))
        return json({
          id: message.id,
          ts: message.ts,
          author: message.author,
          stamper: room.leader,
          term: room.term,
        })
      }
      case '/state': {
        const state = room.nodeEvents().find(({ node }) => node === query.get('node'))
        return state ? json(state) : json({ error: 'it does not let others watch it' }, 404)
      }
      case '/ticket':
        return json({})
      case '/about':
        return json({
          version: '0.1.0',
          self: room.self,
          room: 'f'.repeat(32),
          title: 'Kitchen',
          locked: true,
          address: room.nameOf(room.self).address,
          ...this.#options.about,
          ...(this.#options.isDemo && { demo: { nodes: this.#actors() } }),
        })
      case '/say':
      case '/do':
      case '/act':
        return json(...this.#post(url.pathname, await bodyOf(request)))
      default:
        return this.#file(url.pathname, response)
    }
  }

  #actors(): object[] {
    const { members, self } = this.room
    const alive = members.map(({ id, name }) => ({ id, name, state: this.#states.get(id) ?? 'alive' }))
    const dead = [...this.#states].filter(([, state]) => state === 'dead')
    return [...alive.filter(({ id }) => id !== self), ...dead.map(([id, state]) => ({ id, name: '', state }))]
  }

  #post(path: string, body: Record<string, unknown>): [unknown, number] {
    const { room } = this
    const { text, action, what, node } = body
    if (path === '/say') {
      if (this.sayFails !== undefined) return [{ error: this.sayFails }, 503]
      const { message, events } = room.say(room.self, String(text), action === true)
      this.tell({ type: 'pending', id: message.id, text: message.text, action: message.action })
      setTimeout(() => this.tell(...events), 30)
      setTimeout(() => this.tell({ type: 'sent', id: message.id }), 120)
      return [{ id: message.id }, 200]
    }
    const becomes = { kill: 'dead', freeze: 'frozen', thaw: 'alive', cut: 'cut', heal: 'alive' }[String(what)]
    if (path === '/act' && becomes !== undefined) this.#states.set(String(node), becomes)
    if (path === '/act' && what === 'kill') this.tell(...room.kill(String(node)))
    if (path === '/act' && what === 'add') this.tell(...room.addNode())
    return [{}, 200]
  }

  #stream(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const since = request.headers['last-event-id'] ?? query.get('since')
    const from =
      typeof since === 'string' && since !== ''
        ? indexOf(since) + 1
        : Math.max(0, this.room.count - Number(query.get('last') ?? 200))
    for (const event of this.room.begin(from, query.get('ring') === '1')) response.write(toText(event))
    response.write('data: {"type":"live"}\n\n')
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = path === '/' ? 'index.html' : path.slice(1)
    const type = types[name.split('.').at(-1) ?? '']
    if (!/^[a-z]+\.[a-z]+$/.test(name) || !type) {
      response.writeHead(404).end()
      return
    }
    const content = await readFile(`dist/page/${name}`)
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(content)
  }
}

function toText(event: RoomEvent): string {
  const id = event.type === 'message' ? `id: ${event.id}\n` : ''
  return `${id}data: ${JSON.stringify(event)}\n\n`
}

function indexOf(messageId: string): number {
  return Number(messageId.split(':')[2] ?? 0)
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string
  return JSON.parse(text) as Record<string, unknown>
}
