/**
 * Tells keys from pastes in a terminal's input: pastes that the terminal marks, those whose end mark never comes, and
 * those that come unmarked, as many lines at once.
 */

import { StringDecoder } from 'node:string_decoder'
import { PasteSplitter } from './paste.ts'

/** UTF-16 units of a paste or of typed text; no message is longer. */
export const typedCharactersMax = 65_536
/** Lines of one message that are sent without a question. */
export const linesUnasked = 5
/** A marked paste that stops for so long has lost its end. Unit: ms. */
const pasteStallMs = 1000
/** Lines that come together are a paste if there are many of them; the next piece comes sooner. Unit: ms. */
const burstStallMs = 50

/** A line break with more behind it. That of Alt-Enter ends no line. */
// eslint-disable-next-line no-control-regex
const severalLines = /(?<!\u001b)[\r\n][^\r\n]/
const lineBreak = /\r\n|\r|\n/
const interrupt = '\u0003'
/** The reply to DSR 6: row and column from 1. Source: ECMA-48, CPR. */
// eslint-disable-next-line no-control-regex
const cursorReport = /\u001b\[\d+;(\d+)R/g

export type InputEvents = {
  /** isPasted: they came with others, so that a tab among them is text. */
  keys: (text: string, isPasted: boolean) => void
  /** isCut: only its beginning is here. isEntered: its last line was ended too. */
  pasted: (paste: { text: string; isCut: boolean; isEntered: boolean }) => void
  /** What came until now is passed on, or waits. */
  taken: () => void
  /** The terminal says where its cursor stands: the column, from 0. */
  placed: (column: number) => void
}

export class TypedInput {
  readonly #events: InputEvents
  readonly #decoder = new StringDecoder('utf8')
  readonly #splitter = new PasteSplitter(typedCharactersMax)
  /** Several lines that came at once, unmarked. */
  #burst = ''
  #timer: NodeJS.Timeout | undefined
  #chunks = 0
  /** Replies of the terminal that are still to come. */
  #replies = 0

  constructor(events: InputEvents) {
    this.#events = events
  }

  take(chunk: Buffer | string): void {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)
    this.#chunks += 1
    this.#pass(this.#splitter.take(this.#replies > 0 ? this.#withoutReplies(text) : text))
    this.#wait()
  }

  /** The terminal was asked where its cursor stands; its reply is no key. */
  expectPlace(): void {
    this.#replies += 1
  }

  #withoutReplies(text: string): string {
    return text.replace(cursorReport, (_report, column: string) => {
      this.#replies = Math.max(this.#replies - 1, 0)
      // Of several only the last tells what is.
      if (this.#replies === 0) this.#events.placed(Number(column) - 1)
      return ''
    })
  }

  /** The input is over, or nobody waits for it any more. */
  end(): void {
    clearTimeout(this.#timer)
    this.#pass(this.#splitter.finish())
    this.#release()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#chunks += 1
  }

  #pass(pieces: ReturnType<PasteSplitter['take']>): void {
    for (const piece of pieces) {
      if (piece.type === 'keys') this.#keys(piece.text)
      else {
        this.#release()
        this.#events.pasted({ ...piece, isEntered: false })
      }
    }
    this.#events.taken()
  }

  #keys(text: string): void {
    if (text.includes(interrupt)) this.#release()
    else if (this.#burst !== '' || severalLines.test(text)) {
      this.#burst = (this.#burst + text).slice(0, typedCharactersMax + 2)
      return
    }
    this.#events.keys(text, false)
  }

  /** What came at once, and nothing since, is a paste or a few keys. */
  #release(): void {
    const text = this.#burst
    if (text === '') return
    this.#burst = ''
    const lines = text.split(lineBreak)
    const isEntered = lines.at(-1) === ''
    if (isEntered) lines.pop()
    if (lines.length <= linesUnasked) this.#events.keys(text, true)
    else
      this.#events.pasted({
        text: text.slice(0, typedCharactersMax),
        isCut: text.length > typedCharactersMax,
        isEntered,
      })
  }

  #wait(): void {
    clearTimeout(this.#timer)
    if (this.#burst === '' && !this.#splitter.isWaiting) return
    const isBurst = this.#burst !== ''
    this.#timer = setTimeout(
      () => {
        const chunks = this.#chunks
        // After a stall of this process the timer comes before the input that waits.
        setImmediate(() => {
          if (chunks !== this.#chunks) return
          if (isBurst) this.#release()
          else this.#pass(this.#splitter.finish())
          this.#events.taken()
          this.#wait()
        })
      },
      isBurst ? burstStallMs : pasteStallMs,
    )
  }
}
