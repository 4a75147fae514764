// What the packed tarball holds: only files with a use, documents whose links work, and types for programs
// that import the library and for those that require it.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { pack, type Packed } from './packed.ts'

const run = promisify(execFile)
let dir = ''
let packed: Packed = { tarball: '', files: [] }
/** The package, unpacked where a program finds it by its name. */
let unpacked = ''

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ringleader-tarball-'))
  packed = await pack(dir)
  const modules = join(dir, 'program', 'node_modules')
  unpacked = join(modules, 'ringleader')
  await mkdir(unpacked, { recursive: true })
  await run('tar', ['-xzf', packed.tarball, '-C', unpacked, '--strip-components', '1'])
  await symlink(resolve('node_modules'), join(unpacked, 'node_modules'), 'junction')
})

after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))

type Manifest = {
  bin: Record<string, string>
  exports: Record<string, string | Record<string, Record<string, string>>>
  [field: string]: unknown
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as Manifest
}

test('the tarball is small, and holds every file that package.json names', async () => {
  const { bin, exports: doors, main, types } = await manifest()
  const conditions = Object.values(doors['.'] ?? {}) as Record<string, string>[]
  const named = [...Object.values(bin), ...conditions.flatMap((each) => Object.values(each)), main, types]
  assert.equal(named.length, 7)
  for (const path of named) assert.ok(packed.files.includes(normalize(String(path))), String(path))
  assert.ok((await stat(packed.tarball)).size < 850_000, 'at most 850 kB')
})

test('each module in the tarball is loaded by another, and no source of tests and no map is there', () => {
  const modules = packed.files.filter((path) => /^dist\/[^/]*\.js$/.test(path))
  const loaded = new Set(['dist/main.js', 'dist/index.js'])
  for (const path of modules)
    for (const [, target = ''] of readFileSync(join(unpacked, path), 'utf8').matchAll(
      /["']([^"'\s]+\.js)["']/g,
    ))
      loaded.add(join(dirname(path), target))
  assert.ok(modules.length > 20, `${modules.length} modules`)
  assert.deepEqual(
    modules.filter((path) => !loaded.has(path)),
    [],
  )
  const rest = packed.files.filter((path) => path.startsWith('dist/') && !modules.includes(path))
  assert.deepEqual(rest.sort(), [
    'dist/index.cjs',
    'dist/index.d.cts',
    'dist/index.d.ts',
    'dist/lab/lab.html',
    'dist/page/index.html',
    'dist/page/page.css',
    'dist/page/page.js',
  ])
  assert.deepEqual(
    packed.files.filter((path) => path.endsWith('.test.ts')),
    [],
  )
})

test('the documents in the tarball link to files that are in it, and the schema of the wire is there', () => {
  assert.ok(packed.files.includes('src/wire/ringleader.proto'))
  const documents = packed.files.filter((path) => path.endsWith('.md'))
  assert.ok(documents.includes('README.md') && documents.includes('docs/PROTOCOL.md'))
  for (const document of documents) {
    const text = readFileSync(join(unpacked, document), 'utf8').replace(/`[^`]*`/g, '')
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '')
    for (const link of links.filter((target) => !target.includes('://')))
      assert.ok(existsSync(join(unpacked, dirname(document), link)), `${document} links to ${link}`)
  }
})

const consumer = `
type Chat = import('ringleader').Room
async function talk(): Promise<number> {
  const room: Chat = await createRoom({ name: 'bot', address: '127.0.0.1' })
  room.on('message', ({ text, ts }) => void text.slice(ts))
  const { ts } = await room.say('hello')
  return ts + (await room.leave()).unsent
}
if (!(new RingleaderError('ERR_USAGE', 'why') instanceof Error)) throw new Error('no error')
talk().then((sum) => console.log(sum))
`

test('programs that import it and programs that require it compile and run', async () => {
  const program = join(dir, 'program')
  await writeFile(
    join(program, 'a.mts'),
    `import { createRoom, RingleaderError } from 'ringleader'${consumer}`,
  )
  await writeFile(
    join(program, 'b.cts'),
    `import ringleader = require('ringleader')\nconst { createRoom, RingleaderError } = ringleader${consumer}`,
  )
  await writeFile(join(program, 'wrong.cts'), `import { noSuchDoor } from 'ringleader'\nnoSuchDoor()\n`)
  const compile = (module: string, ...files: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(
      process.execPath,
      [
        resolve('node_modules/@typescript/native/bin/tsc'),
        ...['--strict', '--module', module, '--target', 'es2022', '--lib', 'es2022', '--types', ''],
        ...['--outDir', 'out', 'console.d.ts', ...files],
      ],
      { cwd: program, encoding: 'utf8' },
    )
  await writeFile(join(program, 'console.d.ts'), 'declare const console: { log(text: unknown): void }\n')
  for (const module of ['node16', 'nodenext']) {
    const { status, stdout } = compile(module, 'a.mts', 'b.cts')
    assert.equal(status, 0, `${module}: ${String(stdout)}`)
    for (const file of ['out/a.mjs', 'out/b.cjs']) {
      const { stdout: said, stderr } = await run(process.execPath, [file], { cwd: program })
      assert.equal(said, '2\n', file)
      assert.equal(stderr, '', file)
    }
  }
  const wrong = compile('node16', 'wrong.cts')
  assert.notEqual(wrong.status, 0)
  assert.match(String(wrong.stdout), /has no exported member 'noSuchDoor'/)
})

test('the public address is filled in with one command, and publishing without it is refused', async () => {
  const project = join(dir, 'project')
  await mkdir(project)
  await cp('package.json', join(project, 'package.json'))
  const read = async (): Promise<Manifest> =>
    JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as Manifest
  const { homepage, repository, bugs, ...rest } = await read()
  await writeFile(join(project, 'package.json'), JSON.stringify(rest))
  const address = (given: string): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [resolve('scripts/set-address.js'), given], {
      cwd: project,
      encoding: 'utf8',
    })
  const refused = address('--check')
  assert.equal(refused.status, 1)
  assert.match(
    String(refused.stderr),
    /^package\.json has no homepage, repository, bugs: npm run address -- /,
  )
  for (const bad of ['', 'ringleader', 'http://a.example/b', 'https://a.example', 'https://a.example/b?c'])
    assert.equal(address(bad).status, 1, bad)
  assert.equal(address('https://a.example/b/ringleader.git').status, 0)
  assert.equal(address('--check').status, 0)
  const filled = await read()
  assert.equal(filled['homepage'], 'https://a.example/b/ringleader#readme')
  assert.deepEqual(filled['repository'], { type: 'git', url: 'git+https://a.example/b/ringleader.git' })
  assert.deepEqual(filled['bugs'], { url: 'https://a.example/b/ringleader/issues' })
  assert.deepEqual({ ...filled, homepage, repository, bugs }, { ...rest, homepage, repository, bugs })
})
