/**
 * The terminal emulator of xterm.js, without a screen: a terminal that nobody here wrote, with its own table of widths.
 * As a pair of streams for a chat in this process.
 */

import { PassThrough, Writable } from 'node:stream'
import headless from '@xterm/headless'
import type { InputStream, OutputStream } from '../../src/ui/terminal/stdio.ts'

export class Xterm {
  readonly #terminal: headless.Terminal
  readonly input: InputStream
  readonly output: OutputStream
  #looks = new Set<() => void>()

  constructor(columns = 40, rows = 24) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
    const output = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) =>
        this.#terminal.write(chunk, () => {
          done()
          for (const look of this.#looks) look()
        }),
    })
    this.output = Object.assign(output, { isTTY: true, columns, rows })
    this.input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
    // Its replies.
    this.#terminal.onData((text) => this.type(text))
  }

  resize(columns: number): void {
    this.#terminal.resize(columns, this.#terminal.rows)
    Object.assign(this.output, { columns })
    this.output.emit('resize')
  }

  type(text: string): void {
    this.input.push(Buffer.from(text))
  }

  /** All rows with text, those scrolled away included, without spaces at their ends. */
  get rows(): string[] {
    const { active } = this.#terminal.buffer
    const rows = Array.from(
      { length: active.length },
      (_, at) => active.getLine(at)?.translateToString(true).trimEnd() ?? '',
    )
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1)
  }

  /** What stands left of the cursor in its row. */
  get beforeCursor(): string {
    const { active } = this.#terminal.buffer
    const line = active.getLine(active.baseY + active.cursorY)
    return line?.translateToString(false, 0, active.cursorX) ?? ''
  }

  /** Resolves when what it shows satisfies `look`; rejects after ten seconds. */
  shows(look: (rows: readonly string[]) => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never shown: ${what}; but:\n${this.rows.join('\n')}`)),
        10_000,
      )
      const check = () => {
        if (!look(this.rows)) return
        clearTimeout(timer)
        this.#looks.delete(check)
        resolve()
      }
      this.#looks.add(check)
      check()
    })
  }
}
