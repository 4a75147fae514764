/**
 * What a message costs where several read it, beside what people would use instead, in one run: each round runs all of them, one
 * after the other, and the table has medians of the rounds and their ratios. Members are processes on loopback. Peers that
 * are not installed are left out, and named.
 *
 * --members <n>: default 8. --bytes <n>: of a message, at least 16; default 100. --messages <n>: default 100,000, behind --warm <n>, default
 * 20,000. --all 1: all members say their share; default 0: one says all. --rounds <n>: default 3. --pace <n>: so many single
 * messages a second in all, for --seconds <n> (default 10) behind --warm of them or 20 s, and their latency; default 0: as fast as
 * it goes. --only <n>: the first n peers of the list; --peer <n>: the nth alone. --picture 1: writes docs/fanout.svg, too.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { count, percentile, type Bench, type Flags } from './measure.ts'
import { cpu, Member, type Cpu, type Reply } from './member.ts'
import { freePort, missing, peers, startServer, type Peer } from './peers.ts'
import { drawBars } from './picture.ts'

/** Rooms last: code that has just been started is compiled while it runs, and takes up to twice the time. */
const warmMaxS = 20

const picturePath = fileURLToPath(new URL('../../docs/fanout.svg', import.meta.url))

type Setting = {
  members: number
  bytes: number
  messages: number
  warm: number
  all: boolean
  pace: number
  seconds: number
}

/** perSecond: messages that all have heard, times members. cpuUs: of all processes, for each delivery. */
type Measured = {
  perSecond: number
  cpuUs: number
  rssMb: number
  latencyMs: readonly number[]
  sentMs: readonly number[]
  /** cpuUs of the members by kind of thread. */
  threads: ReadonlyMap<string, number>
}

