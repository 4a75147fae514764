// A path that loses large packets and says nothing, as behind some VPNs: real programs in network namespaces, with a
// link whose MTU the hosts do not know.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomNode } from './harness.ts'
import { Stage } from './harness.ts'
import { Network } from './network.ts'

/** The notices that match. */
function told(node: RoomNode, pattern: RegExp): string[] {
  return node.notices.filter((text) => pattern.test(text))
}

/** How often it changed its leader. */
function leadersOf(node: RoomNode): number {
  return node.lines.filter((line) => line.startsWith('{"type":"leader"')).length
}

test('a path that loses large packets: both sides say so once, and the others are not told of each try', async (context) => {
  const network = Network.open(context, 2, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [first, second, third] = network.hosts
  assert.ok(first && second && third)
  const ann = await stage.node('ann', { host: first }).ready()
  const cid = await stage.node('cid', { host: second, through: ann }).ready()
  const bob = await stage.node('bob', { host: third, through: ann }).ready()
  await Promise.all([ann, bob, cid].map((node) => node.sees(['ann', 'bob', 'cid'])))
  network.narrow(third, 1400)
  const long = 'x'.repeat(20_000)
  ann.say(long)
  await cid.has([long])
  await bob.until(() => told(bob, /replies.*large packets/).length > 0, 'the reason')
  // Bob does not read about each of his further tries, and nor do the others.
  const notices = bob.notices.length
  const changes = leadersOf(bob) + 10
  await bob.until(() => leadersOf(bob) >= changes, 'five more tries')
  const more = bob.notices.slice(notices)
  assert.deepEqual(more, [])
  // He may be back each time before he is missed. If not, he joins once, and is lost and comes back four times at most.
  for (const node of [ann, cid]) {
    const lines = told(node, /^bob.*(joined|out of reach|is gone)$/)
    assert.ok(lines.length <= 9, `${node.name}: ${lines.join('\n')}`)
  }
  assert.ok(told(ann, /^bob.*large packets/).length <= 1)
  network.narrow(third)
  await bob.has([long])
  await bob.until(() => told(bob, /sends arrives again/).length === 1, 'that it is over')
  await Promise.all([ann, bob, cid].map((node) => node.sees(['ann', 'bob', 'cid'])))
})

test('a node on trial whose program is started again is told the reason as well', async (context) => {
  const network = Network.open(context, 2, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [first, second, third] = network.hosts
  assert.ok(first && second && third)
  const ann = await stage.node('ann', { host: first }).ready()
  const cid = await stage.node('cid', { host: second, through: ann }).ready()
  const bob = await stage.node('bob', { host: third, through: ann }).ready()
  await Promise.all([ann, bob, cid].map((node) => node.sees(['ann', 'bob', 'cid'])))
  await bob.kill()
  await ann.sees(['ann', 'cid'])
  network.narrow(third, 1400)
  const long = 'x'.repeat(20_000)
  ann.say(long)
  await cid.has([long])
  // Left alone he may be back each time before he is missed: the cut lets ann miss him.
  const isOnTrial = (): boolean => told(ann, /^bob.*large packets/).length > 0
  const isListed = (): boolean => ann.members.some(({ name }) => name === 'bob')
  while (!isOnTrial()) {
    network.cut(false)
    const guest = stage.node('bob', { host: third, resume: true })
    await ann.until(() => isOnTrial() || isListed(), 'that bob comes')
    network.cut(true)
    await guest.kill()
    await ann.until(() => !isListed(), 'that bob is missed')
  }
  // Alone in office he follows on a link of his own, where INFO is in one packet with the records.
  const again = stage.node('bob', { host: third, resume: true })
  await again.until(() => again.id !== '' && again.leader?.id === again.id, 'his own lead')
  network.cut(false)
  await again.until(() => told(again, /replies.*large packets/).length > 0, 'the reason')
  network.narrow(third)
  await again.has([long])
})

test('a node that joins over such a path, and has no room yet, is told as well', async (context) => {
  const network = Network.open(context, 2, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [first, second, third] = network.hosts
  assert.ok(first && second && third)
  const ann = await stage.node('ann', { host: first }).ready()
  const cid = await stage.node('cid', { host: second, through: ann }).ready()
  const long = 'x'.repeat(20_000)
  ann.say(long)
  await cid.has([long])
  network.narrow(third, 1400)
  const dan = stage.node('dan', { host: third, through: ann })
  await dan.until(() => /large packets seem to be lost/.test(dan.stderr), 'the reason')
})
