/**
 * What a person chose about the screen, kept in the home: `<home>/settings.json`. A file that is not what was written
 * is set aside, and what of it can be read counts.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-file.ts'
import { setFilesAside } from './set-aside.ts'

export type Settings = {
  format: 'classic' | 'short'
  /** Undefined: what the format has. */
  timestamp: 'off' | 'time' | 'datetime' | 'lamport' | undefined
  /** BEL at a mention. */
  bell: boolean
  /** A desktop notification at a mention (OSC 9). */
  osc9: boolean
  /** Those whose messages are not shown: the node id, 32 hex digits, and the name that it had then. */
  ignored: readonly Ignored[]
}

type Ignored = { readonly id: string; readonly name: string }

export const defaultSettings: Settings = {
  format: 'classic',
  timestamp: undefined,
  bell: true,
  osc9: true,
  ignored: [],
}

type Choice = Exclude<keyof Settings, 'ignored'>

const allowed: { readonly [K in Choice]: readonly Settings[K][] } = {
  format: ['classic', 'short'],
  timestamp: ['off', 'time', 'datetime', 'lamport', undefined],
  bell: [true, false],
  osc9: [true, false],
}

function pathIn(home: string): string {
  return join(home, 'settings.json')
}

/** Those of `text` that can be read; the others are the defaults. Fields of later versions count for nothing. */
function parse(text: string): { settings: Settings; isWhole: boolean } {
  const settings: Settings = { ...defaultSettings }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    content = undefined
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return { settings, isWhole: false }
  let isWhole = true
  const take = <K extends Choice>(key: K): void => {
    const given = (content as Record<string, unknown>)[key]
    const value = allowed[key].find((one) => one === given)
    if (given === undefined) return
    if (value === undefined) isWhole = false
    else settings[key] = value
  }
  take('format')
  take('timestamp')
  take('bell')
  take('osc9')
  const { ignored = [] } = content as { ignored?: unknown }
  const given: unknown[] = Array.isArray(ignored) ? ignored : []
  settings.ignored = given.flatMap((one) => toIgnored(one) ?? [])
  if (!Array.isArray(ignored) || settings.ignored.length < given.length) isWhole = false
  return { settings, isWhole }
}

function toIgnored(value: unknown): Ignored | undefined {
  const { id, name } = (value ?? {}) as Record<string, unknown>
  const isGood = typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) && typeof name === 'string'
  return isGood ? { id, name } : undefined
}

/** The defaults where nothing is kept, or it cannot be read. Changes nothing. Never rejects. */
export async function readSettings(home: string): Promise<Settings> {
  const { text } = await readText(home)
  return text === undefined ? defaultSettings : parse(text).settings
}

/**
 * Sets a damaged file aside, in a home that this process has locked. Resolves to what was wrong, for people. Never
 * rejects.
 */
export async function mendSettings(home: string): Promise<string | undefined> {
  const path = pathIn(home)
  const { text, code } = await readText(home)
  if (code !== undefined) return `${path} cannot be read (${code}): settings are the defaults`
  if (text === undefined || parse(text).isWhole) return undefined
  const aside = await setFilesAside(path).catch(() => undefined)
  const where = aside === undefined ? '' : ` and was set aside as ${aside}`
  return `${path} is damaged${where}: settings that it does not hold are the defaults`
}

/** `code`: why it cannot be read. Neither where there is no file. */
async function readText(home: string): Promise<{ text?: string; code?: string }> {
  try {
    return { text: await readFile(pathIn(home), 'utf8') }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? {} : { code }
  }
}

/** Durable when it resolves. The home exists. Rejects with the system's error. One call at a time. */
export async function writeSettings(home: string, settings: Settings): Promise<void> {
  await writeDurably(pathIn(home), `${JSON.stringify(settings, undefined, 1)}\n`)
}
