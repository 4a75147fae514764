/**
 * The folder where a node keeps its key and rooms (cli.md, "Homes"): the default profile's, or the one that
 * --profile, -p or --home names.
 */

import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { RingleaderError } from '../peer/errors.ts'
import { quoteWord } from './shell-words.ts'

/** The profile that is taken where none is named. */
const defaultProfile = 'default'

/** Whether a word can be the name of a profile, which is a folder in the data folder. */
export function isProfileName(word: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,63}$/u.test(word)
}

/** The flags that choose a home. home false: memory only; port 0: any free one. */
export type HomeFlags = {
  home: string | false | undefined
  profile: string | undefined
  port: number | undefined
}

export type ChosenHome = {
  /** false: memory only. */
  dir: string | false
  type: 'default' | 'profile' | 'port' | 'given' | 'none'
  /** What people type to choose it again; empty for the default profile. */
  words: string
}

/**
 * The home that flags choose. `port`: that of the node, where a flag asked for any free one. Throws
 * ERR_HOME_UNUSABLE where the system knows no folder of this user, and one is needed.
 */
export function chooseHome(flags: HomeFlags, port = flags.port): ChosenHome {
  const { home, profile } = flags
  if (home === false || home === 'none') return { dir: false, type: 'none', words: '--home none' }
  if (home !== undefined) return { dir: home, type: 'given', words: `--home ${quoteWord(home)}` }
  if (profile !== undefined && profile !== defaultProfile)
    return { dir: defaultHome(profile), type: 'profile', words: `-P ${quoteWord(profile)}` }
  if (profile === undefined && flags.port !== undefined && port !== undefined)
    return { dir: defaultHome(port), type: 'port', words: `-p ${port}` }
  return { dir: defaultHome(), type: 'default', words: '' }
}

/** As chooseHome, for a command that reads what a home keeps. */
export function chooseKept(flags: HomeFlags): ChosenHome & { dir: string } {
  const chosen = chooseHome(flags)
  if (chosen.dir === false)
    throw new RingleaderError('ERR_USAGE', '--home none keeps nothing: name a folder, or a profile with -P')
  return { ...chosen, dir: chosen.dir }
}

/** Whether flags leave the home open until a port is found. */
export function awaitsPort({ home, profile, port }: HomeFlags): boolean {
  return port === 0 && home === undefined && profile === undefined
}

/**
 * The home of a profile, or of the node that listens on a port: in the place where the system keeps a user's data.
 * Throws ERR_HOME_UNUSABLE where there is no such place.
 */
export function defaultHome(
  profile: string | number = defaultProfile,
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const xdg = env['XDG_DATA_HOME']
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'ringleader', String(profile))
  const own = ownFolder()
  const data =
    platform === 'darwin'
      ? join(own, 'Library', 'Application Support')
      : platform === 'win32'
        ? (env['LOCALAPPDATA'] ?? join(own, 'AppData', 'Local'))
        : join(own, '.local', 'share')
  return join(data, 'ringleader', String(profile))
}

function ownFolder(): string {
  let own = ''
  let cause: unknown
  try {
    own = homedir()
  } catch (error) {
    cause = error
  }
  if (isAbsolute(own)) return own
  throw new RingleaderError(
    'ERR_HOME_UNUSABLE',
    'the system knows no home folder of this user (no HOME, no entry in passwd): give --home <dir>, or --home none to keep nothing',
    { cause },
  )
}
