// Machines with several addresses, and with addresses that change, as laptops have them: real programs in network
// namespaces, to which nobody says which address is theirs.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { anyPort, findFreePort } from '../../src/transport/hosts.ts'
import { assertSameHistory } from './agreement.ts'
import type { RoomNode } from './harness.ts'
import { Stage } from './harness.ts'
import { Network } from './network.ts'

/** How soon a node must notice that its address is another one. Unit: ms. */
const noticedMs = 5000

/** Resolves when it shows the member `name` at `ip`. */
function isAt(node: RoomNode, name: string, ip: string, ms?: number): Promise<unknown> {
  const isThere = () => node.members.some((one) => one.name === name && one.address.startsWith(`${ip}:`))
  return node.until(isThere, `${name} at ${ip}`, ms)
}

/** The notices that match. */
function told(node: RoomNode, pattern: RegExp): string[] {
  return node.notices.filter((text) => pattern.test(text))
}

/** Every laptop has a bridge for containers and a VPN, both before its card, and the same at all of them. */
const others = () =>
  [
    ['docker0', '172.17.0.1/16'],
    ['tun0', '10.8.0.6/24'],
  ] as const

test('two laptops with docker0 and a VPN find each other without -a', async (context) => {
  const network = Network.open(context, 1, 1, { others })
  if (!network) return
  const stage = await Stage.open(context)
  const [here, there] = network.hosts
  const ann = await stage.node('ann', { host: here, address: false }).ready()
  assert.match(ann.address, /^10\.77\.0\.1:/)
  const bob = await stage.node('bob', { host: there, address: false, through: ann }).ready()
  assert.match(bob.address, /^10\.77\.0\.2:/)
  ann.say('hello')
  bob.say('good evening')
  for (const node of [ann, bob]) await node.has(['hello', 'good evening'])
  const cid = await stage.node('cid', { host: there, address: 'e0', through: ann }).ready()
  assert.match(cid.address, /^10\.77\.0\.2:/, '-a takes the name of an interface')
})

test('a node behind a forwarded port is shown and reached where it advertises', async (context) => {
  const stage = await Stage.open(context)
  let inside = 0
  let passed = 0
  const outside = createServer((from) => {
    passed++
    const to = connect(inside, '127.0.0.1')
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other)
  })
  await once(outside.listen(0, '127.0.0.1'), 'listening')
  context.after(() => outside.close())
  const advertised = `127.0.0.1:${(outside.address() as AddressInfo).port}`
  inside = await findFreePort('127.0.0.1', anyPort)
  const ann = await stage.node('ann', { port: inside, flags: ['--advertise', advertised] }).ready()
  assert.equal(ann.address, advertised)
  const join = `-np ${advertised.split(':')[1]}`
  await ann.until(() => told(ann, /^others join with/)[0]?.includes(join), 'what others type')
  const bob = await stage.node('bob', { through: advertised }).ready()
  await bob.until(() => bob.members.some(({ address }) => address === advertised), 'ann where she advertises')
  const cid = await stage.node('cid', { through: bob }).ready()
  const nodes = [ann, bob, cid]
  for (const node of nodes) node.say(`${node.name} is here`)
  await Promise.all(nodes.map((node) => node.has(['ann is here', 'bob is here', 'cid is here'])))
  // Bob's look and FOLLOW, Cid's FOLLOW, and one ring link at least.
  assert.ok(passed >= 4, `${passed} connections`)
  assert.equal(cid.messages.find(({ name }) => name === 'ann')?.address, advertised)
})

test('a lease changes: the node moves, tells everybody once, and stays in the room', async (context) => {
  const network = Network.open(context, 2, 1, { others })
  if (!network) return
  const stage = await Stage.open(context)
  const [first, second, third] = network.hosts
  assert.ok(first && second && third)
  const ann = await stage.node('ann', { host: first, address: false }).ready()
  // As the classic commands do, with -a.
  const bob = await stage.node('bob', { host: second, through: ann }).ready()
  const cid = await stage.node('cid', { host: third, address: false, through: ann }).ready()
  const nodes = [ann, bob, cid]
  await Promise.all(nodes.map((node) => node.sees(['ann', 'bob', 'cid'])))
  const said: string[] = []
  const speak = async (round: string) => {
    const texts = nodes.map(({ name }) => `${name} ${round}`)
    for (const [i, node] of nodes.entries()) node.say(texts[i] ?? '')
    said.push(...texts)
    await Promise.all(nodes.map((node) => node.has(texts)))
  }
  await speak('before')
  // A follower, then the leader.
  for (const [mover, host, ip] of [
    [bob, second, '10.77.0.77'],
    [ann, first, '10.77.0.78'],
  ] as const) {
    network.setAddress(host, ip)
    await Promise.all(nodes.map((node) => isAt(node, mover.name, ip, noticedMs)))
    await speak(`after ${ip}`)
    const port = mover.address.slice(mover.address.lastIndexOf(':'))
    assert.match(readFileSync(join(mover.home, 'running.json'), 'utf8'), new RegExp(`"${ip}${port}"`))
    const own = told(mover, /^this node has a new address/)
    assert.deepEqual(own.length, 1, own.join('\n'))
    assert.ok(own[0]?.includes(`${ip}${port}`), own[0])
    for (const node of nodes.filter((other) => other !== mover)) {
      const lines = told(node, new RegExp(`^${mover.name}\\(${ip}${port}\\) has a new address`))
      assert.equal(lines.length, 1, `${node.name}: ${node.notices.join('\n')}`)
    }
  }
  for (const node of nodes) {
    assert.deepEqual(told(node, /elects|out of reach|is gone|looking for/), [], node.name)
    assert.equal(node.leader?.name, 'ann')
  }
  // What the room prints now works for a newcomer.
  await stage.node('dan', { host: third, address: false, through: `10.77.0.78:${ann.port}` }).ready()
  await assertSameHistory(stage, nodes, said)
})

test('a start before the network: the node says so, and finds its room when an address appears', async (context) => {
  const network = Network.open(context, 1, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [here, there] = network.hosts
  assert.ok(here && there)
  const ann = await stage.node('ann', { host: here, address: false }).ready()
  const before = await stage.node('bob', { host: there, address: false, through: ann }).ready()
  await ann.sees(['ann', 'bob'])
  before.say('//exit')
  await before.over()
  network.setAddress(there, undefined)
  const startedAt = performance.now()
  const bob = await stage.node('bob', { host: there, address: false, resume: true }).ready()
  assert.match(bob.address, /^127\.0\.0\.1:/)
  await bob.until(() => told(bob, /no network address/).length === 1, 'that it has no address')
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, 3000 - (performance.now() - startedAt))))
  network.setAddress(there, '10.77.0.2')
  await isAt(bob, 'bob', '10.77.0.2', noticedMs)
  await Promise.all([ann, bob].map((node) => node.sees(['ann', 'bob'])))
  await isAt(ann, 'bob', '10.77.0.2')
  bob.say('here I am')
  await ann.has(['here I am'])
  assert.equal(told(bob, /^this node has a new address/).length, 1)
})
