// The rules of the house as a test: who may import whom, which names and words may stand where, how long a
// file may be. Reads src/, sim/ and page/ as text, and runs no code.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

/** A folder of src/, sim/, page/ (or a file at its top, without `.ts`), and what it may import beside itself. */
type Room = {
  /** Folders, or single files of folders. */
  imports: readonly string[]
  /** The same, where only types may be imported. */
  types?: readonly string[]
  packages?: readonly string[]
  /** true: all of them. */
  builtIns?: boolean | readonly string[]
}

// Small pure files of core and peer that say what a thing is: ids, addresses, records and their bounds, named errors.
const coreFacts = [
  'core/model/bounds.ts',
  'core/model/ids.ts',
  'core/model/address.ts',
  'core/model/records.ts',
  'core/model/frontier.ts',
  'core/model/process-table.ts',
]
const ports = ['peer/errors.ts']
const portTypes = [
  'peer/ports.ts',
  'peer/errors.ts',
  'peer/direct/private-file.ts',
  'peer/direct/file-port.ts',
]
// The one schema of events: types alone.
const eventTypes = ['chat/room-event.ts']
const adapter: Room = {
  imports: ['lib', 'wire', ...coreFacts, ...ports],
  types: ['core', ...portTypes],
  builtIns: true,
}
const wiring: Room = {
  imports: [
    'lib',
    'chat',
    'wire',
    'peer',
    'transport',
    'store',
    'assembly',
    'core/index.ts',
    'core/model/config.ts',
    ...coreFacts,
  ],
  types: ['core'],
  builtIns: true,
}

const table: Readonly<Record<string, Room>> = {
  lib: { imports: [] },
  core: { imports: ['lib'] },
  wire: {
    imports: ['lib', ...coreFacts],
    types: ['core', ...eventTypes],
    packages: ['protobufjs'],
    // A hash is a function like any other.
    builtIns: ['node:buffer', 'node:crypto'],
  },
  chat: {
    // An invitation names a room and addresses, and has check digits.
    imports: ['lib', 'wire/name-rule.ts', 'wire/digest.ts', 'core/model/ids.ts', 'core/model/address.ts'],
    types: ['core'],
    packages: ['unhomoglyph'],
  },
  sim: { imports: ['core', 'wire', 'lib', 'peer/round-trips.ts'] },
  peer: { imports: ['core', 'wire', 'lib'], types: eventTypes },
  transport: { ...adapter, packages: ['@peculiar/x509', 'bonjour-service', 'reflect-metadata'] },
  store: { ...adapter, packages: ['node:sqlite', '@photostructure/sqlite'] },
  ui: {
    imports: ['chat', 'lib'],
    types: ['peer/room.ts'],
    packages: ['fast-string-width', 'uqr'],
    builtIns: true,
  },
  // It runs in a browser: what it takes of src/ has no built-ins and no packages.
  page: {
    imports: ['chat/escape.ts', 'chat/fingerprint.ts', 'chat/mentions.ts', 'chat/token-text.ts', 'lib'],
    types: ['chat'],
    packages: ['preact', '@tanstack/virtual-core'],
  },
  assembly: wiring,
  index: wiring,
  commands: {
    imports: [
      'index.ts',
      'assembly',
      'ui',
      'chat',
      'lib',
      'store',
      'peer/errors.ts',
      'transport/hosts.ts',
      // The demo chooses whose id is larger.
      'transport/identity.ts',
      'core/model/address.ts',
      // What --since, --from and --grep mean.
      'wire/part-search.ts',
    ],
    types: ['peer/room.ts', 'core/model/ids.ts'],
    packages: ['commander'],
    builtIns: true,
  },
  main: { imports: ['commands', 'chat', 'lib'], builtIns: true },
}

/** The rooms of the core, each of which may import those named and itself; its top may import all of them. */
const coreRooms: Readonly<Record<string, readonly string[]>> = {
  model: [],
  log: ['model'],
  ring: ['model'],
  leading: ['model', 'log', 'ring'],
  merging: ['model', 'log', 'ring', 'leading'],
}

