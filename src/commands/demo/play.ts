/**
 * Plays the acts of the demo: five processes chat, the leader is killed, and what followed is shown. Every
 * time and picture comes from what the processes reported.
 */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { plural } from '../../chat/notices.ts'
import { nameColour } from '../../ui/terminal/colours.ts'
import { giveAccount } from './account.ts'
import type { Account } from './account.ts'
import type { Cast, Player } from './cast.ts'
import { drawRing, walkRing } from './ring-picture.ts'
import { countWord, flowEach, flowEveryMs, flowOf, talk, talkAfter } from './script.ts'
import type { Line } from './script.ts'
import { DemoFailure } from './stage.ts'
import type { Stage } from './stage.ts'
import { judge } from './verdict.ts'
import type { Verdict } from './verdict.ts'

/** Reading time. Unit: ms. */
const beat = { line: 330, event: 260, sentence: 800, picture: 1400 } as const
/** The age at which each act's pauses end at the latest, so that the whole stays under 20 s. Unit: ms. */
const paceUntil = { ring: 4300, talk: 8300, account: 17_000, carryOn: 18_400 } as const
/** How long nobody may have linked to a new neighbour before the ring is looked at again. Unit: ms. */
const lookAgainMs = 30

export type Outcome = { readonly verdict: Verdict; readonly silentMs: number; readonly leader: string }

export class Play {
  readonly #stage: Stage
  readonly #cast: Cast
  readonly #homes: string | undefined
  readonly #said: string[] = []
  readonly #ids: readonly number[] | undefined

  /**
   * `homes`: the folder for the nodes' keys and databases; undefined: they keep all in memory. `ids`: what to show for the
   * ids of the nodes.
   */
  constructor(stage: Stage, cast: Cast, homes: string | undefined, ids?: readonly number[]) {
    this.#stage = stage
    this.#cast = cast
    this.#homes = homes
    this.#ids = ids
  }

  /** Rejects with a DemoFailure or a Curtain. */
  async run(): Promise<Outcome> {
    const before = await this.#openRoom()
    await this.#talk()
    const [dead] = this.#cast.players
    if (!dead) throw new DemoFailure('nobody came')
    await this.#killInFlow(dead)
    const account = await this.#tellWhatFollowed(dead, before)
    const leader = await this.#carryOn(dead, account)
    const verdict = await this.#compare(dead)
    if (verdict.why !== undefined) throw new DemoFailure(verdict.why)
    return { verdict, silentMs: account.silentMs ?? 0, leader }
  }

