/**
 * Implements watching.ts: gives out what this node and the other members see, and lets other members watch this node.
 */

import type { NodeEvent, RingEvent } from '../../chat/room-event.ts'
import { splitNamespace, type Uid } from '../../core/model/ids.ts'
import { countOf } from '../../core/model/records.ts'
import type { DirectFrame } from '../../wire/direct-codec.ts'
import { directAnswerMs, watchersMax } from '../../wire/limits.ts'
import type { DirectLinks, Line, LineUser } from '../direct/direct-links.ts'
import { RingleaderError, usageError } from '../errors.ts'
import type { Clock, Store } from '../ports.ts'
import type { RoomMember } from '../room.ts'
import { idsOf, parseId } from '../to-room.ts'
import { OwnSights, type OwnSightsParts, type Watcher } from './own-sights.ts'
import { SeenMember } from './seen-member.ts'
import { ToldLine } from './told-line.ts'
import type { MessageRecord, Watching, WatchOptions } from './watching.ts'

export type WatchDeskParts = OwnSightsParts & {
  links: Pick<DirectLinks, 'open'>
  clock: Pick<Clock, 'after' | 'monotonic' | 'wall'>
  store: Pick<Store, 'transcript'>
  self: Uid
  members: () => readonly RoomMember[]
  /** Whether others may watch this node. */
  tells: boolean
}

/** One that is looked at, and a question beside it. */
const watchesOfOneMax = 2

type Local = { readonly listener: (event: RingEvent) => void; readonly options: WatchOptions }

export class WatchDesk implements Watching {
  readonly #parts: WatchDeskParts
  readonly #own: OwnSights
  readonly #told = new Set<ToldLine>()
  readonly #seen = new Map<string, SeenMember>()
  readonly #locals = new Set<Local>()
  #isOver = false

  constructor(parts: WatchDeskParts) {
    this.#parts = parts
    this.#own = new OwnSights(parts)
  }

  /** See PeerTrace. */
  get trace(): OwnSights['trace'] {
    return this.#own.trace
  }

  watch(options: WatchOptions, listener: (event: RingEvent) => void): () => void {
    if (this.#isOver) return () => {}
    const node: string = this.#parts.self
    const local: Local = {
      options,
      listener: (event) => {
        try {
          listener(event)
        } catch (error) {
          this.#parts.clock.after(0, () => {
            throw error
          })
        }
      },
    }
    const watcher: Watcher = {
      heartbeats: options.heartbeats === true,
      tell: (sight) => local.listener({ ...sight, node }),
      missed: (count) => local.listener({ type: 'missed', node, count }),
    }
    const stop = this.#own.add(watcher)
    this.#locals.add(local)
    if (options.others) {
      for (const [uid, { state, node: last }] of this.#seen) {
        if (state) local.listener({ type: 'watched', node: uid, state })
        if (last) local.listener(last)
      }
      this.#tend()
    }
    return () => {
      stop()
      this.#locals.delete(local)
      this.#tend()
    }
  }

  async state(node: string): Promise<NodeEvent> {
    const { self, members } = this.#parts
    if (node === self) return { ...this.#own.node(), node }
    const last = this.#seen.get(node)?.node
    if (last) return last
    const member = members().find(({ id }) => id === node)
    if (!member) throw usageError('there is no such member in the room now')
    return this.#ask(member)
  }

  async record(id: string): Promise<MessageRecord | undefined> {
    const named = parseId(id)
    try {
      for await (const page of this.#parts.store.transcript({ before: named, last: 0 })) {
        for (const { namespace, s, ts, part } of page) {
          const at = named.aseq - part.aseq
          if (part.namespace !== named.namespace || at < 0 || at >= countOf(part)) continue
          const said = splitNamespace(part.namespace)
          const stamper = splitNamespace(namespace)
          return {
            id: idsOf(part)(at),
            author: said.uid,
            inc: said.inc,
            aseq: named.aseq,
            stamper: stamper.uid,
            stamperInc: stamper.inc,
            s,
            ts: ts + at,
            lc: part.lc,
            time: part.wall + (part.entries[at]?.after ?? 0),
            count: countOf(part),
            part: part.id,
          }
        }
      }
    } catch (error) {
      if (!(error instanceof RingleaderError) || error.code !== 'ERR_USAGE') throw error
    }
    return undefined
  }

  /** Another member wants to watch this node. */
  serve(line: Line, first: DirectFrame): LineUser | 'busy' | undefined {
    if (first.type !== 'watch' || !this.#parts.tells || this.#isOver) return undefined
    const own = [...this.#told].filter(({ uid }) => uid === line.uid)
    if (own.length >= watchesOfOneMax || this.#told.size >= watchersMax) return 'busy'
    const { clock } = this.#parts
    const told: ToldLine = new ToldLine(
      { line, clock, sights: this.#own, ended: () => void this.#told.delete(told) },
      first.heartbeats,
    )
    this.#told.add(told)
    told.begin()
    return told
  }

  membersChanged(): void {
    this.#tend()
  }

  end(): void {
    this.#isOver = true
    this.#tend()
  }

  /** Members are watched while a listener wants them, and visits never: they are gone in a moment. */
  #tend(): void {
    const { self, members, links, clock } = this.#parts
    const wanted = [...this.#locals].filter(({ options }) => options.others)
    const heartbeats = wanted.some(({ options }) => options.heartbeats)
    const uids = new Set<string>()
    if (wanted.length > 0 && !this.#isOver)
      for (const { id, visit } of members()) if (id !== self && !visit) uids.add(id)
    for (const [uid, seen] of this.#seen) {
      if (uids.has(uid)) seen.want(heartbeats)
      else {
        seen.end()
        this.#seen.delete(uid)
        if (seen.state === 'on') this.#tellOthers({ type: 'watched', node: uid, state: 'gone' })
      }
    }
    for (const uid of uids) {
      if (this.#seen.has(uid)) continue
      const tell = (event: RingEvent): void => this.#tellOthers(event)
      this.#seen.set(uid, new SeenMember({ uid: uid as Uid, links, clock, tell }, heartbeats))
    }
  }

  #tellOthers(event: RingEvent): void {
    const beats = event.type === 'frame' && /^(PING|PONG|STORED|SAFE)$/.test(event.frame)
    for (const { options, listener } of this.#locals)
      if (options.others && (!beats || options.heartbeats)) listener(event)
  }

  /** Asks once, over a line that ends with the answer. */
  #ask({ id, name }: RoomMember): Promise<NodeEvent> {
    const { links, clock } = this.#parts
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        seen.end()
        cancel()
        reject(new RingleaderError('ERR_UNREACHABLE', `${name} ${what}`))
      }
      const cancel = clock.after(directAnswerMs, () => fail('did not reply'))
      const seen: SeenMember = new SeenMember(
        {
          uid: id as Uid,
          links,
          clock,
          tell: (event) => {
            if (event.type === 'watched' && event.state === 'refused') fail('does not tell what it sees')
            else if (event.type === 'watched' && event.state === 'gone') fail('is out of reach')
            if (event.type !== 'node') return
            seen.end()
            cancel()
            resolve(event)
          },
        },
        false,
      )
    })
  }
}
