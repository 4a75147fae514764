// What is in the way between two machines, and what the doctor says of it: network namespaces, with real programs.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RoomNode } from './harness.ts'
import { Program, Stage } from './harness.ts'
import { Network } from './network.ts'

type Shown = {
  type: string
  hop?: string
  state?: string
  text?: string
  advice?: string
  ok?: boolean
  exitCode?: number
}

function objects(program: Program): Shown[] {
  return program.lines.map((line) => JSON.parse(line) as Shown)
}

/** What failed, and the exit code. */
function verdict(program: Program): [hop: string | undefined, text: string, code: number | null | undefined] {
  const failed = objects(program).find(({ state }) => state === 'failed')
  assert.equal(objects(program).at(-1)?.type, 'diagnosis', program.report())
  return [failed?.hop, `${failed?.text}; ${failed?.advice}`, program.ended?.code]
}

test('the doctor finds what is in the way, and nobody in the room notices', async (context) => {
  const network = Network.open(context, 1, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [here, there] = network.hosts
  assert.ok(here && there)
  const ann = await stage.node('ann', { host: here }).ready()
  const logOf = async (node: RoomNode): Promise<string> =>
    await readFile(join(stage.dir, `${node.name}.log`), 'utf8')
  const [log, lines] = [await logOf(ann), ann.lines.length]
  const doctor = async (...words: string[]): Promise<Program> =>
    await stage.runOn(
      there,
      'doctor',
      '--json',
      '--home',
      join(stage.dir, 'bob'),
      '--timeout',
      '1.5',
      ...words,
    )

  const well = await doctor(ann.address)
  assert.deepEqual(
    objects(well).map(({ hop, state }) => `${hop} ${state}`),
    [
      ...['address ok', 'port ok', 'name ok', 'route ok', 'tcp ok', 'tls ok', 'version ok', 'room ok'],
      ...['clock unknown', 'mtu ok', 'undefined undefined'],
    ],
  )
  assert.equal(well.ended?.code, 0)
  assert.equal(await logOf(ann), log)
  assert.equal(ann.lines.length, lines)

  const [closed, text, code] = verdict(await doctor('-na', '10.77.0.1', '-np', '1'))
  assert.deepEqual([closed, code], ['tcp', 3])
  assert.match(text, /nothing listens at 10\.77\.0\.1:1; see that ringleader runs there/)

  // Whatever is sent back to the second host is dropped, as by a firewall: nothing refuses, and nothing replies.
  const blackhole = (what: string): void => {
    execFileSync('ip', ['-n', here.namespace, 'route', what, 'blackhole', `${there.address}/32`], {
      stdio: 'pipe',
    })
  }
  blackhole('add')
  const filtered = verdict(await doctor(ann.address))
  assert.deepEqual([filtered[0], filtered[2]], ['tcp', 3])
  assert.match(filtered[1], /no reply .* in 1\.5 s.*firewall drops.*; let TCP port \d+ in there/)
  blackhole('del')

  network.narrow(there, 1400)
  const narrow = verdict(await doctor(ann.address))
  assert.deepEqual([narrow[0], narrow[2]], ['mtu', 3], narrow[1])
  assert.match(
    narrow[1],
    /packets of 1400 bytes arrive there, larger ones get lost.*ip link set dev e0 mtu 1400/,
  )
  network.narrow(there)

  execFileSync('ip', ['-n', there.namespace, 'route', 'del', 'default'], { stdio: 'pipe' })
  const lost = verdict(await doctor('-na', '192.0.2.77'))
  assert.deepEqual([lost[0], lost[2]], ['route', 3])
  network.setAddress(there, undefined)
  const alone = verdict(await doctor(ann.address))
  assert.deepEqual([alone[0], alone[2]], ['address', 1])
  assert.match(alone[1], /no network address.*; connect it to a network/)

  // It took links and lost them, and that is all: they were no members.
  assert.ok(
    ann.lines.slice(lines).every((line) => !/joined|left|doctor|out of reach/.test(line)),
    ann.report(),
  )
  assert.doesNotMatch((await logOf(ann)).slice(log.length), /joined|left|doctor/)
})

test('a network without multicast: the room is not found nearby, and nothing else happens', async (context) => {
  const network = Network.open(context, 1, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [here, there] = network.hosts
  assert.ok(here && there)
  const ann = await stage.node('ann', { host: here, flags: ['--announce'] }).ready()
  await ann.until(() => true, 'the room')
  const found = async (...words: string[]) => (await stage.runOn(there, 'nearby', ...words)).ended?.code
  assert.equal(await found(), 0)
  network.dropMulticast()
  assert.equal(await found('--timeout', '0.7'), 3)
  const bob = await stage.node('bob', { host: there, through: ann, flags: ['--announce'] }).ready()
  bob.say('by its address')
  await ann.has(['by its address'])
  for (const { notices } of [ann, bob])
    assert.deepEqual(
      notices.filter((text) => /announce|multicast|mDNS/i.test(text)),
      [],
    )
})

/** Keeps the port of mDNS on a host to itself, and prints a line when it has it. */
const taker = `const { createSocket } = require('node:dgram')
const sockets = [createSocket('udp4'), createSocket({ type: 'udp6', ipv6Only: true })]
for (const socket of sockets) socket.bind({ port: 5353, exclusive: true }, () => socket === sockets[1] && console.log('taken'))`

test('a port of mDNS that another program keeps: one line of the log, and the chat goes on', async (context) => {
  const network = Network.open(context, 1, 0)
  if (!network) return
  const stage = await Stage.open(context)
  const [here] = network.hosts
  assert.ok(here)
  const [command = '', ...words] = here.command
  const other = new Program('taker', spawn(command, [...words, process.execPath, '-e', taker]))
  stage.adopt(other)
  await other.line(/taken/)
  const ann = await stage.node('ann', { host: here, flags: ['--announce', '-v'] }).ready()
  const line = /\d+: error not announced in the local network: EADDRINUSE/g
  await ann.until(() => line.test(ann.stderr), 'the line of the log')
  ann.say('still here')
  await ann.has(['still here'])
  assert.equal(ann.stderr.match(line)?.length, 1)
  assert.ok(!ann.notices.some((text) => text.includes('announced')))
  const nearby = await stage.runOn(here, 'nearby')
  assert.equal(nearby.ended?.code, 1)
  assert.match(nearby.stderr, /cannot be asked for rooms \(EADDRINUSE\)/)
})
