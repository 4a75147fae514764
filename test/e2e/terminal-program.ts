// The program at a real terminal: a pty made by util-linux's `script`, whose reader can stop reading. Knows
// how terminal output becomes lines, and not what the program prints.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deadlineMs, Program, type Stage } from './harness.ts'

/** Whether there is a `script` that takes our flags; those of BSD and busybox do not. */
export const hasTerminals =
  process.platform === 'linux' &&
  /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')

const mainPath = resolve('dist/main.js')

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** A node in a room at a terminal of 24 rows and 100 columns. */
export class TerminalProgram extends Program {
  readonly #folder: string
  /** All that the terminal was sent. */
  raw = ''

  /**
   * Its home and log are named after it, unless `own` has other flags instead; it and what it left behind end with the
   * stage. `on`: the command line that runs it on a host.
   */
  constructor(
    stage: Stage,
    name: string,
    flags: readonly string[],
    own = ['-a', '127.0.0.1', '-p', '0', '-n', name, '--home', join(stage.dir, name), '--log', 'none'],
    on: readonly string[] = [],
  ) {
    const path = (what: string) => quote(join(stage.dir, `${name}.${what}`))
    const command = [...on, process.execPath, mainPath, ...own, ...flags].map(quote).join(' ')
    // The inner shell becomes the program; the outer one notes how it ends, though nobody reads.
    const lines = [
      'stty rows 24 cols 100',
      `stty -g > ${path('before')}`,
      `sh -c ${quote(`echo $$ > ${path('pid')}; exec ${command}`)}`,
      `code=$?; stty -g > ${path('after')}`,
      `echo $code > ${path('code')}`,
    ]
    const child = spawn('script', ['-qefc', lines.join('\n'), '/dev/null'], {
      cwd: stage.dir,
      env: {
        ...{ PATH: process.env['PATH'], HOME: stage.dir, XDG_DATA_HOME: join(stage.dir, 'data') },
        ...{ SHELL: '/bin/sh', TERM: 'xterm', NO_COLOR: '1' },
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    super(name, child)
    this.#folder = stage.dir
    // Before what looks at it.
    child.stdout.prependListener('data', (chunk: Buffer) => (this.raw += String(chunk)))
    stage.adopt(this)
  }

  /** What is left of a line when the prompt that stood there was erased. */
  protected override take(line: string, atMs: number): void {
    super.take(line.slice(line.lastIndexOf('\u001b[J') + 1).replace(/^\[J|\r$/g, ''), atMs)
  }

  /** Stops to read: what is printed stays in pipes and buffers, and when they are full in the program. */
  stopReading(): void {
    this.child.stdout.pause()
  }

  readAgain(): void {
    this.child.stdout.resume()
  }

  type(text: string): void {
    this.child.stdin.write(text)
  }

  #noted(what: string): string | undefined {
    const path = join(this.#folder, `${this.name}.${what}`)
    return existsSync(path) ? readFileSync(path, 'utf8').trim() || undefined : undefined
  }

  /** The program itself, not the shell or `script` around it. */
  get pid(): number {
    return Number(this.#noted('pid'))
  }

  override signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Resolves to the exit code of the program, also while nobody reads. */
  async code(): Promise<number> {
    const until = performance.now() + deadlineMs
    for (;;) {
      const code = this.#noted('code')
      if (code !== undefined) return Number(code)
      if (performance.now() > until) throw new Error(`${this.name} did not end\n${this.report()}`)
      await sleep(5)
    }
  }

  /** Whether the terminal's modes are those that it had before the program began. */
  async hasModesBack(): Promise<boolean> {
    const read = (what: string) => readFile(join(this.#folder, `${this.name}.${what}`), 'utf8')
    return (await read('before')) === (await read('after'))
  }

  /** kill -9 for the program and what is around it. */
  override async kill(): Promise<void> {
    this.readAgain()
    try {
      if (this.#noted('code') === undefined) this.signal('SIGKILL')
    } catch {
      // It has ended by itself, or never began.
    }
    await super.kill()
  }
}