/** Rooms inside a folder, and all that each may import of src/ beside itself. */
const innerRooms: Readonly<Record<string, readonly string[]>> = {
  'peer/entry': ['core/model', 'lib/assert.ts', 'peer/errors.ts', 'peer/ports.ts', 'peer/refusal.ts'],
  'peer/reading': [
    'core/model',
    'peer/errors.ts',
    'peer/ports.ts',
    'peer/room.ts',
    'peer/search.ts',
    'peer/to-room.ts',
    'wire/part-search.ts',
  ],
  'store/home': [
    'core/model',
    'peer/errors.ts',
    'peer/direct/private-file.ts',
    'store/room/sqlite-driver.ts',
    'store/room/sqlite-errors.ts',
  ],
  'store/room': [
    'core/model',
    'lib',
    'peer/errors.ts',
    'peer/ports.ts',
    // What a chain is, and how the id of a part is made.
    'wire/digest.ts',
    'wire/limits.ts',
    // Where in a stored part a text is found.
    'wire/part-search.ts',
    'store/home/book-file.ts',
    'store/home/lock-file.ts',
    'store/home/set-aside.ts',
  ],
}

const pure = ['lib', 'core', 'wire', 'chat', 'peer', 'sim']
/** Programs beside the library, which may use what a program may. */
const programs = [
  'sim/main.ts',
  'sim/terminal.ts',
  'sim/run/seeds-program.ts',
  'sim/script/script-program.ts',
  'sim/search/search-program.ts',
  ...['copies', 'hunter', 'mutants-program'].map((name) => `sim/mutants/${name}.ts`),
]
const generated = ['wire/schema.ts']
const linesMax = 500

type Import = { target: string; isType: boolean; isLazy?: boolean }
type File = { path: string; room: string; text: string; code: string; imports: readonly Import[] }

