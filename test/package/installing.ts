// The package as people get it, on a machine that has Node.js, npm and no other program (no compiler, no
// Python; where install scripts may run, the shell that npm starts them with): the tarball installed globally, and `npm ci` of a clone, with and without install scripts, on every
// supported Node.js; then two nodes chat, and the history is read back from the database. Needs the registry;
// without it the test is skipped, and says so.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { pack, type Packed } from './packed.ts'

const run = promisify(execFile)
const limitMs = 300_000
/** An install that takes longer compiles something, or fetches what it should not. */
const installMsMax = 60_000

let dir = ''
let packed: Packed = { tarball: '', files: [] }
let registry = ''

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ringleader-install-'))
  packed = await pack(dir)
  registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim()
})

after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

async function reachesRegistry(context: TestContext): Promise<boolean> {
  try {
    await run('npm', ['view', 'ms', 'version'], { timeout: 30_000 })
    return true
  } catch {
    context.skip('the registry cannot be reached')
    return false
  }
}

/** A machine whose PATH holds node and npm, and no other program. */
type Machine = {
  readonly dir: string
  readonly env: NodeJS.ProcessEnv
  readonly name: string
  /** A folder with the shell, which npm needs to start the install scripts of packages, and nothing else. */
  readonly shell: string
}

async function machineOf(node: string, npm: string): Promise<Machine> {
  const own = await mkdtemp(join(dir, 'machine-'))
  const path = join(own, 'bin')
  await mkdir(path)
  await symlink(await realpath(node), join(path, 'node'))
  await symlink(await realpath(npm), join(path, 'npm'))
  const shell = join(own, 'shell')
  await mkdir(shell)
  await symlink(await realpath('/bin/sh'), join(shell, 'sh'))
  // How the network is reached (proxies, certificates) is no property of the machine.
  const network = Object.entries(process.env).filter(([key]) => /proxy$|^NODE_EXTRA|^SSL_/i.test(key))
  const env = {
    ...Object.fromEntries(network),
    PATH: path,
    HOME: own,
    XDG_DATA_HOME: join(own, 'data'),
    npm_config_registry: registry,
    npm_config_update_notifier: 'false',
  }
  const [{ stdout: nodeVersion }, { stdout: npmVersion }] = await Promise.all([
    run('node', ['--version'], { env }),
    run('npm', ['--version'], { env }),
  ])
  return { dir: own, env, shell, name: `Node ${nodeVersion.trim()} with npm ${npmVersion.trim()}` }
}

/** The Node.js and npm that run this test. */
async function here(): Promise<Machine> {
  const places = (process.env['PATH'] ?? '').split(delimiter)
  const npm = places.map((place) => join(place, 'npm')).find((path) => existsSync(path))
  assert.ok(npm, 'npm is not in PATH')
  return machineOf(process.execPath, npm)
}

/** Another major of Node.js, from the packages that carry its binary, with the npm named. */
async function fetched(node: number, npm: number): Promise<Machine> {
  const tools = join(dir, `tools-${node}`)
  // The package `node` fetches this one in an install script, which npm 12 does not run.
  const binary = `node-${process.platform}-${process.arch}`
  await run('npm', ['install', '--prefix', tools, `${binary}@${node}`, `npm@${npm}`], { timeout: limitMs })
  const modules = join(tools, 'node_modules')
  const machine = await machineOf(join(modules, binary, 'bin/node'), join(modules, 'npm/bin/npm-cli.js'))
  assert.match(machine.name, new RegExp(`^Node v${node}\\.`))
  return machine
}

/** Runs npm there, says how long it took, and refuses what only a compiler or a slow download explains. */
async function npm(machine: Machine, ...words: string[]): Promise<void> {
  const { env, shell } = machine
  const PATH = words.includes('--ignore-scripts') ? env['PATH'] : `${env['PATH']}${delimiter}${shell}`
  const startedAt = performance.now()
  await run('npm', words, { env: { ...env, PATH }, cwd: machine.dir, timeout: limitMs })
  const tookMs = performance.now() - startedAt
  const what = words.filter((word) => !word.includes(dir)).join(' ')
  const said = `${machine.name}: npm ${what}: ${(tookMs / 1000).toFixed(1)} s`
  process.stdout.write(`${said}\n`)
  assert.ok(tookMs < installMsMax, said)
}

