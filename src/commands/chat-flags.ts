/**
 * The flags of a chat: their options for the parser, the rules between them, and what they mean together.
 */

import { Option } from 'commander'
import type { Command } from 'commander'
import { formats } from '../chat/message-line.ts'
import type { Format } from '../chat/message-line.ts'
import { defaultPorts } from '../transport/hosts.ts'
import type { AuthorFilter } from '../wire/part-search.ts'
import type { ChatFlags, CommandLine } from './command-line.ts'
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
  parseTitle,
  parseWebHost,
  parseWebPort,
  parseWhole,
} from './flag-values.ts'
import type { GivenMember } from './flag-values.ts'
import { wrongUsage } from './usage-text.ts'

/** Source: cli.md, --copies. */
const copiesMax = 16
/** How long to wait for *sent* at the end. Unit: ms. Source: cli.md. */
export const timeoutMsDefault = 30_000

export const formatOrJson = '--json has no --format or --time: its objects hold both times'

export function formatOption(): Option {
  const words = 'a message as a classic line (the default), or short, as in 12:41 Ann: text'
  return new Option('--format <name>', words).choices(formats)
}

/** Adds the options that say which room to go to. */
export function addRoomFlags(program: Command): Command {
  return addCopies(program, 'with -l on a new room: ')
    .option('-l, --leader', "create an open room, or resume the home's room")
    .option('-L, --not-leader', 'do not (the default)')
    .option('--new', 'with -l: a fresh room, whatever the home holds')
    .option('--title <title>', 'with -l on a new room: what it is called', parseTitle)
    .option('--neighbor-address <ip>', 'any member of the room to join, with or without :port', parseMember)
    .option('--neighbor-port <port>', "that member's port (default: 4000)", parseWhole(1, 65_535))
    .option(
      '--room <room>',
      'the room of the home to go back to, by the beginning of its id or title',
      parseRoom,
    )
    .option('--version', 'print the version')
}

export function addCopies(program: Command, when = ''): Command {
  return program.option(
    '--copies <n>',
    `${when}holders needed before a message counts as sent (default: 3)`,
    parseWhole(1, copiesMax),
  )
}

/** Adds the options of a chat in any room. */
export function addFlags(program: Command): Command {
  const port = parseWhole(0, 65_535)
  return program
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
    .option('-v, --verbose', 'the log also on stdout (on stderr when stdout is not a terminal)')
    .option('-P, --profile <name>', 'a second home on this account (default: default)', parseProfile)
    .option(
      '--home <dir>',
      "this node's key and rooms; none: memory only (default: $XDG_DATA_HOME/ringleader/<profile>)",
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
      '--files <folder>',
      'where files are stored that you fetch (default: ringleader in ~/Downloads)',
      parsePath,
    )
    .option('--no-knock', 'in a locked room: nobody may ask here to be let in')
    .option(
      '--web [port]',
      'serve a page of this node to this machine (default port: the first free from 4600)',
      parseWebPort,
    )
    .option('--web-host <ip>', 'with --web: listen there, open to the network', parseWebHost)
    .option('--no-watch', 'other members may not see what this node sees')
    .option('--trace <file>', 'write what happens, as the page shows it, for ringleader replay', parsePath)
    .option('--announce', 'tell the local network of the room, also of a locked one')
    .option('--no-announce', 'do not (default: of an open room)')
    .addOption(new Option('--color', 'colours, whatever the environment says'))
    .addOption(new Option('--no-color', 'no colours'))
}

/** What the parser has of a command line, of a chat or of another command. */
export type Given = Partial<{
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
  since: number
  until: number
  from: AuthorFilter
  grep: readonly string[]
  verify: true
  history: number | 'all'
  stay: true
  timeout: number
  copies: number
  knock: boolean
  web: number | true
  webHost: string
  watch: boolean
  trace: string
  files: string
  qr: true
  title: string
  file: string
  invitation: string
  color: boolean
  announce: boolean
  version: true
}>

const oneHome = 'a home is chosen by --home or by --profile, not both'

/** What the classic flags of a chat mean. */
export function toChat(given: Given): CommandLine {
  if (given.version) return { command: 'version' }
  const leader = given.leader === true
  if (leader && given.notLeader) return wrongUsage('-l and -L exclude each other')
  const { neighborAddress: member, neighborPort } = given
  const problem = neighborProblem(member, neighborPort)
  if (problem !== undefined) return wrongUsage(problem)
  if (leader && given.neighborAddress !== undefined)
    return wrongUsage('-l creates a room and -na joins one: give one of them')
  if (given.new && !leader) return wrongUsage('--new goes with -l')
  if (given.room !== undefined && (given.new || given.neighborAddress !== undefined))
    return wrongUsage('--room goes back to a room of the home; it goes with neither --new nor -na')
  if (given.room !== undefined && given.home === 'none') return wrongUsage('--home none holds no room')
  if (given.copies !== undefined && !leader) return wrongUsage('--copies goes with -l')
  if (given.title !== undefined && !leader) return wrongUsage('--title goes with -l and with create')
  const problemOfAll = problemOf(given)
  if (problemOfAll !== undefined) return wrongUsage(problemOfAll)
  return { command: 'chat', flags: flagsOf(given) }
}

/** What is wrong with flags that any chat has. */
export function problemOf(given: Given): string | undefined {
  if (given.home !== undefined && given.profile !== undefined) return oneHome
  return given.json && given.format !== undefined ? formatOrJson : undefined
}

export function flagsOf(given: Given): ChatFlags {
  return {
    leader: given.leader === true,
    fresh: given.new === true,
    locked: false,
    title: given.title,
    invitation: undefined,
    qr: given.qr === true,
    knocks: given.knock !== false,
    web: given.web === true ? 'any' : (given.web ?? (given.webHost === undefined ? undefined : 'any')),
    webHost: given.webHost,
    watch: given.watch !== false,
    trace: given.trace,
    files: given.files,
    address: given.address,
    advertise: given.advertise,
    port: given.port,
    name: given.name,
    neighbor: neighborOf(given.neighborAddress, given.neighborPort),
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
    announce: given.announce,
  }
}

/** What is wrong with -na and -np together. */
export function neighborProblem(
  member: GivenMember | undefined,
  port: number | undefined,
): string | undefined {
  if (port === undefined) return undefined
  if (member === undefined) return '-np needs -na, the address of a member'
  if (member.port === undefined || member.port === port) return undefined
  return `-na names port ${member.port} and -np port ${port}: give one of them`
}

export function neighborOf(member: GivenMember | undefined, port: number | undefined): ChatFlags['neighbor'] {
  return member && { host: member.host, port: member.port ?? port ?? defaultPorts.first }
}
