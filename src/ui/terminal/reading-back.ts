/**
 * Answers /search, /history with a day, and /more: reads what was said, a page at a time.
 */

import { renderMessage } from '../../chat/message-line.ts'
import { plural } from '../../chat/notices.ts'
import { dayOf } from './days.ts'
import type { LineStyle } from '../../chat/message-line.ts'
import type { Message, Room } from '../../peer/room.ts'
import type { Answer } from './answers.ts'
import { rowsOf, type PageSize } from './page.ts'

/** How soon, and how often, a person who waits is told how far the search is. Unit: ms. */
const patienceMs = 1000
const tellEveryMs = 5000
/** Messages of one day that are kept to be shown. */
const dayMax = 10_000

type Asked = {
  readonly room: Room
  readonly page: PageSize
  readonly style: LineStyle
  readonly tell: (text: string) => void
}
type Pages = { readonly next: (asked: Asked) => Promise<Answer> }

export class ReadingBack {
  readonly #isHidden: (message: Message) => boolean
  #search: Pages | undefined
  #last: Pages | undefined
  /** Ends the search that is under way. */
  #stop: AbortController | undefined

  constructor(isHidden: (message: Message) => boolean) {
    this.#isHidden = isHidden
  }

  /** Ctrl-C. Returns whether there was a search to end. */
  interrupt(): boolean {
    this.#stop?.abort(new Error('the search was stopped'))
    return this.#stop !== undefined
  }

  /** What /more goes on with. */
  reads(pages: Pages): void {
    this.#last = pages
  }

  async more(asked: Asked): Promise<Answer> {
    if (!this.#last) return plain('there is no page to go on from: /history, /search or a day begins one')
    return this.#last.next(asked)
  }

  /** words: '' to go on. Rejects as the room does. */
  async search(words: string, asked: Asked): Promise<Answer> {
    if (words !== '') this.#search = this.#searchFor(words, asked.room)
    if (!this.#search) return plain('/search needs words, as in /search pizza friday')
    this.#last = this.#search
    return this.#search.next(asked)
  }

  /** day: as typed. */
  async day(day: string, asked: Asked): Promise<Answer> {
    const span = dayOf(day)
    if (!span) return plain('/history takes a number of messages, or a day: 2026-11-01, today or yesterday')
    const found: Message[] = []
    let count = 0
    const scan = new Scan()
    await this.#waiting(scan, asked.tell, async () => {
      for await (const message of asked.room.search('', { ...span, ...scan.options })) {
        if (this.#isHidden(message)) continue
        if (++count <= dayMax) found.push(message)
      }
    })
    found.reverse()
    const name = span.since.toDateString()
    if (count === 0) return plain(`nothing was said on ${name}`)
    const left = count > found.length ? `, the last ${found.length} of which are shown` : ''
    let at = 0
    const next = async ({ page, style }: Asked): Promise<Answer> => {
      const head = at === 0 ? [`${name}: ${plural(count, 'message')}${left}`] : []
      const shown = new Page(page)
      for (let one = found[at]; one; one = found[++at])
        if (!shown.takes(line(one, { ...style, timestamp: 'time' }))) break
      if (shown.lines.length === 0) return plain(`that was all of ${name}`)
      const tail = at < found.length ? [`${plural(found.length - at, 'message')} more on ${name}: /more`] : []
      return rendered([...head, ...shown.lines, ...tail])
    }
    this.#last = { next }
    return next(asked)
  }

  #searchFor(words: string, room: Room): Pages {
    const scan = new Scan()
    const found = room.search(words, scan.options)[Symbol.asyncIterator]()
    let total = 0
    let isOver = false
    /** Found, and on no page yet. */
    let rest: Message | undefined
    const next = async ({ page, style, tell }: Asked): Promise<Answer> => {
      const shown = new Page(page)
      await this.#waiting(scan, tell, async () => {
        for (;;) {
          const one = rest ?? (await found.next()).value
          rest = undefined
          isOver = one === undefined
          if (!one) return
          if (this.#isHidden(one)) continue
          if (!shown.takes(line(one, { ...style, timestamp: 'datetime' }))) return void (rest = one)
        }
      })
      const before = total
      total += shown.lines.length
      if (total === 0) return plain('no message has these words')
      const end = isOver ? `${plural(total, 'message')} found` : `the newest ${total} that were found`
      const head = before === 0 ? [`${end}, newest first:`] : []
      const tail = isOver ? (before === 0 ? [] : [`no more: ${end}`]) : ['older ones: /more']
      return rendered([...head, ...shown.lines, ...tail])
    }
    return { next }
  }

  /** One that was begun before ends. */
  async #waiting(scan: Scan, tell: (text: string) => void, run: () => Promise<void>): Promise<void> {
    const { control } = scan
    if (this.#stop !== control) this.#stop?.abort(new Error('another search began'))
    this.#stop = control
    const told = () => tell(`searching ... ${scan.progress}; Ctrl-C ends it`)
    let every: NodeJS.Timeout | undefined
    const first = setTimeout(() => {
      told()
      every = setInterval(told, tellEveryMs)
    }, patienceMs)
    try {
      await run()
    } catch (error) {
      // Where it was stopped there is no page to go on from.
      this.#last = undefined
      this.#search = undefined
      throw error
    } finally {
      clearTimeout(first)
      clearInterval(every)
      if (this.#stop === control) this.#stop = undefined
    }
  }
}

/** One reading through all that is held. */
class Scan {
  readonly control = new AbortController()
  progress = ''
  readonly options = {
    signal: this.control.signal,
    onProgress: ({ looked, of }: { looked: number; of: number }): void => {
      this.progress = `${Math.floor((looked / of) * 100)} %`
    },
  }
}

/** As many lines as fit, one at least. */
class Page {
  readonly lines: string[] = []
  readonly #size: PageSize
  #rows = 0

  constructor(size: PageSize) {
    this.#size = size
  }

  /** False: it is full. */
  takes(text: string): boolean {
    this.#rows += rowsOf(text, this.#size.columns)
    if (this.#rows > this.#size.rows && this.lines.length > 0) return false
    this.lines.push(text)
    return true
  }
}

function line(message: Message, style: LineStyle): string {
  return renderMessage({ ...message, late: false }, style)
}

function plain(text: string): Answer {
  return { text, isEscaped: false }
}

function rendered(all: readonly string[]): Answer {
  return { text: all.join('\n'), isEscaped: true }
}
