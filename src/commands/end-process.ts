/**
 * Ends the process: as Node.js does, by a signal, or although the thread of a store hangs.
 *
 * process.exit waits for every thread, and a thread that waits for a disk that hangs cannot be ended. A signal does not
 * wait. Where none was asked for, the exit code must be kept, and Node.js has no public function for that. WASI's
 * proc_exit, a call of node:wasi, is C's exit(): it does not wait for workers, but a worker that is not hanging may
 * crash the process meanwhile. It does wait for the pool of threads behind node:fs and node:dns; where one of those
 * hangs too, only SIGKILL is left, which a shell reports as 137. A call that even SIGKILL does not end (state D of ps)
 * keeps the process in every case.
 */

import type * as Wasi from 'node:wasi'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'

/** SIGHUP, SIGINT, SIGTERM and their exit codes. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** `endWithoutThreads` waits so long for the pool. */
const looksMax = 20
/** Unit: ms. */
const lookEveryMs = 50

/** Resolves when the system has all that was written, or the reader is gone. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => resolve())
    if (stream.destroyed || stream.writableLength === 0) resolve()
    else stream.write('', () => resolve())
  })
}

/** Resolves when what was printed is with the system. */
export async function allFlushed(code: number): Promise<void> {
  const all = Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // A pager takes the last lines when its person comes to them; only a signal is in a hurry.
  await (code < 128 ? all : Promise.race([all, delay(100)]))
}

/**
 * Ends the process by the signal that `code` stands for, which a shell reports as that code. process.exit would tear
 * down the store's thread in the middle of its work, and native code there can abort the process then. Returns false
 * where there is no such signal.
 */
export function endBySignal(code: number): boolean {
  const signal = Object.entries(signalCodes).find(([, of]) => of === code)?.[0]
  if (signal === undefined || process.platform === 'win32') return false
  giveTerminalBack()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  return true
}

/** Ends the process although a thread of it hangs. What was printed must be flushed. */
export async function endWithoutThreads(code: number): Promise<never> {
  if (!endBySignal(code)) {
    giveTerminalBack()
    for (let looks = 0; isPoolAtWork() && looks < looksMax; looks++) await delay(lookEveryMs)
    if (process.platform !== 'win32' && !isPoolAtWork()) exitOfC(code)
    // On Windows this ends the process with 1.
    process.kill(process.pid, 'SIGKILL')
  }
  return new Promise(() => {})
}

/** Whether a thread of Node.js's pool works, or waits, for node:fs or node:dns. */
function isPoolAtWork(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(FSReq|GetAddrInfoReq)/.test(name))
}

/** Node.js does so when it exits, but not when a signal ends it. */
function giveTerminalBack(): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(false)
}

/**
 * A WebAssembly program that ends the process: `(module (import "wasi_snapshot_preview1" "proc_exit" (func (param
 * i32))) (memory (export "memory") 0) (func (export "_start") i32.const <code> call 0))`. `code`: 0 to 255.
 */
function exitProgram(code: number): Uint8Array {
  const name = (text: string) => [text.length, ...Buffer.from(text)]
  const section = (id: number, ...content: number[]) => [id, content.length, ...content]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, 2, 0x60, 1, 0x7f, 0, 0x60, 0, 0),
    ...section(2, 1, ...name('wasi_snapshot_preview1'), ...name('proc_exit'), 0, 0),
    ...section(3, 1, 1),
    ...section(5, 1, 0, 0),
    ...section(7, 2, ...name('memory'), 2, 0, ...name('_start'), 0, 1),
    ...section(10, 1, 7, 0, 0x41, (code & 0x7f) | 0x80, code >> 7, 0x10, 0, 0x0b),
  ])
}

/** What is used of the global object; the types of Node.js lack it. */
type WebAssembly = {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => object
}

/** Does not return where it works. */
function exitOfC(code: number): void {
  try {
    const { WASI } = createRequire(import.meta.url)('node:wasi') as typeof Wasi
    // The warning that WASI is experimental would be printed in a later turn, which does not come.
    const wasi = new WASI({ version: 'preview1', returnOnExit: false })
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssembly }).WebAssembly
    wasi.start(new Instance(new Module(exitProgram(code)), wasi.getImportObject()))
  } catch {
    // A Node.js without WASI, or one whose permissions (--permission) forbid it.
  }
}
