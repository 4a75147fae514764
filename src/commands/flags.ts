/**
 * Parses the command line (cli.md) into a command and its flags, or into one line that says what is wrong.
 * Reads no file and no environment; only whether a name is that of a network interface.
 */

import { Argument, Command, CommanderError, Option } from 'commander'
import { escapeText } from '../chat/escape.ts'
import { editDistance, nearestWord } from '../chat/nearest.ts'
import { formats } from '../chat/message-line.ts'
import type { Format } from '../chat/message-line.ts'
import {
  parseAdvertised,
  parseHistory,
  parseMember,
  parseName,
  parseOwnHost,
  parsePath,
  parseProfile,
  parseRoom,
  parseSeconds,
  parseWhole,
} from './flag-values.ts'
import type { GivenMember } from './flag-values.ts'
import { helpText } from './help-text.ts'
import { defaultPorts } from '../transport/hosts.ts'

export type ChatFlags = {
  /** -l: create a room, or resume the home's. */
  leader: boolean
  fresh: boolean
  /** As given: an IP, a host name or a network interface, without brackets. */
  address: string | undefined
  /** As given: an IP or a host name, with or without a port. */
  advertise: string | undefined
  /** 0: any free port; undefined: 4000 or the next free one. */
  port: number | undefined
  name: string | undefined
  /** port 1-65535. */
  neighbor: { host: string; port: number } | undefined
  verbose: boolean
  /** A folder, or 'none' for memory only. */
  home: string | undefined
  profile: string | undefined
  /** The beginning of the id of a room that the home holds. */
  room: string | undefined
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

/** Which home a command reads. */
type KeptFlags = Pick<ChatFlags, 'home' | 'profile' | 'port'>

export type CommandLine =
  | { command: 'chat'; flags: ChatFlags }
  | {
      command: 'history'
      flags: KeptFlags &
        Pick<ChatFlags, 'room' | 'json' | 'format' | 'color'> & {
          /** Day and time instead of the Lamport timestamp. */
          time: boolean
        }
    }
  | {
      command: 'say'
      flags: KeptFlags &
        Pick<ChatFlags, 'address' | 'name' | 'neighbor' | 'timeoutMs'> & {
          /** Undefined: stdin has it. */
          text: string | undefined
        }
    }
  | { command: 'rooms'; flags: KeptFlags & { json: boolean } }
  | { command: 'forget'; flags: KeptFlags & { room: string; yes: boolean } }
  /** A unit that runs a chat. words: its flags as they were given. creates: they leave it to the unit to add -l. */
  | { command: 'service'; flags: ChatFlags; words: readonly string[]; creates: boolean }
  | { command: 'completion'; shell: Shell }
  | { command: 'demo'; flags: { color: boolean | undefined } }
  | { command: 'version' }
  /** Nothing to do but to print: help (code 0, to stdout) or what is wrong (code 2, to stderr). */
  | { command: 'print'; text: string; code: 0 | 2 }

const commandNames = ['demo', 'say', 'history', 'rooms', 'forget', 'service', 'completion']
const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]
const copiesMax = 16
const timeoutMsDefault = 30_000

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
      'address or network interface of this machine (default: the one that leads to the neighbour)',
      parseOwnHost,
    )
    .option(
      '--advertise <ip>',
      'where others reach this node, if not there; with or without :port',
      parseAdvertised,
    )
    .option('-p, --port <port>', 'listen there; 0: any free port (default: 4000, or the next free one)', port)
    .option('-n, --name <name>', "your name in the room (default: the system's user name)", parseName)
    .option('--neighbor-address <ip>', 'any member of the room to join, with or without :port', parseMember)
    .option('--neighbor-port <port>', "that member's port (default: 4000)", parseWhole(1, 65_535))
    .option('-v, --verbose', 'the log also on stdout (on stderr when stdout is not a terminal)')
    .option('-P, --profile <name>', 'a second home on this account (default: default)', parseProfile)
    .option(
      '--home <dir>',
      "this node's key and rooms; none: memory only (default: $XDG_DATA_HOME/ringleader/<profile>)",
      parsePath,
    )
    .option('--room <id>', 'the room of the home to go back to, by the beginning of its id', parseRoom)
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
  advertise: string
  port: number
  name: string
  neighborAddress: GivenMember
  neighborPort: number
  verbose: true
  home: string
  profile: string
  room: string
  yes: true
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

const oneHome = 'a home is chosen by --home or by --profile, not both'

