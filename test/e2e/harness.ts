// Real programs (dist/main.js) on loopback, for tests and benchmarks: starts them, reads what they print,
// waits for it with a deadline, kills and freezes them, and leaves no process or file behind. Knows the
// interface of the program (flags, --json, exit codes), and not its inside.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { TestContext } from 'node:test'
import type { Host } from './network.ts'

/** How long anything may take that a test waits for. Unit: ms. */
export const deadlineMs = 40_000
const mainPath = resolve('dist/main.js')

/** How a program ended: its exit code, or the signal that ended it. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null }

export type MessageObject = {
  type: 'message'
  ts: number
  id: string
  name: string
  address: string
  text: string
  time: string
  late: boolean
  history: boolean
  own: boolean
  action: boolean
}
export type MemberObject = { id: string; name: string; address: string; leader: boolean }
type Printed =
  | MessageObject
  | { type: 'ready'; id: string; name: string; address: string; room: string }
  | { type: 'sent'; id: string }
  | { type: 'members'; members: MemberObject[] }
  | { type: 'leader'; id: string; name: string; address: string; term: number }
  | { type: 'notice'; text: string }

/** Fails with `what` when it takes longer than the deadline. */
export async function within<T>(promise: Promise<T>, what: string, ms = deadlineMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A running program, its output kept as lines. */
export class Program {
  readonly name: string
  readonly child: ChildProcessWithoutNullStreams
  readonly exit: Promise<Ended>
  readonly lines: string[] = []
  ended: Ended | undefined
  stderr = ''
  /** Called for each line as it comes. `atMs`: of this process's monotonic clock. */
  onLine: ((line: string, atMs: number) => void) | undefined
  #waiting: (() => void)[] = []

  constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.name = name
    this.child = child
    const decoder = new StringDecoder('utf8')
    let rest = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const atMs = performance.now()
      const pieces = (rest + decoder.write(chunk)).split('\n')
      rest = pieces.pop() ?? ''
      for (const line of pieces) this.take(line, atMs)
      this.#look()
    })
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      this.stderr += text
      this.#look()
    })
    // A program that is gone does not read what we say.
    child.stdin.on('error', () => {})
    this.exit = new Promise((done) =>
      child.on('close', (code, signal) => {
        if (rest !== '') this.take(rest, performance.now())
        this.ended = { code, signal }
        this.#look()
        done(this.ended)
      }),
    )
  }

  protected take(line: string, atMs: number): void {
    this.lines.push(line)
    this.onLine?.(line, atMs)
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }

  /** Resolves when `accept` returns something; called at once, and after everything that was printed. */
  async until<T>(accept: () => T | undefined | false, what: string, ms = deadlineMs): Promise<T> {
    let found: T | undefined | false
    let look = (): void => {}
    const waiting = new Promise<void>((done) => {
      look = () => {
        found = accept()
        if (found !== undefined && found !== false) done()
      }
    })
    this.#waiting.push(look)
    look()
    try {
      await within(waiting, `${this.name}: ${what}`, ms)
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.report()}`, { cause: error })
    } finally {
      this.#waiting = this.#waiting.filter((other) => other !== look)
    }
    return found as T
  }

  /** What it printed last, for people who read a failure. */
  report(): string {
    const last = this.lines.slice(-12).map((line) => `  ${this.name}| ${line.slice(0, 200)}`)
    const errors = this.stderr === '' ? [] : [`  ${this.name}! ${this.stderr.slice(-1000)}`]
    const end = this.ended ? [`  ${this.name} ended: ${JSON.stringify(this.ended)}`] : []
    return [...last, ...errors, ...end].join('\n')
  }

  /** The first line, present or future, that matches. */
  line(pattern: RegExp, from = 0): Promise<string> {
    return this.until(() => this.lines.slice(from).find((line) => pattern.test(line)), `a line ${pattern}`)
  }

  say(...texts: string[]): void {
    this.child.stdin.write(texts.map((text) => `${text}\n`).join(''))
  }

  /** The end of its input. */
  end(...texts: string[]): void {
    if (texts.length > 0) this.say(...texts)
    this.child.stdin.end()
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** kill -9, and its end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exit
  }

  /** Waits for its end. */
  async over(): Promise<Ended> {
    try {
      return await within(this.exit, `${this.name}: the end`)
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.report()}`, { cause: error })
    }
  }

  /** The lines that begin with `>`, and what belongs to them (cli.md: the transcript). */
  transcript(): string[] {
    return this.lines.filter((line) => line.startsWith('>') || line.startsWith('    '))
  }
}

