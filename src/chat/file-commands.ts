/**
 * Defines the commands for files that members offer to each other.
 */

import type { Command } from './commands.ts'

export type FileCommand =
  | { type: 'send'; path: string }
  | { type: 'accept'; number: number }
  | { type: 'stop'; number: number }
  | { type: 'files' }

function parseNumber(type: 'accept' | 'stop'): Command['parse'] {
  return (rest) =>
    /^\d{1,9}$/.test(rest)
      ? { type: 'files', command: { type, number: Number(rest) } }
      : { type: 'local', text: `/${type} takes the number of a file, as in /${type} 2; /files lists them` }
}

export const fileCommands: readonly Command[] = [
  {
    group: 'files',
    name: 'send',
    aliases: [],
    usage: '<file>',
    help: 'offer a file to the room',
    parse: (path) =>
      path === ''
        ? { type: 'local', text: '/send needs a file, as in /send photo.jpg' }
        : { type: 'files', command: { type: 'send', path } },
  },
  {
    group: 'files',
    name: 'accept',
    aliases: [],
    usage: '<n>',
    help: 'fetch a file that was offered',
    words: [],
    parse: parseNumber('accept'),
  },
  {
    group: 'files',
    name: 'stop',
    aliases: [],
    usage: '<n>',
    help: 'stop fetching it; what is here is kept for the next /accept',
    words: [],
    parse: parseNumber('stop'),
  },
  {
    group: 'files',
    name: 'files',
    aliases: [],
    usage: '',
    help: 'the files that were offered, and how far they are',
    words: [],
    parse: () => ({ type: 'files', command: { type: 'files' } }),
  },
]
