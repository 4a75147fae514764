/**
 * Parses the values of flags: each function returns what a word means, or throws an error that says what to give.
 */

import { InvalidArgumentError } from 'commander'
import { checkName, checkTitle } from '../chat/own-name.ts'
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

/** The beginning of a room's id. */
export function parseRoom(text: string): string {
  if (!/^[\da-f]{1,32}$/i.test(text))
    throw new InvalidArgumentError("Give the beginning of a room's id, as ringleader rooms lists it.")
  return text.toLowerCase()
}
