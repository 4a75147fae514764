// A browser for tests: it keeps the cookie of one server, and reads streams of events.
import { request, type IncomingHttpHeaders } from 'node:http'

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

export class Browser {
  readonly port: number
  cookie = ''

  constructor(port: number) {
    this.port = port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Follows an address with a token. */
  async enter(address: string): Promise<Answer> {
    const answer = await this.get(new URL(address).pathname + new URL(address).search)
    this.cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
    return answer
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, headers)
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const all = { origin: this.origin, 'content-type': 'application/json', ...headers }
    return this.ask('POST', path, all, typeof body === 'string' ? body : JSON.stringify(body))
  }

  ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          agent: false,
          headers: { host: `127.0.0.1:${this.port}`, cookie: this.cookie, ...headers },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          )
          response.on('error', reject)
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** Reads a stream; `end` leaves it. */
  stream(path: string, headers: Record<string, string> = {}): Stream {
    return new Stream(this, path, headers)
  }
}

export class Stream {
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly events: any[] = []
  readonly ids: string[] = []
  status = 0
  isOver = false
  #text = ''
  #look: () => void = () => {}
  readonly #request

  constructor({ port, cookie }: Browser, path: string, headers: Record<string, string>) {
    this.#request = request(
      {
        host: '127.0.0.1',
        port,
        path,
        agent: false,
        headers: { host: `127.0.0.1:${port}`, cookie, ...headers },
      },
      (response) => {
        this.status = response.statusCode ?? 0
        response.setEncoding('utf8').on('data', (text: string) => this.#take(text))
        const over = (): void => {
          this.isOver = true
          this.#look()
        }
        response.on('close', over).on('error', over)
        this.#look()
      },
    )
    this.#request.on('error', () => {
      this.isOver = true
      this.#look()
    })
    this.#request.end()
  }

  end(): void {
    this.#request.destroy()
  }

  /** Resolves when it holds; rejects after 10 s. */
  until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const last = JSON.stringify(this.events.slice(-6))
        reject(new Error(`${what}: not within 10 s; the last of ${this.events.length} events: ${last}`))
      }, 10_000)
      this.#look = () => {
        if (!holds()) return
        clearTimeout(timer)
        this.#look = () => {}
        resolve()
      }
      this.#look()
    })
  }

  #take(text: string): void {
    this.#text += text
    for (let at = this.#text.indexOf('\n\n'); at >= 0; at = this.#text.indexOf('\n\n')) {
      const block = this.#text.slice(0, at)
      this.#text = this.#text.slice(at + 2)
      for (const line of block.split('\n')) {
        if (line.startsWith('data: ')) this.events.push(JSON.parse(line.slice(6)))
        if (line.startsWith('id: ')) this.ids.push(line.slice(4))
      }
    }
    this.#look()
  }
}
