// Which code was reached, as V8 counts it. Blocks are compared by the characters that they cover: where V8 draws the
// borders between blocks depends on how often each was run, so that the blocks themselves are new again and again.
import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector/promises'
import { pathToFileURL } from 'node:url'

export class Coverage {
  readonly #session = new Session()
  readonly #folders: readonly string[]
  /** By script: 1 for each character of code that was reached. */
  readonly #known = new Map<string, Uint8Array>()

  /** `folders`: whose scripts count. */
  constructor(folders: readonly string[]) {
    this.#folders = folders.map((folder) => pathToFileURL(`${folder}/`).href)
  }

  async start(): Promise<void> {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  stop(): void {
    this.#session.disconnect()
  }

  /** Whether code was reached, since it was last asked, that was not known. `isKept`: from now on it is. */
  async hasNews(isKept: boolean): Promise<boolean> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    const scripts = result.filter(({ url }) => this.#folders.some((folder) => url.startsWith(folder)))
    const news = scripts.map((script) => this.#compare(script, isKept))
    return news.includes(true)
  }

  /** How many characters of code are known. */
  get size(): number {
    let size = 0
    for (const reached of this.#known.values()) for (const one of reached) size += one
    return size
  }

  #compare({ url, functions }: Profiler.ScriptCoverage, isKept: boolean): boolean {
    const ranges = functions
      .flatMap((one) => one.ranges)
      .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
    const length = Math.max(0, ...ranges.map(({ endOffset }) => endOffset))
    // An inner range comes after the one around it, and overrules it.
    const reached = new Uint8Array(length)
    for (const { startOffset, endOffset, count } of ranges)
      reached.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    const known = this.#known.get(url) ?? new Uint8Array(0)
    const hasNews = reached.some((one, at) => one > (known[at] ?? 0))
    if (isKept && hasNews) {
      const both = new Uint8Array(Math.max(known.length, length))
      both.set(known)
      for (let at = 0; at < length; at++) both[at] = Math.max(both[at] ?? 0, reached[at] ?? 0)
      this.#known.set(url, both)
    }
    return hasNews
  }
}
