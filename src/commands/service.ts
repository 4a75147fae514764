/**
 * `ringleader service [flags]`: prints a systemd user unit that keeps a node of a room running.
 */

import { realpathSync } from 'node:fs'
import { quoteWord } from './shell-words.ts'
import type { CommandLine } from './command-line.ts'

/** Resolves to the exit code. */
export function service(line: Extract<CommandLine, { command: 'service' }>): number {
  const { words, flags, creates } = line
  const hasHome = flags.home !== undefined || flags.profile !== undefined || flags.port !== undefined
  const own = [
    // A profile of its own: the person chats in the default one, and a home is used by one program at a time.
    ...(hasHome ? [] : ['-P', 'service']),
    // Goes back to its room at each start, and makes it at the first.
    ...(creates ? ['-l'] : []),
    ...(flags.stay ? [] : ['--stay']),
    // stdout is thrown away below: what is said is nobody's business in the journal.
    ...(flags.history === undefined ? ['--history', '0'] : []),
    ...(flags.log === undefined ? ['--log', 'none'] : []),
    ...(flags.verbose ? [] : ['-v']),
  ]
  const program = [process.execPath, realpathSync(process.argv[1] ?? ''), ...words, ...own]
  process.stdout.write(unit(program, ['service', ...words].map(quoteWord).join(' ')))
  return 0
}

function unit(program: readonly string[], command: string): string {
  const xdg = process.env['XDG_DATA_HOME']
  return `# Made by: ringleader ${command}
# Keep it as ~/.config/systemd/user/ringleader.service. Then:
#   systemctl --user daemon-reload
#   systemctl --user enable --now ringleader
#   loginctl enable-linger               # to run while you are not logged in
#   journalctl --user -u ringleader      # its log: never the text of a message
[Unit]
Description=Ringleader, a node of a chat room

[Service]
Type=exec
WorkingDirectory=${quoteValue(process.cwd())}
${xdg === undefined ? '' : `Environment=${quoteUnit(`XDG_DATA_HOME=${xdg}`)}\n`}ExecStart=${program.map(quoteCommand).join(' ')}
StandardInput=null
StandardOutput=null
StandardError=journal
Restart=on-failure
RestartSec=5
# Wrong flags, or refused: another start would not help.
RestartPreventExitStatus=2 4
# Ended by SIGTERM, as systemd does: it has said goodbye to the room.
SuccessExitStatus=143
TimeoutStopSec=5

[Install]
WantedBy=default.target
`
}

/** A path as a whole value: systemd only reads % there. */
function quoteValue(value: string): string {
  return value.replaceAll('%', '%%')
}

/** A word as systemd reads it (systemd.syntax(7)): quotes, backslashes and specifiers mean themselves. */
function quoteUnit(word: string): string {
  const plain = word.replaceAll('%', '%%')
  if (/^[\w.,:/@%+=-]+$/.test(plain)) return plain
  return `"${plain.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** The same in a command line, where $ begins the name of a variable. */
function quoteCommand(word: string): string {
  return quoteUnit(word).replaceAll('$', '$$$$')
}
