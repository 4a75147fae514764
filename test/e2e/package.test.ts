// The package as people get it: packed from a fresh build, small, complete; installed globally into an empty
// prefix it runs, on the Node.js and npm that are here and on Node 24 with npm 12. Needs the registry; says so
// and skips where it cannot be reached.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const limitMs = 300_000
let dir = ''
let tarball = ''
let packed: string[] = []

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ringleader-package-'))
  const source = join(dir, 'source')
  await mkdir(source)
  for (const name of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    await cp(name, join(source, name))
  const tsc = resolve('node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(source, 'dist')])
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', dir], {
    cwd: source,
  })
  const [made] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }]
  tarball = join(dir, made.filename)
  packed = made.files.map(({ path }) => path)
})

after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

test('the tarball holds the program, the library, its types and nothing else, and is small', async () => {
  const sources = (await readdir('src', { recursive: true }))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('sim/'))
    .flatMap((path) => ['.js', '.d.ts'].map((end) => `dist/${path.replace(/\.ts$/, end)}`))
  assert.deepEqual(packed.sort(), ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...sources].sort())
  const { bin, exports: entryPoints } = JSON.parse(await readFile('package.json', 'utf8')) as {
    bin: Record<string, string>
    exports: Record<string, Record<string, string>>
  }
  for (const path of [...Object.values(bin), ...Object.values(entryPoints['.'] ?? {})])
    assert.ok(packed.includes(path.replace(/^\.\//, '')), path)
  assert.ok((await stat(tarball)).size < 300_000, 'at most 300 kB')
})

/** How a command that only needs Node.js and npm is run: a PATH with these two in front. */
type Machine = { name: string; path: string; npm: [string, ...string[]] }

async function reachesRegistry(context: TestContext): Promise<boolean> {
  try {
    await run('npm', ['view', 'ms', 'version'], { timeout: 30_000 })
    return true
  } catch {
    context.skip('the registry cannot be reached')
    return false
  }
}

/** Installs the tarball globally, lets two nodes chat and a program use the library. */
async function tries({ name, path, npm }: Machine): Promise<void> {
  const prefix = join(dir, `prefix-${name}`)
  const home = join(dir, `home-${name}`)
  await mkdir(home, { recursive: true })
  const env = { ...process.env, PATH: `${path}${delimiter}${process.env['PATH'] ?? ''}` }
  const [command, ...words] = npm
  await run(command, [...words, 'install', '--global', '--prefix', prefix, tarball], {
    env,
    cwd: home,
    timeout: limitMs,
  })
  const program = join(prefix, 'bin', 'ringleader')
  const own = { env: { ...env, HOME: home, XDG_DATA_HOME: join(home, 'data') }, cwd: home }
  const version = await run(program, ['--version'], own)
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)

  const one = spawn(
    program,
    ['-l', '-a', '127.0.0.1', '-p', '0', '-n', 'one', '--home', 'one', '--stay'],
    own,
  )
  try {
    let printed = ''
    one.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)))
    const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = pattern.exec(printed)
        if (found) return found
        assert.equal(one.exitCode, null, printed)
        await once(one.stdout, 'data', { signal: AbortSignal.timeout(30_000) })
      }
    }
    const [, port = ''] = await until(/one\(127\.0\.0\.1:(\d+)\) is in the room/)
    const two = spawn(
      program,
      ['-a', '127.0.0.1', '-p', '0', '-n', 'two', '--home', 'two', '-na', '127.0.0.1', '-np', port],
      { ...own, stdio: ['pipe', 'ignore', 'inherit'] },
    )
    two.stdin.end('hello from the package\n')
    assert.deepEqual(await once(two, 'exit'), [0, null])
    await until(/^> two\(127\.0\.0\.1:\d+\)\[\d+\]: hello from the package$/m)
  } finally {
    one.kill('SIGKILL')
    await once(one, 'close')
  }

  const script = join(home, 'use.mjs')
  const library = join(prefix, 'lib', 'node_modules', 'ringleader', 'dist', 'index.js')
  await writeFile(
    script,
    `import { createRoom } from ${JSON.stringify(library)}
     const room = await createRoom({ name: 'bot', address: '127.0.0.1', home: './bot' })
     const { ts } = await room.say('hello')
     console.log(ts, (await room.leave()).unsent)`,
  )
  const used = await run('node', [script], own)
  assert.equal(used.stdout, '2 0\n')
}

test('installs globally and runs with the Node.js and npm that are here', async (context) => {
  if (!(await reachesRegistry(context))) return
  await tries({ name: 'here', path: dirname(process.execPath), npm: ['npm'] })
})

test('installs globally and runs on Node 24 with npm 12', async (context) => {
  if (!(await reachesRegistry(context))) return
  const tools = join(dir, 'tools')
  // The package `node` fetches this one in an install script, which npm 12 does not run.
  const node = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  await run('npm', ['install', '--prefix', tools, `${node}@24`, 'npm@12'], { timeout: limitMs })
  const bin = join(tools, 'node_modules', node, 'bin')
  const { stdout } = await run(join(bin, 'node'), ['--version'])
  assert.match(stdout, /^v24\./)
  await tries({
    name: 'node24',
    path: bin,
    npm: [join(bin, 'node'), join(tools, 'node_modules/npm/bin/npm-cli.js')],
  })
})
