/**
 * S9: decides which followers may count as *behind* (2.5), by what each disk holds and since when, in virtual
 * time. It does not look at what the office counts, and allows for what the office cannot know yet: a STORED
 * that is on its way.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { LinkId, Uid } from '../../src/core/model/ids.ts'
import type { Office, State } from '../../src/core/model/state.ts'
import type { SimNode, World } from '../world/world.ts'
import type { Ghost, Shadow } from './ghost.ts'

/** One who follows an office, as that office could know it. */
type Watched = {
  readonly link: LinkId | undefined
  /** When it came. Unit: ms. */
  readonly sinceMs: number
  /** Its disk held the office's log up to here, and the office was told, or could have been. */
  known: number
  /** Its disk holds the office's log up to here. */
  stored: number
  /** What was stored when each STORED was sent that has not come. */
  readonly flying: number[]
  behind: boolean
}

type Watch = {
  readonly office: Office
  readonly sinceMs: number
  readonly followers: Map<Uid, Watched>
  ownBehind: boolean
}

export class Laggards {
  readonly #world: World
  readonly #ghost: Ghost
  readonly #watches = new Map<number, Watch>()

  constructor(world: World, ghost: Ghost) {
    this.#world = world
    this.#ghost = ghost
  }

  /** After each step of a node, in office or not. */
  stepped(node: SimNode, state: State, event: Event, effects: readonly Effect[]): void {
    for (const effect of effects)
      if (effect.type === 'send' && effect.frame.type === 'stored') this.#noteSent(node, effect.link)
    const { role } = state
    let watch = this.#watches.get(node.index)
    const isBeat = event.type === 'timerFired' && event.name === 'heartbeat'
    if (role.type !== 'office') {
      // Its office may have ended in this very step, behind the heartbeat.
      if (watch && isBeat) this.#judge(node, state, watch)
      return
    }
    if (watch?.office !== role) {
      watch = { office: role, sinceMs: this.#world.now, followers: new Map(), ownBehind: false }
      this.#watches.set(node.index, watch)
    }
    if (event.type === 'frameReceived') {
      const { type } = event.frame
      if (type === 'stored') noteReceived(watch, event.link)
      else if (type === 'follow' || type === 'move') this.#follow(watch)
    } else if (isBeat) this.#judge(node, state, watch)
  }

  /** Whether *sent* need not wait for this member any more. */
  isBehind(node: number, office: Office, uid: Uid, self: Uid): boolean {
    const watch = this.#watches.get(node)
    if (watch?.office !== office) return false
    return uid === self ? watch.ownBehind : (watch.followers.get(uid)?.behind ?? false)
  }

  #follow(watch: Watch): void {
    const { followers } = watch
    for (const [uid, follower] of watch.office.followers) {
      const known = followers.get(uid)
      // A lost link changes nothing: what was stored stays, and no more is reported.
      if (known && (follower.link === undefined || known.link === follower.link)) continue
      const { link } = follower
      const sinceMs = this.#world.now
      followers.set(uid, { link, sinceMs, known: 0, stored: 0, flying: [], behind: false })
    }
    for (const uid of followers.keys()) if (!watch.office.followers.has(uid)) followers.delete(uid)
  }

  /** At a heartbeat: an office counts its laggards then, and not between. */
  #judge(node: SimNode, state: State, watch: Watch): void {
    this.#follow(watch)
    const mine = this.#ghost.shadow(node.index)
    const { heartbeatEveryMs, laggardBeats } = state.config
    // The first of these heartbeats may come at once.
    const lateMs = (laggardBeats - 1) * heartbeatEveryMs
    const isLate = (stored: number, sinceMs: number): boolean => {
      const heldAt = mine.heldAt[stored]
      return heldAt !== undefined && this.#world.now - Math.max(heldAt, sinceMs) >= lateMs
    }
    watch.ownBehind = isLate(mine.committedEnd, watch.sinceMs)
    for (const watched of watch.followers.values()) {
      if (watched.flying.length === 0) this.#ask(node, watched, mine)
      watched.behind = isLate(watched.known, watched.sinceMs)
    }
  }

  /** No STORED is on its way: one who follows, is awake, and has nothing to write has told everything. */
  #ask(node: SimNode, watched: Watched, mine: Shadow): void {
    const far = watched.link === undefined ? undefined : node.pipes.get(watched.link)?.out.to
    const other = far && this.#world.node(far.node)
    if (!far || !other?.state || other.pausedUntil > this.#world.now || other.disk.pending.length > 0) return
    const { role } = other.state
    if (role.type !== 'following' || role.link !== far.link || role.phase !== 'live') return
    watched.known = Math.max(watched.known, advance(watched, mine, this.#ghost.shadow(far.node)))
  }

  #noteSent(node: SimNode, link: LinkId): void {
    const far = node.pipes.get(link)?.out.to
    const watch = far && this.#watches.get(far.node)
    if (!far || !watch) return
    for (const watched of watch.followers.values()) {
      if (watched.link !== far.link) continue
      const mine = this.#ghost.shadow(far.node)
      watched.flying.push(advance(watched, mine, this.#ghost.shadow(node.index)))
    }
  }
}

function noteReceived(watch: Watch, link: LinkId): void {
  for (const watched of watch.followers.values()) {
    if (watched.link === link) watched.known = Math.max(watched.known, watched.flying.shift() ?? 0)
  }
}

/** How much of the leader's log is on the other's disk. */
function advance(watched: Watched, leader: Shadow, other: Shadow): number {
  for (;;) {
    const record = leader.log[watched.stored]
    if (!record || (other.durable.get(record.namespace) ?? 0) < record.s) return watched.stored
    watched.stored++
  }
}