/** What is left when comments and the contents of quotes are taken away. */
function codeOf(text: string): string {
  return text
    .replace(/^#!.*/, '')
    .replace(/\/\*[^]*?\*\/|(?<![:'"`\\])\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (found) =>
      found.startsWith('/') ? ' ' : "''",
    )
}

function importsOf(text: string): Import[] {
  const found: Import[] = []
  const statement =
    /^(?:import|export)\s+(type\s+)?((?:[\w*\s,]|\{[^}]*\})*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm
  for (const [, isType, names = '', from, bare, lazy] of text.matchAll(statement)) {
    const listed = /^\{([^}]*)\}$/.exec(names.trim())?.[1]
    const onlyTypes =
      listed !== undefined &&
      listed
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .every((name) => name.startsWith('type '))
    const one = { target: from ?? bare ?? lazy ?? '', isType: isType !== undefined || onlyTypes }
    found.push(lazy === undefined ? one : { ...one, isLazy: true })
  }
  return found
}

/** Paths of src/ are written without it; sim/ and page/ stand beside src/ and are folders like those of src/. */
function isBeside(path: string): boolean {
  return path.startsWith('sim/') || path.startsWith('page/')
}

const files: readonly File[] = [
  ...readdirSync('src', { recursive: true, encoding: 'utf8' }),
  ...['sim', 'page'].flatMap((top) =>
    readdirSync(top, { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)),
  ),
]
  .filter((path) => /\.tsx?$/.test(path))
  .sort()
  .map((path) => {
    const text = readFileSync(isBeside(path) ? path : join('src', path), 'utf8')
    const top = path.split('/')[0] ?? ''
    const room = top.replace(/\.ts$/, '')
    return { path, room, text, code: codeOf(text), imports: importsOf(text) }
  })
const written = files.filter(({ path }) => !generated.includes(path))

function resolve(file: File, target: string): string {
  const from = isBeside(file.path) ? file.path : join('src', file.path)
  return normalize(join(dirname(from), target)).replace(/^src\//, '')
}

function allows(list: readonly string[] | undefined, path: string): boolean {
  return list?.some((allowed) => path === allowed || path.startsWith(`${allowed}/`)) ?? false
}

/** Why `file` may not import this, or undefined. */
function complaint(file: File, { target, isType }: Import): string | undefined {
  const rules = table[file.room]
  if (!rules) return `${file.path}: the table does not know the folder ${file.room}`
  const says = (why: string): string => `${file.path} imports ${target}: ${why}`
  if (target.startsWith('.')) {
    const path = resolve(file, target)
    if (path === 'main.ts') return says('nobody imports main')
    if (!/\.tsx?$/.test(path)) return says('relative imports end in .ts')
    if (!files.some((other) => other.path === path)) return says('there is no such file')
    const isOwn = path.split('/')[0] === file.room
    if (isOwn || allows(rules.imports, path) || (isType && allows(rules.types, path))) return undefined
    return says(`${file.room} may not`)
  }
  if (target.startsWith('node:') || builtinModules.includes(target)) {
    if (!target.startsWith('node:')) return says('built-ins are written node:...')
    const { builtIns } = rules
    const mayAll = builtIns === true || programs.includes(file.path)
    if (mayAll || (builtIns && builtIns.includes(target))) return undefined
    return says(builtIns ? `${file.room} may not` : `${file.room} has no built-ins`)
  }
  const name = /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target
  return rules.packages?.includes(name) ? undefined : says(`no package of ${file.room}`)
}

test('the reader of imports reads every form', () => {
  const text = [
    "import assert from 'node:assert'",
    "import type { A } from './a.ts'",
    "import { type B, type C } from './b.ts'",
    "import {\n  type D,\n  e,\n} from './d.ts'",
    "export * from './f.ts'",
    "export type { G } from './g.ts'",
    "import 'reflect-metadata'",
    "const lazy = await import('./lazy.ts')",
  ].join('\n')
  assert.deepEqual(importsOf(text), [
    { target: 'node:assert', isType: false },
    { target: './a.ts', isType: true },
    { target: './b.ts', isType: true },
    { target: './d.ts', isType: false },
    { target: './f.ts', isType: false },
    { target: './g.ts', isType: true },
    { target: 'reflect-metadata', isType: false },
    { target: './lazy.ts', isType: false, isLazy: true },
  ])
  assert.equal(codeOf("const a = 'async' // Date\n/* Date */ b(\"it's\")").includes('Date'), false)
  assert.ok(codeOf("x('//') ; Date.now()").includes('Date'))
  assert.ok(files.flatMap(({ imports }) => imports).length > 300)
})

test('an import that is not of the table is named', () => {
  const core = files.find(({ path }) => path === 'core/step.ts')
  const ui = files.find(({ path }) => path === 'ui/terminal/printer.ts')
  assert.ok(core && ui)
  const refused: [File, Import, RegExp][] = [
    [core, { target: '../peer/ports.ts', isType: true }, /core may not/],
    [core, { target: 'node:fs', isType: false }, /has no built-ins/],
    [core, { target: 'protobufjs', isType: false }, /no package of core/],
    [core, { target: './ids.js', isType: true }, /end in \.ts/],
    [core, { target: './nothing.ts', isType: true }, /no such file/],
    [ui, { target: '../../peer/room.ts', isType: false }, /ui may not/],
    [ui, { target: '../../core/model/state.ts', isType: true }, /ui may not/],
    [ui, { target: '../../main.ts', isType: false }, /nobody imports main/],
    [ui, { target: 'fs', isType: false }, /written node:/],
  ]
  for (const [file, one, why] of refused) assert.match(complaint(file, one) ?? 'allowed', why)
  assert.equal(complaint(ui, { target: '../../peer/room.ts', isType: true }), undefined)
})

test('every import is one of the table', () => {
  const found = files.flatMap((file) => file.imports.map((one) => complaint(file, one)))
  assert.deepEqual(
    found.filter((line) => line !== undefined),
    [],
  )
})

test('the rooms of the core import only the rooms below them', () => {
  const roomOf = (path: string): string => /^core\/([^/]+)\//.exec(path)?.[1] ?? 'top'
  const found = files
    .filter(({ path }) => path.startsWith('core/'))
    .flatMap((file) => {
      const own = roomOf(file.path)
      const below = coreRooms[own]
      return file.imports
        .map(({ target }) => resolve(file, target))
        .filter((path) => path.startsWith('core/') && roomOf(path) !== own)
        .filter((path) => below !== undefined && !below.includes(roomOf(path)))
        .map((path) => `${file.path} imports ${path}`)
    })
  assert.deepEqual(found, [])
  assert.deepEqual(
    Object.keys(coreRooms).filter((room) => !files.some(({ path }) => roomOf(path) === room)),
    [],
  )
})

test('the rooms inside a folder import only what they need', () => {
  const found = Object.entries(innerRooms).flatMap(([room, imports]) => {
    const inside = files.filter(({ path }) => path.startsWith(`${room}/`))
    assert.ok(inside.length > 0, `there is no room ${room}`)
    return inside.flatMap((file) =>
      file.imports
        .filter(({ target }) => target.startsWith('.'))
        .map(({ target }) => resolve(file, target))
        .filter((path) => !path.startsWith(`${room}/`) && !allows(imports, path))
        .map((path) => `${file.path} imports ${path}`),
    )
  })
  assert.deepEqual(found, [])
})

test('no file imports itself through others', () => {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports
        .filter(({ target, isType }) => target.startsWith('.') && !isType)
        .map(({ target }) => resolve(file, target)),
    ]),
  )
  const done = new Set<string>()
  const walk = (path: string, above: readonly string[]): string[] => {
    if (above.includes(path)) return [[...above.slice(above.indexOf(path)), path].join(' -> ')]
    if (done.has(path)) return []
    const found = (edges.get(path) ?? []).flatMap((next) => walk(next, [...above, path]))
    done.add(path)
    return found
  }
  assert.deepEqual(
    [...edges.keys()].flatMap((path) => walk(path, [])),
    [],
  )
})

