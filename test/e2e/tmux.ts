// The program in tmux: a terminal that many people use, and that nobody here wrote. What it shows is asked for until it
// is as expected.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deadlineMs, type Stage } from './harness.ts'

export const hasTmux = spawnSync('tmux', ['-V']).stdout?.toString().startsWith('tmux 3') === true

const mainPath = resolve('dist/main.js')
const settings = `
set -g status off
set -g escape-time 0
set -g remain-on-exit on
set -g history-limit 5000
`

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

export class TmuxProgram {
  readonly name: string
  readonly #folder: string

  /** Its home is named after it. It is the first process of its session, as with `ssh -t host ringleader`. */
  constructor(
    stage: Stage,
    name: string,
    flags: readonly string[],
    { columns = 80, home = join(stage.dir, name) }: { columns?: number; home?: string } = {},
  ) {
    this.name = name
    this.#folder = stage.dir
    const config = join(stage.dir, `${name}.tmux`)
    writeFileSync(config, settings)
    const own = ['-a', '127.0.0.1', '-p', '0', '-n', name, '--home', home, '--log', 'none']
    const command = [process.execPath, mainPath, ...own, ...flags].map(quote).join(' ')
    stage.undo(() => this.#tmux('kill-server'))
    this.#tmux('-f', config, 'new-session', '-d', '-x', String(columns), '-y', '24', `exec ${command}`)
  }

  #tmux(...args: string[]): string {
    const { TMUX: _outer, ...env } = process.env
    const { stdout } = spawnSync('tmux', ['-u', '-L', `ringleader-${process.pid}-${this.name}`, ...args], {
      encoding: 'utf8',
      env: { ...env, LC_ALL: 'C.UTF-8', NO_COLOR: '1', TMUX_TMPDIR: this.#folder },
    })
    return stdout
  }

  /** As keys, byte for byte; nothing is marked as a paste. */
  type(text: string): void {
    const file = join(this.#folder, `${this.name}.typed`)
    writeFileSync(file, text)
    this.#tmux('load-buffer', file)
    this.#tmux('paste-buffer', '-r', '-d')
  }

  /** As the terminal pastes: with marks where the program asked for them. */
  paste(text: string): void {
    const file = join(this.#folder, `${this.name}.typed`)
    writeFileSync(file, text)
    this.#tmux('load-buffer', file)
    this.#tmux('paste-buffer', '-p', '-d')
  }

  resize(columns: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', '24')
  }

  /** All rows, those scrolled away included, without spaces at their ends. */
  get rows(): string[] {
    const rows = this.#tmux('capture-pane', '-p', '-S', '-').split('\n')
    return rows.map((row) => row.trimEnd()).slice(0, rows.findLastIndex((row) => row.trim() !== '') + 1)
  }

  /** What the program ended with; undefined while it runs. */
  get status(): number | undefined {
    const [isDead, server, status] = this.#tmux(
      'display-message',
      '-p',
      '#{pane_dead} #{pid} #{pane_dead_status}',
    )
      .trim()
      .split(' ')
    if (isDead === '1' && status) return Number(status)
    // tmux 3.3 overlooks a child now and then that ends while it is busy, until it hears of the next.
    if (isDead === '1') process.kill(Number(server), 'SIGCHLD')
    return undefined
  }

  /** Resolves when `look` returns something; rejects after the deadline. */
  async until<T>(look: () => T | undefined | false, what: string): Promise<T> {
    const until = performance.now() + deadlineMs
    for (;;) {
      const found = look()
      if (found !== undefined && found !== false) return found
      if (performance.now() > until)
        throw new Error(`${this.name} never showed ${what}:\n${this.rows.join('\n')}`)
      await sleep(20)
    }
  }

  shows(look: (rows: readonly string[]) => boolean, what: string): Promise<true> {
    return this.until(() => look(this.rows), what)
  }

  /** Resolves to the first row that matches. */
  row(pattern: RegExp): Promise<string> {
    return this.until(() => this.rows.find((row) => pattern.test(row)), `a row ${pattern}`)
  }

  /** kill -9. */
  kill(): void {
    process.kill(Number(this.#tmux('display-message', '-p', '#{pane_pid}')), 'SIGKILL')
  }

  /** Resolves to the exit code. */
  over(): Promise<number> {
    return this.until(() => this.status, 'its end')
  }
}
