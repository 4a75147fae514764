// Real programs under everything that happens to programs, for as long as one likes: they are killed, frozen, cut
// apart, left, and started again, in any order, while all of them speak. In the end all hold one history, and in it
// is what any of them said was sent. SOAK_SECONDS=300 SOAK_SEED=7 npm run test:night -- soak
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { chance, createPrng, nextBelow } from '../../src/lib/prng.ts'
import { assertOnce, assertSameHistory } from './agreement.ts'
import type { MessageObject, RoomNode } from './harness.ts'
import { Flow, Stage, within } from './harness.ts'
import type { Host } from './network.ts'
import { Network } from './network.ts'
import { KeyChanger } from './key-changing.ts'

const seconds = Number(process.env['SOAK_SECONDS'] ?? 600)
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000)
const port = 4000
const sayEveryMs = 60
/** How long a whole room may take to come together again. Unit: ms. */
const restMs = 90_000

/** One home, and the program that runs on it, if any. */
type Place = {
  readonly name: string
  readonly host: Host
  readonly home: string | undefined
  node: RoomNode | undefined
  flow: Flow | undefined
  starts: number
  /** Its home holds the room. */
  isKnown: boolean
  isFrozen: boolean
  /** It was asked to leave, and has not ended. */
  isLeaving: boolean
}

class Soak {
  readonly places: Place[] = []
  /** Every program that was ever started. */
  readonly all: RoomNode[] = []
  /** What was typed into programs that left of their own accord. */
  readonly owed: string[] = []
  readonly counts = new Map<string, number>()
  readonly #prng = createPrng(seed)
  readonly #stage: Stage
  readonly #network: Network
  /** Changes the key of the room, if that is locked. */
  #changer: KeyChanger | undefined
  readonly #isLocked: boolean
  readonly #startedAt = performance.now()
  #isOver = false
  #hasBegun = false

  constructor(stage: Stage, network: Network, isLocked: boolean) {
    this.#stage = stage
    this.#network = network
    this.#isLocked = isLocked
    // On the last host is who changes the key, or a node that keeps nothing.
    for (const [i, host] of network.hosts.slice(0, isLocked ? -1 : undefined).entries())
      this.places.push({
        name: `n${i + 1}`,
        host,
        home: i === network.hosts.length - 1 ? 'none' : undefined,
        node: undefined,
        flow: undefined,
        starts: 0,
        isKnown: false,
        isFrozen: false,
        isLeaving: false,
      })
  }

  get living(): Place[] {
    return this.places.filter(({ node, isLeaving }) => node !== undefined && !isLeaving)
  }

  #log(what: string): void {
    const atS = ((performance.now() - this.#startedAt) / 1000).toFixed(2)
    if (process.env['SOAK_LOG'] !== undefined) process.stderr.write(`${atS} ${what}\n`)
  }

  /** The program of a place begins, goes back to its room, or joins through another, and speaks once it is in. */
  async start(place: Place, through?: Place): Promise<void> {
    if (place.node || (!place.isKnown && !through && this.#hasBegun)) return
    const isResume = place.isKnown && !through
    const command = this.#isLocked && !place.isKnown ? await this.#comingIn() : undefined
    if (place.node) return
    place.starts++
    const node = this.#stage.node(place.name, {
      host: place.host,
      port,
      ...(place.home !== undefined && { home: place.home }),
      ...(through && { through: `${through.host.address}:${port}` }),
      ...(command && { command }),
      resume: isResume,
    })
    this.#log(`${place.name} starts ${isResume ? 'again' : through ? `through ${through.name}` : 'a room'}`)
    place.node = node
    this.#hasBegun = true
    this.all.push(node)
    const prefix = `${place.name}.${place.starts}`
    void node
      .until(() => node.room !== '' || node.ended !== undefined, 'being in', 600_000)
      .then(() => {
        if (node.room !== '') place.isKnown = place.home !== 'none'
        if (node.ended || this.#isOver || place.node !== node || place.isLeaving) return
        place.flow = new Flow(node, prefix, sayEveryMs)
      })
      .catch(() => undefined)
    void node.exit.then((ended) => {
      if (place.node !== node || place.isLeaving) return
      this.#log(`${place.name} ended by itself: ${JSON.stringify(ended)} ${node.stderr.trim().slice(-200)}`)
      this.#count(`ended by itself with ${ended.code ?? ended.signal}`)
      this.#forget(place)
    })
  }

  /** Into a locked room: the first makes it, others are invited. */
  async #comingIn(): Promise<string[]> {
    return this.#changer ? ['join', await this.#ask('invite')] : ['create']
  }

  #asked: Promise<unknown> = Promise.resolve()

  #ask(what: string): Promise<string> {
    const changer = this.#changer
    assert.ok(changer)
    const answer = this.#asked.then(() => changer.ask(what))
    this.#asked = answer.catch(() => undefined)
    return answer
  }

