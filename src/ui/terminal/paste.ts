/**
 * Separates bracketed pastes from keys in a terminal's input, which may be cut into chunks anywhere.
 */

export const pasteOn = '\u001b[?2004h'
export const pasteOff = '\u001b[?2004l'
const begin = '\u001b[200~'
const end = '\u001b[201~'

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

  take(chunk: string): Piece[] {
    const pieces: Piece[] = []
    let rest = this.#held + chunk
    this.#held = ''
    while (rest !== '') {
      const isInside = this.#paste !== undefined
      const mark = isInside ? end : begin
      const at = rest.indexOf(mark)
      // A lone Escape is a key that must not wait for the next one, so a mark is held from its second byte.
      const tail = at < 0 ? openTail(rest, mark, isInside ? 1 : 2) : 0
      const text = at < 0 ? rest.slice(0, rest.length - tail) : rest.slice(0, at)
      if (isInside) this.#collect(text)
      else if (text !== '') pieces.push({ type: 'keys', text })
      if (at < 0) {
        this.#held = rest.slice(rest.length - tail)
        break
      }
      if (isInside) {
        pieces.push({ type: 'paste', text: this.#paste ?? '', isCut: this.#isCut })
        this.#paste = undefined
      } else {
        this.#paste = ''
        this.#isCut = false
      }
      rest = rest.slice(at + mark.length)
    }
    return pieces
  }

  #collect(text: string): void {
    const room = this.#charactersMax - (this.#paste ?? '').length
    if (text.length > room) this.#isCut = true
    this.#paste = (this.#paste ?? '') + text.slice(0, Math.max(room, 0))
  }
}
