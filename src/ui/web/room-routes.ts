/**
 * Answers what a page asks of a room: its events, earlier messages, searches, and what the person does.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { toJsonLine } from '../../chat/escape.ts'
import { messageObject } from '../../chat/json-objects.ts'
import { checkName } from '../../chat/own-name.ts'
import type { Message, Room } from '../../peer/room.ts'
import { answerError, answerJson, countOf, readBody, Refusal, stringOf } from './answering.ts'
import { EventStream } from './event-stream.ts'
import { LateOnes, streamRoom } from './room-stream.ts'
import { Searches } from './searches.ts'
import type { Routes } from './web-server.ts'

const streamsMax = 16
const lastMax = 1000
/** How long a page waits for an own message to be taken. Unit: ms. */
const sayMs = 10_000

/** What the buttons of the demo do. Rejects with a sentence for the person. */
export type Acting = (what: string, node: string | undefined) => Promise<void>

/** A node of the demo, as its buttons left it. */
export type Actor = {
  readonly id: string
  readonly name: string
  readonly state: 'alive' | 'frozen' | 'cut' | 'dead'
}

export type RoomRoutesParts = {
  /** Undefined: it is not open, or over. */
  readonly room: () => Room | undefined
  readonly version: string
  /** The demo. */
  readonly act?: Acting | undefined
  readonly actors?: (() => readonly Actor[]) | undefined
  /** Hears what is told beside the room until the returned function is called. */
  readonly story?: ((tell: (text: string) => void) => () => void) | undefined
}

export class RoomRoutes {
  readonly #parts: RoomRoutesParts
  readonly #searches = new Searches()
  readonly #streams = new Set<EventStream>()
  #late: { room: Room; ones: LateOnes } | undefined

  constructor(parts: RoomRoutesParts) {
    this.#parts = parts
    this.#hearLate()
  }

  /** Ends all streams. */
  end(): void {
    for (const stream of this.#streams) stream.end()
    this.#late?.ones.stop()
  }

  readonly answer: Routes = async (request, url, response) => {
    try {
      await this.#route(request, url, response)
    } catch (error) {
      answerError(response, error, toJsonLine)
    }
  }

  get #room(): Room {
    const room = this.#parts.room()
    if (!room) throw new Refusal(410, 'the room is not open')
    return room
  }

  async #route(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /events':
        return this.#events(request, url, response)
      case 'GET /messages':
        return this.#messages(url, response)
      case 'GET /search':
        return this.#search(url, response)
      case 'GET /record': {
        const record = await this.#room.watching.record(url.searchParams.get('id') ?? '')
        if (!record) throw new Refusal(404, 'this node does not hold that message')
        return answerJson(response, toJsonLine(record))
      }
      case 'GET /state':
        return this.#state(url, response)
      case 'GET /about':
        return answerJson(response, toJsonLine(this.#about()))
      case 'POST /say':
        return this.#say(await readBody(request), response)
      case 'POST /do':
        this.#do(await readBody(request))
        return answerJson(response, '{}')
      case 'POST /act':
        await this.#act(await readBody(request))
        return answerJson(response, '{}')
      default:
        throw new Refusal(404, 'there is nothing here')
    }
  }

  #about(): object {
    const { self, id, title, locked } = this.#room
    return {
      version: this.#parts.version,
      self: { id: self.id, name: self.name, address: self.address },
      room: id,
      ...(title !== undefined && { title }),
      locked,
      address: self.address,
      ...(this.#parts.act && { demo: { nodes: this.#parts.actors?.() ?? [] } }),
    }
  }

