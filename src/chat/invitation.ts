/**
 * The invitation to a locked room: one line that a person hands to another (cli.md, "Invitations").
 *
 *     ringleader://192.168.1.5:4000,fd00::5.4000/<room: 32 hex digits>#<28 characters>
 *
 * The 28 characters are base64url of the key (16 bytes), 2 bytes of a hash of the room and 3 bytes of a hash of the key. So a slip
 * in the room and one in the key are told apart, without asking anybody. No character of it means anything to a shell.
 */

import { canonicalIp, formatAddress, isUnspecified, parseAddress } from '../core/model/address.ts'
import { isLocked } from '../core/model/ids.ts'
import { digestOf } from '../wire/digest.ts'
import type { Address, RoomId, RoomKey } from '../core/model/ids.ts'

export type Invitation = {
  readonly room: RoomId
  readonly key: RoomKey
  /** Of members, at least one. */
  readonly addresses: readonly Address[]
}

/** What is wrong with a text. isCut: more of it may follow. */
export type InvitationProblem = { readonly problem: string; readonly isCut: boolean }

const scheme = 'ringleader://'
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const roomDigits = 32
const keyDigits = 32
const roomCheckDigits = 4
const keyCheckDigits = 6
const sealedCharacters = 28
/** What mail and chat programs put into a line. */
const noise = '[\\s"\'`<>()\\u200b\\ufeff]'
const begin = new RegExp([...scheme].join(`${noise}*`), 'i')
/** An invitation with as many characters behind # as there are in one. */
const whole = new RegExp(`^[^#]*#(?:${noise}*[\\w-]){${sealedCharacters}}(?![\\w#-])`)

export function formatInvitation({ room, key, addresses }: Invitation): string {
  const written = addresses.map(writeAddress).join(',')
  return `${scheme}${written}/${room}#${toCharacters(key + checkOfRoom(room) + checkOfKey(key))}`
}

/** Whether a word is meant as an invitation, whole or not. */
export function isInvitation(text: string): boolean {
  return bare(text).toLowerCase().startsWith(scheme)
}

/**
 * Reads an invitation. Other words around it, and line breaks in it, are passed over.
 */
export function parseInvitation(text: string): Invitation | InvitationProblem {
  const line = bare(text)
  if (line === '') return { problem: 'no invitation was given', isCut: true }
  if (!line.toLowerCase().startsWith(scheme))
    return {
      problem: `this is not an invitation: one begins with ${scheme}`,
      isCut: scheme.startsWith(line.toLowerCase()),
    }
  const rest = line.slice(scheme.length)
  const slash = rest.indexOf('/')
  if (slash < 0) return { problem: 'the invitation is cut short: it ends before the room', isCut: true }
  const addresses: Address[] = []
  for (const [i, word] of rest.slice(0, slash).split(',').entries()) {
    const address = readAddress(word)
    if (address === undefined)
      return wrong(`address ${i + 1} of the invitation is wrong ("${word}"): it is not IP:port`)
    addresses.push(address)
  }
  const [given = '', sealed, ...more] = rest.slice(slash + 1).split('#')
  const room = given.toLowerCase()
  if (room.length < roomDigits && /^[\da-f]*$/.test(room))
    return {
      problem: `the room of the invitation is cut short: ${room.length} of ${roomDigits} digits`,
      isCut: sealed === undefined,
    }
  if (!new RegExp(`^[\\da-f]{${roomDigits}}$`).test(room))
    return wrong(`the room of the invitation is mistyped: it is not ${roomDigits} hex digits`)
  if (sealed === undefined)
    return { problem: 'the invitation is cut short: it ends before the key', isCut: true }
  if (more.length > 0 || !/^[\w-]*$/.test(sealed))
    return wrong('the key of the invitation is mistyped: a character in it belongs to no key')
  if (sealed.length !== sealedCharacters)
    return sealed.length < sealedCharacters
      ? {
          problem: `the key of the invitation is cut short: ${sealed.length} of ${sealedCharacters} characters`,
          isCut: true,
        }
      : wrong(`the key of the invitation is too long: ${sealed.length} characters, not ${sealedCharacters}`)
  const digits = toDigits(sealed)
  const key = digits.slice(0, keyDigits) as RoomKey
  const [roomCheck, keyCheck] = [digits.slice(keyDigits, -keyCheckDigits), digits.slice(-keyCheckDigits)]
  if (keyCheck !== checkOfKey(key)) return wrong('the key of the invitation is mistyped')
  if (roomCheck !== checkOfRoom(room)) return wrong('the room of the invitation is mistyped, or its key')
  if (!isLocked(room as RoomId))
    return wrong('the room of the invitation is an open one: join it with -na and the address of a member')
  return { room: room as RoomId, key, addresses }
}

function wrong(problem: string): InvitationProblem {
  return { problem, isCut: false }
}

/**
 * Without what mail and chat programs put into it, and without the words around it, where it is whole: behind its last character
 * comes one that cannot continue a key.
 */
function bare(text: string): string {
  const line = text.slice(Math.max(0, text.search(begin)))
  return (whole.exec(line)?.[0] ?? line).replace(new RegExp(noise, 'g'), '')
}

/** IPv6 without the brackets, which shells read as a pattern. */
function writeAddress(address: Address): string {
  return address.replace(/^\[(.*)\]:(\d+)$/, '$1.$2')
}

function readAddress(word: string): Address | undefined {
  const bracketed = /^\[(?<ip>[^\]]+)\]:(?<port>\d+)$/.exec(word)
  const match =
    bracketed ?? /^(?<ip>.*:.*:.*)\.(?<port>\d+)$/.exec(word) ?? /^(?<ip>[\d.]+):(?<port>\d+)$/.exec(word)
  const ip = canonicalIp(match?.groups?.['ip'] ?? '')
  if (ip === undefined || isUnspecified(ip)) return undefined
  const address = formatAddress(ip, Number(match?.groups?.['port']))
  return parseAddress(address) && address
}

function checkOfRoom(room: string): string {
  return hashOf(`ringleader room ${room}`).slice(0, roomCheckDigits)
}

function checkOfKey(key: string): string {
  return hashOf(`ringleader key ${key}`).slice(0, keyCheckDigits)
}

function hashOf(text: string): string {
  return digestOf(Uint8Array.from(text, (character) => character.charCodeAt(0)))
}

/** Base64url of hex digits, three of which are two characters. */
function toCharacters(digits: string): string {
  let characters = ''
  for (let at = 0; at < digits.length; at += 3) {
    const value = Number.parseInt(digits.slice(at, at + 3), 16)
    characters += alphabet.charAt(value >> 6) + alphabet.charAt(value & 63)
  }
  return characters
}

function toDigits(characters: string): string {
  let digits = ''
  for (let at = 0; at < characters.length; at += 2) {
    const value = alphabet.indexOf(characters.charAt(at)) * 64 + alphabet.indexOf(characters.charAt(at + 1))
    digits += value.toString(16).padStart(3, '0')
  }
  return digits
}
