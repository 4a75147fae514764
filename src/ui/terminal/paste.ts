/**
 * Separates bracketed pastes from keys in a terminal's input, which may be cut into chunks anywhere.
 */

export const pasteOn = '\u001b[?2004h'
export const pasteOff = '\u001b[?2004l'
const begin = '\u001b[200~'
const end = '\u001b[201~'
const interrupt = '\u0003'

export type Piece =
  | { type: 'keys'; text: string }
  /** isCut: it was longer than the limit and only its beginning is here. */
  | { type: 'paste'; text: string; isCut: boolean }

/** How many of the last characters of `text` could be the beginning of `mark`; two at least count. */
function openTail(text: string, mark: string, least: number): number {
  for (let length = Math.min(mark.length - 1, text.length); length >= least; length--)
    if (text.endsWith(mark.slice(0, length))) return length
  return 0
}

/** `charactersMax`: UTF-16 units of one paste that are kept. */
export class PasteSplitter {
  readonly #charactersMax: number
  #held = ''
  #paste: string | undefined
  #isCut = false

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax
  }

  /** Whether the rest of something is waited for, which may never come. */
  get isWaiting(): boolean {
    return this.#paste !== undefined || this.#held !== ''
  }

  take(chunk: string): Piece[] {
    const pieces: Piece[] = []
    let rest = this.#held + chunk
    this.#held = ''
    while (rest !== '')
      rest = this.#paste === undefined ? this.#outside(rest, pieces) : this.#inside(rest, pieces)
    return pieces
  }

  /** Nothing more comes: what came is all there is. */
  finish(): Piece[] {
    const held = this.#held
    this.#held = ''
    // The beginning of an end mark that was lost on its way is no text.
    if (this.#paste !== undefined) return [this.#close()]
    return held === '' ? [] : [{ type: 'keys', text: held }]
  }

  /** Returns what is left to be looked at. */
  #outside(text: string, pieces: Piece[]): string {
    const at = Math.min(...[begin, end].map((mark) => text.indexOf(mark)).filter((index) => index >= 0))
    // A lone Escape is a key that must not wait for the next one, so a mark is held from its second byte.
    const tail = at < Infinity ? 0 : Math.max(openTail(text, begin, 2), openTail(text, end, 2))
    const keys = text.slice(0, Math.min(at, text.length - tail))
    if (keys !== '') pieces.push({ type: 'keys', text: keys })
    if (at === Infinity) {
      this.#held = text.slice(text.length - tail)
      return ''
    }
    if (text.startsWith(begin, at)) {
      this.#paste = ''
      this.#isCut = false
    }
    // An end without a beginning belongs to a paste that was taken for ended: it is no key.
    return text.slice(at + begin.length)
  }

  #inside(text: string, pieces: Piece[]): string {
    const at = text.indexOf(end)
    // Ctrl-C, and no end with it: the person cannot get out of the paste in any other way.
    const stop = at < 0 ? text.indexOf(interrupt) : -1
    if (at < 0 && stop < 0) {
      const tail = openTail(text, end, 1)
      this.#collect(text.slice(0, text.length - tail))
      this.#held = text.slice(text.length - tail)
      return ''
    }
    this.#collect(text.slice(0, at < 0 ? stop : at))
    pieces.push(this.#close())
    return at < 0 ? text.slice(stop + interrupt.length) : text.slice(at + end.length)
  }

  #close(): Piece {
    const piece: Piece = { type: 'paste', text: this.#paste ?? '', isCut: this.#isCut }
    this.#paste = undefined
    return piece
  }

  #collect(text: string): void {
    const room = this.#charactersMax - (this.#paste ?? '').length
    if (text.length > room) this.#isCut = true
    this.#paste = (this.#paste ?? '') + text.slice(0, Math.max(room, 0))
  }
}
