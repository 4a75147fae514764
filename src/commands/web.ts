/**
 * The page of a chat: `--web`, and /web while it runs. Starts the server when it is wanted, and names where it is.
 */

import { fileURLToPath } from 'node:url'
import { readPage } from '../ui/web/page-files.ts'
import { RoomRoutes, type Acting, type RoomRoutesParts } from '../ui/web/room-routes.ts'
import { WebServer } from '../ui/web/web-server.ts'
import type { Room } from '../peer/room.ts'
import { version } from './version.ts'

export type WebFlags = {
  /** 'any': the first free one. */
  readonly port: number | 'any' | undefined
  /** An IP address; undefined: loopback. */
  readonly host: string | undefined
}

export type PageHostParts = WebFlags & {
  /** Takes a line for the person. */
  readonly tell: (text: string) => void
  /** Of the tickets of a room (gate.ts). Default: there are none. */
  readonly key?: (room: string) => Buffer | undefined
  /** Where the page was last, and takes where it is. Default: nothing is kept. */
  readonly kept?: { readonly read: () => number | undefined; readonly keep: (port: number) => void }
  readonly act?: Acting
  readonly actors?: RoomRoutesParts['actors']
  readonly story?: RoomRoutesParts['story']
}

/** The page of one chat. */
export class PageHost {
  readonly #parts: PageHostParts
  #room: Room | undefined
  #routes: RoomRoutes | undefined
  #server: Promise<WebServer> | undefined

  constructor(parts: PageHostParts) {
    this.#parts = parts
  }

  /** Where the page is. */
  set room(room: Room) {
    this.#room = room
    room.on('close', () => {
      if (this.#room === room) this.#room = undefined
    })
  }

  /** An address that opens the page once. Starts the server. Rejects with a sentence. */
  async address(): Promise<string> {
    this.#server ??= this.#start()
    try {
      return (await this.#server).mintAddress()
    } catch (error) {
      this.#server = undefined
      throw error
    }
  }

  /** Starts the server, and prints the address, or why there is none. */
  async begin(): Promise<void> {
    const { tell } = this.#parts
    await this.address().then(
      (address) => tell(pageLine(address)),
      (error: Error) => tell(error.message),
    )
  }

  async close(): Promise<void> {
    this.#routes?.end()
    await this.#server?.then((server) => server.close()).catch(() => {})
  }

  async #start(): Promise<WebServer> {
    const { act, actors, story } = this.#parts
    const routes = new RoomRoutes({ room: () => this.#room, version: version(), act, actors, story })
    this.#routes = routes
    const { kept, tell } = this.#parts
    const key = this.#room && this.#parts.key?.(this.#room.id)
    const server = await listenWeb(this.#parts, routes.answer, tell, key, kept?.read())
    if (this.#parts.port !== 0) kept?.keep(server.port)
    return server
  }
}

/** What a person reads. */
export function pageLine(address: string): string {
  return `the page of this node, for one browser: ${address}`
}

/** `last`: where the page was before. Rejects with a sentence. */
export async function listenWeb(
  { port, host = '127.0.0.1' }: WebFlags,
  routes: RoomRoutes['answer'],
  tell: (text: string) => void,
  key?: Buffer,
  last?: number,
): Promise<WebServer> {
  const wanted = port === 'any' ? undefined : port
  // Bundled, this lies in dist/.
  const page = readPage(fileURLToPath(new URL('page/', import.meta.url)))
  const listen = (at: number | undefined) => WebServer.listen({ host, port: at, page, routes, key })
  // Where the page was before, if it can be there again.
  const mayMove = wanted === undefined && last !== undefined
  const listening = mayMove ? listen(last).catch(() => listen(wanted)) : listen(wanted)
  const server = await listening.catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new Error(
        `there is no page: port ${wanted ?? 4600} and the 19 behind it are in use; give another one with --web`,
      )
    throw new Error(`there is no page: it cannot listen at ${host} (${code ?? message})`)
  })
  if (wanted !== undefined && wanted !== 0 && server.port !== wanted)
    tell(`port ${wanted} is in use: the page is at port ${server.port}`)
  if (!isLoopback(host))
    tell(
      `warning: the page is open to the network at ${host}: it is not encrypted, and who sees the address, or reads along, can read and write in this room as you`,
    )
  return server
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.')
}
