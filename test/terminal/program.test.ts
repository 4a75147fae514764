// The program itself, as processes with pipes: its output and its exit codes (cli.md).

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { TestContext } from 'node:test'

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))
const deadlineMs = 30_000

class Program {
  readonly child: ChildProcessWithoutNullStreams
  stdout = ''
  stderr = ''
  readonly exit: Promise<number>
  #looks: (() => void)[] = []

  constructor(t: TestContext, folder: string, words: string[]) {
    this.child = spawn(process.execPath, [main, ...words], {
      cwd: folder,
      env: { PATH: process.env['PATH'], XDG_DATA_HOME: join(folder, 'data') },
    })
    this.child.stdout.on('data', (chunk) => this.#took((this.stdout += String(chunk))))
    this.child.stderr.on('data', (chunk) => this.#took((this.stderr += String(chunk))))
    this.child.stdin.on('error', () => {})
    this.exit = new Promise((resolve) => this.child.on('close', (code) => resolve(code ?? -1)))
    t.after(async () => {
      this.child.kill('SIGKILL')
      await this.exit
    })
  }

  get transcript(): string[] {
    return this.stdout.split('\n').filter((line) => /^(>| {4})/.test(line))
  }

  /** Resolves when `look` is true of the output; rejects after the deadline. */
  until(look: (program: this) => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never came: ${what}\n${this.stdout}${this.stderr}`)),
        deadlineMs,
      )
      const check = () => {
        if (!look(this)) return
        clearTimeout(timer)
        this.#looks = this.#looks.filter((other) => other !== check)
        resolve()
      }
      this.#looks.push(check)
      check()
    })
  }

  #took(_all: string): void {
    for (const look of this.#looks) look()
  }
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringleader-program-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The port behind `-np` in the line that others type. */
function portOf(program: Program): string {
  return / -np (\d+)\n/.exec(program.stdout)?.[1] ?? ''
}

function run(words: string[], cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env['PATH'], XDG_DATA_HOME: join(cwd, 'data') }
  return new Promise((resolve) =>
    execFile(process.execPath, [main, ...words], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  )
}

test('--version, --help and usage errors', async (t) => {
  const folder = await makeFolder(t)
  const version = await run(['--version'], folder)
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  assert.equal(version.code, 0)
  const help = await run(['-h'], folder)
  assert.match(help.stdout, /^[\s\S]*Examples:[\s\S]*Exit codes:/)
  assert.deepEqual([help.code, help.stderr], [0, ''])
  const wrong = await run(['-np', '1'], folder)
  assert.deepEqual([wrong.code, wrong.stdout], [2, ''])
  const nothing = await run(['history', '--home', join(folder, 'none')], folder)
  assert.deepEqual([nothing.code, nothing.stdout], [1, ''])
  assert.match(
    nothing.stderr,
    /^ringleader: .* holds no room; no home in .*data.ringleader holds one: see --home\n$/,
  )
})

test('history without a room names the homes that hold one; a damaged note of the last room is named', async (t) => {
  const folder = await makeFolder(t)
  const homes = join(folder, 'data', 'ringleader')
  const chat = async (home: string): Promise<void> => {
    const words = ['-l', '-a', '127.0.0.1', '-p', '0', '-n', 'Ann', '--log', 'none', '--home', home]
    const ann = new Program(t, folder, words)
    ann.child.stdin.end('hello\n')
    assert.equal(await ann.exit, 0, ann.stderr)
  }
  for (const name of ['4007', "Ann's"]) await chat(join(homes, name))
  await mkdir(join(homes, '4009'))
  const earlier = new Date(Date.now() - 60_000)
  const rooms = join(homes, "Ann's", 'rooms')
  for (const name of await readdir(rooms)) await utimes(join(rooms, name), earlier, earlier)
  const quoted = `'${homes}/Ann'\\''s'`
  for (const [words, where] of [
    [[], join(homes, 'default')],
    [['-p', '4009'], join(homes, '4009')],
    [['--home', 'else\u001b'], 'else\\u001b'],
  ] as const) {
    const { code, stdout, stderr } = await run(['history', ...words], folder)
    assert.deepEqual([code, stdout], [1, ''])
    assert.equal(
      stderr,
      `ringleader: ${where} holds no room; these homes hold one: -p 4007, --home ${quoted}; ` +
        'choose it, as in: ringleader history -p 4007\n',
    )
  }
  const whole = await run(['history', '-p', '4007'], folder)
  assert.deepEqual([whole.code, whole.stderr], [0, ''])
  assert.match(whole.stdout, /: hello\n$/)
  const note = join(homes, '4007', 'last-room')
  await writeFile(note, 'no room')
  const { code, stdout, stderr } = await run(['history', '-p', '4007'], folder)
  assert.deepEqual([code, stdout], [0, whole.stdout])
  assert.equal(stderr, `ringleader: ${note} is damaged: the room used last is shown\n`)
})

test('two processes chat through pipes; transcripts and histories are equal', async (t) => {
  const folder = await makeFolder(t)
  const ann = new Program(t, folder, ['-l', '-a', '127.0.0.1', '-p', '0', '-n', 'Ann', '--log', 'ann.log'])
  await ann.until(({ stdout }) => stdout.includes('the profile of that port'), 'the room')
  const port = portOf(ann)
  assert.equal(
    ann.stdout,
    `/// Ann(127.0.0.1:${port}) is in the room; 1 member, leader Ann(127.0.0.1:${port})\n` +
      `/// others join with: ringleader -n <their name> -a 127.0.0.1 -na 127.0.0.1 -np ${port}\n` +
      `/// the room is open: anybody who reaches 127.0.0.1:${port} can join and read\n` +
      `/// this is the profile of that port, kept in ${folder}/data/ringleader/${port}; come back to it with: ringleader -p ${port}\n`,
  )
  ann.child.stdin.write('before\n')
  await ann.until(({ transcript }) => transcript.length === 1, 'own line')

  const join = ['-a', '127.0.0.1', '-p', '0', '-na', '127.0.0.1', '-np', port, '--log', 'none']
  const bob = new Program(t, folder, [...join, '-n', 'Bob'])
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`)
  bob.child.stdin.end(`${lines.join('\n')}\n`)
  for (let i = 0; i < 20; i++) ann.child.stdin.write(`ann ${i}\n`)
  assert.equal(await bob.exit, 0, bob.stderr)
  await ann.until(({ transcript }) => transcript.length === 121, 'all lines at Ann')
  assert.deepEqual(
    ann.transcript.filter((line) => line.includes(': line ')).map((line) => line.split(': ')[1]),
    lines,
  )
  assert.deepEqual(bob.transcript, ann.transcript.slice(0, bob.transcript.length))
  assert.ok(bob.transcript.some((line) => line.endsWith(': line 99')))

  const json = new Program(t, folder, [...join, '-n', 'Cid', '--json'])
  json.child.stdin.end('//exit\n')
  assert.equal(await json.exit, 0, json.stderr)
  const objects = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; text: string; history: boolean })
  assert.deepEqual(
    objects.slice(0, 3).map(({ type }) => type),
    ['ready', 'members', 'leader'],
  )
  const said = objects.filter(({ type }) => type === 'message')
  assert.deepEqual([said.length, said[0]?.text, said[0]?.history], [121, 'before', true])

  const home = `${folder}/data/ringleader/${port}`
  const history = await run(['history', '--home', home], folder)
  assert.equal(history.stdout, `${ann.transcript.join('\n')}\n`)

  ann.child.kill('SIGTERM')
  assert.equal(await ann.exit, 143)
  const log = await readFile(`${folder}/ann.log`, 'utf8')
  assert.match(log, new RegExp(`^\\d+: listening on 127\\.0\\.0\\.1:${port}\n`))
  for (const line of log.trimEnd().split('\n'))
    assert.match(
      line,
      /^\d+: (listening|joined|left|died|unreachable|ring (next|previous)|election (started|candidate|won)|leader|stored|split|merged|disk|error)/,
    )
  assert.ok(!log.includes('before') && !log.includes('line 1'))
  assert.equal((await stat(`${folder}/ann.log`)).mode & 0o777, 0o600)
  assert.equal((await stat(home)).mode & 0o777, 0o700)
})

test('going back to a room; a reader that goes away; a log that cannot be written', async (t) => {
  const folder = await makeFolder(t)
  const words = ['-a', '127.0.0.1', '-p', '0', '-n', 'Ann', '--home', 'home']
  const first = new Program(t, folder, [...words, '-l', '--log', 'missing/x.log'])
  first.child.stdin.end('one\n')
  assert.equal(await first.exit, 0)
  assert.match(first.stderr, /^ringleader: the log missing\/x\.log cannot be written \(ENOENT\); [^\n]*\n$/)
  const second = new Program(t, folder, [...words, '--log', 'none'])
  second.child.stdin.end('two\n')
  assert.equal(await second.exit, 0, second.stderr)
  assert.deepEqual(
    second.transcript.map((line) => line.split(': ')[1]),
    ['one', 'two'],
  )
  const third = new Program(t, folder, [...words, '--log', 'none', '--stay'])
  await third.until(({ stdout }) => stdout.includes(': two'), 'the history')
  third.child.stdout.destroy()
  third.child.stdin.write('three\n')
  assert.equal(await third.exit, 0, third.stderr)
  assert.equal(third.stderr, '')
  const nobody = await run([...words.slice(0, 6), '--home', 'empty', '--log', 'none'], folder)
  assert.equal(nobody.code, 2)
})
