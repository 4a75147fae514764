/**
 * A terminal of a given size for tests: interprets what the screen writes (cursor up, right, home, erase
 * below, wide characters) and keeps the rows that it would show. Anything else that it is sent is an error.
 */

import { PassThrough, Writable } from 'node:stream'
import stringWidth from 'fast-string-width'
import type { InputStream, OutputStream } from '../../src/ui/terminal/stdio.ts'

/** How terminals count the columns of a cluster; `text` is never empty. */
export const countings = {
  /** As the newest do. */
  joined: (text: string) => stringWidth(text),
  /** No notice is taken of what joins, widens or stands on a letter. */
  first: (text: string) => stringWidth(String.fromCodePoint(text.codePointAt(0) ?? 0)),
  /** Each character for itself. */
  apart: (text: string) =>
    Array.from(text).reduce((sum, one) => sum + (/\p{Mc}/u.test(one) ? 1 : stringWidth(one)), 0),
  /** As `joined`, but a sign that asks to be wide is. */
  wide: (text: string) => (/^\p{Emoji}\ufe0f/u.test(text) ? 2 : stringWidth(text)),
  /** As `joined`, but a sign that asks to be wide is not. */
  narrow: (text: string) => (text.includes('\ufe0f') ? 1 : stringWidth(text)),
} as const

export class FakeTerminal {
  columns: number
  readonly #count: (text: string) => number
  rows: string[][] = [[]]
  row = 0
  column = 0
  bells = 0
  /** How often it was asked where its cursor stands. It does not reply by itself. */
  asked = 0
  /** Texts of desktop notifications (OSC 9). */
  readonly notifications: string[] = []
  isRaw = false
  takesPastes = false
  readonly input: InputStream
  readonly output: OutputStream
  /** What it was sent and has not read, while it does not read. */
  #unread: (() => void)[] | undefined
  #waiters: { isThere: () => boolean; resolve: () => void }[] = []

  constructor(columns = 40, height = 24, count: keyof typeof countings = 'joined') {
    this.columns = columns
    this.#count = countings[count]
    const output = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        const take = () => {
          this.#take(String(chunk))
          done()
          this.#look()
        }
        if (this.#unread) this.#unread.push(take)
        else take()
      },
    })
    this.output = Object.assign(output, { isTTY: true, columns, rows: height })
    this.input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (on: boolean) => (this.isRaw = on),
    })
  }

  /** The rows from the first to the last that is not empty, without spaces at their ends. */
  get text(): string {
    return this.rows
      .map((row) => row.join('').trimEnd())
      .join('\n')
      .trimEnd()
  }

  /** What stands left of the cursor in its row. */
  get beforeCursor(): string {
    return (this.rows[this.row] ?? []).slice(0, this.column).join('')
  }

  type(text: string): void {
    this.input.push(Buffer.from(text))
  }

  /** From now on it takes nothing, as after Ctrl-S. */
  stopReading(): void {
    this.#unread ??= []
  }

  readAgain(): void {
    const unread = this.#unread ?? []
    this.#unread = undefined
    for (const take of unread) take()
  }

  #look(): void {
    const isMet = this.#waiters.filter(({ isThere }) => isThere())
    this.#waiters = this.#waiters.filter((waiter) => !isMet.includes(waiter))
    for (const { resolve } of isMet) resolve()
  }

  /** Resolves when what is on the screen satisfies `look`; rejects after ten seconds. */
  shows(look: (text: string) => boolean, what: string): Promise<void> {
    if (look(this.text)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never shown: ${what}; but:\n${this.text}`)), 10_000)
      this.#waiters.push({
        isThere: () => look(this.text),
        resolve: () => {
          clearTimeout(timer)
          resolve()
        },
      })
    })
  }

  #take(text: string): void {
    let rest = text
    while (rest !== '') {
      // eslint-disable-next-line no-control-regex
      const escape = /^\u001b\[(\?2004)?(\d*)(;\d+)*([A-Za-z])/.exec(rest)
      if (escape) {
        this.#command(escape[1], Number(escape[2] || 1), escape[4] ?? '')
        rest = rest.slice(escape[0].length)
        continue
      }
      // eslint-disable-next-line no-control-regex
      const notified = /^\u001b\]9;([^\u0000-\u001f]*)\u001b\\/.exec(rest)
      if (notified) {
        this.notifications.push(notified[1] ?? '')
        rest = rest.slice(notified[0].length)
        continue
      }
      const [plain] = /^[ -~](?=[ -~\n])/.exec(rest) ?? []
      const [{ segment } = { segment: '' }] = plain
        ? [{ segment: plain }]
        : new Intl.Segmenter().segment(rest)
      rest = rest.slice(segment.length)
      this.#put(segment)
    }
  }

  #command(mode: string | undefined, count: number, letter: string): void {
    if (mode !== undefined) this.takesPastes = letter === 'h'
    else if (letter === 'n') this.asked += 1
    else if (letter === 'A') this.row = Math.max(this.row - count, 0)
    else if (letter === 'C') this.column = Math.min(this.column + count, this.columns - 1)
    else if (letter === 'H') this.row = this.column = 0
    else if (letter === 'J') {
      this.rows.length = this.row + 1
      this.#line().length = Math.min(this.#line().length, this.column)
    } else if (letter !== 'm') throw new Error(`the terminal does not know ${letter}`)
  }

  #line(): string[] {
    return (this.rows[this.row] ??= [])
  }

  #put(segment: string): void {
    if (segment === '\r\n' || segment === '\n') {
      this.row += 1
      this.column = 0
      this.#line()
    } else if (segment === '\r') this.column = 0
    else if (segment === '\u0007') this.bells += 1
    // eslint-disable-next-line no-control-regex
    else if (/[\u0000-\u001f\u007f-\u009f]/.test(segment))
      throw new Error(`control character ${JSON.stringify(segment)}`)
    else {
      const width = /^[ -~]$/.test(segment) ? 1 : this.#count(segment)
      if (width === 0) {
        const at = Math.max(this.column - 1, 0)
        this.#line()[at] = (this.#line()[at] ?? '') + segment
        return
      }
      if (this.column + width > this.columns) {
        this.row += 1
        this.column = 0
      }
      const line = this.#line()
      while (line.length < this.column) line.push(' ')
      line[this.column] = segment
      for (let more = 1; more < width; more++) line[this.column + more] = ''
      this.column += width
    }
  }
}
