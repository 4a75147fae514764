/**
 * `ringleader demo --web`: five real nodes, of which this process is one, with the page on it, and buttons that kill, freeze, cut off and
 * add the others. Each is a process of its own.
 */

import { join } from 'node:path'
import { nameColour } from '../../ui/terminal/colours.ts'
import { joinRoom, type Room } from '../../index.ts'
import type { Actor } from '../../ui/web/room-routes.ts'
import { PageHost } from '../web.ts'
import { Player } from './cast.ts'
import { names, talk } from './script.ts'
import type { Stage } from './stage.ts'

/** More nodes than these are not added. */
const playersMax = 12
/** Somebody says something so often. Unit: ms. */
const talkEveryMs = 2500
/** A node may take so long to come into the room. Unit: ms. */
const enterMs = 10_000
/** Sentences of the story that a page is told that comes later. */
const toldMax = 30

type StoryListener = (text: string) => void

export class WebDemo {
  readonly #stage: Stage
  readonly #scratch: string | undefined
  readonly #homes: string | undefined
  readonly #players: Player[] = []
  readonly #frozen = new Set<Player>()
  readonly #cut = new Set<Player>()
  readonly #listeners = new Set<() => void>()
  readonly #storyListeners = new Set<StoryListener>()
  readonly #told: string[] = []
  #room: Room | undefined
  #page: PageHost | undefined
  #talking: NodeJS.Timeout | undefined
  #said = 0
  #lostAt: number | undefined
  #isOver = false

  constructor(stage: Stage, scratch: string | undefined, homes: string | undefined) {
    this.#stage = stage
    this.#scratch = scratch
    this.#homes = homes
  }