function toChat(given: Given): CommandLine {
  if (given.version) return { command: 'version' }
  const usage = wrongUsage
  const leader = given.leader === true
  if (leader && given.notLeader) return usage('-l and -L exclude each other')
  const { neighborAddress: member, neighborPort } = given
  const problem = neighborProblem(member, neighborPort)
  if (problem !== undefined) return usage(problem)
  if (leader && given.neighborAddress !== undefined)
    return usage('-l creates a room and -na joins one: give one of them')
  if (given.new && !leader) return usage('--new goes with -l')
  if (given.home !== undefined && given.profile !== undefined) return usage(oneHome)
  if (given.room !== undefined && (given.new || given.neighborAddress !== undefined))
    return usage('--room goes back to a room of the home; it goes with neither --new nor -na')
  if (given.room !== undefined && given.home === 'none') return usage('--home none holds no room')
  if (given.copies !== undefined && !leader) return usage('--copies goes with -l')
  if (given.json && given.format !== undefined) return usage(formatOrJson)
  return {
    command: 'chat',
    flags: {
      leader,
      fresh: given.new === true,
      address: given.address,
      advertise: given.advertise,
      port: given.port,
      name: given.name,
      neighbor: neighborOf(member, neighborPort),
      verbose: given.verbose === true,
      home: given.home,
      profile: given.profile,
      room: given.room,
      log: given.log,
      json: given.json === true,
      format: given.format,
      history: given.history,
      stay: given.stay === true,
      timeoutMs: given.timeout ?? timeoutMsDefault,
      copies: given.copies,
      color: given.color,
    },
  }
}

/** What is wrong with -na and -np together. */
function neighborProblem(member: GivenMember | undefined, port: number | undefined): string | undefined {
  if (port === undefined) return undefined
  if (member === undefined) return '-np needs -na, the address of a member'
  if (member.port === undefined || member.port === port) return undefined
  return `-na names port ${member.port} and -np port ${port}: give one of them`
}

function neighborOf(member: GivenMember | undefined, port: number | undefined): ChatFlags['neighbor'] {
  return member && { host: member.host, port: member.port ?? port ?? defaultPorts.first }
}

function wrongUsage(problem: string, hint?: string): CommandLine {
  return { command: 'print', text: usageText(problem, hint), code: 2 }
}

/** What goes to stderr for a usage error. `hint`: a line of its own. */
export function usageText(problem: string, hint?: string): string {
  const lines = [`ringleader: ${problem}`, ...(hint === undefined ? [] : [hint]), 'See ringleader --help.']
  return lines.map((line) => `${escapeText(line)}\n`).join('')
}

/** Typed words differ from a command by at most so many letters when they may mean it. */
const typosMax = 2

type Problem = { problem: string; hint?: string | undefined }

/** How many words follow a command; none where it is not listed. */
const wordsOfCommands: Readonly<Record<string, number>> = { forget: 1, completion: 1, say: Infinity }

/** What is wrong with words that are no flags: the first of them, or those that follow a command. */
function excessProblem(words: readonly string[]): Problem {
  const [word = '', ...others] = words
  if (commandNames.includes(word))
    return {
      problem: `too many words: ${others
        .slice(wordsOfCommands[word] ?? 0)
        .filter((each) => !each.startsWith('-'))
        .join(' ')}`,
    }
  const near = nearestWord(word, commandNames)
  const isMeant = word !== '' && (near.startsWith(word) || editDistance(word, near) <= typosMax)
  const all = `${commandNames.slice(0, -1).join(', ')} and ${commandNames.at(-1)}`
  const hint = isMeant ? `did you mean "${near}"?` : `the commands are ${all}`
  return { problem: `unknown command "${word}"; ${hint}` }
}

/** The parser puts its guess of what was meant on a line of its own, behind what was typed. */
function splitHint(printed: string): Problem {
  const [, problem, hint] = /^([^]*)\n(\(Did you mean [^\n]*\?\))$/.exec(printed) ?? []
  return problem === undefined ? { problem: printed } : { problem, hint }
}