/** A node of a room that prints --json. */
export class RoomNode extends Program {
  readonly home: string
  readonly messages: MessageObject[] = []
  readonly sent = new Set<string>()
  readonly notices: string[] = []
  members: MemberObject[] = []
  leader: { id: string; name: string; term: number } | undefined
  id = ''
  address = ''
  room = ''
  /** Called for each message as it comes. */
  onMessage: ((message: MessageObject, atMs: number) => void) | undefined

  constructor(name: string, child: ChildProcessWithoutNullStreams, home: string) {
    super(name, child)
    this.home = home
  }

  get port(): number {
    return Number(this.address.slice(this.address.lastIndexOf(':') + 1))
  }

  protected override take(line: string, atMs: number): void {
    super.take(line, atMs)
    if (!line.startsWith('{')) return
    const object = JSON.parse(line) as Printed
    switch (object.type) {
      case 'message':
        this.messages.push(object)
        this.onMessage?.(object, atMs)
        break
      case 'ready':
        this.id = object.id
        this.address = object.address
        this.room = object.room
        break
      case 'sent':
        this.sent.add(object.id)
        break
      case 'members':
        this.members = object.members
        break
      case 'leader':
        this.leader = object
        break
      case 'notice':
        this.notices.push(object.text)
        break
    }
  }

  /** Resolves when it is in the room. */
  async ready(): Promise<this> {
    await this.until(() => this.room !== '' || this.ended !== undefined, 'being in the room')
    if (this.room === '') throw new Error(`${this.name} never was in the room\n${this.report()}`)
    return this
  }

  /** Resolves when it shows exactly these members, and one of them leads. */
  async sees(names: readonly string[]): Promise<void> {
    const wanted = [...names].sort().join()
    await this.until(
      () =>
        this.members
          .map(({ name }) => name)
          .sort()
          .join() === wanted && this.members.some(({ leader }) => leader),
      `members ${wanted}`,
    )
  }

  /** Resolves when all these texts were printed. */
  async has(texts: readonly string[]): Promise<void> {
    const missing = new Set(texts)
    let seen = 0
    await this.until(
      () => {
        for (; seen < this.messages.length; seen++) missing.delete(this.messages[seen]?.text ?? '')
        return missing.size === 0
      },
      `${texts.length} texts from ${texts[0] ?? 'none'} on`,
    )
  }

  /** The texts that it printed, in its order. */
  texts(): string[] {
    return this.messages.map(({ text }) => text)
  }
}

export type NodeFlags = {
  /** A member to join through, or its address; none: create. */
  through?: RoomNode | string | undefined
  port?: number
  home?: string
  /** In place of -l and -na: a command and what follows it, such as create. */
  command?: readonly string[]
  /** Further flags. `-l` is added where `through` is not given, unless `resume`. */
  flags?: readonly string[]
  /** Neither -l nor -na. */
  resume?: boolean
  /** Where it runs, if not here on loopback. */
  host?: Host | undefined
  /** Added to its environment. */
  env?: NodeJS.ProcessEnv
  /** -a; false: not given. Default: the host's address. */
  address?: string | false
}

/** A scratch folder and the programs that run in it. */
export class Stage {
  readonly dir: string
  readonly programs: Program[] = []
  readonly #undo: (() => void)[] = []

  private constructor(dir: string) {
    this.dir = dir
  }

