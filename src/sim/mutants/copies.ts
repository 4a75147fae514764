/**
 * Patched copies of the compiled program in scratch folders, and a process that hunts in one.
 * Knows the layout of the build folder; knows nothing of what is done with a catch.
 */

import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Catch } from './hunt.ts'
import type { Mutant } from './mutant.ts'
import { patch } from './mutant.ts'

/** The compiled src/: this very file's. */
const compiled = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const root = join(compiled, '..', '..')
const scripts = join(root, 'test', 'protocol')

/** What the simulator needs of src/. */
const folders = ['core', 'lib', 'wire', 'sim']

/** Where a module of src/ was compiled to. */
function compiledName(file: string): string {
  return file.replace(/\.ts$/, '.js')
}

/** All modules that a mutant touches, patched, by name. Throws PatchError. */
export function patched(mutant: Mutant): Map<string, string> {
  const texts = new Map<string, string>()
  for (const edit of mutant.edits) {
    const before = texts.get(edit.file) ?? readFileSync(join(compiled, compiledName(edit.file)), 'utf8')
    texts.set(edit.file, patch(mutant, edit, before))
  }
  return texts
}

/** The script whose name begins so, as name and path. Throws when there is none. */
export function scriptOf(beginning: string): { name: string; path: string } {
  const name = readdirSync(scripts)
    .filter((entry) => entry.endsWith('.txt'))
    .sort()
    .find((entry) => entry.startsWith(beginning))
  if (name === undefined) throw new Error(`no script test/protocol/${beginning}*.txt`)
  return { name, path: join(scripts, name) }
}

/** A copy of the program with the bug in it. The caller removes it. */
export function makeCopy(mutant: Mutant): string {
  const texts = patched(mutant)
  const copy = mkdtempSync(join(tmpdir(), `ringleader-mutant-`))
  for (const folder of folders)
    cpSync(join(compiled, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    })
  for (const [file, text] of texts) writeFileSync(join(copy, compiledName(file)), text)
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }\n')
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  return copy
}

export function removeCopy(copy: string): void {
  if (existsSync(copy)) rmSync(copy, { recursive: true })
}

/** Hunts in a copy; `msMax` ends it. `hung` when it did. Rejects when the hunter itself failed. */
export function huntIn(
  copy: string,
  task: readonly string[],
  msMax: number,
  signal: AbortSignal,
): Promise<Catch | undefined | 'hung'> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(copy, 'sim', 'mutants', 'hunter.js'), ...task], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let errors = ''
    let late = false
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, msMax)
    const abort = (): void => void child.kill('SIGKILL')
    signal.addEventListener('abort', abort)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      if (late) resolve('hung')
      else if (code !== 0) reject(new Error(`the hunter ended with ${code}: ${errors.trim()}`))
      else resolve((JSON.parse(out) as Catch | null) ?? undefined)
    })
  })
}
