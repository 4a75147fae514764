/**
 * The line editor. node:readline handles keys, history and the kill ring; its drawing is discarded, because
 * the screen draws. A bracketed paste goes into the text as a whole, with its line breaks.
 */

import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { breakMark } from './layout.ts'
import { PasteSplitter } from './paste.ts'
import type { Interface } from 'node:readline'
import type { InputStream } from './stdio.ts'

/** UTF-16 units of a paste or of typed text; no message is longer. */
export const typedCharactersMax = 65_536
const historyMax = 1000
/** No key that begins with Escape has more characters behind it. */
const keyCharactersMax = 16

export type EditorEvents = {
  /** The text or the cursor may have changed. `cursor` is an index into `typed`. */
  changed: (typed: string, cursor: number) => void
  /** Enter: the text with its line breaks. */
  entered: (text: string) => void
  /** Ctrl-C, Ctrl-Z, Ctrl-L; Ctrl-D on an empty line, or the end of the input. */
  interrupted: () => void
  suspended: () => void
  cleared: () => void
  ended: () => void
  /** A paste is over the limit and was not taken. */
  refused: () => void
}

function toMarks(text: string): string {
  return text.replaceAll(breakMark, '\ufffd').replace(/\r\n|\r|\n/g, breakMark)
}

export class LineEditor {
  readonly #input: InputStream
  readonly #events: EditorEvents
  readonly #keys = new Readable({ read() {} })
  readonly #readline: Interface
  readonly #decoder = new StringDecoder('utf8')
  readonly #splitter = new PasteSplitter(typedCharactersMax)
  readonly #onData = (chunk: Buffer | string) => this.#take(chunk)
  readonly #onEnd = () => this.#events.ended()
  /** Characters that the key parser may still take for part of a key. */
  #keyLeft = 0
  #isTaking = false
  #isClosed = false

  constructor(input: InputStream, events: EditorEvents) {
    this.#input = input
    this.#events = events
    this.#readline = createInterface({
      input: this.#keys,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      historySize: historyMax,
      removeHistoryDuplicates: true,
      prompt: '',
    })
    // readline computes where its cursor stands, which takes long on a long line. Nothing draws that cursor.
    this.#readline.getCursorPos = () => ({ rows: 0, cols: 0 })
    this.#readline.on('line', (line) => {
      this.#changed()
      if (!this.#isClosed) events.entered(line.replaceAll(breakMark, '\n'))
    })
    this.#readline.on('SIGINT', () => events.interrupted())
    this.#readline.on('SIGTSTP', () => events.suspended())
    this.#readline.on('close', () => {
      if (!this.#isClosed) events.ended()
    })
    // Registered after readline's own listener: by now the key has done its work.
    this.#keys.on('keypress', (_text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      if (!this.#isTaking) this.#changed()
      if (key.ctrl && key.name === 'l') events.cleared()
    })
    input.on('data', this.#onData)
    input.on('end', this.#onEnd)
    input.on('error', this.#onEnd)
  }

  /** Puts `text` back to be edited, after what is there already. */
  insert(text: string): void {
    this.#readline.write(toMarks(text))
    this.#changed()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#input.off('data', this.#onData)
    this.#input.off('end', this.#onEnd)
    this.#input.pause()
    this.#readline.close()
  }

  /** What came in one piece is shown once: a redraw for each of thousands of keys takes seconds. */
  #take(chunk: Buffer | string): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)
    this.#isTaking = true
    for (const piece of this.#splitter.take(text)) {
      if (this.#isClosed) break
      if (piece.type === 'keys') this.#type(piece.text.replaceAll(breakMark, '\ufffd'))
      else if (piece.isCut || piece.text.length + this.#readline.line.length > typedCharactersMax)
        this.#events.refused()
      else this.#readline.write(toMarks(piece.text.replace(/(\r\n|\r|\n)+$/, '')))
    }
    this.#isTaking = false
    this.#changed()
  }

  /** Runs of plain characters go into the text whole, all else to the key parser. */
  #type(text: string): void {
    let rest = text
    while (rest !== '' && !this.#isClosed) {
      // eslint-disable-next-line no-control-regex
      const run = this.#keyLeft > 0 ? undefined : /^[^\u0000-\u001f\u007f]+/.exec(rest)?.[0]
      const taken = run ?? String.fromCodePoint(rest.codePointAt(0) ?? 0)
      rest = rest.slice(taken.length)
      if (run !== undefined) {
        this.#readline.write(run)
        continue
      }
      this.#keyLeft = taken === '\u001b' ? keyCharactersMax : Math.max(this.#keyLeft - 1, 0)
      // Straight to readline's key parser: through the stream's buffer a paste could overtake keys.
      this.#keys.emit('data', taken)
    }
  }

  #changed(): void {
    if (!this.#isClosed) this.#events.changed(this.#readline.line, this.#readline.cursor)
  }
}
