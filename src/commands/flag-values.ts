/**
 * Parses the values of flags: each function returns what a word means, or throws an error that says what to give.
 */

import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'
import { checkName, checkTitle } from '../chat/own-name.ts'
import { foldText } from '../lib/find-text.ts'
import { momentOf } from '../ui/terminal/days.ts'
import { authorMeantBy, type AuthorFilter } from '../wire/part-search.ts'
import { bareHost, ownHostProblem, splitMember } from '../transport/hosts.ts'
import { isProfileName } from './default-home.ts'

const secondsMax = 86_400
const historyMax = 1_000_000_000

export function parseWhole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return value
  }
}

/** Unit: ms. */
export function parseSeconds(text: string): number {
  const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN
  if (!(value <= secondsMax)) throw new InvalidArgumentError(`Give seconds from 0 to ${secondsMax}.`)
  return value * 1000
}

export function parseHistory(text: string): number | 'all' {
  return text === 'all' ? 'all' : parseWhole(0, historyMax)(text)
}

export function parseName(text: string): string {
  const checked = checkName(text)
  if ('problem' in checked) throw new InvalidArgumentError(`Note: ${checked.problem}.`)
  return checked.name
}

/** What a new room is called. */
export function parseTitle(text: string): string {
  const checked = checkTitle(text)
  if ('problem' in checked) throw new InvalidArgumentError(`Note: ${checked.problem}.`)
  return checked.title
}

export function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a path.')
  return text
}

export function parseProfile(text: string): string {
  if (!isProfileName(text))
    throw new InvalidArgumentError(
      'Give 1 to 64 letters, digits, "_", "-" or "."; the first is no "-" and no ".".',
    )
  return text
}

/** An address, host name or network interface of this machine. */
export function parseOwnHost(text: string): string {
  const problem = ownHostProblem(text)
  if (problem !== undefined) throw new InvalidArgumentError(problem)
  return bareHost(text)
}

export type GivenMember = { host: string; port: number | undefined }

/** An address with or without a port. */
export function parseMember(text: string): GivenMember {
  const split = splitMember(text)
  if (typeof split === 'string') throw new InvalidArgumentError(split)
  return split
}

export function parseAdvertised(text: string): string {
  parseMember(text)
  return text
}

/** The beginning of a room's id, or of its title. */
export function parseRoom(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError(
      "Give the beginning of a room's id or title, as ringleader rooms lists it.",
    )
  return text.trim()
}

/** Unit: ms since 1970. `edge`: of a day, where no time is given. */
export function parseMoment(edge: 'since' | 'until'): (text: string) => number {
  return (text) => {
    const moment = momentOf(text, edge)
    if (!moment)
      throw new InvalidArgumentError(
        'Give a day or a time: 2026-11-01, today, yesterday, "2026-11-01 12:30", 2026-11-01T12:30:00Z.',
      )
    return moment.getTime()
  }
}

/** A name, the beginning of a fingerprint, or both as in Ann[3f2a]. */
export function parseAuthor(text: string): AuthorFilter {
  if (text.trim() === '') throw new InvalidArgumentError('Give a name, or the beginning of a fingerprint.')
  return authorMeantBy(text)
}

/** One more text to look for. */
export function addText(text: string, before: readonly string[] = []): readonly string[] {
  const folded = foldText(text)
  if (folded === '') throw new InvalidArgumentError('Give a text that is not empty.')
  return [...before, folded]
}

/** The port of the page; 0: any. */
export function parseWebPort(text: string): number {
  return parseWhole(0, 65_535)(text)
}

/** Where the page listens. */
export function parseWebHost(text: string): string {
  const host = text.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 || /^(0\.0\.0\.0|::)$/.test(host))
    throw new InvalidArgumentError('Give one IP address of this machine, as in --web-host 192.168.1.5.')
  return host
}
