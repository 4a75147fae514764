/**
 * Serves the page of one node, and what it shows, to browsers on this machine (docs/cli.md, "The page").
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { answerJson } from './answering.ts'
import { Gate } from './gate.ts'
import type { PageFile } from './page-files.ts'

const firstPort = 4600
/** So many ports are tried, from the first one on. */
const portsMax = 20
/** A browser opens some; the streams are few. */
const connectionsMax = 64
/** How long a request may take to come whole. Unit: ms. */
const requestMs = 10_000

/** What a page may do: run its own files, and talk to its own server. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Answers what is behind the door. Resolves when the answer is given, or is under way. */
export type Routes = (request: IncomingMessage, url: URL, response: ServerResponse) => Promise<void>

export type WebServerParts = {
  /** Where to listen, an IP address. */
  readonly host: string
  /** Undefined: the first free one from 4600 on. */
  readonly port: number | undefined
  /** Undefined: the page was not built. */
  readonly page: ReadonlyMap<string, PageFile> | undefined
  readonly routes: Routes
  /** Of the tickets (gate.ts); undefined: a page that is open does not come back to another server. */
  readonly key?: Buffer | undefined
}

/** The page of one node. */
export class WebServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #parts: WebServerParts
  #gate: Gate
  readonly host: string
  port = 0

  private constructor(parts: WebServerParts) {
    this.#parts = parts
    this.host = parts.host
    this.#gate = new Gate(parts.host, 0)
    this.#server = createServer(
      { requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: 5000, maxHeaderSize: 16_384 },
      (request, response) => void this.#answer(request, response),
    )
    this.#server.maxConnections = connectionsMax
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('clientError', (_, socket) => socket.destroy())
  }

  /** Takes the port, or the next free one of 20. Rejects with the error of the last try. */
  static async listen(parts: WebServerParts): Promise<WebServer> {
    const wanted = parts.port ?? firstPort
    for (let port = wanted; ; port++) {
      const web = new WebServer(parts)
      try {
        await web.#listen(port)
        return web
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        if (!isTaken || wanted === 0 || port + 1 >= wanted + portsMax || port >= 65_535) throw error
      }
    }
  }

  /** Opens the page in one browser, once. */
  mintAddress(): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host
    return `http://${host}:${this.port}/?token=${this.#gate.mintToken()}`
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host: this.host, exclusive: true }, () => {
        this.#server.off('error', reject)
        this.#server.on('error', () => {})
        this.port = (this.#server.address() as AddressInfo).port
        this.#gate = new Gate(this.host, this.port, this.#parts.key)
        resolve()
      })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('cache-control', 'no-store')
    response.on('error', () => {})
    request.on('error', () => {})
    try {
      if (!this.#gate.isAddressed(request)) return refuse(response)
      // Never joined to the path: a path of two slashes would name a host.
      const url = new URL(`http://page${request.url?.startsWith('/') ? request.url : '/'}`)
      const token = url.searchParams.get('token')
      if (request.method === 'GET' && url.pathname === '/' && token !== null) {
        const cookie = this.#gate.enter(token)
        // A browser that is in may use its address again.
        if (cookie === undefined && !this.#gate.hasSession(request)) return refuse(response, howToEnter)
        response
          .writeHead(303, { location: '/', ...(cookie !== undefined && { 'set-cookie': cookie }) })
          .end()
        return
      }
      if (url.pathname === '/return') return this.#takeBack(request, url, response)
      if (!this.#gate.hasSession(request))
        return refuse(response, request.method === 'GET' && url.pathname === '/' ? howToEnter : '')
      if (request.method === 'GET' && url.pathname === '/ticket')
        return answerJson(response, JSON.stringify(this.#gate.mintTicket()))
      if (request.method === 'GET' && this.#sendFile(url.pathname, response)) return
      await this.#parts.routes(request, url, response)
    } catch {
      // A bug of ours, or the room is over: the page asks again.
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    }
  }

  /** A page asks who is here, and then proves its ticket. */
  #takeBack({ method }: IncomingMessage, { searchParams }: URL, response: ServerResponse): void {
    const [word, nonce, greeting, proof] = ['word', 'nonce', 'greeting', 'proof'].map(
      (name) => searchParams.get(name) ?? '',
    ) as [string, string, string, string]
    if (method === 'GET') {
      const greeted = this.#gate.greet(word, nonce)
      return greeted ? answerJson(response, JSON.stringify(greeted)) : refuse(response)
    }
    const cookie = method === 'POST' ? this.#gate.comeBack(word, nonce, greeting, proof) : undefined
    if (cookie === undefined) return refuse(response)
    response.setHeader('set-cookie', cookie)
    answerJson(response, '{}')
  }

  #sendFile(path: string, response: ServerResponse): boolean {
    const { page } = this.#parts
    const file = page?.get(path)
    if (file) {
      response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length })
      response.end(file.bytes)
      return true
    }
    if (page || path !== '/') return false
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(
      'The page is not part of this installation: its files are missing. Install Ringleader again.\n',
    )
    return true
  }
}

/** For a person at this address: it is the same for a wrong token and a used one. */
const howToEnter =
  'This address opens nothing: it was used already, or is wrong. Type /web in the terminal to get another one.\n'

/** Answers 403. Nothing in it is about the room. */
function refuse(response: ServerResponse, sentence = ''): void {
  response.writeHead(403, {
    connection: 'close',
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(sentence),
  })
  response.end(sentence)
}
