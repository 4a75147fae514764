#!/usr/bin/env node
/**
 * The program: parses the command line and loads and runs the command that it names.
 */

import './commands/hidden-arguments.ts'
import { escapeText } from './chat/escape.ts'
import { allFlushed } from './commands/end-process.ts'
import { parseCommandLine } from './commands/flags.ts'
import { usageText, withoutKeys } from './commands/usage-text.ts'
import type { CommandLine } from './commands/command-line.ts'
import { isReaderGone, lostOutputText, writeWhole } from './commands/output.ts'

async function run(line: CommandLine): Promise<number> {
  switch (line.command) {
    case 'print':
      ;(line.code === 0 ? process.stdout : process.stderr).write(line.text)
      return line.code
    case 'version': {
      const { version } = await import('./commands/version.ts')
      process.stdout.write(`${version()}\n`)
      return 0
    }
    case 'chat': {
      const { chat } = await import('./commands/chat.ts')
      return chat(line.flags)
    }
    case 'join': {
      const { join } = await import('./commands/join.ts')
      return join(line)
    }
    case 'history': {
      const { history } = await import('./commands/history.ts')
      return history(line.flags)
    }
    case 'say': {
      const { say } = await import('./commands/say.ts')
      return say(line.flags)
    }
    case 'service': {
      const { service } = await import('./commands/service.ts')
      return service(line)
    }
    case 'completion': {
      const { completion } = await import('./commands/shell-completion.ts')
      process.stdout.write(completion(line.shell))
      return 0
    }
    case 'rooms': {
      const { rooms } = await import('./commands/rooms.ts')
      return rooms(line.flags)
    }
    case 'doctor': {
      const { doctor } = await import('./commands/doctor.ts')
      return doctor(line.flags)
    }
    case 'lab': {
      const { lab } = await import('./commands/lab.ts')
      return lab(line.flags)
    }
    case 'nearby': {
      const { nearby } = await import('./commands/nearby.ts')
      return nearby(line.flags)
    }
    case 'forget': {
      const { forget } = await import('./commands/forget.ts')
      return forget(line.flags)
    }
    case 'replay': {
      const { replay } = await import('./commands/replay.ts')
      return replay(line.flags)
    }
    case 'demo': {
      const { demo } = await import('./commands/demo.ts')
      return demo(line.flags)
    }
  }
}

function complain(error: unknown): number {
  const exitCode = (error as { exitCode?: unknown } | undefined)?.exitCode
  if (!(error instanceof Error) || typeof exitCode !== 'number') throw error
  process.stderr.write(
    exitCode === 2 ? usageText(error.message) : `ringleader: ${escapeText(withoutKeys(error.message))}\n`,
  )
  return exitCode
}

// A reader that goes away is no error (cli.md, EPIPE); a full disk is one.
let lost: unknown
process.stdout.on(
  'error',
  (error) => (lost ??= isReaderGone(error, process.stdout.isTTY) ? undefined : error),
)
process.stderr.on('error', () => {})
writeWhole(process.stdout)
let code = await run(parseCommandLine(process.argv.slice(2))).catch(complain)
await allFlushed(code)
// The error of a write comes in a later turn.
await new Promise((resolve) => setImmediate(resolve))
if (code === 0 && lost !== undefined) {
  process.stderr.write(`ringleader: ${escapeText(lostOutputText(lost))}\n`)
  code = 1
}
process.exit(code)
