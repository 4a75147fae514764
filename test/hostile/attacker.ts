// Somebody who only reaches a port: a key of its own, TLS with it, and frames of every type with whatever it
// likes in them. Built of the project's own wire code, so that what it forges is well formed where it wants it to be.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { parseAddress } from '../../src/core/model/address.ts'
import type { Frame, FrameType, Member } from '../../src/core/model/frames.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Address, Inc, RoomId, Uid } from '../../src/core/model/ids.ts'
import type { Notary } from '../../src/core/model/notary.ts'
import { lastTs, noChain } from '../../src/core/model/records.ts'
import type { Draft, Kind, Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { mintIdentity, uidOfKey } from '../../src/transport/identity.ts'
import type { Identity } from '../../src/transport/identity.ts'
import { tlsRules } from '../../src/transport/listener.ts'
import { createNotary } from '../../src/transport/signatures.ts'
import { BadFrame, decodeFrame, decodePart, encodeFrame } from '../../src/wire/codec.ts'
import { Framer } from '../../src/wire/framer.ts'
import { encodeBody, joinPart } from '../../src/wire/part-codec.ts'
import { schema } from '../../src/wire/schema.ts'
import type { Envelope } from '../../src/wire/schema.ts'
import { within } from '../e2e/harness.ts'

/** How long an attacker waits for what it wants to see. Unit: ms. */
export const patienceMs = 10_000

export type OfType<T extends FrameType> = Extract<Frame, { type: T }>
type Heard = { lc: number; frame: Frame }

export function portOf(address: string): number {
  return parseAddress(address)?.port ?? 0
}

/** 16 hex digits. */
export const anyNonce = '00c0ffee00c0ffee'

/** A key, and what is claimed beside it. */
export class Foe {
  readonly identity: Identity
  inc: Inc = makeInc(1, anyNonce)
  name = 'Mallory'
  addr = '127.0.0.1:9' as Address

  readonly #notary: Notary

  private constructor(identity: Identity) {
    this.identity = identity
    this.#notary = createNotary(identity)
  }

  /** `isWanted`: for keys that are larger or smaller than somebody's. */
  static async mint(isWanted: (uid: Uid) => boolean = () => true): Promise<Foe> {
    for (;;) {
      const identity = await mintIdentity()
      if (isWanted(identity.uid)) return new Foe(identity)
    }
  }

  static of(identity: Identity): Foe {
    return new Foe(identity)
  }

  /** Somebody who never was there: it has a key and can sign, but no certificate to dial with. */
  static ghost(name = 'Ghost'): Foe {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const ghost = new Foe({ uid: uidOfKey(publicKey) as Uid, key, cert: '' })
    ghost.name = name
    return ghost
  }

  get uid(): Uid {
    return this.identity.uid
  }

  /** A part of its own, signed as any program would. */
  part(room: RoomId, more: Saying = {}): Part {
    return this.#notary.sign(room, draftOf(this.member, more))
  }

  /** A namespace of its own with these parts, each sealed as any leader would. `ts`: of the first, at least. */
  stamped(room: RoomId, parts: readonly Part[], { inc = this.inc, ts = 1 } = {}): StampedRecord[] {
    let [chain, next] = [noChain, ts]
    return parts.map((of, at) => {
      const one = record({ uid: this.uid, inc }, of, { s: at + 1, ts: Math.max(next, of.lc + 1) })
      next = lastTs(one) + 1
      chain = this.#notary.extend(chain, one)
      return { ...one, seal: this.#notary.seal(room, one.namespace, one.s, chain) }
    })
  }

  /**
   * A part in the name of whoever has `key` (64 hex digits), which everybody who meets that node learns. The attacker signs it with its own
   * key, as it has no other.
   */
  forged(room: RoomId, by: Member, key: string, more: Saying = {}): Part {
    const body = encodeBody(draftOf(by, more), key)
    const signed = [
      'ringleader part 1\0',
      Buffer.from(room, 'hex'),
      createHash('sha256').update(body).digest(),
    ]
    const bytes = Buffer.concat(signed.map((piece) => Buffer.from(piece)))
    return decodePart(joinPart(sign(null, bytes, this.identity.key), body))
  }

  get member(): Member {
    return { uid: this.uid, inc: this.inc, name: this.name, addr: this.addr }
  }

  hello(room: RoomId, claims: Partial<OfType<'hello'>> = {}): OfType<'hello'> {
    return { type: 'hello', room, ...this.member, ...claims }
  }
}

/** The frame's bytes, of whatever the schema can carry. */
export function forge(envelope: Envelope): Uint8Array {
  const body = schema.Envelope.encode(envelope).finish()
  return prefixed(body, body.length)
}

/** `body` behind a length that need not be its own. */
export function prefixed(body: Uint8Array, length: number): Uint8Array {
  const bytes = Buffer.alloc(4 + body.length)
  bytes.writeUInt32BE(length)
  bytes.set(body, 4)
  return bytes
}

/** One link of the attacker's, dialled or accepted, after its TLS handshake. */
export class Wire {
  readonly socket: tls.TLSSocket
  readonly heard: Heard[] = []
  closed = false
  /** As whom it said HELLO. */
  greeted: Member | undefined
  /** Whether its FOLLOW was taken. */
  isMember = false
  /** Called for each frame as it comes. */
  onFrame: ((frame: Frame, wire: Wire) => void) | undefined
  readonly #bare: net.Socket | undefined
  #looks: (() => void)[] = []

  constructor(socket: tls.TLSSocket, bare?: net.Socket) {
    this.socket = socket
    this.#bare = bare
    const framer = new Framer()
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
      this.#look()
    })
    socket.on('data', (chunk: Buffer) => {
      try {
        framer.push(chunk, (bytes) => this.#take(bytes))
      } catch (error) {
        if (!(error instanceof BadFrame)) throw error
      }
      this.#look()
    })
  }

  /** Dials as `foe`. Rejects when the handshake is not let through. */
  static async dial(foe: Foe, address: string, options: tls.ConnectionOptions = {}): Promise<Wire> {
    const { key, cert } = foe.identity
    const bare = net.connect({ host: '127.0.0.1', port: portOf(address), noDelay: true })
    bare.on('error', () => {})
    const to = { ...tlsRules, socket: bare, key, cert, ...options }
    const socket = tls.connect({ ...to, checkServerIdentity: () => undefined })
    socket.on('error', () => {})
    bare.on('close', () => socket.destroy())
    const ended = once(socket, 'close').then(() => Promise.reject(new Error('the door was shut')))
    ended.catch(() => {})
    await within(Promise.race([once(socket, 'secureConnect'), ended]), 'a TLS handshake', patienceMs)
    return new Wire(socket, bare)
  }

  /** The key that the other end has shown, as 64 hex digits: what a forger of its words knows of it. */
  get peerKey(): string {
    const key = this.socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
    if (!key) throw new Error('the other end has shown no key')
    return key.subarray(-32).toString('hex')
  }

  #take(bytes: Uint8Array): boolean {
    const decoded = decodeFrame(bytes)
    if (decoded.ignored) return true
    this.heard.push(decoded)
    this.onFrame?.(decoded.frame, this)
    return true
  }

  #look(): void {
    for (const look of this.#looks) look()
  }

  bytes(...pieces: Uint8Array[]): void {
    if (!this.closed) this.socket.write(Buffer.concat(pieces))
  }

  /** `lc`: the clock that the frames carry. */
  say(frames: Frame | readonly Frame[], lc = 0): void {
    const list: readonly Frame[] = 'type' in frames ? [frames] : frames
    this.bytes(...list.map((frame) => encodeFrame(lc, frame)))
  }

  /** Resolves when the system has taken the frame: no faster than the other end reads. */
  async pass(frame: Frame): Promise<void> {
    if (this.closed) return
    await new Promise((done) => this.socket.write(encodeFrame(0, frame), done))
  }

  /** Resolves when `accept` returns something; rejects when the link ends before, or after `ms`. */
  async until<T>(accept: () => T | undefined, what: string, ms = patienceMs): Promise<T> {
    let look = (): void => {}
    const found = new Promise<T>((resolve, reject) => {
      look = () => {
        const value = accept()
        if (value !== undefined) resolve(value)
        else if (this.closed) reject(new Error(`${what}: the link ended`))
      }
      this.#looks.push(look)
      look()
    })
    try {
      return await within(found, what, ms)
    } finally {
      this.#looks = this.#looks.filter((other) => other !== look)
    }
  }

  /** The first frame of this type at or behind `from`. */
  frame<T extends FrameType>(type: T, from = 0): Promise<OfType<T>> {
    return this.until(
      () =>
        this.heard
          .slice(from)
          .map(({ frame }) => frame)
          .find((frame): frame is OfType<T> => frame.type === type),
      type,
    )
  }

  /**
   * Resolves when all that was said has been dealt with, or the link has ended. A member is told so by the PONG to a
   * PING; one that has only said HELLO by the INFO to a PROBE that claims nothing.
   */
  async settled(): Promise<void> {
    const { greeted } = this
    if (!greeted) throw new Error('nothing is answered before HELLO')
    const nonce = this.isMember ? 1 : 0
    const isAnswer = ({ frame }: Heard): boolean =>
      nonce > 0 ? frame.type === 'pong' && frame.nonce === nonce : frame.type === 'info'
    const before = this.heard.filter(isAnswer).length
    if (nonce > 0) this.say({ type: 'ping', nonce, vid: { term: 0, leader: '' as Uid, ver: 0 }, safe: 0 })
    else this.say({ type: 'probe', leader: greeted, many: false, open: false })
    await this.until(
      () => this.heard.filter(isAnswer).length > before || this.closed || undefined,
      'an answer or the end',
    )
  }

  /** Resolves at the end of the link. */
  ended(ms = patienceMs): Promise<true> {
    return this.until(() => this.closed || undefined, 'the end of the link', ms)
  }

  /** FIN. */
  end(): void {
    this.socket.end()
  }

  /** RST. */
  reset(): void {
    this.#bare?.resetAndDestroy()
  }

  /** Closed without a word more. */
  destroy(): void {
    this.socket.destroy()
  }
}

