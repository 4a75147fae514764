/**
 * `ringleader demo`: runs some nodes on this machine, kills the leader and compares the transcripts (cli.md,
 * "demo"). This file starts and ends the demo; demo/play.ts has its acts.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { driversHere } from '../store/room/sqlite-driver.ts'
import { usesColour } from '../ui/terminal/colours.ts'
import { Cast } from './demo/cast.ts'
import { receiveGuest } from './demo/guest.ts'
import { Play } from './demo/play.ts'
import type { Outcome } from './demo/play.ts'
import { giveIds } from './demo/given-ids.ts'
import { names, nodesDefault } from './demo/script.ts'
import { Curtain, DemoFailure, Stage } from './demo/stage.ts'
import { WebDemo } from './demo/web-demo.ts'

/** The play may take so long; cli.md promises 20 s in all. Unit: ms. */
const limitMs = 19_000
const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** A folder of our own; undefined where no file can be written. */
function makeScratch(): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), 'ringleader-demo-'))
  } catch {
    return undefined
  }
}

/** Resolves when the person presses Enter, which is not echoed. */
function nextEnter(): Promise<void> {
  const { stdin } = process
  return new Promise((resolve) => {
    const take = (typed: Buffer): void => {
      const text = typed.toString()
      // Ctrl-C is a key here, and means what it always means.
      if (text.includes('\u0003')) process.kill(process.pid, 'SIGINT')
      else if (!/[\r\n ]/.test(text)) return
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      resolve()
    }
    stdin.setRawMode(true)
    stdin.on('data', take)
    stdin.resume()
  })
}

function summary({ verdict, silentMs }: Outcome): string {
  const { said, lost, doubled, equal } = verdict
  return `demo: ok: ${said} said, ${lost} lost, ${doubled} doubled, ${equal} transcripts equal, silent ${Math.round(silentMs)} ms`
}

/** No play is that long. Unit: ms. */
const foreverMs = 2 ** 31 - 1

export type DemoFlags = {
  /** --color, --no-color or neither. */
  color: boolean | undefined
  nodes: number | undefined
  /** One for each node in the order of the ring: whose is larger is what counts. */
  ids: readonly number[] | undefined
  /** Wait for Enter at every stop. */
  step: boolean
  /** On a page, at this port. */
  web: number | 'any' | undefined
}

/** Resolves to the exit code. */
export async function demo(options: DemoFlags): Promise<number> {
  const { stdout, env } = process
  const isTerminal = stdout.isTTY === true
  const hasColour = usesColour({ flag: options.color, isTerminal, env })
  if (options.step && !(isTerminal && process.stdin.isTTY)) {
    process.stderr.write('ringleader: --step waits for Enter, so it needs a terminal\n')
    return 2
  }
  const stage = new Stage(stdout, {
    hasColour,
    isPaced: isTerminal,
    limitMs: options.step ? foreverMs : limitMs,
    next: options.step ? nextEnter : undefined,
  })
  const scratch = makeScratch()
  const homes = driversHere().length > 0 ? scratch : undefined
  if (options.web !== undefined) return demoOnPage(stage, scratch, homes, options.web)
  if (options.step) stage.print('Enter goes on, at every stop.')
  const { ids } = options
  const players = names.slice(0, ids?.length ?? options.nodes ?? nodesDefault)
  if (ids && homes === undefined) {
    process.stderr.write('ringleader: --ids needs a folder for keys, and SQLite\n')
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
    return 1
  }
  const cast = new Cast(players, scratch, (why) => stage.end(new DemoFailure(why)))
  const endNow = (): void => cast.endNow()
  process.on('exit', endNow)
  const handlers = Object.entries(signalCodes).map(([signal, code]) => {
    const handle = (): void => stage.end(new Curtain(code))
    process.on(signal, handle)
    return () => process.off(signal, handle)
  })
  stdout.on('error', () => stage.end(new Curtain(0)))
  try {
    if (ids && homes !== undefined) await giveIds(homes, players, ids)
    const outcome = await new Play(stage, cast, homes, ids).run()
    stage.print(summary(outcome))
    for (const off of handlers) off()
    if (!isTerminal) return 0
    stage.print()
    stage.print('Now you: this terminal joins their room. //exit leaves, and ends the others.')
    return await receiveGuest(cast, { leader: outcome.leader, homes, color: options.color })
  } catch (error) {
    if (error instanceof Curtain) {
      // The shell's prompt begins a line of its own.
      if (isTerminal && error.code > 0) stage.print()
      return error.code
    }
    const why = error instanceof Error ? error.message : String(error)
    stage.print(`\ndemo: failed: ${why}`)
    return 1
  } finally {
    await cast.end()
  }
}

/** Resolves when a signal ends it, to 0: that is how it is left. */
async function demoOnPage(
  stage: Stage,
  scratch: string | undefined,
  homes: string | undefined,
  port: number | 'any',
): Promise<number> {
  const web = new WebDemo(stage, scratch, homes)
  const endNow = (): void => web.endNow()
  process.on('exit', endNow)
  const asked = new Promise<void>((resolve) => {
    for (const signal of Object.keys(signalCodes)) process.once(signal, () => resolve())
    process.stdout.on('error', () => resolve())
  })
  try {
    stage.print('Five nodes start, each a process of its own ...')
    const begun = web.begin(port)
    begun.catch(() => {})
    await Promise.race([begun, asked])
    stage.print('Ctrl-C ends it, and all of them.')
    await asked
    return 0
  } catch (error) {
    stage.print(`demo: failed: ${(error as Error).message}`)
    return 1
  } finally {
    await web.end().catch(() => {})
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}
