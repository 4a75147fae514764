/**
 * Parses the command line (cli.md) into a command and its flags, or into one line that says what is wrong.
 * Reads no file and no environment; only whether a name is that of a network interface.
 */

import { Argument, Command, CommanderError, Option } from 'commander'
import {
  addCopies,
  addFlags,
  addRoomFlags,
  flagsOf,
  formatOption,
  formatOrJson,
  neighborOf,
  neighborProblem,
  problemOf,
  timeoutMsDefault,
  toChat,
} from './chat-flags.ts'
import type { Given } from './chat-flags.ts'
import { shells } from './command-line.ts'
import type { ChatFlags, CommandLine, KeptFlags, Shell } from './command-line.ts'
import {
  addText,
  parseAuthor,
  parseMember,
  parseMoment,
  parseName,
  parseOwnHost,
  parsePath,
  parseProfile,
  parseRoom,
  parseSeconds,
  parseTitle,
  parseWebPort,
  parseWhole,
} from './flag-values.ts'
import type { PartFilter } from '../wire/part-search.ts'
import { nodesMax, nodesMin } from './demo/script.ts'
import { addLab, demoProblem, parseIds } from './lab-flags.ts'
import { helpText } from './help-text.ts'
import { excessProblem, splitHint, wrongUsage } from './usage-text.ts'

/** The parsers of options read `-na 1.2.3.4` as `-n a`: these exact words always mean the neighbour. */
function rewrite(words: readonly string[]): string[] {
  const long = new Map([
    ['-na', '--neighbor-address'],
    ['-np', '--neighbor-port'],
  ])
  return words.map((word) => long.get(word) ?? word)
}

/** How long nearby and doctor may wait for a reply. Unit: ms. */
const lookMsMax = 60_000
const tooLong = '--timeout is at most 60 seconds here, and for doctor at least 0.1'

const verifyOrShow =
  '--verify prints no messages: it takes no --format, --time, --since, --until, --from and --grep'

/** What of a history is wanted; undefined: all. */
function filterOf({ since, until, from, grep: words = [] }: Given): PartFilter | undefined {
  const isAll = since === undefined && until === undefined && !from && words.length === 0
  return isAll ? undefined : { words, from, since, until }
}

