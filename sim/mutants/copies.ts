/**
 * Makes patched copies of the compiled program in scratch folders, and starts processes that hunt in them.
 */

import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Catch } from './hunt.ts'
import type { Mutant } from './mutant.ts'
import { patch } from './mutant.ts'

/** The folder that holds the compiled src/, sim/ and test/. */
export const build = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const root = join(build, '..')
const scripts = join(root, 'test', 'protocol')

/** A process in a copy takes no longer. Unit: ms of real time. */
const huntMsMax = 120_000

/** Where a TypeScript module of src/ (named without it) or sim/ was compiled to, within a build folder. */
function compiled(file: string): string {
  const path = file.startsWith('sim/') ? file : join('src', file)
  return path.replace(/\.ts$/, '.js')
}

/** All modules that a mutant touches, patched, by name. Throws PatchError. */
export function patched(mutant: Mutant): Map<string, string> {
  const texts = new Map<string, string>()
  for (const edit of mutant.edits) {
    const before = texts.get(edit.file) ?? readFileSync(join(build, compiled(edit.file)), 'utf8')
    texts.set(edit.file, patch(mutant, edit, before))
  }
  return texts
}

/** The protocol script whose name begins so, as name and path. Throws when there is none. */
export function scriptOf(beginning: string): { name: string; path: string } {
  const name = readdirSync(scripts)
    .filter((entry) => entry.endsWith('.txt'))
    .sort()
    .find((entry) => entry.startsWith(beginning))
  if (name === undefined) throw new Error(`there is no script test/protocol/${beginning}*.txt`)
  return { name, path: join(scripts, name) }
}

/** A copy of the compiled program with the bug in it. The caller removes it. */
export function makeCopy(mutant: Mutant): string {
  const texts = patched(mutant)
  const copy = mkdtempSync(join(tmpdir(), 'ringleader-mutant-'))
  const filter = (path: string): boolean => !path.endsWith('.map')
  for (const folder of mutant.test === undefined ? ['src', 'sim'] : ['src', 'sim', 'test'])
    cpSync(join(build, folder), join(copy, folder), { recursive: true, filter })
  for (const [file, text] of texts) writeFileSync(join(copy, compiled(file)), text)
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }\n')
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  return copy
}

export function removeCopy(copy: string): void {
  if (existsSync(copy)) rmSync(copy, { recursive: true })
}

/** Hunts in a copy by seeds or a script (hunter.ts). `hung`: it did not end. Rejects when the hunter failed. */
export async function huntIn(
  copy: string,
  task: readonly string[],
  signal: AbortSignal,
): Promise<Catch | undefined | 'hung'> {
  const { code, output, errors } = await run([join(copy, 'sim', 'mutants', 'hunter.js'), ...task], signal)
  if (code === undefined) return 'hung'
  if (code !== 0) throw new Error(`the hunter ended with ${code}: ${errors.trim()}`)
  return (JSON.parse(output) as Catch | null) ?? undefined
}

/** Runs a compiled test of a build folder, `contract/store.test.ts`; what it finds wrong. */
export async function testIn(
  folder: string,
  test: string,
  signal: AbortSignal,
): Promise<Catch | undefined | 'hung'> {
  const { code, output } = await run(['--test', join(folder, 'test', test.replace(/\.ts$/, '.js'))], signal)
  if (code === undefined) return 'hung'
  const failed = [...output.matchAll(/^\s*not ok \d+ - (.*)$/gm)][0]?.[1]
  return code === 0 ? undefined : { by: `test ${test}`, detail: failed ?? `it ended with ${code}`, seed: 0 }
}

/** Its exit code is undefined when it was ended because it took too long. */
function run(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number | null | undefined; output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    // A test that is run by a test would report to that one instead of to us.
    const { NODE_TEST_CONTEXT: _outer, ...env } = process.env
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    let late = false
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, huntMsMax)
    const abort = (): void => void child.kill('SIGKILL')
    signal.addEventListener('abort', abort)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      resolve({ code: late ? undefined : code, output, errors })
    })
  })
}
