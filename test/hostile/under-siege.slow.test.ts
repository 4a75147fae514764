// Five members, two of whom chat, under every attack of this folder at once, by processes of the lowest priority on
// the same cores. Nothing may be lost, nobody may end, and when the attackers have gone the room is as before. In a locked
// room, whose id the attackers know and whose key they do not, they also may not be heard or shown.
// SIEGE_SECONDS: how long it lasts; 20 here, 120 in a night run (`SIEGE_SECONDS=120 npm run test:slow -- under-siege`).
// SIEGE_ROUNDS: names of rounds.ts, separated by commas, to find out which of them does what.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { RoomNode } from '../e2e/harness.ts'
import { Attackers } from './attackers.ts'
import { Besieged, percentile, probe } from './besiege.ts'
import type { Probe } from './besiege.ts'
import { Pulse } from './pulse.ts'
import { rounds } from './rounds.ts'
import { sparesMax } from '../../src/wire/limits.ts'

const seconds = Number(process.env['SIEGE_SECONDS'] ?? 20)
const names = ['Ann', 'Bob', 'Cid', 'Dan', 'Eve']
/** How soon the room is as before, once the attackers have gone. Unit: ms. */
const asBeforeMs = 60_000
const MiB = 2 ** 20
/** What a member's log may grow by in a minute of attack. */
const logBytesPerMinute = MiB

/** Two halves, so that two processes share them; those that end members today stand in rounds.ts like the others. */
function halves(): [string[], string[]] {
  const chosen =
    process.env['SIEGE_ROUNDS']?.split(',') ??
    Object.keys(rounds).filter((name) => name !== 'a flood of messages')
  return [chosen.filter((_, at) => at % 2 === 0), chosen.filter((_, at) => at % 2 === 1)]
}

test(`a room of five is none the worse for ${seconds} s of all attacks at once`, (context) =>
  besiege(context, false))

test(`a locked room of five is none the worse for ${seconds} s of all attacks from outside`, (context) =>
  besiege(context, true))

async function besiege(context: TestContext, isLocked: boolean): Promise<void> {
  const room = await Besieged.open(context, names, { isLocked })
  await room.chat()
  const before = await Promise.all(room.nodes.map(probe))
  const logs = await Promise.all(room.nodes.map((node) => room.logBytes(node)))
  const [leader, term] = [room.ann.leader?.id, room.ann.leader?.term]
  const offices = watchOffices(room)
  room.delays.length = 0

  const orders = halves().filter((half) => half.length > 0)
  const attackers = await Promise.all(
    orders.map((half, seed) =>
      Attackers.start(context, { target: room.target(), names: half, seed: seed + 1, pauseMs: 100 }),
    ),
  )
  const pulse = new Pulse()
  const stop = room.talk([room.ann, room.bob], 100)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  stop()
  const stalled = pulse.stop()
  const counts = await Promise.all(attackers.map((attacker) => attacker.stop()))
  const goneAt = performance.now()

  context.diagnostic(`rounds done: ${JSON.stringify(Object.assign({}, ...counts))}`)
  const faults = new Faults()
  for (const node of room.nodes)
    faults.note(node.ended === undefined, `${node.name} ended: ${JSON.stringify(node.ended)}`)
  await faults.gather('as before, and nothing lost', async () => {
    await Promise.all(
      room.nodes.map((node) => node.until(() => isWhole(node), 'its five members', asBeforeMs)),
    )
    await room.holds()
  })
  context.diagnostic(
    `as before ${((performance.now() - goneAt) / 1000).toFixed(1)} s after the attackers went`,
  )
  report(context, room)
  // A machine that stands still for a while delays lines and hides a leader without any attack.
  if (stalled !== undefined) context.diagnostic(`times and terms not judged: ${stalled} ms of standstill`)
  else {
    const late = percentile(room.delays, 0.99)
    faults.note(late < 5000, `p99 to display ${late.toFixed(0)} ms`)
    const isSame = room.ann.leader?.id === leader && room.ann.leader?.term === term
    faults.note(isSame, 'the leader is another, or was elected anew')
    faults.note(offices.size === 1, `${offices.size} leaders were seen`)
  }
  for (const [at, node] of room.nodes.entries()) {
    if (node.ended !== undefined) continue
    const start = before[at]
    assert.ok(start)
    await faults.gather(`${node.name} holds what it held`, () =>
      released(context, node, start, goneAt + asBeforeMs),
    )
    const grown = (await room.logBytes(node)) - (logs[at] ?? 0)
    faults.note(
      grown < 64 * 1024 + (logBytesPerMinute * seconds) / 60,
      `the log of ${node.name} grew by ${grown} bytes`,
    )
    const unplanned = /unhandled|uncaught|\n\s+at .*\d+:\d+/i
    faults.note(
      !unplanned.test(node.stderr + (await room.log(node))),
      `${node.name} tells of an unhandled error`,
    )
  }
  const told = room.notices().filter((text) => !/ (joined|left|is gone|is out of reach)$/.test(text))
  context.diagnostic(
    `${room.notices().length} notices in all; not of comings and goings: ${new Set(told).size}`,
  )
  if (isLocked) noteStrangers(faults, room)
  await faults.gather('every home opens', () => room.reopens())
  faults.judge()
}

