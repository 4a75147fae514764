/**
 * The line editor. node:readline handles keys, history and the kill ring; its drawing is discarded, because
 * the screen draws. A paste goes into the text as a whole, with its line breaks. The cursor moves by clusters and
 * words of Unicode, of which readline knows nothing.
 */

import { createInterface, emitKeypressEvents } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { breakMark } from './layout.ts'
import { TypedInput, typedCharactersMax } from './typed-input.ts'
import { clusterEnd, clusterStart, wordEnd, wordStart } from './words.ts'
import type { Interface, Key } from 'node:readline'
import type { InputStream } from './stdio.ts'

const historyMax = 1000
/** No key that begins with Escape has more characters behind it. */
const keyCharactersMax = 16

export type EditorEvents = {
  /** The text or the cursor may have changed. `cursor` is an index into `typed`. */
  changed: (typed: string, cursor: number) => void
  /** Enter: the text with its line breaks. */
  entered: (text: string) => void
  /** Ctrl-C; returns whether the text is to be cleared. */
  interrupted: (typed: string) => boolean
  /** Ctrl-Z, Ctrl-L; Ctrl-D on an empty line, or the end of the input. */
  suspended: () => void
  cleared: () => void
  ended: () => void
  /** A paste is over the limit and was not taken. */
  refused: () => void
  /** The terminal replied where its cursor stands: the column, from 0. */
  placed: (column: number) => void
  /** Tab (step 1) or Shift-Tab (-1): the text and the cursor instead, if there is anything to complete. */
  completes: (typed: string, cursor: number, step: 1 | -1) => { typed: string; cursor: number } | undefined
}

function toMarks(text: string): string {
  return text.replaceAll(breakMark, '\ufffd').replace(/\r\n|[\r\n\u2028\u2029]/g, breakMark)
}

/** readline's own fields, which it lets anybody set. */
type Line = { line: string; cursor: number }

