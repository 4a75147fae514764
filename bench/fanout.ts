/**
 * What a message costs where several read it, beside what people would use instead, in one run: each round runs all of them, one
 * after the other, and the table has medians of the rounds and their ratios. Members are processes on loopback. Peers that
 * are not installed are left out, and named.
 *
 * --members <n>: default 8. --bytes <n>: of a message, at least 16; default 100. --messages <n>: default 100,000, behind --warm <n>, default
 * 20,000. --all 1: all members say their share; default 0: one says all. --rounds <n>: default 3. --pace <n>: so many single
 * messages a second in all, for --seconds <n> (default 10), and their latency; default 0: as fast as it goes. --only <n>: the first n
 * peers of the list.
 */
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { count, percentile, type Bench, type Flags } from './measure.ts'

const folder = fileURLToPath(new URL('../../bench/peers/', import.meta.url))
const deadlineMs = 120_000

type Reply = Record<string, unknown> & { did: string }

/** What stands between members: a server in a process of its own, or nothing. */
type Server = { command: string; args: (port: number, dir: string) => string[] }

type Peer = {
  readonly name: string
  readonly driver: string
  readonly server?: Server
  /** Its members have a home each, and join through the first. */
  readonly isRoom?: boolean
}

const peers: readonly Peer[] = [
  { name: 'Ringleader', driver: 'ringleader', isRoom: true },
  {
    name: 'bare TLS',
    driver: 'tls',
    server: {
      command: process.execPath,
      args: (port, dir) => [join(folder, 'tls-server.js'), String(port), join(dir, 'key'), join(dir, 'cert')],
    },
  },
  {
    name: 'NATS core',
    driver: 'nats',
    server: { command: 'nats-server', args: (port) => ['-a', '127.0.0.1', '-p', String(port)] },
  },
  {
    name: 'NATS JetStream',
    driver: 'jetstream',
    server: {
      command: 'nats-server',
      args: (port, dir) => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir],
    },
  },
  {
    name: 'Redis',
    driver: 'redis',
    server: {
      command: 'redis-server',
      args: (port, dir) => ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--save', ''],
    },
  },
  {
    name: 'mosquitto',
    driver: 'mqtt',
    server: { command: 'mosquitto', args: (port) => ['-p', String(port)] },
  },
  {
    name: 'socket.io',
    driver: 'socketio',
    server: { command: process.execPath, args: (port) => [join(folder, 'socketio-server.js'), String(port)] },
  },
]

class Member {
  readonly #child: ChildProcess
  #replies: Reply[] = []
  #wake: (() => void) | undefined

  constructor(driver: string, options: object, execArgv: readonly string[]) {
    const args = [driver, JSON.stringify(options)]
    this.#child = fork(join(folder, 'member.js'), args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...execArgv],
    })
    this.#child.on('message', (message) => {
      this.#replies.push(message as Reply)
      this.#wake?.()
    })
    this.#child.on('exit', () => this.#wake?.())
  }

  ask(what: object): void {
    this.#child.send(what)
  }

  async told(did: string): Promise<Reply> {
    const until = performance.now() + deadlineMs
    for (;;) {
      const at = this.#replies.findIndex((reply) => reply.did === did)
      const [found] = at < 0 ? [] : this.#replies.splice(at, 1)
      if (found) return found
      if (this.#child.exitCode !== null) throw new Error(`a member ended before it ${did}`)
      if (performance.now() > until) throw new Error(`no member ${did} within ${deadlineMs / 1000} s`)
      await new Promise<void>((done) => {
        const timer = setTimeout(done, 1000)
        this.#wake = () => {
          clearTimeout(timer)
          done()
        }
      })
    }
  }

  async asked(what: object, did: string): Promise<Reply> {
    this.ask(what)
    return this.told(did)
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const over = new Promise((done) => this.#child.once('exit', done))
    this.ask({ do: 'leave' })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await over
    clearTimeout(timer)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}

async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isUp = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isUp) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`nothing listens at port ${port}`)
}