  /** Everything is gone when the test is over, however it ends. */
  static async open(context?: Pick<TestContext, 'after'>): Promise<Stage> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'ringleader-e2e-')))
    context?.after(() => stage.close())
    return stage
  }

  /** Any command line, in the scratch folder, with nothing of ours in its environment. */
  start(
    name: string,
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ): Program {
    return this.#add(new Program(name, this.#spawn(args, options)))
  }

  /** A command of the program on a host, until its end. */
  async runOn(host: Host, ...args: string[]): Promise<Program> {
    const program = this.#add(new Program(args[0] ?? '', this.#spawn(args, {}, host)))
    program.child.stdin.end()
    await program.over()
    return program
  }

  #spawn(
    args: readonly string[],
    { env = {}, cwd = this.dir }: { env?: NodeJS.ProcessEnv; cwd?: string },
    host?: Host,
  ): ChildProcessWithoutNullStreams {
    const [command, ...before] = host ? [...host.command, process.execPath] : [process.execPath]
    return spawn(command ?? '', [...before, mainPath, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: this.dir, XDG_DATA_HOME: join(this.dir, 'data'), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  #add<P extends Program>(program: P): P {
    this.programs.push(program)
    return program
  }

  /** A program that was started elsewhere ends with this stage. */
  adopt(program: Program): void {
    this.#add(program)
  }

  /** A node that prints --json and stays at the end of its input. Its home is named after it. */
  node(name: string, given: NodeFlags = {}): RoomNode {
    const home = given.home ?? join(this.dir, name)
    const args = [
      ...(given.command ?? []),
      '--json',
      '--stay',
      ...(given.address === false ? [] : ['-a', given.address ?? given.host?.address ?? '127.0.0.1']),
      '-p',
      String(given.port ?? 0),
      '-n',
      name,
      '--home',
      home,
      // Tests that run side by side are on one machine.
      '--no-announce',
    ]
    args.push('--log', join(this.dir, `${name}.log`), ...this.entry(given), ...(given.flags ?? []))
    return this.#add(new RoomNode(name, this.#spawn(args, { env: given.env ?? {} }, given.host), home))
  }

  /** -l, or the neighbour's flags, or nothing. */
  entry({ through, resume, command }: NodeFlags): string[] {
    if (resume || command) return []
    if (through === undefined) return ['-l']
    const address = typeof through === 'string' ? through : through.address
    const at = address.lastIndexOf(':')
    return ['-na', address.slice(0, at), '-np', address.slice(at + 1)]
  }

  /** A room of these names; the first creates it, the others join through it one after the other. */
  async room(names: readonly string[], flags: readonly string[] = []): Promise<RoomNode[]> {
    const nodes: RoomNode[] = []
    for (const name of names) {
      const through = nodes[0]
      nodes.push(await this.node(name, { through, flags: through ? [] : flags }).ready())
    }
    await Promise.all(nodes.map((node) => node.sees(names)))
    return nodes
  }

  /** The program with everything on its input at once, until its end. */
  async run(
    args: readonly string[],
    input: string | Buffer = '',
    options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ): Promise<Ended & { stdout: string; stderr: string }> {
    const program = this.start(args.slice(0, 3).join(' '), args, options)
    program.child.stdin.end(input)
    const ended = await program.over()
    return { ...ended, stdout: program.lines.map((line) => `${line}\n`).join(''), stderr: program.stderr }
  }

  /** What is stored in a home, as `ringleader history` prints it. */
  async history(home: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(['history', '--home', home])
    if (code !== 0) throw new Error(`history of ${home}: ${code} ${stderr}`)
    return stdout
  }

  /** To be done when all programs have ended and before the folder goes. */
  undo(what: () => void): void {
    this.#undo.push(what)
  }

  async close(): Promise<void> {
    const living = this.programs.filter(({ ended }) => ended === undefined)
    await Promise.all(living.map((program) => program.kill()))
    for (const undo of this.#undo) undo()
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 })
    const traces = this.programs.filter(({ stderr }) => /\n\s+at .*\d+:\d+/.test(stderr))
    if (traces.length > 0) throw new Error(traces.map((program) => program.report()).join('\n'))
  }
}

/** Numbered texts: `<prefix> <from>` to `<prefix> <to>`. */
export function numbered(prefix: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${prefix} ${from + at}`)
}

/** Says numbered texts at a steady pace until told to stop. */
export class Flow {
  readonly said: string[] = []
  readonly #node: Program
  readonly #timer: NodeJS.Timeout

  constructor(node: Program, prefix: string, everyMs: number) {
    this.#node = node
    this.#timer = setInterval(() => {
      const text = `${prefix} ${this.said.length + 1}`
      this.said.push(text)
      this.#node.say(text)
    }, everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
