/**
 * Defines the commands of the terminal as one table, from which both the parser and /help are made.
 */

import { directCommands } from './direct-commands.ts'
import { fileCommands } from './file-commands.ts'
import { displayWords } from './display.ts'
import { checkName } from './own-name.ts'
import { nearWord } from './nearest.ts'
import type { DirectCommand } from './direct-commands.ts'
import type { FileCommand } from './file-commands.ts'
import type { DisplayCommand } from './display.ts'

/** What a person asked for. `local`: a text shown to this person alone, never sent. */
export type Request =
  | { type: 'say'; text: string }
  | { type: 'act'; text: string }
  | { type: 'names' }
  | { type: 'ring' }
  | { type: 'leader' }
  | { type: 'web' }
  | { type: 'check' }
  /** name: '' for oneself. */
  | { type: 'whois'; name: string }
  /** count: messages a page; undefined: as many as fit. */
  | { type: 'history'; count: number | undefined }
  /** day: as typed, such as 2026-11-01 or yesterday. */
  | { type: 'day'; day: string }
  /** words: '' for the next page of the last search. */
  | { type: 'search'; words: string }
  /** The next page of what was read last. */
  | { type: 'more' }
  | { type: 'clear' }
  | { type: 'nick'; name: string }
  /** title: '' to ask what it is. */
  | { type: 'title'; title: string }
  | { type: 'lock'; command: LockCommand }
  | { type: 'direct'; command: DirectCommand }
  | { type: 'files'; command: FileCommand }
  /** name: a name, a fingerprint or its beginning; '' to list those who are ignored. */
  | { type: 'ignore'; name: string }
  | { type: 'unignore'; name: string }
  /** word: '' to ask what is. */
  | { type: 'display'; command: DisplayCommand; word: string }
  | { type: 'quit' }
  | { type: 'local'; text: string }

/** What is asked of the lock of the room. */
export type LockCommand =
  | { type: 'invite' }
  | { type: 'knocks' }
  /** word: the number of a knock, or its fingerprint, at least the 16 digits that are shown. */
  | { type: 'admit' | 'deny'; word: string }
  | { type: 'rekey' }
  /** word: a name, a fingerprint or its beginning. */
  | { type: 'remove'; word: string }

/** What the commands of a group are about, in the order in which /help lists them. */
const groups = ['talk', 'files', 'people', 'room', 'reading', 'lock', 'screen', 'program'] as const
type Group = (typeof groups)[number]

export type Command = {
  readonly group: Group
  readonly name: string
  readonly aliases: readonly string[]
  /** What follows the name, for /help. */
  readonly usage: string
  readonly help: string
  /** What Tab offers behind it. Default: names. */
  readonly words?: readonly string[]
  /** `rest` is trimmed. */
  readonly parse: (rest: string) => Request
}

/** Messages on one page of /history. */
const historyPageMax = 1000

function usageOf(command: Command): string {
  return `/${command.name}${command.usage && ` ${command.usage}`}`
}

function without(
  type: 'names' | 'ring' | 'leader' | 'web' | 'check' | 'more' | 'clear',
): (rest: string) => Request {
  return () => ({ type })
}

function parseHistory(rest: string): Request {
  if (rest === '') return { type: 'history', count: undefined }
  if (!/^-?[\d.]+$/.test(rest)) return { type: 'day', day: rest }
  const count = /^\d{1,4}$/.test(rest) ? Number(rest) : 0
  return count > 0 && count <= historyPageMax
    ? { type: 'history', count }
    : {
        type: 'local',
        text: `/history takes a number of messages up to ${historyPageMax}, as in /history 50, or a day, as in /history 2026-11-01`,
      }
}

function parseDisplay(command: DisplayCommand): (rest: string) => Request {
  const words = displayWords[command]
  return (rest) => {
    const word = rest.toLowerCase()
    return word === '' || words.includes(word)
      ? { type: 'display', command, word }
      : { type: 'local', text: `/${command} takes one of: ${words.join(', ')}` }
  }
}

function displayCommand(name: DisplayCommand, usage: string, help: string): Command {
  return {
    group: 'screen',
    name,
    aliases: [],
    usage,
    help,
    words: displayWords[name],
    parse: parseDisplay(name),
  }
}

function parseKnock(type: 'admit' | 'deny'): (rest: string) => Request {
  return (rest) =>
    /^(\d{1,9}|(\s*[\da-f]){16,32})$/i.test(rest)
      ? { type: 'lock', command: { type, word: rest } }
      : {
          type: 'local',
          text: `/${type} takes the number of a knock, as in /${type} 2, or its fingerprint as it is shown; /knocks lists them`,
        }
}