  async #rekey(): Promise<void> {
    const how = await this.#ask('rekey')
    this.#log(`another key: ${how}`)
    this.#count(`another key: ${how}`)
  }

  #forget(place: Place): Flow | undefined {
    const { flow } = place
    flow?.stop()
    place.node = undefined
    place.flow = undefined
    place.isFrozen = place.isLeaving = false
    return flow
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  async kill(place: Place | undefined): Promise<void> {
    const node = place?.node
    if (!place || !node) return
    this.#log(`kill ${place.name}`)
    this.#forget(place)
    await node.kill()
  }

  /** It is asked to leave, and sends what was typed, or keeps it. */
  async leave(place: Place | undefined): Promise<void> {
    const node = place?.node
    if (!place || !node || place.isFrozen || place.isLeaving) return
    this.#log(`${place.name} leaves`)
    place.isLeaving = true
    place.flow?.stop()
    node.say('//exit')
    const { code } = await within(node.exit, `${place.name} leaves`)
    // It may have been killed meanwhile.
    if (code === null) return
    const flow = this.#forget(place)
    this.#log(`${place.name} has left: ${code}`)
    this.#count(`left with ${code}`)
    if (flow && place.home !== 'none') this.owed.push(...flow.said)
  }

  freeze(place: Place | undefined, ms: number): void {
    const node = place?.node
    if (!place || !node || place.isFrozen) return
    this.#log(`freeze ${place.name} for ${ms} ms`)
    place.isFrozen = true
    node.signal('SIGSTOP')
    setTimeout(() => {
      node.signal('SIGCONT')
      if (place.node === node) place.isFrozen = false
    }, ms)
  }

  /** The leader that most of those who run know. */
  #leader(): Place | undefined {
    const ids = this.living.map(({ node }) => node?.leader?.id)
    return this.living.find(({ node }) => node && ids.filter((id) => id === node.id).length > 1)
  }

  #one<T>(from: readonly T[]): T | undefined {
    return from[nextBelow(this.#prng, Math.max(1, from.length))]
  }

  /** It says much at once. */
  #burst(place: Place | undefined): void {
    const said = Array.from({ length: 300 }, () => `${place?.name}.${place?.starts} burst ${++this.#bursts}`)
    if (!place?.flow) return
    place.flow.said.push(...said)
    place.node?.say(...said)
  }

  #bursts = 0

  #isCut = false

  /** One thing happens. */
  #act(): void {
    const prng = this.#prng
    const ms = 30 + nextBelow(prng, chance(prng, 0.3) ? 14_000 : 1500)
    const down = this.places.filter(({ node }) => !node)
    if (chance(prng, 0.15 + (0.7 * down.length) / this.places.length)) {
      const place = this.#one(down)
      if (!place) return
      void this.start(place, !place.isKnown || chance(prng, 0.4) ? this.#one(this.living) : undefined)
      this.#count('start')
      return
    }
    const [what, run] = this.#harm(nextBelow(prng, 100), ms)
    this.#count(what)
    void run()
  }

  #harm(draw: number, ms: number): [string, () => void | Promise<void>] {
    if (draw < 20) return ['kill', () => this.kill(this.#one(this.living))]
    if (draw < 32) return ['kill the leader', () => this.kill(this.#leader())]
    if (draw < 36)
      return [
        'kill most',
        () => {
          const { living } = this
          const first = nextBelow(this.#prng, Math.max(1, living.length))
          const order = [...living.slice(first), ...living.slice(0, first)]
          for (const place of order.slice(1 + nextBelow(this.#prng, 3))) void this.kill(place)
        },
      ]
    if (draw < 37)
      return [
        'kill all',
        () => {
          for (const place of this.living) void this.kill(place)
        },
      ]
    if (draw < 53) return ['freeze', () => this.freeze(this.#one(this.living), ms)]
    if (draw < 64) return ['freeze the leader', () => this.freeze(this.#leader(), ms)]
    if (draw < 74) return ['leave', () => this.leave(this.#one(this.living))]
    if (draw < 82 && this.#changer) return ['rekey', () => this.#rekey()]
    if (draw < 88) return ['burst', () => this.#burst(this.#one(this.living))]
    return [
      'cut',
      () => {
        if (this.#isCut) return
        this.#isCut = true
        this.#log(`cut for ${ms} ms`)
        this.#network.cut(true)
        setTimeout(() => this.#heal(), ms)
      },
    ]
  }

  #heal(): void {
    if (!this.#isCut) return
    this.#log('healed')
    this.#network.cut(false)
    this.#isCut = false
  }

  async run(): Promise<void> {
    const [first, ...others] = this.places
    assert.ok(first)
    await this.start(first)
    const node = await first.node?.ready()
    const last = this.#network.hosts.at(-1)
    if (this.#isLocked && node) {
      const { invitation } = JSON.parse(node.lines[0] ?? '{}') as { invitation: string }
      this.#changer = await new KeyChanger(this.#stage, 'Key', invitation, last).ready()
    }
    for (const place of others) await this.start(place, first)
    const until = performance.now() + seconds * 1000
    while (performance.now() < until) {
      await wait(50 + nextBelow(this.#prng, chance(this.#prng, 0.5) ? 300 : 2500))
      this.#act()
    }
  }

  /** Nothing is wrong any more, and every home has its program. */
  async rest(): Promise<RoomNode[]> {
    this.#log('rest')
    this.#heal()
    const homes = this.places.filter(({ home }) => home !== 'none')
    for (const place of this.places) {
      place.node?.signal('SIGCONT')
      place.isFrozen = false
      if (place.home === 'none') await this.kill(place)
    }
    const until = performance.now() + restMs
    const names = homes.map(({ name }) => name)
    const wanted = [...names, ...(this.#changer ? ['Key'] : [])].sort().join()
    const isWhole = ({ node }: Place): boolean =>
      node?.members
        .map(({ name }) => name)
        .sort()
        .join() === wanted && node.members.some(({ leader }) => leader)
    while (!homes.every(isWhole)) {
      for (const place of homes) await this.start(place, place.isKnown ? undefined : this.living[0])
      await wait(100)
      if (performance.now() > until)
        assert.fail(
          `not whole after ${restMs} ms:\n${homes.map(({ node, name }) => `${name} sees ${node?.members.map((m) => m.name).join()}\n${node?.report()}`).join('\n')}`,
        )
    }
    this.#isOver = true
    for (const { flow } of this.places) flow?.stop()
    const nodes = homes.flatMap(({ node }) => node ?? [])
    for (const node of nodes) node.say(`${node.name}: last words`)
    await Promise.all(nodes.map((node) => node.has(names.map((name) => `${name}: last words`))))
    return nodes
  }
}

/** How many printed messages stand, in the final order, before one that was printed earlier, and are not marked late. */
function countMoved(node: RoomNode, place: ReadonlyMap<string, number>): number {
  let moved = 0
  let last = -1
  for (const { id, late, history } of node.messages) {
    const at = place.get(id) ?? last
    if (at < last && !late && !history) moved++
    last = Math.max(last, at)
  }
  return moved
}

async function finalOrder(stage: Stage, home: string): Promise<Map<string, number>> {
  const { stdout, stderr, code } = await stage.run(['history', '--json', '--home', home])
  assert.equal(code, 0, stderr)
  const messages = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"message"'))
    .map((line) => JSON.parse(line) as MessageObject)
  assert.equal(new Set(messages.map(({ text }) => text)).size, messages.length, 'a text stands twice')
  return new Map(messages.map(({ id }, at) => [id, at]))
}

async function soakRoom(context: TestContext, isLocked: boolean): Promise<void> {
  const network = Network.open(context, 3, 4)
  if (!network) return
  const stage = await Stage.open(context)
  context.diagnostic(`SOAK_SEED=${seed}`)
  const soak = new Soak(stage, network, isLocked)
  await soak.run()
  const restedFrom = performance.now()
  const nodes = await soak.rest()
  context.diagnostic(`whole again after ${Math.round(performance.now() - restedFrom)} ms`)
  assertOnce(soak.all)
  await assertSameHistory(stage, nodes, soak.owed)
  const [first] = nodes
  assert.ok(first)
  const order = await finalOrder(stage, first.home)
  let sent = 0
  // What is kept in memory only is gone where nobody with a disk was there.
  for (const node of soak.all.filter(({ home }) => home !== 'none')) {
    sent += node.sent.size
    const lost = [...node.sent].filter((id) => !order.has(id))
    assert.deepEqual(lost.slice(0, 5), [], `${lost.length} sent messages of ${node.name} are lost`)
  }
  // Programs that were killed may have shown what was on no disk yet, and got another place.
  const moved = nodes.reduce((sum, node) => sum + countMoved(node, order), 0)
  context.diagnostic(`${order.size} messages, ${sent} told as sent, ${moved} moved without a mark`)
  context.diagnostic([...soak.counts].map(([what, count]) => `${what} ${count}`).join(', '))
}

test(`${seconds} s of deaths, freezes, cuts and starts lose nothing that was sent`, (context) =>
  soakRoom(context, false))

test(`${seconds} s of that in a locked room whose key changes lose nothing, and lock nobody out`, (context) =>
  soakRoom(context, true))
