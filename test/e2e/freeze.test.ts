// A node stopped with SIGSTOP: its sockets stay open and say nothing. The others carry on without it; when
// it goes on, it comes back by itself and has missed nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAgreement, assertOnce, assertSameHistory, inRing } from './agreement.ts'
import { numbered, Stage, type RoomNode } from './harness.ts'

async function freezeAndThaw(stage: Stage, nodes: readonly RoomNode[], frozen: RoomNode): Promise<void> {
  const rest = nodes.filter((node) => node !== frozen)
  const [speaker] = rest
  assert.ok(speaker)
  const before = numbered('before', 1, 20)
  speaker.say(...before)
  await Promise.all(nodes.map((node) => node.has(before)))
  frozen.signal('SIGSTOP')
  // What it is told while it sleeps waits in the pipe.
  const own = numbered('of the sleeper', 1, 10)
  frozen.say(...own)
  await Promise.all(rest.map((node) => node.sees(rest.map(({ name }) => name))))
  const missed = numbered('missed', 1, 50)
  speaker.say(...missed)
  await Promise.all(rest.map((node) => node.has(missed)))
  frozen.signal('SIGCONT')
  await Promise.all(nodes.map((node) => node.sees(nodes.map(({ name }) => name))))
  const after = nodes.map(({ name }) => `${name} says after`)
  for (const [at, node] of nodes.entries()) node.say(after[at] ?? '')
  const all = [...before, ...missed, ...own, ...after]
  await Promise.all(nodes.map((node) => node.has(all)))
  assertOnce(nodes)
  assertAgreement(rest, all)
  await assertSameHistory(stage, nodes, all)
}

test('the leader is frozen: the others carry on; thawed, it follows and has missed nothing', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(['n1', 'n2', 'n3', 'n4', 'n5'])
  const [leader] = inRing(nodes)
  assert.ok(leader)
  await freezeAndThaw(stage, nodes, leader)
  assert.notEqual(nodes.find((node) => node !== leader)?.leader?.id, leader.id)
})

test('a member is frozen: the others carry on; thawed, it has missed nothing', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(['n1', 'n2', 'n3', 'n4'])
  const [leader, , member] = inRing(nodes)
  assert.ok(leader && member)
  await freezeAndThaw(stage, nodes, member)
  assert.equal(member.leader?.id, leader.id)
})

test('a nap too short to be noticed costs nothing', async (context) => {
  const stage = await Stage.open(context)
  const nodes = await stage.room(['n1', 'n2', 'n3'])
  const [leader, ...rest] = inRing(nodes)
  assert.ok(leader && rest[0])
  const texts = numbered('said', 1, 60)
  for (const text of texts) {
    if (Number(text.slice(5)) % 20 === 0) {
      leader.signal('SIGSTOP')
      await new Promise((done) => setTimeout(done, 100))
      leader.signal('SIGCONT')
    }
    rest[0].say(text)
  }
  await Promise.all(nodes.map((node) => node.has(texts)))
  assertAgreement(nodes, texts)
})