/** A node of the room as the attacker came to know it. */
export type Door = { wire: Wire; info: OfType<'info'> }

/** HELLO, and its INFO. An empty room asks for it. */
export async function greet(foe: Foe, address: string, room = '' as RoomId): Promise<Door> {
  const wire = await Wire.dial(foe, address)
  wire.say(foe.hello(room))
  wire.greeted = foe.member
  return { wire, info: await wire.frame('info') }
}

/** HELLO and FOLLOW, up to FOLLOW_OK, at the leader that this node names: a member like any other, whatever it does then. */
export async function enter(foe: Foe, address: string): Promise<Door & { ok: OfType<'followOk'> }> {
  let { wire, info } = await greet(foe, address)
  const { leader } = info
  if (leader && leader.uid !== info.uid) {
    wire.destroy()
    ;({ wire, info } = await greet(foe, leader.addr))
  }
  wire.onFrame = (frame, link) => {
    if (frame.type === 'ping' && frame.nonce > 0) link.say({ type: 'pong', nonce: frame.nonce })
  }
  wire.say(follow(foe))
  const ok = await wire.frame('followOk')
  wire.isMember = true
  return { wire, info, ok }
}

export function follow(foe: Foe, more: Partial<OfType<'follow'>> = {}): OfType<'follow'> {
  return {
    type: 'follow',
    frontier: new Map(),
    after: '',
    role: 'member',
    disk: false,
    name: foe.name,
    book: [],
    ...more,
  }
}

/** What a part says; `text` and `kind`: of its only message. */
export type Saying = Partial<Omit<Draft, 'author' | 'namespace'>> & { text?: string; kind?: Kind }

function draftOf(by: Member, { text = 'forged', kind = 'message', ...more }: Saying): Draft {
  const { inc = by.inc } = more
  return {
    author: by.uid,
    namespace: namespaceOf(by.uid, inc),
    aseq: 1,
    before: '' as PartId,
    lc: 1,
    wall: 1_763_800_000_123,
    name: by.name,
    addr: by.addr,
    entries: [{ kind, after: 0, text }],
    ...more,
    inc,
  }
}

/** A place in anybody's namespace, without a seal. */
export function record(
  stamper: Pick<Member, 'uid' | 'inc'>,
  of: Part,
  place: { s?: number; ts?: number } = {},
): StampedRecord {
  const { uid, inc } = stamper
  const { s = 1, ts = of.lc + 1 } = place
  return { stamper: uid, stamperInc: inc, namespace: namespaceOf(uid, inc), s, ts, part: of }
}