export class LineEditor {
  readonly #input: InputStream
  readonly #events: EditorEvents
  readonly #keys = new Readable({ read() {} })
  readonly #readline: Interface & Line
  readonly #typedInput: TypedInput
  readonly #onData = (chunk: Buffer | string) => this.#take(chunk)
  readonly #onEnd = () => {
    this.#typedInput.end()
    this.#events.ended()
  }
  /** Characters that the key parser may still take for part of a key. */
  #keyLeft = 0
  #isTaking = false
  #isClosed = false

  constructor(input: InputStream, events: EditorEvents) {
    this.#input = input
    this.#events = events
    this.#typedInput = new TypedInput({
      keys: (text, isPasted) => this.#type(text.replaceAll(breakMark, '\ufffd'), isPasted),
      pasted: (paste) => this.#pasted(paste),
      taken: () => this.#changed(),
      placed: events.placed,
    })
    this.#readline = createInterface({
      // Keys reach it by `write`, behind those that are handled here.
      input: new Readable({ read() {} }),
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
    this.#readline.on('SIGTSTP', () => events.suspended())
    this.#readline.on('close', () => {
      if (!this.#isClosed) events.ended()
    })
    emitKeypressEvents(this.#keys)
    this.#keys.on('keypress', (text: string | undefined, key: Key) => {
      if (this.#isClosed) return
      if (!this.#handle(key)) this.#readline.write(text as string, key)
      if (!this.#isTaking) this.#changed()
    })
    input.on('data', this.#onData)
    // Who had it before may have paused it.
    input.resume()
    input.on('end', this.#onEnd)
    input.on('error', this.#onEnd)
  }

  /** Puts `text` back to be edited, after what is there already. */
  insert(text: string): void {
    this.#readline.write(toMarks(text))
    this.#changed()
  }

  /** The terminal was asked where its cursor stands. */
  expectPlace(): void {
    this.#typedInput.expectPlace()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#typedInput.close()
    this.#input.off('data', this.#onData)
    this.#input.off('end', this.#onEnd)
    this.#input.pause()
    this.#readline.close()
  }

  /** What came in one piece is shown once: a redraw for each of thousands of keys takes seconds. */
  #take(chunk: Buffer | string): void {
    this.#isTaking = true
    this.#typedInput.take(chunk)
    this.#isTaking = false
    this.#changed()
  }

  #pasted(paste: { text: string; isCut: boolean; isEntered: boolean }): void {
    if (this.#isClosed) return
    if (paste.isCut || paste.text.length + this.#readline.line.length > typedCharactersMax)
      return this.#events.refused()
    this.#readline.write(toMarks(paste.text.replace(/(\r\n|\r|\n)+$/, '')))
    if (paste.isEntered) this.#readline.write(null, { name: 'return' })
  }

  /** Runs of plain characters go into the text whole, all else to the key parser. */
  #type(text: string, isPasted: boolean): void {
    // eslint-disable-next-line no-control-regex
    const plain = isPasted ? /^[^\u0000-\u0008\u000a-\u001f\u007f]+/ : /^[^\u0000-\u001f\u007f]+/
    let rest = text
    while (rest !== '' && !this.#isClosed) {
      const run = this.#keyLeft > 0 ? undefined : plain.exec(rest)?.[0]
      const taken = run ?? String.fromCodePoint(rest.codePointAt(0) ?? 0)
      rest = rest.slice(taken.length)
      if (run !== undefined) {
        this.#readline.write(toMarks(run))
        continue
      }
      this.#keyLeft = taken === '\u001b' ? keyCharactersMax : Math.max(this.#keyLeft - 1, 0)
      // Straight to the key parser: through the stream's buffer a paste could overtake keys.
      this.#keys.emit('data', taken)
    }
  }

  /** Whether the key is done with; readline gets the others. */
  #handle(key: Key): boolean {
    const { line, cursor } = this.#readline
    const { name = '', ctrl = false, meta = false } = key
    if (name === 'return' || name === 'enter') return this.#handleEnter(meta)
    if (name === 'tab') return this.#complete(key.shift === true ? -1 : 1)
    if (ctrl && name === 'l') {
      this.#events.cleared()
      return true
    }
    if (ctrl && name === 'c') {
      if (this.#events.interrupted(line)) this.#replace('', 0)
      return true
    }
    const isByWord = meta || (ctrl && (name === 'left' || name === 'right' || name === 'w'))
    if (name === 'left' || (name === 'b' && (ctrl || meta)))
      return this.#move(isByWord ? wordStart(line, cursor) : clusterStart(line, cursor))
    if (name === 'right' || (name === 'f' && (ctrl || meta)))
      return this.#move(isByWord ? wordEnd(line, cursor) : clusterEnd(line, cursor))
    if (name === 'backspace' || (ctrl && (name === 'h' || name === 'w')))
      return this.#delete(isByWord ? wordStart(line, cursor) : clusterStart(line, cursor), cursor, isByWord)
    const isDeleting = name === 'delete' || (name === 'd' && (meta || (ctrl && line !== '')))
    if (isDeleting)
      return this.#delete(cursor, isByWord ? wordEnd(line, cursor) : clusterEnd(line, cursor), isByWord)
    return false
  }

  /** Alt-Enter, and Enter behind a backslash, begin a new line of the same message. */
  #handleEnter(isMeta: boolean): boolean {
    const { line, cursor } = this.#readline
    const isEscaped = /(?:^|[^\\])(?:\\\\)*\\$/.test(line.slice(0, cursor))
    if (isEscaped) this.#readline.write(null, { name: 'backspace' })
    if (isMeta || isEscaped) this.#readline.write(breakMark)
    return isMeta || isEscaped
  }

  /** A tab is never text of its own. */
  #complete(step: 1 | -1): true {
    const { line, cursor } = this.#readline
    const completed = this.#events.completes(line, cursor, step)
    if (completed) this.#replace(completed.typed, completed.cursor)
    return true
  }

  #move(cursor: number): true {
    this.#readline.cursor = cursor
    return true
  }

  /** What goes by words can be put back with Ctrl-Y. */
  #delete(from: number, to: number, isByWord: boolean): true {
    const { line } = this.#readline
    if (isByWord && to === line.length) {
      this.#readline.cursor = from
      this.#readline.write(null, { ctrl: true, name: 'k' })
      return true
    }
    this.#readline.cursor = to
    // As single keys, so that Ctrl-_ undoes them.
    for (const _ of line.slice(from, to)) this.#readline.write(null, { name: 'backspace' })
    return true
  }

  #replace(line: string, cursor: number): void {
    this.#readline.line = line
    this.#readline.cursor = cursor
  }

  #changed(): void {
    if (!this.#isClosed) this.#events.changed(this.#readline.line, this.#readline.cursor)
  }
}