function parseRekey(rest: string): Request {
  return rest === ''
    ? { type: 'lock', command: { type: 'rekey' } }
    : { type: 'local', text: '/rekey takes nothing behind it; /remove takes somebody out' }
}

function parseRemove(word: string): Request {
  return word === ''
    ? { type: 'local', text: '/remove needs a name or a fingerprint, as in /remove Bob' }
    : { type: 'lock', command: { type: 'remove', word } }
}

function parseQuit(rest: string): Request {
  return rest === ''
    ? { type: 'quit' }
    : { type: 'local', text: '/quit takes nothing behind it: /quit alone leaves, //quit says it as text' }
}

/** Those of one group in the order in which /help lists them. */
export const commands: readonly Command[] = [
  {
    group: 'people',
    name: 'names',
    aliases: ['who', 'list'],
    usage: '',
    help: 'who is in the room, in ring order',
    parse: without('names'),
  },
  {
    group: 'room',
    name: 'ring',
    aliases: [],
    usage: '',
    help: 'your neighbours and the state of the election',
    parse: without('ring'),
  },
  {
    group: 'room',
    name: 'leader',
    aliases: [],
    usage: '',
    help: 'who leads the room',
    parse: without('leader'),
  },
  {
    group: 'room',
    name: 'web',
    aliases: [],
    usage: '',
    help: 'the page of this node, with the ring alive in it: an address for your browser',
    words: [],
    parse: without('web'),
  },
  {
    group: 'people',
    name: 'whois',
    aliases: [],
    usage: '[name]',
    help: 'the fingerprint of the key of who has that name, or of yours',
    parse: (name) => ({ type: 'whois', name }),
  },
  {
    group: 'room',
    name: 'check',
    aliases: [],
    usage: '',
    help: 'whether all members hold the same messages, or where one differs',
    parse: without('check'),
  },
  {
    group: 'reading',
    name: 'history',
    aliases: [],
    usage: '[n|day]',
    help: 'earlier messages, or those of a day: 2026-11-01, yesterday',
    words: ['today', 'yesterday'],
    parse: parseHistory,
  },
  {
    group: 'reading',
    name: 'search',
    aliases: [],
    usage: '[words]',
    help: 'messages with all these words, or with "this text"',
    words: [],
    parse: (words) => ({ type: 'search', words }),
  },
  {
    group: 'reading',
    name: 'more',
    aliases: [],
    usage: '',
    help: 'the next page of what was read last',
    words: [],
    parse: without('more'),
  },
  {
    group: 'talk',
    name: 'me',
    aliases: [],
    usage: '<text>',
    help: 'say what you do: /me waves',
    parse: (rest) =>
      rest === ''
        ? { type: 'local', text: '/me needs what you do, as in /me waves' }
        : { type: 'act', text: rest },
  },
  {
    group: 'people',
    name: 'nick',
    aliases: [],
    usage: '<name>',
    help: 'change your name',
    parse: (rest) => {
      if (rest === '') return { type: 'local', text: '/nick needs the new name, as in /nick Ann' }
      const checked = checkName(rest)
      return 'name' in checked
        ? { type: 'nick', name: checked.name }
        : { type: 'local', text: checked.problem }
    },
  },
  ...directCommands,
  ...fileCommands,
  {
    group: 'people',
    name: 'ignore',
    aliases: [],
    usage: '[name|id]',
    help: 'show no more messages of who has that name or fingerprint; alone it lists whom you ignore',
    parse: (name) => ({ type: 'ignore', name }),
  },
  {
    group: 'people',
    name: 'unignore',
    aliases: [],
    usage: '<name|id>',
    help: 'show the messages of an ignored one again',
    parse: (name) =>
      name === ''
        ? { type: 'local', text: '/unignore needs a name or fingerprint; /ignore lists whom you ignore' }
        : { type: 'unignore', name },
  },
  {
    group: 'room',
    name: 'topic',
    aliases: ['title'],
    usage: '[title]',
    help: 'the title of the room, or another one',
    parse: (title) => ({ type: 'title', title }),
  },
  {
    group: 'lock',
    name: 'invite',
    aliases: [],
    usage: '',
    help: 'the line that lets others into a locked room',
    parse: () => ({ type: 'lock', command: { type: 'invite' } }),
  },
  {
    group: 'lock',
    name: 'knocks',
    aliases: [],
    usage: '',
    help: 'who asks to be let into a locked room',
    parse: () => ({ type: 'lock', command: { type: 'knocks' } }),
  },
  {
    group: 'lock',
    name: 'admit',
    aliases: [],
    usage: '<n|id>',
    help: 'let one in that knocks',
    parse: parseKnock('admit'),
  },
  {
    group: 'lock',
    name: 'deny',
    aliases: [],
    usage: '<n|id>',
    help: 'turn one away that knocks',
    parse: parseKnock('deny'),
  },
  {
    group: 'lock',
    name: 'rekey',
    aliases: [],
    usage: '',
    help: 'give a locked room another key; old invitations end',
    parse: parseRekey,
  },
  {
    group: 'lock',
    name: 'remove',
    aliases: [],
    usage: '<name|id>',
    help: 'take somebody out of a locked room for good',
    parse: parseRemove,
  },
  displayCommand('timestamp', '<what>', 'show off, time, datetime or lamport with a message'),
  displayCommand('format', '<name>', 'show messages as classic or short lines: 12:41 Ann: text'),
  displayCommand('bell', 'on|off', 'ring when you are mentioned'),
  displayCommand('notify', 'on|off', 'a desktop notification (OSC 9) when you are mentioned'),
  {
    group: 'screen',
    name: 'clear',
    aliases: [],
    usage: '',
    help: 'empty the screen, as Ctrl-L does; nothing is deleted',
    words: [],
    parse: without('clear'),
  },
  {
    group: 'program',
    name: 'help',
    aliases: [],
    usage: '[command|group]',
    help: 'this list, one group of it, or one command',
    parse: (rest) => help(rest),
  },
  {
    group: 'program',
    name: 'quit',
    aliases: ['exit'],
    usage: '',
    help: 'leave the room; //exit too',
    parse: parseQuit,
  },
]