/** Nobody from outside came in, said a word, or stands in a notice but as one who knocks. */
function noteStrangers(faults: Faults, room: Besieged): void {
  const said = new Set(room.said)
  for (const { name, messages, lines } of room.nodes) {
    const foreign = messages.filter(({ text }) => !said.has(text))
    faults.note(foreign.length === 0, `${name} shows ${foreign.length} messages of strangers`)
    const views = lines.filter((line) => line.startsWith('{"type":"members"'))
    const shown = views.flatMap((line) => (JSON.parse(line) as { members: { name: string }[] }).members)
    const strangers = new Set(shown.map((member) => member.name).filter((one) => !names.includes(one)))
    faults.note(strangers.size === 0, `${name} listed ${[...strangers].join(', ')}`)
  }
  const told = new Set(room.notices().filter((text) => / (joined|left|is gone|is out of reach)$/.test(text)))
  const others = [...told].filter((text) => !names.some((name) => text.startsWith(`${name}(`)))
  faults.note(others.length === 0, `people were told: ${others.slice(0, 3).join('; ')}`)
}

/** Everybody that any member was ever told to lead. */
function watchOffices(room: Besieged): Set<string> {
  const seen = new Set<string>()
  for (const node of room.nodes) {
    const from = node.lines.length
    if (node.leader) seen.add(node.leader.id)
    node.onLine = (line) => {
      if (node.lines.length > from && line.startsWith('{"type":"leader"')) seen.add(node.leader?.id ?? '')
    }
  }
  return seen
}

function isWhole(node: RoomNode): boolean {
  const there = node.members.map(({ name }) => name).sort()
  return there.join() === names.join() && node.members.some(({ leader }) => leader)
}

/** Its own spare connections, one of each other member, and one more of the member before: they may have been opened meanwhile. */
const sparesMost = sparesMax + names.length

/** Descriptors and memory are what they were, by `until` at the latest. */
async function released(context: TestContext, node: RoomNode, before: Probe, until: number): Promise<void> {
  for (;;) {
    const now = await probe(node)
    const [heap, files] = [now.heapUsed - before.heapUsed, now.files - before.files]
    const isOver = performance.now() > until
    if (heap < 30 * MiB && files <= 2 + sparesMost) {
      context.diagnostic(
        `${node.name}: heap ${(heap / MiB).toFixed(1)} MiB, rss ${((now.rss - before.rss) / MiB).toFixed(1)} MiB, ${files} descriptors more`,
      )
      return
    }
    assert.ok(!isOver, `${(heap / MiB).toFixed(1)} MiB of heap and ${files} descriptors more than before`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function report(context: TestContext, room: Besieged): void {
  const at = (part: number): string => percentile(room.delays, part).toFixed(0)
  const count = room.delays.length
  context.diagnostic(`${count} lines shown: ${at(0.5)} ms median, ${at(0.99)} ms p99, ${at(1)} ms at most`)
}

/** All that went wrong, so that one run shows all of it. */
class Faults {
  readonly #found: string[] = []

  note(isWell: boolean, what: string): void {
    if (!isWell) this.#found.push(what)
  }

  async gather(what: string, run: () => Promise<void>): Promise<void> {
    await run().catch((error: unknown) => this.#found.push(`${what}: ${(error as Error).message}`))
  }

  judge(): void {
    assert.equal(this.#found.length, 0, `\n- ${this.#found.join('\n- ')}`)
  }
}
