// scripts/compile.js, which `npm run sim`, `search` and `mutants` call first, compiles whenever something changed.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const script = join(process.cwd(), 'scripts', 'compile.js')
const options = {
  target: 'ES2023',
  module: 'NodeNext',
  rootDir: '.',
  outDir: 'build',
  strict: true,
  types: [],
}

/** A project of two files in a scratch folder. */
class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringleader-compile-'))

  constructor() {
    mkdirSync(join(this.folder, 'src'))
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['src'] }))
    this.write('package.json', '{ "type": "module" }')
    this.write('src/one.ts', 'export const one: number = 1\n')
    this.write('src/two.ts', 'export const two = 2\n')
  }

  path(file: string): string {
    return join(this.folder, file)
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text)
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8')
  }

  /** Compiles. Returns the exit code, and whether the compiler ran. */
  compile(): { code: number | null; isCompiled: boolean } {
    const before = this.#writtenAt()
    const { status } = spawnSync(process.execPath, [script], { cwd: this.folder, encoding: 'utf8' })
    return { code: status, isCompiled: this.#writtenAt() !== before }
  }

  #writtenAt(): number {
    const output = this.path('build/src/two.js')
    return existsSync(output) ? statSync(output).mtimeMs : 0
  }
}

test('every change is compiled, and nothing is compiled twice', (context) => {
  const project = new Project()
  context.after(() => rmSync(project.folder, { recursive: true }))
  const [fresh, compiled] = [
    { code: 0, isCompiled: false },
    { code: 0, isCompiled: true },
  ]
  const expect = (what: string, expected: object): void => assert.deepEqual(project.compile(), expected, what)
  expect('the first time', compiled)
  expect('nothing changed', fresh)

  // Time stamps are not looked at: a source that an archive gave an old date is compiled all the same.
  project.write('src/one.ts', 'export const one: number = 11\n')
  utimesSync(project.path('src/one.ts'), 1, 1)
  expect('a changed source', compiled)
  assert.match(project.read('build/src/one.js'), /one = 11/)

  project.write('build/src/one.js', 'export const one = 12\n')
  expect('a changed output', compiled)
  assert.match(project.read('build/src/one.js'), /one = 11/)

  rmSync(project.path('build/src/one.js'))
  expect('a missing output', compiled)
  assert.ok(existsSync(project.path('build/src/one.js')))

  project.write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...options, removeComments: true }, include: ['src'] }),
  )
  expect('a changed setting', compiled)

  rmSync(project.path('src/one.ts'))
  expect('a removed source', compiled)
  assert.equal(existsSync(project.path('build/src/one.js')), false)
  expect('nothing changed since', fresh)
})

test('an error of the compiler is reported each time', (context) => {
  const project = new Project()
  context.after(() => rmSync(project.folder, { recursive: true }))
  assert.equal(project.compile().code, 0)
  project.write('src/one.ts', "export const one: number = 'one'\n")
  assert.notEqual(project.compile().code, 0)
  assert.notEqual(project.compile().code, 0)
})