/** All of them, and their aliases behind them, without slash. */
export const commandWords: readonly string[] = [
  ...commands.map(({ name }) => name),
  ...commands.flatMap(({ aliases }) => aliases),
]

function find(word: string): Command | undefined {
  return commands.find((command) => command.name === word || command.aliases.includes(word))
}

function unknown(word: string): Request {
  const shown = word.length > 32 ? `${word.slice(0, 32)}...` : word
  const near = nearWord(word, commandWords)
  const hint = near === undefined ? '/help lists the commands.' : `did you mean /${near}?`
  return {
    type: 'local',
    text: `no command /${shown}; ${hint} Nothing was sent; //${shown} sends it as text`,
  }
}

function noHelp(word: string): Request {
  const near = nearWord(word, [...groups, ...commandWords])
  const hint = near === undefined ? '' : ` (did you mean /help ${near}?)`
  const shown = word.length > 32 ? `${word.slice(0, 32)}...` : word
  return {
    type: 'local',
    text: `no command and no group of them is called ${shown}${hint}; /help lists all, /help send is about one, and /help <group> is one of: ${groups.join(', ')}`,
  }
}

function help(rest: string): Request {
  if (rest !== '') {
    const word = rest.replace(/^\/+/, '').toLowerCase()
    const command = find(word)
    const group = groups.find((one) => one === word)
    if (!command && group) return { type: 'local', text: groupText(group) }
    if (!command) return noHelp(word)
    const also = command.aliases.map((alias) => `/${alias}`).join(' ')
    return {
      type: 'local',
      text: `${usageOf(command)}  ${command.help}${also && `\nthe same: ${also}`}`,
    }
  }
  return { type: 'local', text: groups.map(groupText).join('\n') }
}

/** Of all usages, so that groups stand below one another. */
const usageWidth = Math.max(...commands.map((command) => usageOf(command).length))

function groupText(group: Group): string {
  const lines = commands
    .filter((command) => command.group === group)
    .map((command) => {
      const also = command.aliases.map((alias) => `/${alias}`).join(' ')
      return `  ${usageOf(command).padEnd(usageWidth)}  ${command.help}${also && ` (also ${also})`}`
    })
  const sayIt = group === 'talk' ? [`  ${'//text'.padEnd(usageWidth)}  says /text`] : []
  return [`${group}:`, ...lines, ...sayIt].join('\n')
}

/** What Tab offers behind a command that was typed; undefined: names. */
export function wordsBehind(typed: string): readonly string[] | undefined {
  const word = /^\/(\w+)\s+\S*$/.exec(typed)?.[1]?.toLowerCase()
  const command = word === undefined ? undefined : find(word)
  return command?.name === 'help' ? [...groups, ...commandWords] : command?.words
}

/** Parses a text typed at the prompt. Only `say` and `act` ever leave this node. */
export function parseTyped(text: string): Request {
  if (!text.startsWith('/')) return { type: 'say', text }
  if (text.trimEnd() === '//exit') return { type: 'quit' }
  if (text.startsWith('//')) return { type: 'say', text: text.slice(1) }
  const [, word = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? []
  const command = find(word.toLowerCase())
  return command ? command.parse(rest.trim()) : unknown(word)
}