  #name(name: string, width = 0): string {
    const { id } = this.#cast.player(name)
    return this.#stage.paint(name, nameColour(id)) + ' '.repeat(Math.max(0, width - name.length))
  }

  #heading(number: number, text: string): void {
    this.#stage.print()
    this.#stage.print(this.#stage.paint(`${number}  ${text}`, 1))
  }

  async #openRoom(): Promise<string[]> {
    const stage = this.#stage
    const { players } = this.#cast
    stage.spendUntil(paceUntil.ring)
    const count = countWord(players.length)
    stage.print(
      `${count[0]?.toUpperCase()}${count.slice(1)} people, ${count} programs on this machine, and no server between them.`,
    )
    stage.print('One of them will be killed. Let us see whether the others lose a word.')
    this.#heading(1, 'They meet')
    let contact: Player | undefined
    for (const player of players) {
      await stage.until(
        this.#cast.until(() => player.isLoaded),
        `${player.name}'s process starts`,
      )
      const home = this.#homes === undefined ? false : join(this.#homes, player.name)
      const common = { type: 'open', name: player.name, home } as const
      player.order(contact ? { ...common, neighbor: contact.address } : common)
      await stage.until(
        this.#cast.until(() => player.address !== ''),
        `${player.name} enters the room`,
      )
      const how = contact
        ? `joins through ${contact.name}, in ${Math.round(player.tookMs)} ms`
        : 'opens a room, and so leads it'
      stage.print(`   ${this.#name(player.name, 5)} process ${String(player.pid).padEnd(8)}${how}`)
      contact = player
    }
    const ring = await this.#findRing()
    stage.print()
    stage.print(
      this.#homes === undefined
        ? '   No SQLite or no folder here: all stays in memory. Each has links to the next'
        : '   Each keeps its own key and database, and holds encrypted links to the next',
    )
    stage.print('   one in the ring and to the leader (*), who only numbers what is said:')
    this.#draw(ring)
    this.#tellIds(ring.order)
    await stage.stop(beat.picture)
    return ring.order
  }

  /** How a node id is shown: as the number that it was given, or as its first letters. */
  #idOf(uid: string): string {
    const index = this.#cast.players.findIndex(({ id }) => id === uid)
    return this.#ids?.[index]?.toString() ?? uid.slice(0, 4)
  }

  /** What elections compare. */
  #tellIds(order: readonly string[]): void {
    const each = order.map((name) => `${name} ${this.#idOf(this.#cast.player(name).id)}`)
    this.#stage.print()
    this.#stage.print(`   Their ids, which elections compare: ${each.join(', ')}`)
  }

  /** Asks everybody alive who is next, until their answers are one ring with one leader. */
  async #findRing(): Promise<{ order: string[]; leader: string; term: number }> {
    const { alive } = this.#cast
    for (;;) {
      for (const player of alive) {
        player.place = undefined
        player.order({ type: 'look' })
      }
      await this.#stage.until(
        this.#cast.until(() => alive.every(({ place }) => place !== undefined)),
        'every process reports its next',
      )
      const [first] = alive
      const leader = first?.place?.leader
      const order = walkRing(first?.name ?? '', new Map(alive.map(({ name, place }) => [name, place?.next])))
      if (
        first?.place &&
        order &&
        leader !== undefined &&
        alive.every(({ place }) => place?.leader === leader)
      )
        return { order, leader, term: first.place.term }
      await this.#stage.until(this.#stage.wait(lookAgainMs), 'the links become one ring')
    }
  }

  #draw({ order, leader }: { order: readonly string[]; leader: string }): void {
    this.#stage.print()
    for (const row of drawRing(order, leader, (name) => this.#name(name))) this.#stage.print(`        ${row}`)
  }

  async #talk(): Promise<void> {
    const stage = this.#stage
    stage.spendUntil(paceUntil.talk)
    this.#heading(2, 'They talk')
    stage.print("   This is Bob's screen. The others show the same, to the byte.")
    stage.print('   The leader gives each message its place: the number in [ ] (Lamport time).')
    stage.print()
    await stage.pause(beat.sentence)
    const { players } = this.#cast
    const lines = talk.filter(({ name }) => players.some((player) => player.name === name))
    await this.#sayAll(lines, 'Bob')
  }

  /** One after the other, each when the one before is on every screen. Shows `reader`'s. */
  async #sayAll(lines: readonly Line[], reader: string): Promise<void> {
    const { alive } = this.#cast
    for (const { name, text } of lines) {
      this.#say(name, text)
      await this.#stage.until(
        this.#cast.until(() => alive.every(({ shown }) => shown.some((message) => message.text === text))),
        `everybody reads "${text}"`,
      )
      const line = this.#cast.player(reader).shown.find((message) => message.text === text)?.line ?? ''
      this.#stage.print(`   ${line.replace(name, this.#name(name))}`)
      await this.#stage.pause(beat.line)
    }
  }

  #say(name: string, text: string): void {
    this.#said.push(text)
    this.#cast.player(name).order({ type: 'say', text })
  }

  async #killInFlow(dead: Player): Promise<void> {
    const stage = this.#stage
    const survivors = this.#cast.players.filter((player) => player !== dead)
    const reader = survivors[0] ?? dead
    this.#heading(3, 'The leader dies')
    const who = survivors.map(({ name }) => name)
    stage.print(
      `   ${who.slice(0, -1).join(', ')} and ${who.at(-1)} talk at once, ${Math.round((survivors.length * 1000) / flowEveryMs)} messages a second.`,
    )
    stage.print(`   One letter is one message, in the room's order, as ${reader.name} sees them come:`)
    stage.print()
    await stage.stop(beat.sentence)

    const flow = new Map<string, string>()
    for (const { name } of survivors) for (const text of flowOf(name)) flow.set(text, name)
    const known = reader.shown.length
    let drawn = 0
    const drawNew = (): void => {
      for (const { text, name } of reader.shown.slice(known + drawn)) {
        drawn++
        if (flow.has(text)) stage.write(this.#name(name).replace(name, name.charAt(0)))
      }
    }
    stage.write('   ')
    this.#cast.listen(drawNew)
    survivors.forEach((player, index) => {
      const texts = flowOf(player.name)
      this.#said.push(...texts)
      const afterMs = 50 + (index * flowEveryMs) / survivors.length
      player.order({ type: 'flow', texts, afterMs, everyMs: flowEveryMs })
    })
    const halfway = (flowEach * survivors.length) / 2
    await stage.until(
      this.#cast.until(() => drawn >= halfway),
      'half of the messages arrive',
    )
    // Not in step with the flow: the kill falls anywhere between two messages.
    await stage.wait((Math.random() * flowEveryMs) / survivors.length)
    dead.kill()
    stage.write(
      `\n   ${stage.paint(`kill -9 ${dead.pid}`, 31)}  that was ${this.#name(dead.name)}, who led\n   `,
    )
    await stage.until(
      this.#cast.until(() => drawn === flow.size),
      `${reader.name} sees all messages`,
    )
    stage.print()
    await stage.until(
      this.#cast.until(() =>
        survivors.every((player) => player.shown.length >= reader.shown.length && this.#allSentBy(player)),
      ),
      'everything is sent',
    )
    this.#cast.unlisten(drawNew)
  }

  #allSentBy(player: Player): boolean {
    return flowOf(player.name).every((text) => player.sent.has(text))
  }

  async #tellWhatFollowed(dead: Player, before: readonly string[]): Promise<Account> {
    const stage = this.#stage
    const { alive } = this.#cast
    stage.spendUntil(paceUntil.account)
    const account = giveAccount({ name: dead.name, killedMs: dead.killedMs ?? 0 }, before, alive, (uid) =>
      this.#idOf(uid),
    )
    if (account.silentMs === undefined) throw new DemoFailure('a survivor showed nothing after the kill')
    this.#heading(4, 'What happened, by their own clocks')
    stage.print(`   ${'0.0'.padStart(7)} ms  ${dead.name}'s process is killed, in mid-sentence`)
    for (const { afterMs, text } of account.events) {
      await stage.stop(beat.event)
      stage.print(`   ${afterMs.toFixed(1).padStart(7)} ms  ${text}`)
    }
    await stage.pause(beat.line)
    const ring = await this.#findRing()
    stage.print()
    stage.print(
      `   ${this.#name(ring.leader)} leads now (term ${ring.term}). The ring, as each of them reports it:`,
    )
    this.#draw(ring)
    await stage.stop(beat.picture)
    return account
  }

  async #carryOn(dead: Player, account: Account): Promise<string> {
    const { alive } = this.#cast
    const leader = alive[0]?.place?.leader ?? account.winner ?? ''
    const others = alive.map(({ name }) => name).filter((name) => name !== leader)
    const reader = others[0] ?? leader
    this.#stage.spendUntil(paceUntil.carryOn)
    this.#heading(5, `And on they go, on ${reader}'s screen`)
    await this.#sayAll(talkAfter(dead.name, leader, others), reader)
    await this.#stage.until(
      this.#cast.until(() =>
        this.#said.every((text) => this.#cast.players.some(({ sent }) => sent.has(text))),
      ),
      'everything is sent',
    )
    return leader
  }

  async #compare(dead: Player): Promise<Verdict> {
    const stage = this.#stage
    const { alive } = this.#cast
    this.#heading(6, 'Did everybody see the same?')
    for (const player of alive) player.order({ type: 'recite' })
    await stage.until(
      this.#cast.until(() => alive.every(({ recited }) => recited !== undefined)),
      'every process reports its transcript',
    )
    const survivors = alive.map(({ name, recited = [], shown }) => ({
      name,
      transcript: recited,
      screen: shown.map(({ text }) => text),
    }))
    const verdict = judge({
      said: this.#said,
      survivors,
      dead: { name: dead.name, lines: dead.shown.map(({ line }) => line) },
    })
    for (const { name, transcript } of survivors) {
      const hash = createHash('sha256').update(transcript.join('\n')).digest('hex').slice(0, 16)
      stage.print(
        `   ${this.#name(name, 5)} ${plural(transcript.length, 'message').padEnd(13)} sha256 ${hash}...`,
      )
    }
    const died = verdict.deadOnly > 0 ? `, then ${plural(verdict.deadOnly, 'line')} that died with her` : ''
    stage.print(
      `   ${this.#name(dead.name, 5)} ${plural(dead.shown.length, 'message').padEnd(13)} the first ${verdict.deadLines} of the same${died}`,
    )
    stage.print()
    return verdict
  }
}
