/**
 * What more members cost: processes (a burst, and all of them speaking), rooms of the library in one process, and the simulator's
 * virtual time, up to the 512 members that a room can have (`membersMax`).
 *
 * --processes <n>: default 32. --rooms <n>: in one process, without homes; default 200. --simulated <n>: default 512. 0 leaves that
 * part out.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { World, type SimNode } from '../sim/world/world.ts'
import { uidsOf } from '../sim/world/identities.ts'
import type { createRoom, joinRoom, Room } from '../src/index.ts'
import { count, percentile, type Bench } from './measure.ts'
import { Member } from './member.ts'

type Report = (line: string) => void
type Library = { createRoom: typeof createRoom; joinRoom: typeof joinRoom }

const library = new URL('../../dist/index.js', import.meta.url).href
const bytes = 100
const burst = 20_000
/** All speak: so many messages a second of each, for so long. */
const spoken = { perSecond: 1, seconds: 10 }

/** 2, 4, 8 ... up to `largest`, which is the last. */
function sizesTo(largest: number, factor: number): number[] {
  const sizes: number[] = []
  for (let size = 2; size < largest; size *= factor) sizes.push(size)
  return [...sizes, largest]
}

function row(report: Report, cells: readonly (string | number)[]): void {
  report(`| ${cells.join(' | ')} |`)
}

function head(report: Report, cells: readonly string[]): void {
  row(report, cells)
  row(
    report,
    cells.map(() => '---'),
  )
}

/** Adds members up to that many to a room of processes. */
async function growTo(
  size: number,
  members: Member[],
  dir: string,
  address: { first: unknown },
): Promise<void> {
  while (members.length < size) {
    const name = `n${members.length}`
    const member = new Member('ringleader', { name, home: join(dir, name), neighbor: address.first }, [])
    members.push(member)
    const { address: own } = await member.told('in')
    address.first ??= own
  }
}

async function usedUs(members: readonly Member[]): Promise<number[]> {
  const all: number[] = []
  for (const member of members) all.push(Number((await member.asked({ do: 'cpu' }, 'cpu'))['us']))
  return all
}

