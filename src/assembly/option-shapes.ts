/**
 * Which options the library's functions take, and of which type: programs in JavaScript may give anything, and an option that was
 * misspelled must not be passed over: `lockd: true` would open the room to everybody.
 */

import { nearWord } from '../chat/nearest.ts'
import type { DiagnoseOptions } from '../peer/diagnosis.ts'
import { usageError } from '../peer/errors.ts'
import type { NearbyOptions } from '../peer/nearby-list.ts'
import type { CreateOptions, JoinOptions, RoomOptions } from '../peer/room.ts'

const kindNames = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  false: 'false',
  function: 'a function',
} as const
type Kind = keyof typeof kindNames
/** Of which kinds each option may be; one that is undefined is not given. */
type Shape<Options> = Readonly<Record<keyof Required<Options>, Kind | readonly Kind[]>>

const roomShape: Shape<RoomOptions> = {
  name: 'string',
  address: 'string',
  advertise: 'string',
  port: 'number',
  home: ['string', 'false'],
  room: 'string',
  knocks: 'boolean',
  watch: 'boolean',
  announce: ['boolean', 'string'],
  onLog: 'function',
}
const createShape: Shape<CreateOptions> = {
  ...roomShape,
  copies: 'number',
  fresh: 'boolean',
  title: 'string',
  locked: 'boolean',
}
const joinShape: Shape<JoinOptions> = {
  ...roomShape,
  neighbor: 'string',
  invitation: 'string',
  knock: 'boolean',
  visit: 'boolean',
  timeoutMs: 'number',
  onConnecting: 'function',
}
const diagnoseShape: Shape<DiagnoseOptions> = {
  address: 'string',
  port: 'number',
  home: 'string',
  neighbor: 'string',
  invitation: 'string',
  timeoutMs: 'number',
  onHop: 'function',
}
const nearbyShape: Shape<NearbyOptions> = { timeoutMs: 'number', onRoom: 'function' }

const shapes = {
  createRoom: createShape,
  joinRoom: joinShape,
  diagnose: diagnoseShape,
  nearbyRooms: nearbyShape,
} as const

/** Throws RingleaderError ERR_USAGE for what is no object, an option that the function does not have, or one of another type. */
export function checkShape(takes: keyof typeof shapes, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw usageError(`${takes} takes an object of options`)
  const shape = new Map<string, Kind | readonly Kind[]>(Object.entries(shapes[takes]))
  for (const [name, value] of Object.entries(options)) {
    const kinds = shape.get(name)
    if (kinds === undefined) throw usageError(`${takes} has no option ${name}${hintFor(takes, name)}`)
    if (value === undefined || [kinds].flat().some((kind) => fits(kind, value))) continue
    const names = [kinds].flat().map((kind) => kindNames[kind])
    throw usageError(`${name} is ${names.join(' or ')}`)
  }
}

function fits(kind: Kind, value: unknown): boolean {
  return kind === 'false' ? value === false : typeof value === kind
}

function hintFor(takes: keyof typeof shapes, name: string): string {
  const near = nearWord(name, Object.keys(shapes[takes]))
  if (near !== undefined) return `: did you mean ${near}?`
  const other = Object.entries(shapes).find(([of, shape]) => of !== takes && Object.hasOwn(shape, name))
  return other ? `: ${other[0]} has` : ''
}
