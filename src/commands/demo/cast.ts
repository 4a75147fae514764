/**
 * Starts, orders and kills the five processes of the demo, and collects what they report.
 */

import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LogLine } from '../../index.ts'
import { nowMs } from './orders.ts'
import type { Order, Place, Report, Shown } from './orders.ts'

/** How much of a process's stderr is kept, for the line that says why it failed. Unit: characters. */
const stderrMax = 2000

/** One of the five, and all that it reported. */
export class Player {
  readonly name: string
  readonly shown: Shown[] = []
  readonly sent = new Set<string>()
  readonly log: { at: number; line: LogLine }[] = []
  readonly leaders: { at: number; name: string | undefined }[] = []
  isLoaded = false
  id = ''
  /** IP:port. */
  address = ''
  /** From asking to being in the room. */
  tookMs = 0
  place: Place | undefined
  recited: readonly string[] | undefined
  /** When it was killed; undefined while it lives. */
  killedMs: number | undefined
  hasEnded = false
  readonly #child: ChildProcess

  /** `changed` is called after each report; `failed` when the process ends unasked or reports a failure. */
  constructor(
    name: string,
    options: { scratch: string | undefined; changed: () => void; failed: (why: string) => void },
  ) {
    const { scratch, changed, failed } = options
    this.name = name
    const program = fileURLToPath(new URL('./member.js', import.meta.url))
    this.#child = fork(program, scratch === undefined ? [] : [scratch], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let complaint = ''
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-stderrMax)
    })
    this.#child.on('message', (report: Report) => {
      if (report.type === 'failed') failed(`${name}: ${report.why}`)
      else this.#note(report)
      changed()
    })
    this.#child.on('error', (error) => failed(`${name}'s process could not be started: ${error.message}`))
    this.#child.on('close', (code, signal) => {
      this.hasEnded = true
      const last = complaint.trim().split('\n').at(-1) ?? ''
      if (this.killedMs === undefined)
        failed(`${name}'s process ended by itself (${signal ?? code}) ${last}`.trim())
      changed()
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  order(order: Order): void {
    // A process that is gone is reported by 'close'.
    if (this.#child.connected) this.#child.send(order, () => {})
  }

  /** SIGKILL: no goodbye, no last word to the disk. */
  kill(): void {
    this.killedMs = nowMs()
    this.#child.kill('SIGKILL')
  }

  #note(report: Exclude<Report, { type: 'failed' }>): void {
    switch (report.type) {
      case 'loaded':
        this.isLoaded = true
        return
      case 'in':
        this.id = report.id
        this.address = report.address
        this.tookMs = report.tookMs
        return
      case 'shown':
        this.shown.push(report.shown)
        return
      case 'sent':
        this.sent.add(report.text)
        return
      case 'leader':
        this.leaders.push({ at: report.at, name: report.name })
        return
      case 'log':
        this.log.push({ at: report.at, line: report.line })
        return
      case 'place':
        this.place = report.place
        return
      case 'recited':
        this.recited = report.lines
    }
  }
}

/** All five, and their folder if they have one. Always `end` it, also after an error. */
export class Cast {
  readonly players: readonly Player[]
  readonly #scratch: string | undefined
  readonly #listeners = new Set<() => void>()
  #hasEnded = false

  /** Starts the processes. `failed` is called with what goes wrong until `end`. */
  constructor(names: readonly string[], scratch: string | undefined, failed: (why: string) => void) {
    this.#scratch = scratch
    const changed = (): void => {
      for (const listener of this.#listeners) listener()
    }
    const fail = (why: string): void => {
      if (!this.#hasEnded) failed(why)
    }
    this.players = names.map((name) => new Player(name, { scratch, changed, failed: fail }))
  }

  /** Throws for a name that is not in the play. */
  player(name: string): Player {
    const found = this.players.find((player) => player.name === name)
    if (!found) throw new Error(`no ${name} in this play`)
    return found
  }

  get alive(): Player[] {
    return this.players.filter((player) => player.killedMs === undefined)
  }

  /** Resolves when `holds` does; looks after every report. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        this.#listeners.delete(look)
        resolve()
      }
      this.#listeners.add(look)
      look()
    })
  }

  /** Calls `listener` after every report. */
  listen(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** Ends what `listen` began. */
  unlisten(listener: () => void): void {
    this.#listeners.delete(listener)
  }

  /** Ends all processes and removes their folder. Resolves when nothing is left. */
  async end(): Promise<void> {
    this.endNow()
    await this.until(() => this.players.every((player) => player.hasEnded))
    this.#sweep()
  }

  /** The same for a process that is about to exit. */
  endNow(): void {
    this.#hasEnded = true
    for (const player of this.players) if (!player.hasEnded) player.kill()
    this.#sweep()
  }

  #sweep(): void {
    if (this.#scratch !== undefined) rmSync(this.#scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}