/** Of a process, its threads included. Unit: us. 0 where the system does not say. */
function cpuOf(pid: number | undefined): number {
  const path = `/proc/${pid}/stat`
  if (pid === undefined || !existsSync(path)) return 0
  const fields = readFileSync(path, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

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
}

async function measure(peer: Peer, setting: Setting, execArgv: readonly string[]): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'ringleader-bench-'))
  const port = await freePort()
  const members: Member[] = []
  let server: ChildProcess | undefined
  try {
    if (peer.driver === 'tls') makeCertificate(dir)
    if (peer.server) {
      server = spawn(peer.server.command, peer.server.args(port, dir), { stdio: 'ignore' })
      await listens(port)
    }
    let neighbor: unknown
    for (let n = 0; n < setting.members; n++) {
      const options = peer.isRoom ? { name: `n${n}`, home: join(dir, `n${n}`), neighbor } : { port }
      const member = new Member(peer.driver, options, execArgv)
      members.push(member)
      const { address } = await member.told('in')
      neighbor ??= address
    }
    if (setting.pace > 0) return await pacedBy(members, server, setting)
    await pour(members, setting.warm, setting)
    const before = await cpu(members, server)
    const seconds = await pour(members, setting.messages, setting)
    const after = await cpu(members, server)
    const deliveries = setting.messages * members.length
    return {
      perSecond: deliveries / seconds,
      cpuUs: (after.us - before.us) / deliveries,
      rssMb: after.rssMb,
      latencyMs: [],
      sentMs: [],
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
async function pour(members: readonly Member[], messages: number, setting: Setting): Promise<number> {
  const sayers = sayersOf(members, setting)
  const each = Math.floor(messages / sayers.length)
  const total = each * sayers.length
  if (total === 0) return 0
  await Promise.all(members.map((member) => member.asked({ do: 'count', total }, 'ready')))
  const start = process.hrtime.bigint()
  for (const member of sayers) member.ask({ do: 'say', messages: each, bytes: setting.bytes })
  const [heard] = await Promise.all([
    Promise.all(members.map((member) => member.told('counted'))),
    Promise.all(sayers.map((member) => member.told('said'))),
  ])
  return (Math.max(...heard.map(({ at }) => Number(at))) - Number(start / 1000n)) / 1e6
}

/** Single messages at a steady pace. */
async function pacedBy(
  members: readonly Member[],
  server: ChildProcess | undefined,
  setting: Setting,
): Promise<Measured> {
  const { seconds, bytes } = setting
  const sayers = sayersOf(members, setting)
  const perSecond = setting.pace / sayers.length
  const run = async (length: number): Promise<Reply[]> => {
    const total = Math.round(perSecond * length) * sayers.length
    await Promise.all(members.map((member) => member.asked({ do: 'count', total }, 'ready')))
    const said = sayers.map((member) =>
      member.asked({ do: 'pace', perSecond, seconds: length, bytes }, 'said'),
    )
    await Promise.all(members.map((member) => member.told('counted')))
    return Promise.all(said)
  }
  await run(2)
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
  }
}

/** us: of all processes so far. rssMb: of the largest member. */
async function cpu(
  members: readonly Member[],
  server: ChildProcess | undefined,
): Promise<{ us: number; rssMb: number }> {
  const all = await Promise.all(members.map((member) => member.asked({ do: 'cpu' }, 'cpu')))
  const us = all.reduce((sum, reply) => sum + Number(reply['us']), cpuOf(server?.pid))
  return { us, rssMb: Math.max(...all.map((reply) => Number(reply['rssMb']))) }
}

function makeCertificate(dir: string): void {
  const args = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=bench', '-days', '2']
  execFileSync('openssl', [...args, '-keyout', join(dir, 'key'), '-out', join(dir, 'cert')], {
    stdio: 'ignore',
  })
}

/** Why a peer cannot be measured here; undefined: it can. */
function missing({ driver, server }: Peer): string | undefined {
  const needs = !['ringleader', 'tls'].includes(driver)
  if (needs && !existsSync(join(folder, 'node_modules')))
    return 'npm ci --prefix bench/peers installs its client'
  const command = driver === 'tls' ? 'openssl' : (server?.command ?? process.execPath)
  const paths = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  if (command.includes('/') || paths.some((path) => existsSync(join(path, command)))) return undefined
  return `${command} is not installed`
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
  const setting = settingOf(flags)
  const runs = new Map<Peer, Measured[]>()
  for (const peer of peers.slice(0, flags.get('only') ?? peers.length)) {
    const why = missing(peer)
    if (why) report(`without ${peer.name}: ${why}`)
    else runs.set(peer, [])
  }
  const rounds = flags.get('rounds') ?? 3
  for (let round = 1; round <= rounds; round++)
    for (const [peer, done] of runs) {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round} of ${rounds}: ${peer.name}`)
      done.push(await measure(peer, setting, execArgv))
    }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  for (const line of table(runs, setting)) report(line)
}

/** A table in Markdown; ratios are medians of the ratios within a round. */
function table(runs: ReadonlyMap<Peer, readonly Measured[]>, { pace }: Setting): string[] {
  const [own] = [...runs.values()]
  const ratio = (done: readonly Measured[], of: (one: Measured) => number): string =>
    median(done.map((one, round) => of(own?.[round] ?? one) / of(one))).toFixed(2)
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
  const note = 'The last two columns: Ringleader divided by it.'
  return [line(head), line(head.map(() => '---')), ...rows.map(line), note]
}
