/**
 * Parses the command line (cli.md) into a command and its flags, or into one line that says what is wrong.
 * Reads no file and no environment.
 */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { escapeText } from '../chat/escape.ts'
import { editDistance, nearestWord } from '../chat/nearest.ts'
import { formats } from '../chat/message-line.ts'
import { checkName } from '../chat/own-name.ts'
import { bareHost, defaultPorts, hostProblem } from '../transport/hosts.ts'
import type { Format } from '../chat/message-line.ts'

export type ChatFlags = {
  /** -l: create a room, or resume the home's. */
  leader: boolean
  fresh: boolean
  /** As given: an IP or a host name, without brackets. */
  address: string | undefined
  /** 0: any free port; undefined: 4000 or the next free one. */
  port: number | undefined
  name: string | undefined
  /** port 1-65535. */
  neighbor: { host: string; port: number } | undefined
  verbose: boolean
  home: string | undefined
  /** A file, or 'none'. */
  log: string | undefined
  json: boolean
  format: Format | undefined
  history: number | 'all' | undefined
  stay: boolean
  /** Unit: ms. */
  timeoutMs: number
  copies: number | undefined
  color: boolean | undefined
}

export type CommandLine =
  | { command: 'chat'; flags: ChatFlags }
  | {
      command: 'history'
      flags: {
        port: number | undefined
        home: string | undefined
        json: boolean
        format: Format | undefined
        time: boolean
        color: boolean | undefined
      }
    }
  | { command: 'demo'; flags: { color: boolean | undefined } }
  | { command: 'version' }
  /** Nothing to do but to print: help (code 0, to stdout) or what is wrong (code 2, to stderr). */
  | { command: 'print'; text: string; code: 0 | 2 }

const commandNames = ['demo', 'history']
const secondsMax = 86_400
const copiesMax = 16
const historyMax = 1_000_000_000

const examples = `Group chat without a server: a ring of equals, an elected leader, one order for every message.

Examples:
  ringleader demo                                        see it work: five real nodes on this machine
  ringleader -l -n Ann                                   create a room (or go back to it)
  ringleader -n Bob -na 192.168.1.5 -np 4000             join it through any member
  ringleader                                             go back to the room you were last in
  echo "build done" | ringleader -n ci -na 192.168.1.5   say one line, and leave when it is sent
  ringleader history | grep Ann                          what was said
`

const exitCodes = `
Exit codes: 0 ok, 1 the world failed (port in use, address not ours, home in use, disk full),
2 usage, 3 nobody reachable, 4 refused (not a Ringleader node, other version, other address
family, identity in use), 5 said but not sent, 130/143/129 ended by SIGINT/SIGTERM/SIGHUP.

In the room, /help lists the commands.
`

function parseWhole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return value
  }
}

function parseSeconds(text: string): number {
  const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN
  if (!(value <= secondsMax)) throw new InvalidArgumentError(`Give seconds from 0 to ${secondsMax}.`)
  return value * 1000
}

function parseHistory(text: string): number | 'all' {
  return text === 'all' ? 'all' : parseWhole(0, historyMax)(text)
}

function parseHost(text: string): string {
  const problem = hostProblem(text)
  if (problem !== undefined) throw new InvalidArgumentError(problem)
  return bareHost(text)
}

function parseName(text: string): string {
  const checked = checkName(text)
  if ('problem' in checked) throw new InvalidArgumentError(`Note: ${checked.problem}.`)
  return checked.name
}

function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a path.')
  return text
}

/** The parsers of options read `-na 1.2.3.4` as `-n a`: these exact words always mean the neighbour. */
function rewrite(words: readonly string[]): string[] {
  const long = new Map([
    ['-na', '--neighbor-address'],
    ['-np', '--neighbor-port'],
  ])
  return words.map((word) => long.get(word) ?? word)
}

const formatOrJson = '--json has no --format or --time: its objects hold both times'