async function measure(peer: Peer, setting: Setting, execArgv: readonly string[]): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'ringleader-bench-'))
  const port = await freePort()
  const members: Member[] = []
  let server: ChildProcess | undefined
  try {
    server = await startServer(peer, port, dir)
    let neighbor: unknown
    for (let n = 0; n < setting.members; n++) {
      const options = peer.isRoom ? { name: `n${n}`, home: join(dir, `n${n}`), neighbor } : { port }
      const member = new Member(peer.driver, options, execArgv)
      members.push(member)
      const { address } = await member.told('in')
      neighbor ??= address
    }
    if (setting.pace > 0) return await pacedBy(members, server, setting, peer)
    const { share = 1 } = peer
    const messages = Math.ceil(setting.messages * share)
    await pour(members, Math.ceil(setting.warm * share), setting, peer)
    const before = await cpu(members, server)
    const seconds = await pour(members, messages, setting, peer)
    const after = await cpu(members, server)
    const deliveries = messages * (members.length - (peer.isDeaf ? 1 : 0))
    return {
      perSecond: deliveries / seconds,
      cpuUs: (after.us - before.us) / deliveries,
      rssMb: after.rssMb,
      latencyMs: [],
      sentMs: [],
      threads: byThread(before, after, deliveries),
    }
  } finally {
    const ends = Promise.all(members.map((member) => member.end()))
    await ends.catch(() => members.forEach((member) => member.kill()))
    server?.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Those who say: a member that does not lead, or all. */
function sayersOf(members: readonly Member[], { all }: Setting): readonly Member[] {
  return all ? members : members.slice(-1)
}

/** Says so many in all. Returns how long it took until all had heard them. Unit: s. */
async function pour(
  members: readonly Member[],
  messages: number,
  setting: Setting,
  peer: Peer,
): Promise<number> {
  const sayers = sayersOf(members, setting)
  const each = Math.floor(messages / sayers.length)
  const hearers = await countAt(members, sayers, each, peer)
  if (each === 0) return 0
  const start = process.hrtime.bigint()
  for (const member of sayers) member.ask({ do: 'say', messages: each, bytes: setting.bytes })
  const [heard] = await Promise.all([
    Promise.all(hearers.map((member) => member.told('counted'))),
    Promise.all(sayers.map((member) => member.told('said'))),
  ])
  return (Math.max(...heard.map(({ at }) => Number(at))) - Number(start / 1000n)) / 1e6
}

/** Tells the members how many they will hear where each of `sayers` says so many. Returns those that will hear any. */
async function countAt(
  members: readonly Member[],
  sayers: readonly Member[],
  each: number,
  { isDeaf }: Peer,
): Promise<Member[]> {
  const totalOf = (member: Member): number =>
    each * (sayers.length - (isDeaf && sayers.includes(member) ? 1 : 0))
  const hearers = members.filter((member) => totalOf(member) > 0)
  await Promise.all(hearers.map((member) => member.asked({ do: 'count', total: totalOf(member) }, 'ready')))
  return hearers
}

/** Single messages at a steady pace. */
async function pacedBy(
  members: readonly Member[],
  server: ChildProcess | undefined,
  setting: Setting,
  peer: Peer,
): Promise<Measured> {
  const { seconds, bytes } = setting
  const sayers = sayersOf(members, setting)
  const perSecond = setting.pace / sayers.length
  const run = async (length: number): Promise<Reply[]> => {
    const hearers = await countAt(members, sayers, Math.round(perSecond * length), peer)
    const said = sayers.map((member) =>
      member.asked({ do: 'pace', perSecond, seconds: length, bytes }, 'said'),
    )
    await Promise.all(hearers.map((member) => member.told('counted')))
    return Promise.all(said)
  }
  await run(Math.min(setting.warm / setting.pace, warmMaxS))
  await Promise.all(members.map((member) => member.asked({ do: 'time' }, 'ready')))
  const before = await cpu(members, server)
  const said = await run(seconds)
  const after = await cpu(members, server)
  const heard = await Promise.all(members.map((member) => member.asked({ do: 'latencies' }, 'latencies')))
  const latencyMs = heard.flatMap(({ us }) => (us as number[]).map((one) => one / 1000))
  return {
    perSecond: latencyMs.length / seconds,
    cpuUs: (after.us - before.us) / latencyMs.length,
    rssMb: after.rssMb,
    latencyMs,
    sentMs: said.flatMap(({ sentUs }) => (sentUs as number[]).map((one) => one / 1000)),
    threads: byThread(before, after, latencyMs.length),
  }
}

function byThread(before: Cpu, after: Cpu, deliveries: number): Map<string, number> {
  return new Map(
    [...after.threads].map(([kind, us]) => [kind, (us - (before.threads.get(kind) ?? 0)) / deliveries]),
  )
}

function settingOf(flags: Flags): Setting {
  return {
    members: flags.get('members') ?? 8,
    bytes: flags.get('bytes') ?? 100,
    messages: flags.get('messages') ?? 100_000,
    warm: flags.get('warm') ?? 20_000,
    all: flags.get('all') === 1,
    pace: flags.get('pace') ?? 0,
    seconds: flags.get('seconds') ?? 10,
  }
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

export const fanout: Bench = (flags, report) => compare(flags, report, [])

/** execArgv: of the members' processes, for Node. */
export async function compare(
  flags: Flags,
  report: (line: string) => void,
  execArgv: readonly string[],
): Promise<void> {
  const runs = await measureAll(flags, report, execArgv)
  const setting = settingOf(flags)
  for (const line of table(runs, setting)) report(line)
  if (flags.get('picture') === 1) {
    writeFileSync(picturePath, picture(runs, setting))
    report(`picture: ${picturePath}`)
  }
}

/** Each peer that is there, and what it reached in each round. */
export async function measureAll(
  flags: Flags,
  report: (line: string) => void,
  execArgv: readonly string[],
): Promise<Map<Peer, Measured[]>> {
  const setting = settingOf(flags)
  const runs = new Map<Peer, Measured[]>()
  const one = flags.has('only') ? undefined : flags.get('peer')
  const first = peers.slice(0, flags.get('only') ?? peers.length)
  for (const peer of one === undefined ? first : peers.slice(one - 1, one)) {
    const why = missing(peer, setting.bytes)
    if (why) report(`without ${peer.name}: ${why}`)
    else runs.set(peer, [])
  }
  const rounds = flags.get('rounds') ?? 3
  for (let round = 1; round <= rounds; round++)
    for (const [peer, done] of runs) {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round} of ${rounds}: ${peer.name}`)
      try {
        done.push(await measure(peer, setting, execArgv))
      } catch (error) {
        // A peer that loses messages never has them all: the others can still be compared.
        if (peer.isOurs) throw error
        report(`without ${peer.name}: ${String(error)}`)
        runs.delete(peer)
      }
    }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return runs
}

function picture(runs: ReadonlyMap<Peer, readonly Measured[]>, setting: Setting): string {
  const { members, bytes, all } = setting
  const bars = [...runs].map(([{ name, isOurs = false }, done]) => ({
    name,
    value: median(done.map(({ perSecond }) => perSecond)),
    isOwn: isOurs,
  }))
  bars.sort((a, b) => b.value - a.value)
  const title = `Messages of ${bytes} bytes delivered a second, ${members} members, ${all ? 'all speak' : 'one speaks'}`
  const below =
    'Ringleader encrypts, signs and orders, and every member keeps the history. JetStream keeps it at its server.'
  return drawBars(bars, title, below, count)
}

/** A table in Markdown; ratios are medians of the ratios within a round. */
function table(runs: ReadonlyMap<Peer, readonly Measured[]>, { pace }: Setting): string[] {
  const own = [...runs].find(([{ isOurs }]) => isOurs)?.[1]
  const ratio = (done: readonly Measured[], of: (one: Measured) => number): string =>
    own ? median(done.map((one, round) => of(own[round] ?? one) / of(one))).toFixed(2) : ''
  const spread = (values: readonly number[]): string =>
    [0.5, 0.99, 0.999].map((part) => percentile(values, part).toFixed(2)).join(' / ')
  const head = pace
    ? ['', 'said to heard, p50 / p99 / p99.9 in ms', 'said to sent', 'CPU, us a delivery', 'p50', 'p99']
    : ['', 'deliveries/s', 'CPU, us a delivery', 'largest member, MB', 'deliveries/s', 'CPU']
  const rows = [...runs].map(([{ name }, done]) => {
    const cpuUs = median(done.map((one) => one.cpuUs)).toFixed(1)
    if (!pace)
      return [
        name,
        count(median(done.map((one) => one.perSecond))),
        cpuUs,
        median(done.map((one) => one.rssMb)).toFixed(0),
        ratio(done, (one) => one.perSecond),
        ratio(done, (one) => one.cpuUs),
      ]
    const sent = done.flatMap((one) => one.sentMs)
    return [
      name,
      spread(done.flatMap((one) => one.latencyMs)),
      sent.length > 0 ? spread(sent) : '',
      cpuUs,
      ratio(done, (one) => percentile(one.latencyMs, 0.5)),
      ratio(done, (one) => percentile(one.latencyMs, 0.99)),
    ]
  })
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const threads = [...(own?.[0]?.threads.keys() ?? [])].map((kind) => {
    const us = median((own ?? []).map((one) => one.threads.get(kind) ?? 0))
    return `${kind} ${us.toFixed(1)}`
  })
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    'The last two columns: Ringleader divided by it.',
    ...(own ? [`Ringleader's CPU by thread, us a delivery: ${threads.join(', ')}`] : []),
  ]
}
