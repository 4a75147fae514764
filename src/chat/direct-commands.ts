/**
 * Defines the commands for what two people say to each other alone, and for being away.
 */

import type { Command } from './commands.ts'

/** What is asked of the direct side. `rest`: a name or fingerprint, and the text behind it. */
export type DirectCommand =
  | { type: 'msg'; rest: string }
  | { type: 'reply'; text: string }
  | { type: 'keep' }
  /** word: a name, a fingerprint or its beginning. */
  | { type: 'unkeep'; word: string }
  /** text: '' to be back, or to be away without a word. */
  | { type: 'away'; text: string }

export const directCommands: readonly Command[] = [
  {
    group: 'talk',
    name: 'msg',
    aliases: ['m', 'w'],
    usage: '[name|id text]',
    help: 'send a message to one person; without arguments: the last private messages',
    parse: (rest) => ({ type: 'direct', command: { type: 'msg', rest } }),
  },
  {
    group: 'talk',
    name: 'reply',
    aliases: ['r'],
    usage: '<text>',
    help: 'reply to the last private message',
    parse: (text) =>
      text === ''
        ? { type: 'local', text: '/reply needs what to say, as in /reply yes' }
        : { type: 'direct', command: { type: 'reply', text } },
  },
  {
    group: 'talk',
    name: 'keep',
    aliases: [],
    usage: '',
    help: 'store the messages that did not arrive, to deliver them later; or list what is stored',
    words: [],
    parse: (rest) =>
      rest === ''
        ? { type: 'direct', command: { type: 'keep' } }
        : { type: 'local', text: '/keep takes nothing behind it: it keeps what did not arrive' },
  },
  {
    group: 'talk',
    name: 'unkeep',
    aliases: [],
    usage: '<name|id>',
    help: 'delete what is stored for that person',
    parse: (word) =>
      word === ''
        ? { type: 'local', text: '/unkeep needs a name or a fingerprint; /keep lists what is kept' }
        : { type: 'direct', command: { type: 'unkeep', word } },
  },
  {
    group: 'people',
    name: 'away',
    aliases: [],
    usage: '[why]',
    help: 'show the others that you are away; without arguments: away, or back',
    parse: (text) => ({ type: 'direct', command: { type: 'away', text } }),
  },
]
