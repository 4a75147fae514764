/**
 * Copies a core's state, and makes keys that equal states share. Parts of a state that never change are
 * shared by its copies; numbers that only count up are left out of its key.
 */

import type { State } from '../../src/core/index.ts'
import { Frontier, Heard } from '../../src/core/model/frontier.ts'
import type { LinkId } from '../../src/core/model/ids.ts'

/** Records, parts, members and views are made once and never changed. */
function isFixed(value: object): boolean {
  return (
    'stamper' in value ||
    ('author' in value && 'aseq' in value) ||
    ('uid' in value && 'addr' in value && !('prng' in value)) ||
    ('vid' in value && 'members' in value)
  )
}

function copyAny(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyAny)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyAny(item)]))
  if (value instanceof Set) return new Set(value)
  if (value instanceof Frontier || value instanceof Heard) return value.copy()
  if (isFixed(value)) return value
  return copyFields(value)
}

function copyFields(value: object): object {
  const copy = { ...value } as Record<string, unknown>
  for (const name in copy) {
    const item = copy[name]
    if (typeof item === 'object' && item !== null) copy[name] = copyAny(item)
  }
  return copy
}

/** Like `copyOf`, for a whole core. */
export function copyState(state: State): State {
  const { config, tail } = state
  const copy = copyFields({ ...state, config: undefined, tail: undefined, out: undefined }) as State
  return Object.assign(copy, { config, tail: [...tail], out: [] })
}

/** Fields that count up, repeat another field, or only decide how long something takes. */
const uncounted = [
  ...['config', 'prng', 'out', 'nextLink', 'nonce', 'beats', 'requestN', 'requests', 'bookDirty', 'bookNews'],
  ...['contacts', 'tail', 'tailBytes', 'undurableBytes', 'quiet', 'room', 'name', 'addr'],
  ...['holdNonce', 'pauseNonce', 'told', 'roundTripMs', 'passes', 'lastRec', 'flushN'],
]

/** What a key leaves out. data: also all that a search without ring links and timers never reads. */
const leftOut = {
  data: new Set([...uncounted, 'links', 'book']),
  all: new Set(uncounted),
}

/** How much of a room a search can change. */
export type Detail = keyof typeof leftOut

/** What can still happen at a node depends on this alone. Links are named by `linkName`. */
export function stateKey(state: State, detail: Detail, linkName: (id: LinkId) => string): string {
  const silent = leftOut[detail]
  const parts: string[] = []
  const write = (value: unknown, field: string): void => {
    if (typeof value === 'number' && (field === 'link' || field === 'id' || field === 'holdCheck')) {
      parts.push(linkName(value as LinkId))
    } else if (typeof value === 'number' && (field === 'n' || field === 'persistN')) {
      // Commits are told apart by what is not done yet.
      parts.push(`${value - state.durableN}`)
    } else if (field === 'durableN' || value === undefined) {
      parts.push('-')
    } else if (typeof value !== 'object' || value === null) {
      parts.push(`${value as string | number | boolean | null}`)
    } else if (Array.isArray(value)) {
      parts.push('[')
      for (const item of value) write(item, field)
      parts.push(']')
    } else if (value instanceof Frontier || value instanceof Heard) {
      write(new Map<string, unknown>(value), field)
    } else if (value instanceof Map) {
      parts.push('{')
      for (const [key, item] of [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) {
        parts.push(typeof key === 'number' ? linkName(key as LinkId) : String(key))
        write(item, field)
      }
      parts.push('}')
    } else if (value instanceof Set) {
      parts.push(
        [...(value as Set<string | number>)]
          .map((item) => (typeof item === 'number' ? linkName(item as LinkId) : item))
          .sort((a, b) => (a < b ? -1 : 1))
          .join(),
      )
    } else if ('stamper' in value && 's' in value) {
      parts.push(`${String(value.stamper)}.${String(value.s)}`)
    } else if ('namespace' in value && 'aseq' in value) {
      parts.push(`${String(value.namespace)}/${String(value.aseq)}`)
    } else {
      for (const name in value) if (!silent.has(name)) write((value as Record<string, unknown>)[name], name)
    }
    parts.push(' ')
  }
  write(state, '')
  return parts.join('')
}