/** Installs the tarball as the README says, and uses it. */
async function installs(machine: Machine, ...flags: string[]): Promise<void> {
  const prefix = await mkdtemp(join(machine.dir, 'prefix-'))
  await npm(machine, 'install', '--global', `--prefix=${prefix}`, ...flags, packed.tarball)
  const installed = join(prefix, 'lib', 'node_modules', 'ringleader')
  await uses(machine, join(prefix, 'bin', 'ringleader'), join(installed, 'dist', 'index.js'))
}

/** Installs what a clone needs, and uses the program of the tarball with it. */
async function installsClone(machine: Machine, ...flags: string[]): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) await cp(file, join(machine.dir, file))
  await npm(machine, 'ci', ...flags)
  const dist = join(machine.dir, 'dist')
  await cp(join(dir, 'source', 'dist'), dist, { recursive: true })
  const program = join(dist, 'main.js')
  await chmod(program, 0o755)
  await uses(machine, program, join(dist, 'index.js'))
}

/** Lets two nodes chat, reads the history back, and lets a program use the library. */
async function uses(machine: Machine, program: string, library: string): Promise<void> {
  const home = await mkdtemp(join(machine.dir, 'work-'))
  const own = { env: machine.env, cwd: home }
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
  assert.deepEqual(await run(program, ['--version'], own), { stdout: `${version}\n`, stderr: '' })
  await chats(program, own)
  const { stdout, stderr } = await run(program, ['history', '--home', 'one'], own)
  assert.match(stdout, /^> two\(127\.0\.0\.1:\d+\)\[\d+\]: hello from the package$/m)
  assert.equal(stderr, '')

  const script = join(home, 'use.mjs')
  await writeFile(
    script,
    `import { createRoom } from ${JSON.stringify(library)}
     const room = await createRoom({ name: 'bot', address: '127.0.0.1', home: './bot' })
     const { ts } = await room.say('hello')
     console.log(ts, (await room.leave()).unsent)`,
  )
  assert.deepEqual(await run('node', [script], own), { stdout: '2 0\n', stderr: '' })
}

/** Two nodes, each with a home: what the second says is on the screen, and so on the disk, of the first. */
async function chats(program: string, own: { env: NodeJS.ProcessEnv; cwd: string }): Promise<void> {
  const flags = (name: string): string[] => ['-a', '127.0.0.1', '-p', '0', '-n', name, '--home', name]
  const one = spawn(program, ['-l', ...flags('one'), '--stay'], own)
  try {
    let printed = ''
    for (const stream of [one.stdout, one.stderr])
      stream.on('data', (chunk: Buffer) => (printed += String(chunk)))
    const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = pattern.exec(printed)
        if (found) return found
        assert.equal(one.exitCode, null, printed)
        await Promise.race([
          once(one.stdout, 'data', { signal: AbortSignal.timeout(30_000) }),
          once(one, 'close'),
        ])
      }
    }
    const [, port = ''] = await until(/one\(127\.0\.0\.1:(\d+)\) is in the room/)
    const two = spawn(program, [...flags('two'), '-na', '127.0.0.1', '-np', port], {
      ...own,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    two.stdin.end('hello from the package\n')
    assert.deepEqual(await once(two, 'exit'), [0, null])
    await until(/^> two\(127\.0\.0\.1:\d+\)\[\d+\]: hello from the package$/m)
  } finally {
    one.kill('SIGKILL')
    if (one.exitCode === null && one.signalCode === null) await once(one, 'close')
  }
}

/** A Node.js and its npm, and whether to install without install scripts too. */
type Kind = readonly [name: string, machine: () => Promise<Machine>, withoutScripts?: 'too']

/** The oldest, which is here, and the newest. */
export const ends: readonly Kind[] = [
  ['the Node.js and npm that are here', here, 'too'],
  ['Node 26 with npm 12', () => fetched(26, 12), 'too'],
]

export const between: readonly Kind[] = [
  ['Node 20 with npm 10', () => fetched(20, 10)],
  ['Node 22 with npm 10', () => fetched(22, 10)],
  ['Node 24 with npm 11', () => fetched(24, 11)],
]

/** A test for each. */
export function testInstalls(kinds: readonly Kind[]): void {
  for (const [name, machine, withoutScripts] of kinds) {
    test(`installs and runs with ${name}, where nothing else is installed`, async (context) => {
      if (!(await reachesRegistry(context))) return
      const one = await machine()
      await installs(one)
      await installsClone(one)
      if (!withoutScripts) return
      await installs(one, '--ignore-scripts')
      await installsClone(one, '--ignore-scripts')
    })
  }
}
