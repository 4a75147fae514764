/**
 * Turns the reports of the survivors into sentences with times that say what followed the leader's death, in
 * words for newcomers.
 */

import type { LogLine } from '../../index.ts'
import { hopsOf } from './hops.ts'
import type { Shown } from './orders.ts'
import { countWord } from './script.ts'

/** What one survivor reported. */
export type Witness = {
  readonly name: string
  readonly shown: readonly Shown[]
  readonly log: readonly { readonly at: number; readonly line: LogLine }[]
  readonly leaders: readonly { readonly at: number; readonly name: string | undefined }[]
}

export type Account = {
  /** In the order in which they happened. `afterMs`: since the kill. */
  readonly events: readonly { readonly afterMs: number; readonly text: string }[]
  /** From the kill until the last survivor showed a message that was said after it; undefined if one never did. */
  readonly silentMs: number | undefined
  readonly winner: string | undefined
}

type Dated = { readonly at: number; readonly name: string }

/** The first report of a kind after the kill, of each survivor that made one, earliest first. */
function firstOf(
  witnesses: readonly Witness[],
  killedMs: number,
  isKind: (line: LogLine) => boolean,
): Dated[] {
  return witnesses
    .flatMap(({ name, log }) => {
      const found = log.find(({ at, line }) => at >= killedMs && isKind(line))
      return found ? [{ at: found.at, name }] : []
    })
    .sort((a, b) => a.at - b.at)
}

function isMember(who: { name: string } | { uid: string }, name: string): boolean {
  return 'name' in who && who.name === name
}

/** `before`: the ring until then, the dead one in it. `idOf`: how a node id is shown. */
export function giveAccount(
  dead: { name: string; killedMs: number },
  before: readonly string[],
  witnesses: readonly Witness[],
  idOf: (uid: string) => string = (uid) => uid.slice(0, 4),
): Account {
  const { killedMs } = dead
  const events: { at: number; text: string }[] = []
  const add = (event: Dated | undefined, text: (name: string) => string): void => {
    if (event) events.push({ at: event.at, text: text(event.name) })
  }

  const noticed = witnesses
    .flatMap(({ name, leaders }) => {
      const lost = leaders.find(({ at, name: leader }) => at >= killedMs && leader === undefined)
      return lost ? [{ at: lost.at, name }] : []
    })
    .sort((a, b) => a.at - b.at)
  add(noticed[0], (name) => `${name} is the first to know: link broken, port closed`)
  if (noticed.length > 1) add(noticed.at(-1), () => `all ${noticed.length} survivors know`)

  const at = before.indexOf(dead.name)
  const ahead = before[(at + before.length - 1) % before.length]
  const behind = before[(at + 1) % before.length]
  const closed = firstOf(
    witnesses.filter(({ name }) => name === ahead),
    killedMs,
    (line) => line.type === 'ring' && line.next !== undefined && line.next.name === behind,
  )
  add(closed[0], (name) => `${name}, who stood before ${dead.name}, links to ${behind}: the ring is closed`)

  const started = firstOf(witnesses, killedMs, (line) => line.type === 'election-started')
  add(started[0], (name) => `${name} calls an election: it passes its id to the next`)

  const won = witnesses
    .flatMap((witness) =>
      firstOf(
        [witness],
        killedMs,
        (line) => line.type === 'election-won' && isMember(line.who, witness.name),
      ),
    )
    .sort((a, b) => a.at - b.at)[0]
  const hops = witnesses.reduce(
    (count, { log }) =>
      count +
      log.filter(
        ({ at: when, line }) =>
          when >= killedMs && (line.type === 'election-candidate' || line.type === 'election-started'),
      ).length,
    0,
  )
  add(won, (name) => `${name} wins: the largest id came home, after ${hops} hops`)

  events.push(...hopsOf(witnesses, killedMs, idOf))

  const office = witnesses
    .flatMap((witness) =>
      firstOf([witness], killedMs, (line) => line.type === 'leader' && isMember(line.who, witness.name)),
    )
    .sort((a, b) => a.at - b.at)[0]
  add(office, (name) => `${name} holds what any of them held, and numbers on`)

  const fresh = witnesses
    .flatMap(({ name, shown }) => {
      const first = shown.find(({ saidMs }) => saidMs >= killedMs)
      return first ? [{ at: first.at, name }] : []
    })
    .sort((a, b) => a.at - b.at)
  add(fresh[0], (name) => `the next message of the flow is on ${name}'s screen`)
  const last = fresh.length === witnesses.length ? fresh.at(-1) : undefined
  add(last, () => `and on all ${countWord(witnesses.length)} screens: so long was the silence`)

  return {
    events: events
      .sort((a, b) => a.at - b.at)
      .map(({ at: when, text }) => ({ afterMs: when - killedMs, text })),
    silentMs: last && last.at - killedMs,
    winner: office?.name,
  }
}
