/**
 * Decides whether colours are used, and which colour a node's name has. A colour is never the only sign of
 * anything.
 */

/**
 * Whether one stream uses colours: a flag beats the environment, FORCE_COLOR beats NO_COLOR and TERM, and
 * without any of them a terminal has colours and everything else has none.
 * `flag` is --color (true), --no-color (false) or neither.
 */
export function usesColour(options: {
  flag: boolean | undefined
  isTerminal: boolean
  env: Readonly<Record<string, string | undefined>>
}): boolean {
  const { flag, isTerminal, env } = options
  if (flag !== undefined) return flag
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '')
    return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false'
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  if (env['TERM'] === 'dumb') return false
  return isTerminal
}

/** Ten of the sixteen colours. Black and white may be the background, and red is for errors. */
const nameColours = [32, 33, 34, 35, 36, 92, 93, 94, 95, 96] as const

/** The colour of a node's name: the same on every screen. */
export function nameColour(nodeId: string): number {
  let hash = 0
  for (let i = 0; i < nodeId.length; i++) hash = (hash * 31 + nodeId.charCodeAt(i)) >>> 0
  return nameColours[hash % nameColours.length] ?? 32
}

/** `text` in one of the sixteen colours (30-37, 90-97) or attributes (1 bold, 2 dim). */
export function paint(text: string, code: number): string {
  return `\u001b[${code}m${text}\u001b[0m`
}
