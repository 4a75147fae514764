/**
 * What a person who comes back need not say again: the last name and port of a home; and the commands that are
 * printed for it: how to come back, where the old room is, how to start a second profile.
 */

import { resolve } from 'node:path'
import { isInvitation } from '../chat/invitation.ts'
import { checkName } from '../chat/own-name.ts'
import { RingleaderError } from '../peer/errors.ts'
import type { Room } from '../peer/room.ts'
import { findLastRoom, listRooms } from '../store/home/home.ts'
import { readLastSelf, writeLastSelf } from '../store/home/last-self.ts'
import type { LastSelf } from '../store/home/last-self.ts'
import { shortNames } from '../store/home/short-names.ts'
import { forgetRunning, noteRunning, readRunning } from '../store/home/running-node.ts'
import { splitAddress } from '../ui/terminal/printer.ts'
import { findHomes } from './other-homes.ts'
import type { ChosenHome } from './default-home.ts'
import type { ChatFlags } from './command-line.ts'
import { commandOf, quoteWord } from './shell-words.ts'

/** The name and port that a home was last used with, as far as they can be used. Never throws. */
export function recall({ dir }: Pick<ChosenHome, 'dir'>): LastSelf {
  if (dir === false) return {}
  const { name, port } = readLastSelf(dir)
  const checked = name === undefined ? undefined : checkName(name)
  return {
    ...(checked && 'name' in checked && { name: checked.name }),
    ...(port !== undefined && { port }),
  }
}

/** Keeps the name and the port in the home, now and when they change. */
export function rememberSelf(dir: string, room: Room): void {
  let known: Required<LastSelf> | undefined
  const keep = (): void => {
    const { name } = room.self
    const port = Number(splitAddress(room.listening).port)
    if (name === known?.name && port === known.port) return
    known = { name, port }
    writeLastSelf(dir, known)
  }
  keep()
  room.on('members', keep)
  // A node that moves says so in the log; behind an advertised address its members stay as they are.
  room.on('log', keep)
}

/** Tells other programs of the same person where the node of this home is, as long as it is there. */
export function tellWhereabouts(dir: string, room: Room): void {
  let known: string | undefined
  const keep = (): void => {
    if (room.listening !== known) noteRunning(dir, room.listening)
    known = room.listening
  }
  keep()
  room.on('log', keep)
  room.on('close', () => {
    room.off('log', keep)
    forgetRunning(dir)
  })
}

/**
 * What is said at the start beside the room's own lines. `chosen`: the home, before it is opened. The rest: as in the flags.
 */
export async function linesAtStart(
  chosen: ChosenHome,
  { fresh, leader, title }: Pick<ChatFlags, 'fresh' | 'leader' | 'title'>,
): Promise<string[]> {
  const { dir, type, words } = chosen
  if (dir === false) return ['nothing is kept on disk (--home none)']
  const lines =
    type === 'port'
      ? [`this is the profile of that port, kept in ${dir}; come back to it with: ${commandOf(words)}`]
      : []
  if (!leader) return lines
  const { room } = await findLastRoom(dir).catch(() => ({ room: undefined }))
  if (room !== undefined && fresh) {
    const short = shortNames(await listRooms(dir)).get(room) ?? room
    return [
      ...lines,
      `the old room stays in ${dir}; go back to it with: ${commandOf(words, '--room', short)}`,
    ]
  }
  if (room !== undefined && title !== undefined)
    return [...lines, 'this is the room of before, and --title is for a new one: /topic gives another title']
  if (room === undefined && !fresh && type === 'default') {
    const others = (await findHomes()).homes.filter((flags) => flags !== `-P default`)
    if (others.length > 0)
      return [
        ...lines,
        `this room is new; homes that hold one already: ${others.map((flags) => commandOf(flags)).join(', ')}`,
      ]
  }
  return lines
}

/** How to come back: the command, complete, with what no home remembers. `flags`: as they were given. */
export function returnLine(
  { type, words }: ChosenHome,
  flags: Pick<ChatFlags, 'address' | 'advertise' | 'port' | 'files' | 'announce' | 'knocks' | 'log'>,
): string {
  const { address, advertise, port, files, announce, knocks, log } = flags
  const own = [
    address === undefined ? '' : `-a ${quoteWord(address)}`,
    files === undefined ? '' : `--files ${quoteWord(resolve(files))}`,
    log === undefined ? '' : `--log ${quoteWord(log === 'none' ? log : resolve(log))}`,
    announce === undefined ? '' : announce ? '--announce' : '--no-announce',
    knocks ? '' : '--no-knock',
  ]
  if (advertise === undefined) return `to come back: ${commandOf(words, ...own)}`
  // What is advertised leads to that port, and to no other. Alone, -p would name another home than the default one.
  const listens = port === undefined || port === 0 || type === 'port' ? '' : `-p ${port}`
  const home = listens !== '' && type === 'default' ? '-P default' : words
  return `to come back: ${commandOf(home, listens, ...own, `--advertise ${quoteWord(advertise)}`)}`
}

/** Profiles that are proposed one after the other. */
const proposals = ['second', 'third', 'fourth', 'fifth']

/**
 * The error for a home that another process uses, with the command that starts a second profile. `words`: the command
 * line that was given.
 */
export function homeInUse(
  { dir, type, words: own }: ChosenHome,
  words: readonly string[],
  cause: unknown,
): RingleaderError {
  const running = dir === false ? undefined : readRunning(dir)
  const by = running ? `process ${running.pid}, at ${running.address}` : 'another process'
  const name =
    type === 'default'
      ? 'the default profile'
      : type === 'profile'
        ? `the profile (${own})`
        : `the profile of that port (${own})`
  const next = proposals[proposals.findIndex((proposal) => own === `-P ${proposal}`) + 1] ?? 'another'
  const rest = withoutHome(words)
  const isComplete = rest.some((word) =>
    /^(-l|--leader|create|join|-na|--neighbor-address(=.*)?)$/.test(word),
  )
  const how = isComplete ? [] : [running ? joinWords(running.address, rest) : '-na <address of a member>']
  const command = commandOf('-P', next, ...rest.map(quoteWord), ...how)
  return new RingleaderError(
    'ERR_HOME_IN_USE',
    `${name} (${String(dir)}) is in use by ${by}: end that one, or start a second profile: ${command}`,
    { cause },
  )
}

function joinWords(address: string, given: readonly string[]): string {
  const { host, port } = splitAddress(address)
  const isLoopback = host === '::1' || host.startsWith('127.')
  const own = isLoopback && !given.some((word) => /^(-a|--address)/.test(word)) ? `-a ${host} ` : ''
  return `${own}-na ${host} -np ${port}`
}

/** A command line without the flags that choose a home; and without its port, which is in use too. */
function withoutHome(words: readonly string[]): string[] {
  const kept: string[] = []
  // What is printed may stay on a screen: not the key of a room.
  const shown = words.map((word) => (isInvitation(word) ? '<invitation>' : word))
  for (let at = 0; at < shown.length; at++) {
    const word = shown[at] ?? ''
    if (/^(-P|--profile|-p|--port|--home)$/.test(word)) at += 1
    else if (!/^(-P.+|--profile=.*|-p\d+|--port=.*|--home=.*)$/.test(word)) kept.push(word)
  }
  return kept
}