  async #events(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const room = this.#room
    if (this.#streams.size >= streamsMax)
      throw new Refusal(503, `${streamsMax} pages are open: close one of them`)
    const last = countOf(url, 'last', 200, lastMax)
    const resumed = request.headers['last-event-id']
    const since = url.searchParams.get('since') ?? (typeof resumed === 'string' ? resumed : undefined)
    const stream = new EventStream(response)
    this.#streams.add(stream)
    void stream.closed.then(() => this.#streams.delete(stream))
    const wish = { since, last, ring: isOn(url, 'ring'), heartbeats: isOn(url, 'heartbeats') }
    const story = this.#parts.story ?? (() => () => {})
    await streamRoom(room, stream, wish, this.#hearLate() ?? new LateOnes(room), story)
  }

  #hearLate(): LateOnes | undefined {
    const room = this.#parts.room()
    if (!room || room === this.#late?.room) return this.#late?.ones
    this.#late?.ones.stop()
    this.#late = { room, ones: new LateOnes(room) }
    return this.#late.ones
  }

  async #messages(url: URL, response: ServerResponse): Promise<void> {
    const before = url.searchParams.get('before')
    const last = countOf(url, 'last', 500, lastMax)
    const lines: string[] = []
    for await (const message of this.#room.history({ last, ...(before !== null && { before }) }))
      lines.push(messageObject(asHistory(message)))
    answerJson(response, `[${lines.join(',')}]`)
  }

  async #search(url: URL, response: ServerResponse): Promise<void> {
    const ended = new AbortController()
    const gone = (): void => ended.abort(new Refusal(410, 'the search was ended'))
    response.once('close', gone)
    const cursor = url.searchParams.get('older')
    const page =
      cursor === null
        ? await this.#searches.begin(this.#room, url.searchParams.get('words') ?? '', ended.signal)
        : await this.#searches.more(cursor)
    response.off('close', gone)
    if (!page) throw new Refusal(410, 'this search is too old to be gone on with: search again')
    const found = page.found.map((message) => messageObject(asHistory(message)))
    answerJson(response, `{"found":[${found.join(',')}]${page.next ? `,"next":"${page.next}"` : ''}}`)
  }

  async #state(url: URL, response: ServerResponse): Promise<void> {
    try {
      const event = await this.#room.watching.state(url.searchParams.get('node') ?? '')
      answerJson(response, toJsonLine(event))
    } catch (error) {
      throw new Refusal(404, (error as Error).message)
    }
  }

  async #say(body: Readonly<Record<string, unknown>>, response: ServerResponse): Promise<void> {
    const text = stringOf(body, 'text')
    const posting = this.#room.post(text, { action: body['action'] === true })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const slow = new Refusal(503, 'the room takes no messages now: it is said when it does')
      timer = setTimeout(() => reject(slow), sayMs)
    })
    const { id } = await Promise.race([posting, late]).finally(() => clearTimeout(timer))
    answerJson(response, toJsonLine({ id }))
  }

  #do(body: Readonly<Record<string, unknown>>): void {
    const room = this.#room
    switch (body['command']) {
      case 'title':
        return room.setTitle(stringOf(body, 'title', 300))
      case 'rename': {
        const checked = checkName(stringOf(body, 'name', 300))
        if ('problem' in checked) throw new Refusal(400, checked.problem)
        return room.rename(checked.name)
      }
      case 'admit':
      case 'deny': {
        const { number } = body
        if (!Number.isSafeInteger(number)) throw new Refusal(400, 'number must be that of a knock')
        return body['command'] === 'admit' ? room.admit(number as number) : room.deny(number as number)
      }
      default:
        throw new Refusal(400, 'command must be title, rename, admit or deny')
    }
  }

  async #act(body: Readonly<Record<string, unknown>>): Promise<void> {
    const { act } = this.#parts
    if (!act) throw new Refusal(404, 'only the demo has these buttons: ringleader demo --web')
    const node = body['node'] === undefined ? undefined : stringOf(body, 'node', 64)
    try {
      await act(stringOf(body, 'what', 16), node)
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal(400, (error as Error).message)
    }
  }
}

function isOn(url: URL, field: string): boolean {
  return url.searchParams.get(field) === '1'
}

function asHistory(message: Message): Message {
  return { ...message, late: false, history: true }
}
