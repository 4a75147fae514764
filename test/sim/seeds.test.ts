// A fixed set of seeds holds every invariant, a seed plays the same twice, and a failing plan shrinks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action, Plan } from '../../sim/run/actions.ts'
import { faultNames, faults } from '../../sim/faults/all-faults.ts'
import { makePlan } from '../../sim/run/plan.ts'
import { failureDetails, failureHead } from '../../sim/run/failure-report.ts'
import { runPlan } from '../../sim/run/seeded-run.ts'
import { shrinkPlan } from '../../sim/run/shrink.ts'

/** Seeds that are played, and the first of them. About 20 s of one core. */
const seedsPlayed = 100
const firstSeed = 500_000

/** Seeds that found bugs once, each by its bug. Plans change with the simulator; they stay as a sample. */
const oncefailed = [
  6, 18, 25, 292, 322, 2627, 31618, 52175, 2_005_210, 3_005_011, 4_001_659, 4_010_372, 4_010_459, 378_863_037,
  387_357_451, 981_001_198, 981_002_977, 981_005_375, 981_005_638, 31_005_221, 1_025_418_253, 1_244_910_761,
]

test(`${seedsPlayed} seeds hold every invariant`, () => {
  const fired = new Set<string>()
  for (const seed of [...oncefailed, ...Array.from({ length: seedsPlayed }, (_none, i) => firstSeed + i)]) {
    const result = runPlan(makePlan(seed))
    if (result.outcome !== 'ok')
      assert.fail(
        [...failureHead(result, `npm run sim -- --seed ${seed}`), ...failureDetails(result)].join('\n'),
      )
    for (const name of result.fired.keys()) fired.add(name)
  }
  assert.deepEqual(
    faultNames.filter((name) => !fired.has(name)),
    [],
    'every fault struck',
  )
})

test('a seed plays the same twice', () => {
  for (const seed of [700_001, 700_002, 700_003]) {
    const plan = makePlan(seed)
    assert.deepEqual(makePlan(seed), plan)
    const [a, b] = [runPlan(plan), runPlan(plan)]
    assert.equal(a.trace.hash, b.trace.hash)
    assert.equal(a.world.steps, b.world.steps)
    assert.notEqual(runPlan(makePlan(seed + 10)).trace.hash, a.trace.hash)
  }
})

/** Faults that strike nodes that are down. */
const needsOneDown = new Set<string>(['restart', 'alien'])

test('each fault alone does something, and ends', () => {
  for (const name of faultNames) {
    let fired = 0
    for (let seed = 1; seed <= 3 && fired === 0; seed++) {
      const result = runPlan(
        makePlan(800_000 + seed, { nodes: 5, faults: needsOneDown.has(name) ? ['crash', name] : [name] }),
      )
      assert.equal(result.outcome, 'ok', `${name}, seed ${800_000 + seed}`)
      fired += result.fired.get(name) ?? 0
    }
    assert.ok(fired > 0, `${name} never struck`)
  }
  assert.equal(Object.keys(faults).length, faultNames.length)
})

test('a plan shrinks to the actions that matter', () => {
  const action = (what: Action['what'], atMs: number): Action => ({ what, atMs, pick: 1, forMs: 10 })
  const actions = Array.from({ length: 40 }, (_none, i) =>
    action(i === 17 || i === 31 ? 'crash' : 'say', i * 100),
  )
  const plan: Plan = { ...makePlan(1, { nodes: 6 }), actions, faults: ['crash', 'pause'] }
  const crashes = (candidate: Plan): number => candidate.actions.filter(({ what }) => what === 'crash').length
  const small = shrinkPlan(
    plan,
    (candidate) => crashes(candidate) === 2 && candidate.nodes >= 3,
    () => true,
  )
  assert.deepEqual(small.actions, [actions[17], actions[31]])
  assert.equal(small.nodes, 3)
  assert.deepEqual(small.faults, ['crash'])
})
