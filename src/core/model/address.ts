/**
 * How an address is written, and back: `192.168.1.5:4000`, `[fd00::5]:4000`.
 * Every address has one spelling (IPv6 as RFC 5952 writes it), so that equal strings are equal
 * addresses.
 */

import type { Address } from './ids.ts'

export type Family = 'ipv4' | 'ipv6'

/** `ip` in its one spelling and without brackets; `port` 1-65535. */
export type Endpoint = { readonly ip: string; readonly port: number }

const portShape = /^[1-9]\d{0,4}$/
const ipv4Shape = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
const groupShape = /^[0-9a-fA-F]{1,4}$/

/**
 * The one spelling of an IP address, or undefined if it is none. Zone ids are not taken. An IPv4
 * address written as IPv6 (`::ffff:1.2.3.4`) becomes IPv4.
 */
export function canonicalIp(text: string): string | undefined {
  if (text.length > 45) return undefined
  if (!text.includes(':')) return parseIpv4(text) ? text : undefined
  const groups = parseIpv6(text)
  if (!groups) return undefined
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [6, 7].map((i) => `${groups[i]! >> 8}.${groups[i]! & 255}`).join('.')
  }
  return formatIpv6(groups)
}

/** Whether an IP address (in its one spelling) names no particular machine: `0.0.0.0` or `::`. */
export function isUnspecified(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::'
}

/** The parts of an address in its one spelling, or undefined: no other spelling, no port 0, no 0.0.0.0. */
export function parseAddress(text: string): Endpoint | undefined {
  const colon = text.lastIndexOf(':')
  const portText = text.slice(colon + 1)
  if (colon < 1 || !portShape.test(portText)) return undefined
  const port = Number(portText)
  if (port > 65_535) return undefined
  const host = text.slice(0, colon)
  const bracketed = host.startsWith('[') && host.endsWith(']')
  const ip = bracketed ? host.slice(1, -1) : host
  if (canonicalIp(ip) !== ip || isUnspecified(ip) || ip.includes(':') !== bracketed) return undefined
  return { ip, port }
}

/** `ip` in any spelling that canonicalIp takes; throws RangeError on one that it does not. */
export function formatAddress(ip: string, port: number): Address {
  const canonical = canonicalIp(ip)
  if (canonical === undefined) throw new RangeError(`not an IP address: ${ip}`)
  return (canonical.includes(':') ? `[${canonical}]:${port}` : `${canonical}:${port}`) as Address
}

export function familyOf(address: Address): Family {
  return address.startsWith('[') ? 'ipv6' : 'ipv4'
}

/** The family of an IP address; undefined for anything else. */
export function familyOfIp(ip: string): Family | undefined {
  const canonical = canonicalIp(ip)
  return canonical === undefined ? undefined : canonical.includes(':') ? 'ipv6' : 'ipv4'
}

function parseIpv4(text: string): number[] | undefined {
  const match = ipv4Shape.exec(text)
  if (!match) return undefined
  const bytes = match.slice(1).map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

/** Eight groups of 16 bits. */
function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

function parseGroups(text: string, ipv4Last: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const words = text.split(':')
  for (const [i, word] of words.entries()) {
    const ipv4 = ipv4Last && i === words.length - 1 ? parseIpv4(word) : undefined
    if (ipv4) groups.push((ipv4[0]! << 8) | ipv4[1]!, (ipv4[2]! << 8) | ipv4[3]!)
    else if (groupShape.test(word)) groups.push(Number.parseInt(word, 16))
    else return undefined
  }
  return groups
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIpv6(groups: readonly number[]): string {
  let start = 0
  let length = 0
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) [start, length] = [i, end - i]
  }
  const words = groups.map((group) => group.toString(16))
  if (length < 2) return words.join(':')
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`
}