async function processes(largest: number, report: Report): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ringleader-bench-'))
  const members: Member[] = []
  const address = { first: undefined }
  report(
    `processes: ${count(burst)} messages of ${bytes} bytes from one; then each says ${spoken.perSecond} a second`,
  )
  head(report, [
    'members',
    'messages/s',
    'CPU a message: leader, us',
    'author',
    'others, median',
    'all speak: p50 / p99 / worst, ms',
    'missing',
  ])
  try {
    for (const size of sizesTo(largest, 2)) {
      await growTo(size, members, dir, address)
      const author = members[size - 1]
      if (!author) return
      const pour = async (messages: number): Promise<number> => {
        await Promise.all(members.map((member) => member.asked({ do: 'count', total: messages }, 'ready')))
        const at = performance.now()
        author.ask({ do: 'say', messages, bytes })
        await Promise.all([...members.map((member) => member.told('counted')), author.told('said')])
        return (performance.now() - at) / 1000
      }
      await pour(burst / 4)
      const before = await usedUs(members)
      const seconds = await pour(burst)
      const costs = (await usedUs(members)).map((us, at) => (us - (before[at] ?? 0)) / burst)
      const total = size * spoken.perSecond * spoken.seconds
      await Promise.all(members.map((member) => member.asked({ do: 'time' }, 'ready')))
      await Promise.all(members.map((member) => member.asked({ do: 'count', total }, 'ready')))
      const said = members.map((member) => member.asked({ do: 'pace', ...spoken, bytes }, 'said'))
      await Promise.all([...members.map((member) => member.told('counted')), ...said])
      const heard = await Promise.all(members.map((member) => member.asked({ do: 'latencies' }, 'latencies')))
      const ms = heard.flatMap(({ us }) => (us as number[]).map((one) => one / 1000))
      row(report, [
        size,
        count(burst / seconds),
        (costs[0] ?? NaN).toFixed(1),
        (costs[size - 1] ?? NaN).toFixed(1),
        size > 2 ? percentile(costs.slice(1, -1), 0.5).toFixed(1) : '',
        `${percentile(ms, 0.5).toFixed(1)} / ${percentile(ms, 0.99).toFixed(0)} / ${Math.max(...ms).toFixed(0)}`,
        total * size - ms.length,
      ])
    }
  } finally {
    await Promise.all(members.map((member) => member.end())).catch(() => members.forEach((one) => one.kill()))
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Resolves when it holds in all of them, looked at after each of their events; rejects after a minute. */
async function untilAll(
  rooms: readonly Room[],
  event: 'message' | 'leader',
  holds: (room: Room) => boolean,
): Promise<void> {
  await Promise.all(
    rooms.map(
      (room) =>
        new Promise<void>((done, failed) => {
          const timer = setTimeout(() => failed(new Error(`${event} did not come within 60 s`)), 60_000)
          const look = (): void => {
            if (!holds(room)) return
            clearTimeout(timer)
            room.off(event, look)
            done()
          }
          room.on(event, look)
          look()
        }),
    ),
  )
}

async function inOneProcess(largest: number, report: Report): Promise<void> {
  const built = (await import(library)) as Library
  const rooms: Room[] = []
  const timed = async (what: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number }> => {
    const [at, before] = [performance.now(), process.cpuUsage()]
    await what()
    const { user, system } = process.cpuUsage(before)
    return { ms: performance.now() - at, cpuMs: (user + system) / 1000 }
  }
  report('rooms of the library in one process, over TLS, without homes; CPU and memory of the process')
  head(report, [
    'members',
    'a join: ms',
    'CPU, ms',
    'a message at all: ms',
    'CPU a member, us',
    'the leader leaves, all follow the next: ms',
    'CPU a member, ms',
    'memory a member, MB',
  ])
  const emptyMb = process.memoryUsage.rss() / 1e6
  const enter = async (): Promise<void> => {
    const options = { name: `n${rooms.length}`, address: '127.0.0.1', port: 0 }
    const [first] = rooms
    rooms.push(
      first
        ? await built.joinRoom({ ...options, neighbor: first.self.address })
        : await built.createRoom(options),
    )
  }
  try {
    for (const size of sizesTo(largest, 3)) {
      while (rooms.length < size - 1) await enter()
      const joined = await timed(enter)
      const messages: { ms: number; cpuMs: number }[] = []
      for (let round = 0; round < 10; round++) {
        const held = rooms[0]?.size ?? 0
        const heard = untilAll(rooms, 'message', (room) => room.size > held)
        messages.push(await timed(() => Promise.all([heard, rooms.at(-1)?.post('x'.repeat(bytes))])))
      }
      const at = rooms.findIndex((room) => room.leader?.id === room.self.id)
      const [leader] = rooms.splice(at, 1)
      if (!leader) throw new Error('no leader')
      const next = untilAll(
        rooms,
        'leader',
        (room) => room.leader !== undefined && room.leader.id !== leader.self.id,
      )
      const elected = await timed(() => Promise.all([next, leader.leave()]))
      row(report, [
        size,
        joined.ms.toFixed(0),
        joined.cpuMs.toFixed(0),
        percentile(
          messages.map(({ ms }) => ms),
          0.5,
        ).toFixed(1),
        (
          (percentile(
            messages.map(({ cpuMs }) => cpuMs),
            0.5,
          ) /
            size) *
          1000
        ).toFixed(0),
        elected.ms.toFixed(0),
        (elected.cpuMs / size).toFixed(1),
        ((process.memoryUsage.rss() / 1e6 - emptyMb) / size).toFixed(1),
      ])
    }
  } finally {
    await Promise.all(rooms.map((room) => room.leave({ waitMs: 0 })))
  }
}

/** What crossed the links, heartbeats left out. */
type Sent = { frames: number; bytes: number; elect: number }

const heartbeats: readonly string[] = ['ping', 'pong']

function simulated(largest: number, report: Report): void {
  const world = new World({ seed: 1, uids: uidsOf('random', 1) })
  let sent: Sent = { frames: 0, bytes: 0, elect: 0 }
  world.observers.push({
    sent: (_from, _to, { type }, size) => {
      if (heartbeats.includes(type)) return
      sent.frames++
      sent.bytes += size
      if (type === 'elect') sent.elect++
    },
  })
  report('simulated: random ids, links of the simulator; frames and bytes a member, without heartbeats')
  head(report, [
    'members',
    'a join: frames',
    'bytes',
    'virtual ms',
    'a message at all: frames',
    'bytes',
    'virtual ms',
    'a leader dies: frames',
    'bytes',
    'ELECT in all, and 2n-1',
    'virtual ms',
  ])
  const until = (what: string, done: () => boolean): number => {
    const at = world.now
    if (!world.runWhile(120_000, done)) throw new Error(`${what} took more than two minutes of virtual time`)
    return world.now - at
  }
  const viewOf = ({ state }: SimNode): number => state?.view.members.length ?? 0
  const enter = (): void => {
    const [first] = world.running
    const node = world.addNode()
    world.start(node, first ? { join: first } : 'create')
    const size = world.running.length
    until('a join', () => world.running.every((one) => viewOf(one) === size))
  }
  const cells = (): string[] => {
    const size = world.running.length
    return [(sent.frames / size).toFixed(1), count(sent.bytes / size)]
  }
  for (const size of sizesTo(largest, 4)) {
    while (world.running.length < size - 1) enter()
    world.runFor(2000)
    sent = { frames: 0, bytes: 0, elect: 0 }
    let at = world.now
    enter()
    const joined = [...cells(), world.now - at]
    world.runFor(2000)
    sent = { frames: 0, bytes: 0, elect: 0 }
    const author = world.running.at(-1)
    if (!author) return
    const held = author.disk.log.length
    at = world.now
    world.say(author, 'x'.repeat(bytes))
    until('a message', () =>
      world.running.every(({ disk, state }) => disk.log.length + (state ? 0 : 1) > held),
    )
    const told = world.now - at
    world.runFor(2000)
    const said = [...cells(), told]
    const leader = world.running.find(({ state }) => state?.role.type === 'office')
    if (!leader) throw new Error('no leader')
    sent = { frames: 0, bytes: 0, elect: 0 }
    at = world.now
    world.crash(leader)
    const left = size - 1
    until('an election', () => {
      const next = world.running.find(
        ({ state }) => state?.role.type === 'office' && state.role.phase === 'open',
      )
      return (
        next !== undefined &&
        world.running.every(
          ({ state }) =>
            state === next.state ||
            (state?.role.type === 'following' &&
              state.role.leader.uid === next.uid &&
              state.role.viewSeen !== undefined),
        )
      )
    })
    const theory = `${sent.elect}, ${2 * left - 1}`
    row(report, [size, ...joined, ...said, ...cells(), theory, world.now - at])
  }
}

export const growth: Bench = async (flags, report) => {
  const part = (name: string, usual: number): number => flags.get(name) ?? usual
  if (part('simulated', 512) > 0) simulated(part('simulated', 512), report)
  if (part('rooms', 200) > 0) await inOneProcess(part('rooms', 200), report)
  if (part('processes', 32) > 0) await processes(part('processes', 32), report)
}
