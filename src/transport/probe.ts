/**
 * Looks at a node over one connection: how far it comes, and what the node says of its room. It joins nothing: it says HELLO as a
 * visit, and BYE.
 */

import type { TcpNetConnectOpts } from 'node:net'
import { connect, createSecureContext } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { familyOf, parseAddress } from '../core/model/address.ts'
import type { LinkEnd } from '../core/model/events.ts'
import type { ByeReason, Frame } from '../core/model/frames.ts'
import { noRoom, type Address, type Inc, type LinkId, type RoomKey } from '../core/model/ids.ts'
import { assert } from '../lib/assert.ts'
import { encodeFrame, encodePadding } from '../wire/codec.ts'
import { KeyGate, OpenGate } from './gates.ts'
import type { Identity } from './identity.ts'
import { bindingOf } from './link-lock.ts'
import { tlsRules, uidOfPeer } from './listener.ts'
import { whyFailed } from './tls-dial.ts'
import { TlsLink } from './tls-link.ts'
import type { LinkSink } from './tls-link.ts'

type Info = Extract<Frame, { type: 'info' }>

/** How far it came. `reply`: the node has said something. */
export type Probed = {
  readonly reached: 'nothing' | 'tcp' | 'tls' | 'reply'
  /** Why it came no farther; undefined: INFO came. */
  readonly why?: LinkEnd
  /** The error of the system, such as ECONNREFUSED. */
  readonly code?: string | undefined
  readonly info?: Info
  /** Why the node ended it, in its own words. */
  readonly bye?: ByeReason
}

export type ProbeOptions = {
  /** Of a node that is in no room. */
  identity: Identity
  inc: Inc
  /** The address of this machine to dial from, and the one that is told. */
  ip: string
  own: Address
  target: Address
  /** Shown before anything else. */
  key?: RoomKey | undefined
  /** So much goes out in one write, so that packets are as large as they can be, or as is asked. Unit: bytes. Default: HELLO alone. */
  writeBytes?: number
  timeoutMs: number
}

/** HELLO and what is around it take less. Unit: bytes. */
const helloBytesMax = 400

/** The end of the handshake is out after so long. Unit: ms. */
const settleMs = 50

/** What TCP, IP and TLS add to one packet with one record. Unit: bytes. */
const overheadBytes = { ipv4: 20 + 32 + 22, ipv6: 40 + 32 + 22 } as const

/** The size of a write that makes one packet of `bytes`. */
export function writeOfPacket(bytes: number, target: Address): number {
  return bytes - overheadBytes[familyOf(target)]
}

/** Never rejects. */
export function probe(options: ProbeOptions): Promise<Probed> {
  const { identity, inc, ip, own, target, key, writeBytes, timeoutMs } = options
  const to = parseAddress(target)
  assert(to, 'only valid addresses are probed')
  return new Promise((resolve) => {
    let reached: Probed['reached'] = 'nothing'
    let link: TlsLink | undefined
    const { key: pem, cert } = identity
    const how: ConnectionOptions & TcpNetConnectOpts = {
      host: to.ip,
      port: to.port,
      localAddress: ip,
      secureContext: createSecureContext({ ...tlsRules, key: pem, cert }),
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    }
    const socket = connect(how)
    let failure: NodeJS.ErrnoException | undefined
    const finish = (probed: Omit<Probed, 'reached'>): void => {
      clearTimeout(timer)
      resolve({ reached, ...probed })
      if (link?.isOpen) link.close()
      else socket.destroy()
    }
    const timer = setTimeout(() => {
      finish({ why: 'silent' })
      socket.destroy()
    }, timeoutMs)
    socket.on('error', (error: NodeJS.ErrnoException) => (failure = error))
    socket.once('connect', () => (reached = 'tcp'))
    const failed = (): void => finish({ why: whyFailed(failure), code: failure?.code })
    socket.once('close', failed)
    const sink: LinkSink = {
      proved: () => {},
      knocked: () => false,
      called: () => false,
      direct: () => undefined,
      received: (_link, _lc, frame) => {
        reached = 'reply'
        if (frame.type === 'info' && frame.room !== noRoom) {
          link?.queue([encodeFrame(0, { type: 'bye', reason: 'closing' })], false)
          finish({ info: frame })
        } else if (frame.type === 'bye')
          finish({ why: frame.reason === 'locked' ? 'locked' : 'closed', bye: frame.reason })
      },
      heard: () => {},
      drained: () => {},
      holding: () => {},
      refused: () => {},
      closed: (_link, why) => {
        if (why === 'locked' || why === 'version') reached = 'reply'
        finish({ why, code: failure?.code })
      },
    }
    socket.once('secureConnect', () => {
      const uid = uidOfPeer(socket)
      if (uid === undefined) return finish({ why: 'alien' })
      reached = 'tls'
      socket.off('close', failed)
      const gate = key === undefined ? new OpenGate() : new KeyGate(key, bindingOf(socket))
      link = new TlsLink(1 as LinkId, socket, uid, undefined, gate, sink)
      const name = 'doctor'
      const self = { uid: identity.uid, inc, name, addr: own, visit: true } as const
      const hello = encodeFrame(0, { type: 'hello', room: noRoom, ...self })
      const say = (): void => {
        if (writeBytes !== undefined)
          link?.queue([encodePadding(Math.max(160, writeBytes - sealedBytes(hello, key)))], false)
        link?.queue([hello], false)
        link?.flush()
      }
      // The end of the handshake goes out first: it would be in one packet with this.
      if (writeBytes === undefined) say()
      else setTimeout(say, settleMs).unref()
    })
  })
}

/** What HELLO takes of a write; in a box, with a proof before the padding, it takes more. */
function sealedBytes(hello: Uint8Array, key: RoomKey | undefined): number {
  return key === undefined ? hello.length : Math.min(helloBytesMax, hello.length + 100)
}
