/**
 * The line editor: node:readline handles keys, history and the kill ring; what it would draw is thrown
 * away, because the screen draws. A bracketed paste goes into the text whole, line breaks included.
 * Knows keys; knows nothing of rooms, commands or drawing.
 */

import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { breakMark } from './layout.ts'
import { PasteSplitter } from './paste.ts'
import type { Interface } from 'node:readline'
import type { InputStream } from './streams.ts'

/** UTF-16 units of a paste or of typed text; no message is longer. */
export const typedCharactersMax = 65_536
const historyMax = 1000

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
    this.#readline.on('line', (line) => {
      if (!this.#isClosed) events.entered(line.replaceAll(breakMark, '\n'))
    })
    this.#readline.on('SIGINT', () => events.interrupted())
    this.#readline.on('SIGTSTP', () => events.suspended())
    this.#readline.on('close', () => {
      if (!this.#isClosed) events.ended()
    })
    // Registered after readline's own listener: by now the key has done its work.
    this.#keys.on('keypress', (_text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      if (key.ctrl && key.name === 'l') events.cleared()
      this.#changed()
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

  #take(chunk: Buffer | string): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)
    for (const piece of this.#splitter.take(text)) {
      if (this.#isClosed) return
      // Straight to readline's key parser: through the stream's buffer a paste could overtake keys.
      if (piece.type === 'keys') this.#keys.emit('data', piece.text.replaceAll(breakMark, '\ufffd'))
      else if (piece.isCut || piece.text.length + this.#readline.line.length > typedCharactersMax)
        this.#events.refused()
      else this.insert(piece.text.replace(/(\r\n|\r|\n)+$/, ''))
    }
  }

  #changed(): void {
    if (!this.#isClosed) this.#events.changed(this.#readline.line, this.#readline.cursor)
  }
}
