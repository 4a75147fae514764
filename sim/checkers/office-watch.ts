/**
 * Watches offices step by step for S9 and S12: what each says is safe, and how elections end.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { Member } from '../../src/core/model/frames.ts'
import type { State } from '../../src/core/index.ts'
import type { Office } from '../../src/core/model/state.ts'
import type { SimNode, World } from '../world/world.ts'
import type { ElectionRules } from './election-rules.ts'
import type { Ghost, Shadow } from './ghost.ts'
import { Laggards } from './laggards.ts'
import { checkSafe, holdersNeeded } from './promise-rules.ts'
import type { Report } from './verdict.ts'

export class OfficeWatch {
  readonly #world: World
  readonly #ghost: Ghost
  readonly #elections: ElectionRules
  readonly #report: Report
  readonly #laggards: Laggards
  readonly #safe = new Map<number, { office: Office; safe: number }>()
  readonly #gathering = new Map<number, unknown>()

  constructor(world: World, ghost: Ghost, elections: ElectionRules, report: Report) {
    this.#world = world
    this.#ghost = ghost
    this.#elections = elections
    this.#report = report
    this.#laggards = new Laggards(world, ghost)
  }

  /** The process of a node is over, or begins. */
  ended(node: SimNode): void {
    this.#safe.delete(node.index)
  }

  /** `before`: the members of its view before the step. */
  stepped(
    node: SimNode,
    state: State,
    event: Event,
    effects: readonly Effect[],
    before: readonly Member[],
  ): void {
    this.#laggards.stepped(node, state, event, effects)
    this.#checkOffice(node, state, this.#ghost.shadow(node.index), countedIn(effects, node.uid, before))
  }

  #checkOffice(node: SimNode, state: State, shadow: Shadow, members: readonly Member[]): void {
    const { role } = state
    let last = this.#safe.get(node.index)
    if (role.type === 'office' && last?.office !== role) {
      if (role.phase === 'gathering') this.#elections.won(role.term, state.uid)
      last = { office: role, safe: 0 }
      this.#safe.set(node.index, last)
    }
    if (role.type === 'office') {
      const opened = this.#gathering.get(node.index) === role && role.phase === 'open'
      if (role.phase === 'gathering') this.#gathering.set(node.index, role)
      else this.#gathering.delete(node.index)
      if (opened && this.#isWhole(role.lap))
        this.#elections.opened(node.index, role.term, state.uid, role.lap)
    }
    // An office that ended in this step may have found something safe before it did.
    if (!last || last.office.safe === last.safe) return
    const { office } = last
    // A view without its own leader says that it resigned: the one before it counts.
    const isListed = state.view.members.some(({ uid }) => uid === state.uid)
    const listed = isListed ? state.view.members : members
    const { liars } = this.#ghost
    const isBehind = (uid: Uid): boolean =>
      !liars.has(uid) && this.#laggards.isBehind(node.index, office, uid, state.uid)
    // A member that lies may say that it has stored what it has not.
    const lying = listed.filter(({ uid }) => liars.has(uid)).length
    const { needed, whose } = holdersNeeded(state.copies, listed, isBehind)
    const uids = new Set(listed.map(({ uid }) => uid))
    const countedAs = (index: number): string | undefined => {
      const { uid, memory } = this.#world.node(index)
      const isCounted =
        whose === 'own' ? index === node.index : uids.has(uid) && !(memory && whose === 'disks')
      return isCounted ? uid : undefined
    }
    const heard = [...office.followers.values()].map(({ member: { uid, inc, memory } }) => {
      const isCounted = whose !== 'own' && uids.has(uid) && !(memory && whose === 'disks')
      return { inc, countsAs: isCounted ? uid : undefined }
    })
    const range = { from: last.safe, to: office.safe, needed: needed - lying, heard, countedAs }
    if (office.safe < last.safe)
      this.#report('S9', node.index, `safe went back from ${last.safe} to ${office.safe}`)
    last.safe = office.safe
    checkSafe(this.#ghost, shadow, node.index, range, this.#report)
  }

  /** Whether every node that runs took part, and all can reach one another. */
  #isWhole(lap: readonly Member[] | undefined): boolean {
    const { running, network } = this.#world
    return network.cuts.size === 0 && network.noDial.size === 0 && lap?.length === running.length
  }
}

/**
 * The members that count at the end of this step. A view without the node itself says that it resigned: then
 * it counts all the same, with those who are still listed.
 */
function countedIn(effects: readonly Effect[], uid: string, before: readonly Member[]): readonly Member[] {
  const last = effects.findLast((effect) => effect.type === 'membersChanged')
  if (last?.type !== 'membersChanged') return before
  if (last.members.some((member) => member.uid === uid)) return last.members
  return [...before.filter((member) => member.uid === uid), ...last.members]
}