function formatOption(): Option {
  const words = 'a message as a classic line (the default), or short, as in 12:41 Ann: text'
  return new Option('--format <name>', words).choices(formats)
}

function addFlags(program: Command): Command {
  const port = parseWhole(0, 65_535)
  return program
    .option('-l, --leader', "create a room, or resume the home's")
    .option('-L, --not-leader', 'do not (the default)')
    .option('--new', 'with -l: a fresh room, whatever the home holds')
    .option(
      '-a, --address <ip>',
      'this machine, as others reach it (default: the first IPv4 address)',
      parseHost,
    )
    .option('-p, --port <port>', 'listen there; 0: any free port (default: 4000, or the next free one)', port)
    .option('-n, --name <name>', "your name in the room (default: the system's user name)", parseName)
    .option('--neighbor-address <ip>', 'any member of the room to join', parseHost)
    .option('--neighbor-port <port>', "that member's port (default: 4000)", parseWhole(1, 65_535))
    .option('-v, --verbose', 'the log also on stdout (on stderr when stdout is not a terminal)')
    .option(
      '--home <dir>',
      "this node's key and rooms (default: $XDG_DATA_HOME/ringleader/<port>)",
      parsePath,
    )
    .option(
      '--log <file>',
      'append the log there; none: nowhere (default: chat_<port>.log in this folder)',
      parsePath,
    )
    .option('--json', 'one JSON object a line on stdout')
    .addOption(formatOption())
    .option(
      '--history <n>',
      'earlier messages to print at start, or all (default: 100 on a terminal, else all)',
      parseHistory,
    )
    .option('--stay', 'do not leave at end of input')
    .option('--timeout <s>', 'at end of input: how long to wait for "sent" (default: 30)', parseSeconds)
    .option(
      '--copies <n>',
      'with -l on a new room: holders needed before a message counts as sent (default: 3)',
      parseWhole(1, copiesMax),
    )
    .addOption(new Option('--color', 'colours, whatever the environment says'))
    .addOption(new Option('--no-color', 'no colours'))
    .option('--version', 'print the version')
}

type Given = Partial<{
  leader: true
  notLeader: true
  new: true
  address: string
  port: number
  name: string
  neighborAddress: string
  neighborPort: number
  verbose: true
  home: string
  log: string
  json: true
  format: Format
  time: true
  history: number | 'all'
  stay: true
  timeout: number
  copies: number
  color: boolean
  version: true
}>

function toChat(given: Given): CommandLine {
  if (given.version) return { command: 'version' }
  const usage = (text: string): CommandLine => ({ command: 'print', text: usageText(text), code: 2 })
  const leader = given.leader === true
  if (leader && given.notLeader) return usage('-l and -L exclude each other')
  if (given.neighborPort !== undefined && given.neighborAddress === undefined)
    return usage('-np needs -na, the address of a member')
  if (leader && given.neighborAddress !== undefined)
    return usage('-l creates a room and -na joins one: give one of them')
  if (given.new && !leader) return usage('--new goes with -l')
  if (given.copies !== undefined && !leader) return usage('--copies goes with -l')
  if (given.json && given.format !== undefined) return usage(formatOrJson)
  return {
    command: 'chat',
    flags: {
      leader,
      fresh: given.new === true,
      address: given.address,
      port: given.port,
      name: given.name,
      neighbor:
        given.neighborAddress === undefined
          ? undefined
          : { host: given.neighborAddress, port: given.neighborPort ?? defaultPorts.first },
      verbose: given.verbose === true,
      home: given.home,
      log: given.log,
      json: given.json === true,
      format: given.format,
      history: given.history,
      stay: given.stay === true,
      timeoutMs: given.timeout ?? 30_000,
      copies: given.copies,
      color: given.color,
    },
  }
}

