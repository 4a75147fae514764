// Strangers who hold the doors of a real program: one key with a thousand links, more idle connections than there are
// file descriptors, names of their choice. Newcomers and returning members get in all the same, and nobody reads them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import tls from 'node:tls'
import type { Inc, Uid } from '../../src/core/model/ids.ts'
import { makeInc, noRoom } from '../../src/core/model/ids.ts'
import type { Address } from '../../src/core/model/ids.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import type { Identity } from '../../src/transport/identity.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import { assertAgreement } from './agreement.ts'
import { Stage, type RoomNode } from './harness.ts'

/** A connection that is closed with the test. */
function keep<S extends net.Socket>(context: TestContext, socket: S): S {
  socket.on('error', () => undefined)
  context.after(() => socket.destroy())
  return socket
}

/** A greeted link, as far as it is let in. `claims`: another uid than that of the key. */
async function greet(
  context: TestContext,
  node: RoomNode,
  { key, cert, uid }: Identity,
  { claims = uid, name = 'x' }: { claims?: Uid; name?: string } = {},
): Promise<tls.TLSSocket> {
  const to = { host: '127.0.0.1', port: node.port, rejectUnauthorized: false, key, cert }
  const socket = keep(context, tls.connect(to))
  socket.resume()
  await new Promise<void>((resolve) => socket.once('secureConnect', resolve).once('close', () => resolve()))
  const inc: Inc = makeInc(1, '0123456789abcdef')
  const addr = '127.0.0.1:9' as Address
  socket.write(encodeFrame(1, { type: 'hello', room: noRoom, uid: claims, inc, name, addr }))
  return socket
}

async function idle(context: TestContext, node: RoomNode, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await once(keep(context, net.connect({ host: '127.0.0.1', port: node.port })), 'connect')
}

/** A newcomer joins, and one that was killed comes back to the same room. */
async function doorsAreOpen(stage: Stage, nodes: readonly RoomNode[]): Promise<void> {
  const [leader, member, dead] = nodes
  assert.ok(leader && member && dead)
  const newcomer = await stage.node('new', { through: leader }).ready()
  const back = await stage.node(dead.name, { home: dead.home, resume: true }).ready()
  assert.equal(back.room, leader.room)
  const all = [leader, member, newcomer, back]
  await Promise.all(all.map((node) => node.sees(all.map(({ name }) => name))))
  for (const node of all) node.say(`from ${node.name}`)
  const texts = all.map(({ name }) => `from ${name}`)
  await Promise.all(all.map((node) => node.has(texts)))
  assertAgreement([leader, member], texts)
}

test('one key with a thousand links locks nobody out', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(['n1', 'n2', 'n3'])
  await nodes[2]!.kill()
  const identity = await mintIdentity()
  for (let i = 0; i < 1050; i += 25)
    await Promise.all(Array.from({ length: 25 }, () => greet(context, nodes[0]!, identity)))
  await doorsAreOpen(stage, nodes)
  const log = await readFile(join(stage.dir, 'n1.log'), 'utf8')
  assert.match(
    log,
    new RegExp(
      `^\\d+: refused 127\\.0\\.0\\.1:\\d+ \\(key ${identity.uid}\\): too many links of its key$`,
      'm',
    ),
  )
})

test(
  'with 120 descriptors, idle strangers and idle links of many keys shut out neither members nor the disk',
  { skip: process.platform !== 'linux' },
  async (context) => {
    const stage = await Stage.open(context)
    const host = { address: '127.0.0.1', command: ['bash', '-c', 'ulimit -n 120; exec "$0" "$@"'] }
    const leader = await stage.node('n1', { host }).ready()
    const others: RoomNode[] = []
    for (const name of ['n2', 'n3']) others.push(await stage.node(name, { through: leader }).ready())
    await others[1]!.kill()
    for (let i = 0; i < 100; i++) await greet(context, leader, await mintIdentity())
    await idle(context, leader, 50)
    await doorsAreOpen(stage, [leader, ...others])
    leader.end('//exit')
    assert.deepEqual(await leader.over(), { code: 0, signal: null }, leader.report())
    assert.match(await stage.history(leader.home), /from new/)
  },
)

test("a stranger that claims another's uid fills neither screen nor log, and its name is nowhere", async (context) => {
  const stage = await Stage.open(context)
  const [leader] = await stage.room(['n1', 'n2'])
  assert.ok(leader)
  const identity = await mintIdentity()
  const count = 300
  for (let i = 0; i < count; i++) {
    const socket = await greet(context, leader, identity, { claims: leader.id as Uid, name: `PWNED ${i}` })
    if (!socket.closed) await once(socket, 'close')
  }
  const refused = leader.notices.filter((text) => text.includes('refused'))
  assert.deepEqual(refused, ['1 connection was refused; see the log'])
  const log = await readFile(join(stage.dir, 'n1.log'), 'utf8')
  assert.ok(!log.includes('PWNED') && !leader.lines.join().includes('PWNED'))
  const lines = log.split('\n').filter((line) => line.includes('refused'))
  assert.match(
    lines[0] ?? '',
    new RegExp(`^\\d+: refused 127\\.0\\.0\\.1:\\d+ \\(key ${identity.uid}\\): hello\\.uid$`),
  )
  assert.ok(lines.length <= 5, lines.join('\n'))
})
