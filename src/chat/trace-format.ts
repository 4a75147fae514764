/**
 * Writes and reads the lines of a trace (cli.md, "Traces"): a first line that says what it is, and then one event a line.
 */

import type { RoomEvent } from './room-event.ts'

const version = 1

/** An event of a trace. `told`: when the node that wrote it told it, by its own clock. Ms since 1970. */
export type TracedEvent = RoomEvent & { readonly told: number }

/** The first line. `at`: ms since 1970. */
export function traceHead(node: string, room: string, at: number): string {
  return JSON.stringify({ type: 'trace', version, node, room, at })
}

/** `line`: an event as an object of JSON. */
export function traceLine(line: string, told: number): string {
  const at = /"at":\d/.test(line.slice(0, 400)) ? '' : `,"at":${told}`
  return `${line.slice(0, -1)}${at},"told":${told}}`
}

/** What is wrong with the first line; undefined: nothing. */
export function headProblem(text: string): string | undefined {
  const head = objectOf(text)
  if (head === undefined || head['type'] !== 'trace')
    return 'this is no trace of Ringleader: its first line must be {"type":"trace",...}'
  if (head['version'] !== version)
    return `a trace of version ${String(head['version'])}; this program reads ${version}`
  return undefined
}

type Shape =
  | 'a string'
  | 'a number'
  | 'true or false'
  | 'a list'
  | 'text or null'
  | 'a list of members'
  | 'a node'
  | 'a view'
  | 'a file'

const shapes: Readonly<Record<RoomEvent['type'], Readonly<Record<string, Shape>>>> = {
  ready: { id: 'a string', name: 'a string', address: 'a string', room: 'a string', locked: 'true or false' },
  message: {
    ts: 'a number',
    id: 'a string',
    author: 'a string',
    name: 'a string',
    address: 'a string',
    text: 'a string',
    time: 'a string',
  },
  pending: { id: 'a string', text: 'a string' },
  sent: { id: 'a string' },
  members: { members: 'a list of members' },
  leader: { id: 'a string', name: 'a string', address: 'a string', term: 'a number' },
  knock: { id: 'a string', name: 'a string', address: 'a string', number: 'a number' },
  title: { title: 'a string' },
  private: { id: 'a string', with: 'a node', text: 'a string' },
  away: { id: 'a string', text: 'text or null' },
  notice: { text: 'a string' },
  live: {},
  node: {
    node: 'a string',
    lamport: 'a number',
    status: 'a string',
    term: 'a number',
    leader: 'text or null',
    next: 'text or null',
    previous: 'text or null',
    sentMax: 'text or null',
    view: 'a view',
  },
  frame: { node: 'a string', lamport: 'a number', way: 'a string', peer: 'a string', frame: 'a string' },
  token: {
    node: 'a string',
    lamport: 'a number',
    from: 'a string',
    term: 'a number',
    candidate: 'a string',
    verdict: 'a string',
  },
  log: { node: 'a string', lamport: 'a number', kind: 'a string', text: 'a string' },
  missed: { node: 'a string', count: 'a number' },
  watched: { node: 'a string', state: 'a string' },
}

const optional: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  ready: { title: 'a string', invitation: 'a string' },
  message: { file: 'a file' },
  frame: { term: 'a number', candidate: 'a string', count: 'a number', messages: 'a list' },
  token: { sentMax: 'a string' },
}

/** An event, or what is wrong with the line. */
export function readTraceLine(text: string): { event: TracedEvent } | { problem: string } {
  const value = objectOf(text)
  if (value === undefined) return { problem: 'not one object of JSON' }
  const { type } = value
  const shape = typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type as RoomEvent['type']]
  if (!shape) return { problem: `an event of no known type: ${JSON.stringify(type)?.slice(0, 40)}` }
  for (const [field, wanted] of Object.entries(shape))
    if (!fits(value[field], wanted))
      return { problem: `${String(type)} without a ${field} that is ${wanted}` }
  for (const [field, wanted] of Object.entries(optional[String(type)] ?? {}))
    if (value[field] !== undefined && !fits(value[field], wanted))
      return { problem: `${String(type)} with a ${field} that is not ${wanted}` }
  const told = value['told'] ?? value['at']
  if (typeof told !== 'number' || !(told >= 0)) return { problem: `${String(type)} without a time, at` }
  return { event: { ...value, told } as unknown as TracedEvent }
}

function fits(value: unknown, wanted: Shape): boolean {
  if (wanted === 'a list') return Array.isArray(value)
  if (wanted === 'text or null') return value === null || typeof value === 'string'
  if (wanted === 'a list of members') return Array.isArray(value) && value.every(isNode)
  if (wanted === 'a node') return isNode(value)
  if (wanted === 'a view') return isView(value)
  if (wanted === 'a file') return isFile(value)
  if (wanted === 'a string') return typeof value === 'string'
  if (wanted === 'a number') return typeof value === 'number'
  return typeof value === 'boolean'
}

function isNode(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, address } = value as Record<string, unknown>
  return [id, name, address].every((field) => typeof field === 'string')
}

function isFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, size } = value as Record<string, unknown>
  return typeof name === 'string' && typeof size === 'number'
}

function isView(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { members } = value as Record<string, unknown>
  return Array.isArray(members) && members.every((id) => typeof id === 'string')
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
