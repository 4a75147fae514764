/**
 * How a process begins, and begins anew under another name, address or inc (PROTOCOL.md sections 2.1, 2.4, 2.12).
 */

import { follow, followAgain, quitFollowing } from './leading/following.ts'
import { quitOffice, takeSolo } from './leading/office.ts'
import { publishView } from './leading/publishing.ts'
import { search, searchRound } from './leading/searching.ts'
import { areNamesOwn } from './log/names.ts'
import { quitLive } from './log/shown.ts'
import { startTimer } from './model/emit.ts'
import type { Event } from './model/events.ts'
import { selfOf } from './model/facts.ts'
import type { Address } from './model/ids.ts'
import { giveTitle } from './log/outbox.ts'
import type { PartId } from './model/records.ts'
import type { State } from './model/state.ts'
import { noteFirsthand } from './ring/book.ts'
import { dial, hangUp } from './ring/links.ts'
import { dropRing } from './ring/ring.ts'

export function onStarted(state: State, event: Extract<Event, { type: 'started' }>): void {
  state.wall = event.wall ?? 0
  if (state.lock) state.lock.changed = true
  startTimer(state, 'heartbeat', state.config.heartbeatEveryMs)
  // A home that holds messages of the room has been in it, also when it comes through a neighbour now.
  state.wasIn = event.mode === 'resume' || state.end > 0
  state.contacts = event.contacts
  for (const member of event.known ?? []) noteFirsthand(state, member)
  if (event.mode === 'create') {
    takeSolo(state)
    if (event.title !== undefined) giveTitle(state, event.title, event.wall ?? 0)
  } else if (event.mode === 'join' && event.leader) {
    startTimer(state, 'give-up', state.config.joinGiveUpMs)
    follow(state, event.leader, { origin: 'search', after: event.through ?? '' })
  } else {
    if (event.mode === 'join') startTimer(state, 'give-up', state.config.joinGiveUpMs)
    search(state, event.mode === 'resume', true)
  }
}

export function onRenamed(state: State, name: string): void {
  state.name = name
  tellLeader(state)
}

/**
 * 2.18: the machine has another address. Links of before lead to the old one, and nobody may hear that they end: all that
 * this node needs are opened anew, and HELLO says where it is. An office calls its followers, which know no better.
 */
export function onAddressChanged(state: State, addr: Address): void {
  state.addr = addr
  const { role } = state
  dropRing(state)
  if (role.type === 'searching') {
    for (const link of [...state.links.values()]) if (link.purpose === 'search') hangUp(state, link.id)
    role.retryMs = state.config.retryMinMs
    searchRound(state, role)
  }
  if (role.type === 'office') {
    for (const { member } of role.followers.values())
      dial(state, 'errand', member.addr, { expects: member.uid, ms: state.config.dialAnswerMs })
    // A node that could not be reached from the old address may be reached now: all are due at the next round.
    role.probing.clear()
  }
  tellLeader(state)
}

/** Our name or address changed: the leader must list us so. */
function tellLeader(state: State): void {
  const { role } = state
  if (role.type === 'following') {
    // What the last try ran into says nothing about this one.
    role.againMs = 0
    followAgain(state, role, 'hang-up')
  }
  if (role.type !== 'office' || role.phase !== 'open') return
  const members = state.view.members.map((member) => (member.uid === state.uid ? selfOf(state) : member))
  publishView(state, role, members, state.view.vid.ver + 1)
}

/** 2.5: a follower takes its link to its leader anew, so that what was submitted under old names is settled. */
export function onNamesMinted(state: State, inc: State['inc']): void {
  const { role } = state
  // The messages have their places after all; or this process has a fresh inc itself, and its messages a later one.
  state.freshVoice = areNamesOwn(state) || inc < state.inc ? 'none' : inc
  if (state.freshVoice === 'none') return
  if (role.type === 'following' && role.phase === 'live') followAgain(state, role, 'hang-up')
}

/** 2.1: with a fresh inc this process is another node to all: every link is opened anew. */
export function onIncMinted(state: State, inc: State['inc']): void {
  const { role } = state
  const leader = role.type === 'following' ? role.leader : undefined
  if (role.type === 'following') quitFollowing(state, 'hang-up')
  if (role.type === 'office') quitOffice(state, role)
  quitLive(state)
  for (const id of [...state.links.keys()]) hangUp(state, id)
  state.inc = inc
  state.voice = inc
  state.aseq = 0
  state.lastPart = '' as PartId
  // A voice minted before would be older than this process.
  if (state.freshVoice !== 'asked') state.freshVoice = 'none'
  if (leader) follow(state, leader, { origin: 'search', after: '' })
  else search(state, true, true)
}
