/**
 * An open room and a locked one side by side, a round of each in turn and each first in turn: how long a join takes, and
 * how long from the kill -9 of the leader to the first message said after it on the last survivor.
 * --rounds <n>: of each (default 25). --nodes <n>: default 5. --per-second <n>: lines of the flow, default 100.
 */
import { formatInvitation, parseInvitation, type Invitation } from '../src/chat/invitation.ts'
import type { Address } from '../src/core/model/ids.ts'
import { joinRoom } from '../src/index.ts'
import { inRing } from '../test/e2e/agreement.ts'
import { Stage, type RoomNode } from '../test/e2e/harness.ts'
import { Clocks, firstSaidAfter, percentile, SharedFlow, type Bench } from './measure.ts'

const kinds = ['open', 'locked'] as const
type Kind = (typeof kinds)[number]

const measures = {
  program: 'join: from the start of the program to its object ready',
  heard: '      and to its first message on the last member',
  library: 'joinRoom in a process that runs already',
  killed: 'leader killed: first new message on the last survivor',
} as const
type Measure = keyof typeof measures

/** One of the two rooms, and how others get in. */
class Side {
  readonly times: Record<Measure, number[]> = { program: [], heard: [], library: [], killed: [] }
  readonly kind: Kind
  readonly #stage: Stage
  readonly #names: readonly string[]
  #nodes: RoomNode[] = []
  #invitation: Invitation | undefined

  constructor(stage: Stage, kind: Kind, size: number) {
    this.#stage = stage
    this.kind = kind
    this.#names = Array.from({ length: size }, (_, at) => `${kind}${at + 1}`)
  }

  async open(): Promise<void> {
    for (const name of this.#names) this.#nodes.push(await this.#start(name).ready())
    await this.#whole()
  }

  #start(name: string): RoomNode {
    const [contact] = this.#nodes
    if (this.kind === 'open') return this.#stage.node(name, { through: contact })
    return this.#stage.node(name, { command: contact ? ['join', this.#invite(contact)] : ['create'] })
  }

  /** The invitation that the room was made with, by way of one who is there now. */
  #invite({ address, lines }: RoomNode): string {
    if (!this.#invitation) {
      const read = parseInvitation((JSON.parse(lines[0] ?? '{}') as { invitation: string }).invitation)
      if ('problem' in read) throw new Error(read.problem)
      this.#invitation = read
    }
    return formatInvitation({ ...this.#invitation, addresses: [address as Address] })
  }

  async #whole(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.sees(this.#names)))
  }

  /** A program comes, says a line that waited for it, and goes. */
  async join(round: number): Promise<void> {
    const text = `newcomer ${round}`
    const clocks = new Clocks()
    for (const node of this.#nodes) clocks.watch(node)
    const at = performance.now()
    const late = this.#start(`${this.kind}-late${round}`)
    const ready = new Promise<number>((done) => {
      late.onLine = (line, atMs) => {
        if (line.startsWith('{"type":"ready"')) done(atMs)
      }
    })
    late.say(text)
    await late.ready()
    this.times.program.push((await ready) - at)
    const shown = this.#nodes.map((node) =>
      node.until(() => clocks.printedAt.get(node.name)?.get(text), 'the line of the newcomer'),
    )
    this.times.heard.push(Math.max(...(await Promise.all(shown))) - at)
    late.end('//exit')
    await late.over()
    await this.#whole()
  }

  /** A room of the library comes and goes; `isCounted`: not the first, for which code is still compiled. */
  async joinByLibrary(isCounted: boolean): Promise<void> {
    const [contact] = this.#nodes
    if (!contact) throw new Error('nobody is there')
    const options = { name: `${this.kind}-bot`, address: '127.0.0.1' }
    const way = this.kind === 'open' ? { neighbor: contact.address } : { invitation: this.#invite(contact) }
    const at = performance.now()
    const room = await joinRoom({ ...options, ...way })
    if (isCounted) this.times.library.push(performance.now() - at)
    await room.leave()
    await this.#whole()
  }

  async kill(round: number, perSecond: number): Promise<void> {
    const [leader, ...survivors] = inRing(this.#nodes)
    const [first] = survivors
    if (!leader || !first) throw new Error('no leader, or nobody else')
    const clocks = new Clocks()
    for (const node of survivors) clocks.watch(node)
    const flow = new SharedFlow(clocks, survivors, perSecond, `round ${round}, line`)
    const warm = `round ${round}, line 8 by ${survivors[7 % survivors.length]?.name}`
    await Promise.all(survivors.map((node) => node.has([warm])))
    const at = performance.now()
    leader.signal('SIGKILL')
    this.times.killed.push(await firstSaidAfter(clocks, survivors, at))
    flow.stop()
    await leader.exit
    await Promise.all(survivors.map((node) => node.has(flow.texts)))
    // Its home has the key.
    const flags = ['--history', '0']
    const back = this.#stage.node(leader.name, { through: first, home: leader.home, flags })
    this.#nodes = [...survivors, await back.ready()]
    await this.#whole()
  }
}

export const locked: Bench = async (flags, report) => {
  const [rounds, size] = [flags.get('rounds') ?? 25, flags.get('nodes') ?? 5]
  const stage = await Stage.open()
  try {
    const sides = kinds.map((kind) => new Side(stage, kind, size))
    for (const side of sides) await side.open()
    const inTurn = async (
      times: number,
      run: (side: Side, round: number) => Promise<void>,
    ): Promise<void> => {
      for (let round = 1; round <= times; round++)
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) await run(side, round)
    }
    await inTurn(rounds, (side, round) => side.join(round))
    await inTurn(rounds + 2, (side, round) => side.joinByLibrary(round > 2))
    await inTurn(rounds, (side, round) => side.kill(round, flags.get('per-second') ?? 100))
    for (const [measure, about] of Object.entries(measures) as [Measure, string][]) {
      report(about)
      for (const { kind, times } of sides) report(`  ${kind.padEnd(7)}${show(times[measure])}`)
      const at = (part: number): string => {
        const [one = NaN, other = NaN] = sides.map(({ times }) => percentile(times[measure], part))
        return (other / one).toFixed(2)
      }
      report(`  locked / open: median ${at(0.5)}, p90 ${at(0.9)}`)
    }
  } finally {
    await stage.close()
  }
}

function show(values: readonly number[]): string {
  const at = (part: number): string => percentile(values, part).toFixed(1)
  return `median ${at(0.5)} ms, p90 ${at(0.9)} ms, from ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} ms (${values.length} times)`
}