test('the pure folders have no clock, no chance, no timers, and wait only through ports', () => {
  const words: [RegExp, readonly string[]][] = [
    [
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\b|\bset(?:Timeout|Interval|Immediate)\b/,
      pure,
    ],
    // What is on the wire is bytes, and texts in them.
    [/\bBuffer\b/, pure.filter((room) => room !== 'wire')],
    [/\bprocess\.|\bconsole\b|\bfetch\b|\bglobalThis\b|\bcrypto\b/, pure],
    // The shell around the core waits for its store; what is inside, and the simulator, never wait.
    [/\basync\b|\bawait\b|\bPromise\b|\bqueueMicrotask\b/, pure.filter((room) => room !== 'peer')],
  ]
  const found = written
    .filter(({ path }) => !programs.includes(path))
    .flatMap(({ path, room, code }) =>
      words
        .filter(([, rooms]) => rooms.includes(room))
        .map(([word]) => word.exec(code)?.[0])
        .filter((word) => word !== undefined)
        .map((word) => `${path}: ${word}`),
    )
  assert.deepEqual(found, [])
})

test('a program that imports the library loads little of it before a room is opened', () => {
  const loaded = new Set<string>()
  const load = (path: string): void => {
    if (loaded.has(path)) return
    loaded.add(path)
    const file = files.find((one) => one.path === path)
    for (const { target, isType, isLazy } of file?.imports ?? [])
      if (file && !isType && !isLazy && target.startsWith('.')) load(resolve(file, target))
  }
  load('index.ts')
  assert.ok(loaded.size > 5, 'the walk finds nothing')
  assert.deepEqual(
    [...loaded].filter((path) => /^(?:store|transport)\//.test(path)),
    [],
  )
  assert.ok(loaded.size < 30, [...loaded].join(' '))
})

test('no default exports', () => {
  assert.deepEqual(
    files.filter(({ code }) => /\bexport\s+default\b/.test(code)).map(({ path }) => path),
    [],
  )
})

test('file names are kebab-case nouns that say something', () => {
  const names = [
    ...files.map(({ path }) => path),
    ...readdirSync('test', { recursive: true, encoding: 'utf8' }),
  ]
  const bad = names
    .map((path) => basename(path))
    .filter((name) => name.endsWith('.ts'))
    .filter(
      (name) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(name) ||
        /^(utils?|helpers?|common|misc|shared|manager)\b/.test(name),
    )
  assert.deepEqual(bad, [])
})

test('no two files of src/ have one name, but for index.ts', () => {
  const names = files.filter(({ path }) => !isBeside(path)).map(({ path }) => basename(path))
  const twice = names.filter((name, i) => name !== 'index.ts' && names.indexOf(name) !== i)
  assert.deepEqual(twice, [])
})

test('every file begins with what it is for', () => {
  const silent = written.filter(({ text }) => !/^(#!.*\n)?(\/\*\*|\/\/ )/.test(text)).map(({ path }) => path)
  assert.deepEqual(silent, [])
})

test('no work is left lying in a comment', () => {
  const marks = /\b(TODO|FIXME|XXX|HACK)\b/
  assert.deepEqual(
    written.filter(({ text }) => marks.test(text)).map(({ path }) => path),
    [],
  )
})

test(`no file is longer than ${linesMax} lines`, () => {
  const long = written
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > linesMax)
  assert.deepEqual(long, [])
})
