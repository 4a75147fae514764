/**
 * mDNS on one network card: the library, and a guard between it and the network. The library takes every packet for right,
 * and answers whatever it is asked as often as it is asked.
 */

import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { once } from 'node:events'
import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Bonjour } from 'bonjour-service'
import { familyOfIp } from '../core/model/address.ts'
import { isLoopback, ownIps } from './interfaces.ts'
import type { OwnIp } from './interfaces.ts'

/** Source: RFC 6762, section 3. */
const port = 5353
const groups = { ipv4: '224.0.0.251', ipv6: 'ff02::fb' } as const
/** The service, as DNS-SD names it: `_ringleader._tcp.local`. */
export const service = { type: 'ringleader', protocol: 'tcp' } as const

/** Source: RFC 6762, section 17. Unit: bytes. */
const packetBytesMax = 9000
/** Questions, and records, of one packet: the library compares each with each. */
const partsMax = 64
/** Packets that are read, and answers that are given, in a second. */
const readPerS = { queries: 20, responses: 400 } as const
const answersPerS = 20
/** The membership ends when the card goes for a moment. Unit: ms. */
const rejoinEveryMs = 5000

/** A network card, by one of its addresses. */
export type Card = Pick<OwnIp, 'ip' | 'family' | 'nic'>

/** Of each card that is up one address, IPv4 where it has one; loopback first, as any program on this machine can use it. */
export function cards(own: readonly OwnIp[] = ownIps()): Card[] {
  const here: Card = { ip: '127.0.0.1', family: 'ipv4', nic: 'lo' }
  const others = own.filter(({ reach }) => reach !== 'loopback')
  const names = [...new Set(others.map(({ nic }) => nic))]
  return [here, ...names.flatMap((name) => cardOf(name, others) ?? [])]
}

/** The card that has `ip`; loopback where none has it. */
export function cardAt(ip: string, own: readonly OwnIp[] = ownIps()): Card {
  const nic = own.find((one) => one.ip === ip && one.reach !== 'loopback')?.nic
  return (nic === undefined ? undefined : cardOf(nic, own)) ?? cards([])[0]!
}

function cardOf(name: string, own: readonly OwnIp[]): Card | undefined {
  const here = own.filter(({ nic }) => nic === name)
  return here.find(({ family }) => family === 'ipv4') ?? here[0]
}

type Answers = readonly { type: string; data: unknown }[]
/** What the library sends through. It does not show it, but for an error on it there is no other listener. */
type Core = {
  on: (event: 'error', listener: () => void) => void
  respond: (answer: Answers | { answers: Answers; additionals?: Answers }, done?: () => void) => void
}

export type Mdns = { bonjour: Bonjour; close: () => void }

export type MdnsOptions = {
  card: Card
  /** What is read: a node that announces itself is asked, one that searches is answered. */
  reads: 'queries' | 'responses'
  /** The only address that is ever told; the library would tell all of this machine. Default: none. */
  tells?: string
  /** The card was gone, and is back. */
  back?: () => void
}

/** Rejects with the error of the system where the card, or the port, does not let it. */
export async function openMdns({ card, reads, tells, back }: MdnsOptions): Promise<Mdns> {
  const { ip, family, nic } = card
  const socket = createSocket(
    family === 'ipv4' ? { type: 'udp4', reuseAddr: true } : { type: 'udp6', reuseAddr: true, ipv6Only: true },
  )
  const on = family === 'ipv4' ? ip : `::%${nic}`
  try {
    socket.bind(port)
    await once(socket, 'listening')
    socket.addMembership(groups[family], on)
    socket.setMulticastInterface(on)
    socket.setMulticastTTL(255)
    socket.setMulticastLoopback(true)
  } catch (error) {
    socket.on('error', () => {})
    socket.close()
    throw error
  }
  socket.unref()
  const { Bonjour } = await import('bonjour-service')
  const target = family === 'ipv4' ? groups.ipv4 : `${groups.ipv6}%${nic}`
  const options = { socket, ip: target, interface: on, port, bind: false, multicast: false }
  const bonjour = new Bonjour(options, () => {})
  const { mdns } = (bonjour as unknown as { server: { mdns: Core } }).server
  // Nobody else listens: it would end the process.
  mdns.on('error', () => {})
  limitAnswers(mdns, tells)
  guard(socket, reads)
  const timer = setInterval(() => {
    try {
      socket.addMembership(groups[family], on)
    } catch {
      // It is a member still, or the card is gone.
      return
    }
    back?.()
  }, rejoinEveryMs).unref()
  return {
    bonjour,
    close: () => {
      clearInterval(timer)
      bonjour.destroy()
    },
  }
}

/** Never more than `answersPerS`, and of addresses only `tells`. */
function limitAnswers(mdns: Core, tells: string | undefined): void {
  const respond = mdns.respond.bind(mdns)
  const isLeft = limit(answersPerS)
  const own = (records: Answers): Answers =>
    records.filter(({ type, data }) => (type !== 'A' && type !== 'AAAA') || data === tells)
  mdns.respond = (answer, done) => {
    const whole = 'answers' in answer ? answer : { answers: answer }
    const answers = own(whole.answers)
    // The library goes on when it is told that an answer is out.
    if (answers.length === 0 || !isLeft()) return void setImmediate(() => done?.())
    respond({ answers, additionals: own(whole.additionals ?? []) }, done)
  }
}

/** Stands before the library's own listener: lets through what can be for it. */
function guard(socket: Socket, reads: MdnsOptions['reads']): void {
  const isNear = nearness()
  const isLeft = limit(readPerS[reads])
  const listeners = socket.listeners('message')
  socket.removeAllListeners('message')
  socket.on('message', (packet: Buffer, from: RemoteInfo) => {
    if (!isMeant(packet, reads) || !isNear(from) || !isLeft()) return
    try {
      for (const listener of listeners) listener.call(socket, packet, from)
    } catch {
      // What the library trips over is no packet for us.
    }
  })
}

/** Whether a packet can be about rooms: most that are on a network are not. */
export function isMeant(packet: Buffer, reads: MdnsOptions['reads']): boolean {
  if (packet.length < 12 || packet.length > packetBytesMax) return false
  const isResponse = (packet[2]! & 0x80) !== 0
  if (isResponse !== (reads === 'responses')) return false
  // Four counts: questions, answers, authorities, additionals. Those of a query that is not short list known answers.
  const parts = [4, 6, 8, 10].reduce((sum, at) => sum + packet.readUInt16BE(at), 0)
  if (parts > partsMax) return false
  return packet.includes(`_${service.type}`) || (!isResponse && packet.includes('_services'))
}

/** Whether a packet comes from a network that this machine is in: others can send to the port, too. */
function nearness(): (from: Pick<RemoteInfo, 'address'>) => boolean {
  const near = new BlockList()
  for (const addresses of Object.values(networkInterfaces()))
    for (const { address, cidr } of addresses ?? []) {
      const length = Number(cidr?.split('/')[1])
      const family = familyOfIp(address)
      if (family !== undefined && length >= 0) near.addSubnet(address, length, family)
    }
  return ({ address }) => {
    const ip = address.split('%')[0] ?? ''
    const family = familyOfIp(ip)
    return family !== undefined && (isLoopback(ip) || near.check(ip, family))
  }
}

/** Says yes so often in any second. */
function limit(perS: number): () => boolean {
  let second = 0
  let count = 0
  return () => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) count = 0
    second = now
    return ++count <= perS
  }
}
