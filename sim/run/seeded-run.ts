/**
 * One run: the plan is played with all checkers watching, then everything is healed, and then the room must
 * come to rest in time.
 */

import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import type { Config } from '../../src/core/model/config.ts'
import type { Plan } from './actions.ts'
import { Checks } from '../checkers/checks.ts'
import { islandsOf } from '../checkers/islands.ts'
import { runningNodes } from '../checkers/rest-rules.ts'
import type { Unrest } from '../checkers/rest-rules.ts'
import { faults, gentle } from '../faults/all-faults.ts'
import { Coverage } from '../watch/coverage.ts'
import { Journal } from '../watch/journal.ts'
import { Trace } from '../watch/trace.ts'
import { uidsOf } from '../world/identities.ts'
import type { Observer, WorldOptions } from '../world/world.ts'
import { World } from '../world/world.ts'
import { boundOf, comeToRest, restMs, standOn, standStill } from './coming-to-rest.ts'
import { heal } from './healing.ts'
import type { Result } from './result.ts'
import { RunState } from './run-state.ts'
import { workload } from './workload.ts'

/** Above this a dial, five times the delay, may not be answered in time: detection errs (S17). Unit: ms. */
const accurateDelayMs = 40

export type RunOptions = {
  /** Watches too; told first. */
  readonly observer?: Observer
  /** Ends when the faults do: what broke before can be looked for faster. */
  readonly onlyFaults?: boolean
  /** Is given every step of every node, in lines. */
  readonly print?: (line: string) => void
}

/** In one run of three, nodes compare what they hold as in a room that has had more namespaces than FOLLOW lists. */
function historyOf(seed: number): Partial<Config> {
  return seed % 3 === 0 ? { recentMax: seed % 2, headsPerPage: 1 + (seed % 5) } : {}
}

/** The world in which a plan is played. */
export function worldOptionsOf({ seed, chance, copies, uids, locked }: Plan): WorldOptions {
  return {
    seed: chance ?? seed,
    copies,
    uids: uidsOf(uids, seed),
    harsh: true,
    locked: locked === true,
    config: historyOf(seed),
  }
}

/** Schedules what the plan does before everything is healed. */
export function beginPlan(plan: Plan, run: RunState): void {
  begin(plan, run)
  for (const action of plan.actions) schedule(run, action)
}

export function runPlan(plan: Plan, options: RunOptions = {}): Result {
  const world = new World(worldOptionsOf(plan))
  world.network.quality = { delayMin: plan.delayMinMs, delaySpread: plan.delaySpreadMs }
  const trace = new Trace(world, options.print)
  const coverage = new Coverage()
  const journal = new Journal(world)
  world.observers.push(coverage, journal)
  if (options.observer) world.observers.push(options.observer)
  const checks = new Checks(world)
  const run = new RunState(world, checks, plan)
  let thrown: unknown
  let late: Unrest | undefined
  let restAfterMs: number | undefined
  let nodeMs = 0
  const count = (untilMs: number): boolean => {
    const before = world.now
    const violated = world.runWhile(untilMs - world.now, () => checks.violations.length > 0)
    nodeMs += (world.now - before) * world.running.length
    return violated
  }
  try {
    beginPlan(plan, run)
    if (!count(plan.faultsUntilMs) && options.onlyFaults !== true) {
      heal(plan, run)
      const healedAt = world.now
      late = comeToRest(plan, run, count)
      if (checks.violations.length === 0 && !late) {
        restAfterMs = world.now - restMs - healedAt
        for (const node of run.running) world.say(node, 'last words')
        late = comeToRest(plan, run, count) ?? standStill(plan, run, count) ?? standOn(plan, run, count)
      }
      checks.audit()
    }
  } catch (error) {
    thrown = error
  }
  const { violations } = checks
  if (late && violations.length === 0) {
    checks.report(late.id, late.node, `${late.detail}, ${boundOf(plan)} ms after everything was healed`)
  }
  const isSafety = violations.some(({ id }) => id.startsWith('S'))
  const outcome =
    thrown !== undefined ? 'crash' : isSafety ? 'safety' : violations.length > 0 ? 'liveness' : 'ok'
  const islands = islandsOf(runningNodes(world)).length
  return {
    plan,
    outcome,
    violations,
    thrown,
    fired: run.fired,
    trace,
    coverage,
    journal,
    world,
    checks,
    nodeSeconds: nodeMs / 1000,
    // Nodes that know no address of one another never meet: their time to rest is not measured.
    restAfterMs: islands > 1 ? undefined : restAfterMs,
    islands,
  }
}

/** The first nodes come in one after another, each through any that runs. */
function begin(plan: Plan, run: RunState): void {
  const { world } = run
  const prng = createPrng(plan.seed ^ 0x5eed)
  if (plan.delayMinMs + plan.delaySpreadMs > accurateDelayMs) run.inaccurate()
  const first = run.addNode()
  world.start(first, 'create')
  for (let i = 1; i < plan.nodes; i++)
    world.after(20 + nextBelow(prng, 1200), () => run.join(prng, plan.nodes))
}

function schedule(run: RunState, action: Plan['actions'][number]): void {
  const { world } = run
  world.after(action.atMs, () => {
    if (run.healed) return
    const prng = createPrng(action.pick)
    const act: (run: RunState, prng: ReturnType<typeof createPrng>, forMs: number) => boolean =
      action.what in faults
        ? faults[action.what as keyof typeof faults]
        : workload[action.what as keyof typeof workload]
    const { ghost, elections } = run.checks
    const isFault = action.what in faults
    // What people say disturbs no election.
    if (isFault) elections.disturb()
    const wasAccurate = ghost.accurate
    if (isFault && !gentle.has(action.what)) run.inaccurate()
    if (act(run, prng, action.forMs)) run.fired.set(action.what, (run.fired.get(action.what) ?? 0) + 1)
    else ghost.accurate = wasAccurate
  })
}
