/**
 * `ringleader lab`: the laboratory, a page in which an election can be stopped, turned back and broken; or the log of a run as
 * text (cli.md, "lab"). The page is built apart (scripts/build-lab.js): it contains the simulator.
 */

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { spawn } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { runInThisContext } from 'node:vm'
import { inflateRawSync } from 'node:zlib'
import { escapeText } from '../chat/escape.ts'
import type { LabFlags } from './lab-flags.ts'

/** What the page hands out where there is no page (lab/page/main.tsx). */
type TextProgram = {
  readonly fragmentOf: (asked: object) => string
  readonly textOf: (asked: object) => Iterable<string>
}

/** Bundled, this lies in dist/. */
const page = new URL('lab/lab.html', import.meta.url)

/** Takes the program out of the page, and runs it. */
function loadProgram(): TextProgram {
  const html = readFileSync(page, 'utf8')
  const [, packed = ''] = /<script id="program" type="text\/plain">\s*([^<]*?)\s*<\/script>/.exec(html) ?? []
  const code = inflateRawSync(Buffer.from(packed, 'base64')).toString()
  runInThisContext(code, { filename: fileURLToPath(page) })
  return (globalThis as unknown as { ringleaderLab: TextProgram }).ringleaderLab
}

/** Opens a file or an address with what the system has for it. */
function openWithSystem(target: string): void {
  const [command = '', ...args] =
    process.platform === 'darwin'
      ? ['open', target]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', target]
        : ['xdg-open', target]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () =>
    process.stderr.write('ringleader: no program opens pages here: open the file yourself\n'),
  )
  child.unref()
}

/** Returns the exit code. */
export function lab(flags: LabFlags): number {
  const { text, open, file, ...asked } = flags
  try {
    const script = file === undefined ? undefined : { name: file, text: readScript(file) }
    const { fragmentOf, textOf } = loadProgram()
    const all = { ...asked, script }
    if (text) {
      for (const line of textOf(all)) process.stdout.write(`${escapeText(line)}\n`)
      return 0
    }
    const isPlain = script === undefined && Object.values(asked).every((value) => value === undefined)
    const path = isPlain ? fileURLToPath(page) : withOpening(fragmentOf(all))
    process.stdout.write(`${pathToFileURL(path).href}\n`)
    if (open) openWithSystem(path)
    return 0
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    const isUnbuilt = code === 'ENOENT' && path === fileURLToPath(page)
    const why = isUnbuilt ? `${path} is missing: install ringleader again, or npm run build` : message
    process.stderr.write(`ringleader: ${escapeText(why)}\n`)
    return code === undefined ? 2 : 1
  }
}

/** Throws an error with the code of the system's. */
function readScript(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw Object.assign(new Error(`${file} cannot be read (${code}): name the file of a script`), { code })
  }
}

/** A copy of the page that opens this run: a script can be too long for an address. */
function withOpening(fragment: string): string {
  const html = readFileSync(page, 'utf8')
  const path = join(mkdtempSync(join(tmpdir(), 'ringleader-lab-')), basename(fileURLToPath(page)))
  const safe = fragment.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  writeFileSync(
    path,
    html.replace('<template id="opening"></template>', () => `<template id="opening">${safe}</template>`),
  )
  return path
}
