/**
 * What Ringleader is measured beside: the list, how the server of each is started, and whether it is here.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const folder = fileURLToPath(new URL('../../bench/peers/', import.meta.url))

/** What stands between members: a server in a process of its own, or nothing. */
type Server = { command: string; args: (port: number, dir: string) => string[] }

export type Peer = {
  readonly name: string
  readonly isOurs?: boolean
  readonly driver: string
  readonly server?: Server
  /** Its members have a home each, and join through the first. */
  readonly isRoom?: boolean
  /** It is given this part of the messages, so that a run of it ends. Default all. */
  readonly share?: number
  /** Its members do not hear themselves. */
  readonly isDeaf?: boolean
  /** Longer messages are not for it. */
  readonly bytesMax?: number
}

export const peers: readonly Peer[] = [
  { name: 'Ringleader', driver: 'ringleader', isOurs: true, isRoom: true },
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
  {
    name: 'ngIRCd',
    driver: 'irc',
    isDeaf: true,
    bytesMax: 400,
    server: {
      command: 'ngircd',
      args(port, dir) {
        const path = join(dir, 'ngircd.conf')
        const limits = '[Limits]\nMaxPenaltyTime = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\n'
        const global = `[Global]\nName = bench.example.net\nInfo = bench\nListen = 127.0.0.1\nPorts = ${port}\n`
        writeFileSync(path, `${global}${limits}[Options]\nDNS = no\nIdent = no\nPAM = no\n`)
        return ['-n', '-f', path]
      },
    },
  },
  { name: 'libp2p gossipsub', driver: 'gossip', isRoom: true, share: 0.03 },
]

/** The server of a peer, which listens at `port`; undefined: it has none. */
export async function startServer(
  { driver, server }: Peer,
  port: number,
  dir: string,
): Promise<ChildProcess | undefined> {
  if (driver === 'tls') makeCertificate(dir)
  if (!server) return undefined
  const started = spawn(pathOf(server.command) ?? server.command, server.args(port, dir), { stdio: 'ignore' })
  const failed = new Promise<never>((_, reject) => started.once('error', reject))
  try {
    await Promise.race([listens(port), failed])
  } catch (error) {
    started.kill('SIGKILL')
    throw error
  }
  return started
}

export async function freePort(): Promise<number> {
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

function makeCertificate(dir: string): void {
  const args = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=bench', '-days', '2']
  execFileSync('openssl', [...args, '-keyout', join(dir, 'key'), '-out', join(dir, 'cert')], {
    stdio: 'ignore',
  })
}

/** Why a peer cannot be measured here; undefined: it can. */
export function missing({ driver, server, bytesMax = Infinity }: Peer, bytes: number): string | undefined {
  if (bytes > bytesMax) return `its messages have ${bytesMax} bytes at most`
  const needs = !['ringleader', 'tls', 'irc'].includes(driver)
  if (needs && !existsSync(join(folder, 'node_modules')))
    return 'npm ci --prefix bench/peers installs its client'
  const command = driver === 'tls' ? 'openssl' : (server?.command ?? process.execPath)
  return pathOf(command) ? undefined : `${command} is not installed`
}

function pathOf(command: string): string | undefined {
  if (command.includes('/')) return command
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((one) => join(one, command)).find((path) => existsSync(path))
}
