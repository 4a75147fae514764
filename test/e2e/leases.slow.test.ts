// A room of five whose machines get another address every ten seconds, while all talk: nobody is missed, each change is
// told once, and all histories are equal in the end.
// LEASES: how many changes; 5 here, one for each machine, 12 (two minutes) in a night run
// (`LEASES=12 npm run test:slow -- leases`).
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { assertSameHistory } from './agreement.ts'
import type { RoomNode } from './harness.ts'
import { Flow, Stage } from './harness.ts'
import { Network } from './network.ts'

const names = ['n1', 'n2', 'n3', 'n4', 'n5']
const changes = Number(process.env['LEASES'] ?? 5)
const everyMs = 10_000
/** How soon all know of a change. Unit: ms. */
const toldMs = 5000

test(`five laptops, a new lease every ten seconds, ${changes} times`, async (context) => {
  const network = Network.open(context, 3, 2)
  if (!network) return
  const stage = await Stage.open(context)
  const nodes: RoomNode[] = []
  for (const [i, name] of names.entries()) {
    const host = network.hosts[i]
    nodes.push(await stage.node(name, { through: nodes[0], host, address: false }).ready())
  }
  await Promise.all(nodes.map((node) => node.sees(names)))
  const flows = nodes.map((node) => new Flow(node, node.name, 400))
  context.after(() => flows.forEach((flow) => flow.stop()))
  const slowest: number[] = []
  for (let change = 0; change < changes; change++) {
    const startedAt = performance.now()
    const mover = nodes[change % nodes.length]
    const host = network.hosts[change % nodes.length]
    assert.ok(mover && host)
    const address = `10.77.0.${100 + change}`
    network.setAddress(host, address)
    const isThere = ({ members }: RoomNode) =>
      members.some((one) => one.name === mover.name && one.address.startsWith(`${address}:`))
    const where = `${mover.name} at ${address}`
    await Promise.all(nodes.map((node) => node.until(() => isThere(node), where, toldMs)))
    slowest.push(performance.now() - startedAt)
    // The pace of the changes is what is tested.
    await sleep(Math.max(0, everyMs - (performance.now() - startedAt)))
  }
  for (const flow of flows) flow.stop()
  context.diagnostic(`known everywhere after ${slowest.map((ms) => Math.round(ms)).join(', ')} ms`)
  const said = flows.flatMap((flow) => flow.said)
  await Promise.all(nodes.map((node) => node.has(said)))
  await Promise.all(nodes.map((node) => node.sees(names)))
  for (const node of nodes) {
    for (let change = 0; change < changes; change++) {
      const mover = nodes[change % nodes.length]
      const what = mover === node ? 'this node has a new address, ' : `${mover?.name}(`
      const lines = node.notices.filter(
        (text) => text.startsWith(`${what}10.77.0.${100 + change}:`) && text.includes('has a new address'),
      )
      assert.equal(lines.length, 1, `${node.name} on change ${change}:\n${node.notices.join('\n')}`)
    }
    const missed = node.notices.filter((text) => /is gone|out of reach|elects|joined$/.test(text))
    // Who joined after it, and nothing else.
    assert.ok(
      missed.every((text) => text.endsWith('joined')),
      `${node.name}: ${missed.join('\n')}`,
    )
    assert.equal(missed.length, names.length - 1 - names.indexOf(node.name), missed.join('\n'))
  }
  await assertSameHistory(stage, nodes, said)
})
