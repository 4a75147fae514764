// A node that lies does lie, in every way; its values are those of a script; and it is gone when it has left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Choices, numberIn } from '../../sim/adversary/choices.ts'
import { Liar } from '../../sim/adversary/liar.ts'
import { lieNames, lieOf } from '../../sim/adversary/lies.ts'
import { makePlan } from '../../sim/run/plan.ts'
import { runPlan } from '../../sim/run/seeded-run.ts'
import { frameNames } from '../../sim/script/moments.ts'
import { runScript } from '../../sim/script/play-script.ts'
import { createPrng } from '../../src/lib/prng.ts'
import { HealthyRoom } from './healthy-room.ts'

test('there is a lie for each frame, and one for a change of the key', () => {
  assert.deepEqual([...lieNames].sort(), [...frameNames, 'REKEY'].sort())
})

test('numbers of scripts', () => {
  assert.equal(numberIn('300'), 300)
  assert.equal(numberIn('2^48-1'), 2 ** 48 - 1)
  assert.equal(numberIn('2^40+7'), 2 ** 40 + 7)
  assert.ok(Number.isNaN(numberIn('many')))
})

test('every lie can be read by the other end, with plain values and with values of chance', () => {
  for (const name of lieNames) {
    const { world } = new HealthyRoom()
    const manner = { knowsRoom: true, joins: false, leads: true, answers: 1 }
    const liar = new Liar(world, world.addNode(), createPrng(7), manner)
    const read = (isPlain: boolean): boolean => {
      const link = liar.dial(world.node(2).addr)
      world.runFor(100)
      const talk = liar.talks.get(link) ?? assert.fail('nobody answers')
      const [frame] = lieOf(name, liar, new Choices(createPrng(3), new Map(), isPlain))
      return frame !== undefined && liar.say(talk, frame)
    }
    assert.ok(read(true), name)
    read(false)
    liar.leave()
    assert.equal(world.nodes.at(-1)?.program, undefined)
  }
})

test('in a tenth of the seeds a node lies, and the rest of what such a seed means is as without it', () => {
  const plans = Array.from({ length: 1000 }, (_none, i) => makePlan(40_000 + i))
  const lying = plans.filter(({ actions }) => actions.some(({ what }) => what === 'liar'))
  assert.ok(lying.length > 70 && lying.length < 130, String(lying.length))
  for (const { faults } of plans) assert.ok(!faults.includes('liar'))
})

test('a liar is let in, and everybody has what it uploads once', () => {
  const played = runScript(
    'test',
    'log quiet\nnodes 3\nliar n4 joins sends UP records=3 to n1\nrun 200ms\nlog n2\nliar n4 leaves\nstabilize\nexpect same\n',
  )
  assert.equal([...played.matchAll(/forged/g)].length, 3, played)
})

test('a run with a liar plays the same twice', () => {
  const plan = makePlan(61, { nodes: 4, faults: ['liar'] })
  assert.equal(runPlan(plan).trace.hash, runPlan(plan).trace.hash)
})
