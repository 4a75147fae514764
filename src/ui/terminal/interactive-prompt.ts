/**
 * The prompt on a terminal: connects screen, line editor and terminal modes, and passes entered text on.
 */

import { LineEditor } from './editor.ts'
import type { PageSize } from './page.ts'
import { pasteOff, pasteOn } from './paste.ts'
import { Screen } from './screen.ts'
import { isBehind, whenTaken } from './stdio.ts'
import { linesUnasked, typedCharactersMax } from './typed-input.ts'
import type { EditorEvents } from './editor.ts'
import type { InputStream, OutputStream, Sink } from './stdio.ts'

/** What is longer is no answer to the question. */
const answerMax = 5

export type PromptEvents = {
  /** A line begins; once for each that is entered, before it. */
  began: () => void
  entered: (text: string) => void
  /** Ctrl-D, or the terminal is gone. */
  ended: () => void
  /** Ctrl-C with nothing to clear. */
  interrupted: () => void
  suspended: () => void
  /** Ctrl-L: nothing is on the screen but the prompt. */
  cleared: () => void
  /** A notice for this person alone. */
  told: (text: string) => void
  /** Tab; see EditorEvents. */
  completes: EditorEvents['completes']
  /** The terminal reads again; `count` notices were left out while it did not. */
  leftOut: (count: number) => void
}

export class InteractivePrompt implements Sink {
  readonly #input: InputStream
  readonly #output: OutputStream
  readonly #screen: Screen
  readonly #editor: LineEditor
  readonly #events: PromptEvents
  #prompt = ''
  #asked: string | undefined
  #isLeaving = false
  #isClosed = false
  /** `began` was called for the line that is typed now. */
  #hasBegun = false

  constructor(
    input: InputStream,
    output: OutputStream,
    events: PromptEvents,
    paintPrompt?: (prompt: string) => string,
  ) {
    this.#input = input
    this.#output = output
    this.#events = events
    this.#screen = new Screen(output, events.leftOut, paintPrompt, () => this.#editor.expectPlace())
    this.#editor = new LineEditor(input, {
      changed: (typed, cursor) => this.#changed(typed, cursor),
      entered: (text) => this.#entered(text),
      interrupted: (typed) => this.#interrupted(typed),
      suspended: events.suspended,
      cleared: () => this.clear(),
      ended: events.ended,
      placed: (column) => this.#screen.placed(column),
      completes: (typed, cursor, step) =>
        this.#asked === undefined ? events.completes(typed, cursor, step) : undefined,
      refused: () =>
        events.told(`that paste is over ${typedCharactersMax} bytes: it was not taken, send it in parts`),
    })
    this.#seize()
  }

  setPrompt(prompt: string): void {
    this.#prompt = prompt
    if (this.#asked === undefined) this.#screen.setPrompt(prompt)
  }

  /** Leaves nothing on the screen but the prompt. */
  clear(): void {
    this.#screen.clear()
    this.#events.cleared()
  }

  /** What fits on the screen above the prompt. */
  get pageFree(): PageSize {
    return { rows: Math.max((this.#output.rows ?? 24) - 4, 5), columns: this.#output.columns ?? 80 }
  }

  print(text: string): void {
    this.#screen.print(text)
  }

  note(text: string): void {
    this.#screen.note(text)
  }

  drained(): Promise<void> {
    return this.#screen.drained()
  }

  /** From now on Ctrl-C interrupts, whatever is typed. */
  leaving(): void {
    this.#isLeaving = true
  }

  /** Gives the text back to be edited: it was not taken. */
  giveBack(text: string): void {
    this.#editor.insert(text)
  }

  /** Leaves the terminal as it was found; lines can still be printed. */
  release(): void {
    if (this.#isClosed || this.#output.destroyed) return
    this.#screen.hide()
    this.#output.write(pasteOff)
    // On some systems a change of modes waits until the terminal has taken everything. What it is left
    // with when it does not read, Node puts back as the process ends, and a shell when it is stopped.
    if (!isBehind(this.#output)) this.#setRaw(false)
  }

  /** Takes the terminal again after `release` or a suspension. */
  resume(): void {
    if (this.#isClosed) return
    this.#seize()
    this.#screen.show()
  }

  /**
   * Leaves the terminal as it was found, for good, as soon as it has taken everything; keys still
   * interrupt. `hurry`: when that is no longer waited for.
   */
  async close(hurry: Promise<unknown>): Promise<void> {
    if (this.#isClosed) return
    this.release()
    this.#isClosed = true
    this.#screen.close()
    if (isBehind(this.#output)) {
      await Promise.race([whenTaken(this.#output), hurry])
      if (!isBehind(this.#output)) this.#setRaw(false)
    }
    this.#editor.close()
  }

  #seize(): void {
    // While this process was stopped, another may have changed the modes, and Node does nothing when the
    // mode it remembers is set again. So it is cleared first.
    this.#setRaw(false)
    this.#setRaw(true)
    this.#output.write(pasteOn)
  }

  #setRaw(on: boolean): void {
    try {
      this.#input.setRawMode?.(on)
    } catch {
      // The terminal is gone. The end of the input is reported too.
    }
  }

  #changed(typed: string, cursor: number): void {
    this.#screen.setTyped(typed, cursor)
    if (typed !== '') this.#begin()
    // A line that is entered is empty just before it comes.
    else queueMicrotask(() => (this.#hasBegun = false))
  }

  #begin(): void {
    if (!this.#hasBegun && this.#asked === undefined) this.#events.began()
    this.#hasBegun = true
  }

  #entered(text: string): void {
    if (this.#isClosed) return
    this.#begin()
    this.#hasBegun = false
    if (this.#asked !== undefined) return this.#answered(text)
    const lines = text.split('\n').length
    if (lines <= linesUnasked) return this.#events.entered(text)
    this.#asked = text
    this.#screen.setPrompt(`send these ${lines} lines as one message? [y/n] `)
  }

  /** Whether the text is to be cleared: what is typed, or the question, goes before the chat does. */
  #interrupted(typed: string): boolean {
    const isKept = !this.#isLeaving && (typed !== '' || this.#asked !== undefined)
    if (!isKept) this.#events.interrupted()
    else if (this.#asked !== undefined) this.#dismiss()
    return isKept
  }

  #answered(typed: string): void {
    const answer = typed.trim().toLowerCase()
    const isYes = answer === 'y' || answer === 'yes'
    const isNo = answer === 'n' || answer === 'no'
    if (isYes) {
      const text = this.#dismiss()
      this.#events.entered(text)
    } else if (isNo) {
      this.#events.told('the lines are at the prompt again, to be edited; Ctrl-C drops them')
      this.#editor.insert(this.#dismiss())
    }
    // A text instead of an answer is not lost.
    else if (answer.length > answerMax) this.#editor.insert(`${this.#dismiss()}\n${typed}`)
    else
      this.#events.told('y sends the lines as one message, n gives them back to be edited, Ctrl-C drops them')
  }

  /** The question is over. Returns the text that it was about. */
  #dismiss(): string {
    const text = this.#asked ?? ''
    this.#asked = undefined
    this.#screen.setPrompt(this.#prompt)
    return text
  }
}