/** The parser of the command line, which tells `done` what it means. `print` takes what it prints by itself. */
export function makeProgram(done: (line: CommandLine) => void, print: (text: string) => void): Command {
  const program = addRoomFlags(addFlags(new Command('ringleader')))
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
  /** A chat whose flags are its own, and those before its name. None of those chooses another room. */
  const chat = (name: string, given: Given, make: (flags: ChatFlags) => CommandLine): void => {
    const before = program.opts<Given>()
    const all = {
      ...before,
      ...given,
      knock: before.knock !== false && given.knock !== false,
      watch: before.watch !== false && given.watch !== false,
    }
    const other = ['leader', 'notLeader', 'new', 'neighborAddress', 'neighborPort', 'room'] as const
    const problem = other.some((flag) => all[flag] !== undefined)
      ? `${name} says which room it is: it takes none of -l, -L, --new, -na, -np and --room`
      : problemOf(all)
    done(problem === undefined ? make(flagsOf(all)) : wrongUsage(problem))
  }
  addCopies(addFlags(inherit(program.command('create'))))
    .description('make a locked room, and print the line that lets others in')
    .option('--title <title>', 'what the room is called', parseTitle)
    .option('--qr', 'that line as a QR code as well')
    .action((given: Given) =>
      chat('create', given, (flags) =>
        flags.json && flags.qr
          ? wrongUsage('--json draws nothing: its first object has the invitation')
          : {
              command: 'chat',
              flags: { ...flags, leader: true, fresh: true, locked: true },
            },
      ),
    )
  addFlags(inherit(program.command('join')))
    .description('join a room by an invitation')
    .argument('[invitation]', 'or the address of a member, to knock; - for the first line of stdin')
    .option('--file <file>', 'read the invitation from this file', parsePath)
    .action((word: string | undefined, given: Given) =>
      chat('join', given, (flags) =>
        flags.title !== undefined
          ? wrongUsage('--title goes with -l and with create')
          : word !== undefined && given.file !== undefined
            ? wrongUsage('join takes an invitation or --file, not both')
            : { command: 'join', given: word, file: given.file, flags },
      ),
    )
  inherit(program.command('demo'))
    .description('five real nodes on this machine: they chat, the leader is killed, the rest carry on')
    .option('--nodes <n>', 'so many (default: 5)', parseWhole(nodesMin, nodesMax))
    .option('--ids <list>', 'the order of their ids, that of the leader first: 5,1,4,2,3', parseIds)
    .option('--step', 'wait for Enter at every event')
    .option('--color', 'colours, whatever the environment says')
    .option('--no-color', 'no colours')
    .option('--web [port]', 'on a page, with buttons that kill, freeze and add nodes', parseWebPort)
    .action((given: Given & { nodes?: number; ids?: readonly number[]; step?: boolean }) => {
      const { nodes, ids, step = false } = given
      const { color, web: page } = { ...program.opts<Given>(), ...given }
      const web = page === true ? ('any' as const) : page
      const problem = demoProblem(nodes, ids, web !== undefined)
      done(
        problem === undefined
          ? { command: 'demo', flags: { color, nodes, ids, step, web } }
          : wrongUsage(problem),
      )
    })
  inherit(program.command('replay'))
    .description('show a run that --trace recorded, on the page')
    .argument('<file>', 'the trace', parsePath)
    .option('--web [port]', 'the port of the page (default: the first free from 4600)', parseWebPort)
    .addOption(new Option('--export <format>', 'print it for another program instead').choices(['shiviz']))
    .action((file: string, given: Given & { export?: 'shiviz' }) => {
      const { web } = { ...program.opts<Given>(), ...given }
      const flags = { file, web: web === true ? ('any' as const) : web, export: given.export }
      done({ command: 'replay', flags })
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
    .description('say something and leave: nothing is printed, and no notice shows the visit')
    .argument('[text...]', 'what to say; - for all of stdin as one message')
    .option('--file <file>', 'offer a file as well, and stay until a member has it whole', parsePath)
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
    .option('--invitation <file>', 'a file with an invitation to the room', parsePath)
    .option('--timeout <s>', 'how long to wait for "sent" (default: 30)', parseSeconds)
    .action((words: string[], given: Given) =>
      finish(
        'say',
        given,
        (flags, { address, name, neighborAddress, neighborPort, timeout, invitation, file }) => {
          const problem = neighborProblem(neighborAddress, neighborPort)
          if (problem !== undefined) return wrongUsage(problem)
          if (invitation !== undefined && neighborAddress !== undefined)
            return wrongUsage('--invitation names the members to ask: give no -na')
          if (words.length === 0 && file === undefined)
            return wrongUsage('say needs a text, - for all of stdin, or --file')
          const text = words.length === 1 && words[0] === '-' ? undefined : words.join(' ')
          const neighbor = neighborOf(neighborAddress, neighborPort)
          const timeoutMs = timeout ?? timeoutMsDefault
          return {
            command: 'say',
            flags: { ...flags, address, name, neighbor, invitation, timeoutMs, text, file },
          }
        },
      ),
    )
  kept(program.command('history'))
    .description('the stored transcript in its final order; may run while the node runs')
    .option('--room <room>', 'a room of the home, by the beginning of its id or title', parseRoom)
    .option('--json', 'one JSON object a line')
    .addOption(formatOption())
    .option('--time', 'with the day and time of this machine instead of the Lamport timestamp')
    .option('--since <when>', 'not before 2026-11-01, yesterday or "2026-11-01 12:30"', parseMoment('since'))
    .option('--until <when>', 'not after that day, or before that time', parseMoment('until'))
    .option('--from <name|id>', 'said under that name, or with a key that begins so', parseAuthor)
    .option('--grep <text>', 'with that text, whatever its case; all of them if given again', addText)
    .option('--verify', 'instead of printing it, verify every signature and seal in it')
    .option('--color', 'colours, whatever the environment says')
    .option('--no-color', 'no colours')
    .action((given: Given) =>
      finish('history', given, (flags, { json, format, time, verify, color, room, ...wanted }) => {
        const filter = filterOf(wanted)
        if (verify && (format !== undefined || time || filter)) return wrongUsage(verifyOrShow)
        if (json && (format !== undefined || time)) return wrongUsage(formatOrJson)
        return {
          command: 'history',
          flags: {
            ...flags,
            room,
            json: json === true,
            format,
            time: time === true,
            verify: verify === true,
            filter,
            color,
          },
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
  inherit(program.command('doctor'))
    .description('try each thing that stands between this machine and a member, and say what is wrong')
    .argument('[member]', "an invitation, or the address of a member (default: one of the home's last room)")
    .option('-a, --address <ip>', 'address or network interface of this machine', parseOwnHost)
    .option('--neighbor-address <ip>', 'the member, with or without :port', parseMember)
    .option('--neighbor-port <port>', "that member's port (default: 4000)", parseWhole(1, 65_535))
    .option('--invitation <file>', 'a file with an invitation to the room', parsePath)
    .option('-p, --port <port>', 'the port that your node listens on (default: 4000)', parseWhole(1, 65_535))
    .option('-P, --profile <name>', 'a home by its profile (default: default)', parseProfile)
    .option('--home <dir>', 'a home by its folder', parsePath)
    .option('--json', 'one JSON object a line')
    .option('--timeout <s>', 'how long to wait for each reply (default: 3)', parseSeconds)
    .action((word: string | undefined, given: Given) => {
      const all = { ...program.opts<Given>(), ...given }
      const { address, neighborAddress, neighborPort, invitation, home, profile, port, json, timeout } = all
      const named = [word, neighborAddress, invitation].filter((one) => one !== undefined)
      const problem =
        neighborProblem(neighborAddress, neighborPort) ??
        (named.length > 1
          ? 'doctor takes one of -na, --invitation and the word behind it'
          : timeout !== undefined && !(timeout >= 100 && timeout <= lookMsMax)
            ? tooLong
            : problemOf({ home, profile }))
      if (problem !== undefined) return done(wrongUsage(problem))
      const neighbor = neighborOf(neighborAddress, neighborPort)
      const kept = { home, profile, port: home === undefined && profile === undefined ? port : undefined }
      const rest = { address, neighbor, given: word, invitation, listen: port, timeoutMs: timeout }
      done({ command: 'doctor', flags: { ...kept, ...rest, json: json === true } })
    })
  inherit(program.command('nearby'))
    .description('the rooms that members in the local network announce')
    .option('--json', 'one JSON object a line')
    .option('--timeout <s>', 'how long to listen (default: 1.5)', parseSeconds)
    .action((given: Given) => {
      const { json, timeout } = { ...program.opts<Given>(), ...given }
      done(
        timeout !== undefined && timeout > lookMsMax
          ? wrongUsage(tooLong)
          : { command: 'nearby', flags: { json: json === true, timeoutMs: timeout } },
      )
    })
  kept(program.command('forget'))
    .description('delete the history of a room from this disk, after asking')
    .argument('<room>', 'the beginning of its id or title', parseRoom)
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
  addLab(inherit(program.command('lab')), done)
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
  // create would make another room at each start.
  if (line.command !== 'chat' || line.flags.locked)
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