  /** Resolves when the page is there. */
  async begin(port: number | 'any'): Promise<void> {
    const [creator, ...others] = names.slice(0, 4)
    const first = await this.#add(creator ?? 'Ann', undefined)
    for (const name of others) await this.#add(name, first.address)
    const room = await joinRoom({ name: 'You', address: '127.0.0.1', neighbor: first.address })
    this.#room = room
    room.on('leader', (leader) => this.#heardLeader(leader))
    const tell = (text: string): void => this.#stage.print(text)
    const [act, actors, story] = [this.#act, this.#actors, this.#story]
    const page = new PageHost({ port, host: undefined, tell, act, actors, story })
    this.#page = page
    page.room = room
    this.#tell(
      'Five nodes, each a process of its own; this page is on the node You. Say something, or kill the leader: nothing that was said is lost.',
    )
    await page.begin()
    this.#talking = setInterval(() => this.#talk(), talkEveryMs)
  }

  /** Ends all processes. */
  async end(): Promise<void> {
    this.endNow()
    await this.#page?.close()
    await this.#room?.leave({ waitMs: 0 })
    await this.#until(() => this.#players.every(({ hasEnded }) => hasEnded), 'all end')
  }

  /** The same for a process that is about to exit. */
  endNow(): void {
    this.#isOver = true
    clearInterval(this.#talking)
    for (const player of this.#players) if (!player.hasEnded) player.kill()
  }

  get #alive(): Player[] {
    return this.#players.filter(({ killedMs, hasEnded }) => killedMs === undefined && !hasEnded)
  }

  readonly #actors = (): Actor[] => {
    const alive = new Set(this.#alive)
    const stateOf = (player: Player): Actor['state'] => {
      if (!alive.has(player)) return 'dead'
      return this.#frozen.has(player) ? 'frozen' : this.#cut.has(player) ? 'cut' : 'alive'
    }
    return this.#players.map((player) => ({ id: player.id, name: player.name, state: stateOf(player) }))
  }

  readonly #story = (listener: StoryListener): (() => void) => {
    for (const text of this.#told) listener(text)
    this.#storyListeners.add(listener)
    return () => void this.#storyListeners.delete(listener)
  }

  #tell(text: string): void {
    this.#told.push(text)
    if (this.#told.length > toldMax) this.#told.shift()
    for (const listener of this.#storyListeners) listener(text)
  }

  readonly #act = async (what: string, node: string | undefined): Promise<void> => {
    if (what === 'add') {
      const contact = this.#alive.find((player) => !this.#frozen.has(player) && !this.#cut.has(player))
      const address = contact?.address ?? this.#room?.self.address ?? ''
      if (this.#alive.length >= playersMax)
        throw new Error(`there are ${playersMax} nodes: that is enough for one machine`)
      const player = await this.#add(this.#freeName(), address)
      return this.#tell(`${player.name} joins, as process ${player.pid}: the ring has one more place`)
    }
    if (node === this.#room?.self.id) throw new Error('this page is on that node: choose another one')
    const player = this.#alive.find(({ id }) => id === node)
    if (!player) throw new Error('there is no such node, or it is dead')
    const { name, pid } = player
    const leads = this.#room?.leader?.id === player.id
    if (what === 'kill') {
      if (leads) this.#lostAt = performance.now()
      this.#tell(
        `kill -9 ${pid}: that was ${name}${leads ? ', who led. The ring elects another leader' : ''}`,
      )
      this.#frozen.delete(player)
      player.kill()
    } else if (what === 'freeze') {
      if (leads) this.#lostAt = performance.now()
      this.#tell(`${name} is frozen (SIGSTOP ${pid}): it is silent, as behind a broken network`)
      this.#frozen.add(player)
      process.kill(pid, 'SIGSTOP')
    } else if (what === 'thaw') {
      this.#tell(`${name} goes on (SIGCONT ${pid}): it finds out what it missed`)
      this.#frozen.delete(player)
      process.kill(pid, 'SIGCONT')
    } else if (what === 'cut') {
      if (leads) this.#lostAt = performance.now()
      this.#tell(`the cable of ${name} is pulled: it goes on alone, and the others without it`)
      this.#cut.add(player)
      player.order({ type: 'cut' })
    } else if (what === 'heal') {
      this.#tell(`the cable of ${name} is plugged in again: two rings find each other, and become one`)
      this.#cut.delete(player)
      player.order({ type: 'heal' })
    } else throw new Error('what must be kill, freeze, thaw, cut, heal or add')
  }

  #heardLeader(leader: { id: string; name: string; term: number } | undefined): void {
    if (!leader || this.#lostAt === undefined) return
    const ms = Math.round(performance.now() - this.#lostAt)
    this.#lostAt = undefined
    this.#tell(
      `${leader.name} leads now, ${ms} ms later, in term ${leader.term}: its id is the largest of those that are there`,
    )
  }

  #freeName(): string {
    const used = new Set(this.#players.map(({ name }) => name))
    const more = ['Eve', 'Finn', 'Gail', 'Hugo', 'Iris', 'Jack', 'Kim', 'Leo', 'Mia', 'Ned', 'Ola', 'Pat']
    return more.find((name) => !used.has(name)) ?? `Node${this.#players.length + 1}`
  }

  async #add(name: string, neighbor: string | undefined): Promise<Player> {
    const player: Player = new Player(name, {
      scratch: this.#scratch,
      changed: () => {
        for (const listener of this.#listeners) listener()
      },
      failed: (why) => {
        if (!this.#isOver && !player.hasEnded) this.#tell(why)
      },
    })
    this.#players.push(player)
    await this.#until(() => player.isLoaded || player.hasEnded, `${name}'s process starts`)
    const home = this.#homes === undefined ? false : join(this.#homes, name)
    player.order({ type: 'open', name, home, ...(neighbor !== undefined && { neighbor }) })
    await this.#until(() => player.address !== '' || player.hasEnded, `${name} enters the room`)
    if (player.hasEnded) throw new Error(`${name}'s process ended`)
    this.#stage.print(`   ${this.#stage.paint(name, nameColour(player.id))} process ${player.pid}`)
    return player
  }

  #talk(): void {
    const speakers = this.#alive.filter((player) => !this.#frozen.has(player))
    const line = talk[this.#said % talk.length]
    const speaker = speakers[this.#said++ % Math.max(1, speakers.length)]
    if (line) speaker?.order({ type: 'say', text: line.text })
  }

  #until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return
        clearTimeout(timer)
        this.#listeners.delete(look)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#listeners.delete(look)
        reject(new Error(`${what}: not within ${enterMs / 1000} s`))
      }, enterMs)
      this.#listeners.add(look)
      look()
    })
  }
}