/** The parser of the command line, which tells `done` what it means. `print` takes what it prints by itself. */
export function makeProgram(done: (line: CommandLine) => void, print: (text: string) => void): Command {
  const program = addFlags(new Command('ringleader'))
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .enablePositionalOptions()
    .configureHelp({
      helpWidth: Math.min(process.stdout.columns ?? 80, 100),
      optionTerm: ({ flags }) => flags.replace(/^--neighbor-(a|p)/, '-n$1, $&'),
    })
    .configureOutput({
      writeOut: print,
      writeErr: print,
      outputError: (text, write) => write(text.replace(/^error: /, '')),
    })
    .exitOverride()
    .action((given: Given) => done(toChat(given)))
  program.helpInformation = () => helpText
  const inherit = (command: Command) => command.copyInheritedSettings(program)
  inherit(program.command('demo'))
    .description('five real nodes on this machine: they chat, the leader is killed, the rest carry on')
    .option('--color', 'colours, whatever the environment says')
    .option('--no-color', 'no colours')
    .action((given: Given) => {
      done({ command: 'demo', flags: { color: given.color ?? program.opts<Given>().color } })
    })
  const kept = (command: Command) =>
    inherit(command)
      .option('-p, --port <port>', 'the home of the node at that port', parseWhole(1, 65_535))
      .option('-P, --profile <name>', 'a home by its profile (default: default)', parseProfile)
      .option('--home <dir>', 'a home by its folder', parsePath)
  /** What a command that reads a home is given: its own flags, and those before its name. */
  const finish = (name: string, given: Given, make: (flags: KeptFlags, all: Given) => CommandLine): void => {
    const all = { ...program.opts<Given>(), ...given }
    const { port, home, profile } = all
    const named = [port, home, profile].filter((flag) => flag !== undefined)
    if (named.length > 1) done(wrongUsage(`${name} takes one of -p, --profile and --home, not both`))
    else done(make({ port, home, profile }, all))
  }
  kept(program.command('say'))
    .description('say something and leave: nothing is printed, and nobody is told of the visit')
    .argument('<text...>', 'what to say; - for all of stdin as one message')
    .option(
      '-a, --address <ip>',
      'address or network interface of this machine (default: the one that leads to the member)',
      parseOwnHost,
    )
    .option('-n, --name <name>', 'your name in the room', parseName)
    .option(
      '--neighbor-address <ip>',
      "any member of the room, with or without :port (default: the home's last room)",
      parseMember,
    )
    .option('--neighbor-port <port>', "that member's port (default: 4000)", parseWhole(1, 65_535))
    .option('--timeout <s>', 'how long to wait for "sent" (default: 30)', parseSeconds)
    .action((words: string[], given: Given) =>
      finish('say', given, (flags, { address, name, neighborAddress, neighborPort, timeout }) => {
        const problem = neighborProblem(neighborAddress, neighborPort)
        if (problem !== undefined) return wrongUsage(problem)
        const text = words.length === 1 && words[0] === '-' ? undefined : words.join(' ')
        const neighbor = neighborOf(neighborAddress, neighborPort)
        const timeoutMs = timeout ?? timeoutMsDefault
        return { command: 'say', flags: { ...flags, address, name, neighbor, timeoutMs, text } }
      }),
    )
  kept(program.command('history'))
    .description('the stored transcript in its final order; may run while the node runs')
    .option('--room <id>', 'a room of the home, by the beginning of its id', parseRoom)
    .option('--json', 'one JSON object a line')
    .addOption(formatOption())
    .option('--time', 'with the day and time of this machine instead of the Lamport timestamp')
    .option('--color', 'colours, whatever the environment says')
    .option('--no-color', 'no colours')
    .action((given: Given) =>
      finish('history', given, (flags, { json, format, time, color, room }) => {
        if (json && (format !== undefined || time)) return wrongUsage(formatOrJson)
        return {
          command: 'history',
          flags: { ...flags, room, json: json === true, format, time: time === true, color },
        }
      }),
    )
  kept(program.command('rooms'))
    .description('the rooms that a home holds')
    .option('--json', 'one JSON object a line')
    .action((given: Given) =>
      finish('rooms', given, (flags, { json }) => ({
        command: 'rooms',
        flags: { ...flags, json: json === true },
      })),
    )
  kept(program.command('forget'))
    .description('delete the history of a room from this disk, after asking')
    .argument('<room>', 'the beginning of its id', parseRoom)
    .option('--yes', 'do not ask')
    .action((room: string, given: Given) =>
      finish('forget', given, (flags, { yes }) => ({
        command: 'forget',
        flags: { ...flags, room, yes: yes === true },
      })),
    )
  inherit(program.command('service'))
    .description('print a systemd user unit that keeps a node running with the flags that follow')
    .usage('[flags]')
    .action(() => done(wrongUsage('the flags of the node stand behind service')))
  inherit(program.command('completion'))
    .description('print what a shell completes the command line with')
    .addArgument(new Argument('<shell>', 'bash: source <(ringleader completion bash)').choices(shells))
    .action((shell: Shell) => done({ command: 'completion', shell }))
  return program
}

/** `words`: the command line without the program. Never throws for what a person can type. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  if (words[0] === 'service' && !/^(-h|--help)$/.test(words[1] ?? '')) return toService(words.slice(1))
  let result: CommandLine | undefined
  let printed = ''
  const program = makeProgram(
    (line) => (result = line),
    (text) => (printed += text),
  )
  try {
    program.parse(rewrite(words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { command: 'print', text: printed, code: 0 }
    const isExcess = error.code === 'commander.excessArguments'
    const { problem, hint } = isExcess ? excessProblem(program.args) : splitHint(printed.trim())
    return wrongUsage(problem, hint)
  }
  return result ?? wrongUsage('nothing to do')
}

function toService(words: readonly string[]): CommandLine {
  const line = parseCommandLine(words)
  if (line.command === 'print') return line
  if (line.command !== 'chat')
    return wrongUsage(
      'service runs a node: give it the flags of one, as in: ringleader service -n Ann -na 192.168.1.5',
    )
  const { flags } = line
  if (flags.port === 0)
    return wrongUsage('-p 0 is another port at each start of a service: give it one that stays, or none')
  // Not beside -na, nor -L.
  const creates = !flags.leader && parseCommandLine(['-l', ...words]).command === 'chat'
  return { command: 'service', flags, words, creates }
}