/** What goes to stderr for a usage error. `hint`: a line of its own. */
export function usageText(problem: string, hint?: string): string {
  const lines = [`ringleader: ${problem}`, ...(hint === undefined ? [] : [hint]), 'See ringleader --help.']
  return lines.map((line) => `${escapeText(line)}\n`).join('')
}

/** Typed words differ from a command by at most so many letters when they may mean it. */
const typosMax = 2

type Problem = { problem: string; hint?: string | undefined }

/** What is wrong with words that are no flags: the first of them, or those that follow a command. */
function excessProblem(words: readonly string[]): Problem {
  const [word = '', ...others] = words
  if (commandNames.includes(word)) return { problem: `too many words: ${others.join(' ')}` }
  const near = nearestWord(word, commandNames)
  const isMeant = word !== '' && (near.startsWith(word) || editDistance(word, near) <= typosMax)
  const hint = isMeant ? `did you mean "${near}"?` : `the commands are ${commandNames.join(' and ')}`
  return { problem: `unknown command "${word}"; ${hint}` }
}

/** The parser puts its guess of what was meant on a line of its own, behind what was typed. */
function splitHint(printed: string): Problem {
  const [, problem, hint] = /^([^]*)\n(\(Did you mean [^\n]*\?\))$/.exec(printed) ?? []
  return problem === undefined ? { problem: printed } : { problem, hint }
}

/** `words`: the command line without the program. Never throws for what a person can type. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  let result: CommandLine | undefined
  let printed = ''
  const program = addFlags(new Command('ringleader'))
    .usage(
      '[flags]\n       ringleader demo\n       ringleader history [-p <port> | --home <dir>] [--json | --time]',
    )
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('before', examples)
    .addHelpText('after', exitCodes)
    .configureHelp({
      helpWidth: Math.min(process.stdout.columns ?? 80, 100),
      optionTerm: ({ flags }) => flags.replace(/^--neighbor-(a|p)/, '-n$1, $&'),
    })
    .configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: (text) => (printed += text),
      outputError: (text, write) => write(text.replace(/^error: /, '')),
    })
    .exitOverride()
    .action((given: Given) => {
      result = toChat(given)
    })
  const inherit = (command: Command) => command.copyInheritedSettings(program)
  inherit(program.command('demo'))
    .description('five real nodes on this machine: they chat, the leader is killed, the rest carry on')
    .option('--color', 'colours, whatever the environment says')
    .option('--no-color', 'no colours')
    .action((given: Given) => {
      result = { command: 'demo', flags: { color: given.color ?? program.opts<Given>().color } }
    })
  inherit(program.command('history'))
    .description('the stored transcript in its final order; may run while the node runs')
    .option('-p, --port <port>', "the node's port (default: 4000)", parseWhole(1, 65_535))
    .option('--home <dir>', "the node's home", parsePath)
    .option('--json', 'one JSON object a line')
    .addOption(formatOption())
    .option('--time', 'with the day and time of this machine instead of the Lamport timestamp')
    .option('--color', 'colours, whatever the environment says')
    .option('--no-color', 'no colours')
    .action((given: Given) => {
      const { port, home, json, format, time, color } = { ...program.opts<Given>(), ...given }
      const isShaped = format !== undefined || time === true
      const problem =
        port !== undefined && home !== undefined
          ? 'history takes -p or --home, not both'
          : json && isShaped
            ? formatOrJson
            : undefined
      result =
        problem !== undefined
          ? { command: 'print', text: usageText(problem), code: 2 }
          : {
              command: 'history',
              flags: { port, home, json: json === true, format, time: time === true, color },
            }
    })
  try {
    program.parse(rewrite(words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { command: 'print', text: printed, code: 0 }
    const isExcess = error.code === 'commander.excessArguments'
    const { problem, hint } = isExcess ? excessProblem(program.args) : splitHint(printed.trim())
    return { command: 'print', text: usageText(problem, hint), code: 2 }
  }
  return result ?? { command: 'print', text: usageText('nothing to do'), code: 2 }
}
