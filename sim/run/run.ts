/**
 * One run: the plan is played, then everything is healed, and then the room must come to rest in time.
 * Knows nothing of seeds in bulk, of printing, or of exit codes.
 */

import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Plan } from './actions.ts'
import { Checks } from '../checkers/index.ts'
import { findUnrest, linkUnrest, runningNodes, standingUnrest, strayLinks } from '../checkers/rest-rules.ts'
import type { Running, Unrest } from '../checkers/rest-rules.ts'
import type { Violation } from '../checkers/verdict.ts'
import { Coverage } from '../watch/coverage.ts'
import { faults, gentle } from '../faults/index.ts'
import { uidsOf } from '../world/identities.ts'
import { islandsOf } from '../checkers/islands.ts'
import { Journal } from '../watch/journal.ts'
import { Stage } from './stage.ts'
import { Trace } from '../watch/trace.ts'
import { workload } from './workload.ts'
import type { Observer, SimNode } from '../world/world.ts'
import { World } from '../world/world.ts'

/**
 * How long a healed room may take to come to rest: detection, three elections at their longest, the
 * slowest probe, and two seconds. Unit: ms of virtual time.
 */
function boundOf(plan: Plan): number {
  return Math.round(paceOf(plan) * (1250 + 3 * 8000)) + 15_000 + 2000
}

/** By how much the nodes stretch what waits for answers, where the members are far apart (PROTOCOL.md section 2.6). */
function paceOf({ delayMinMs, delaySpreadMs }: Plan): number {
  return Math.max(1, (2 * (delayMinMs + delaySpreadMs)) / defaultConfig.roundTripMs)
}

/** Above this a dial, five times the delay, may not be answered in time: detection errs (S17). Unit: ms. */
const accurateDelayMs = 40

/** A question is answered, or given up, within so long. Unit: ms. */
const questionMs = 3000

/** A link that serves nothing is closed after 40 beats at last. Unit: ms. */
const leftoverMs = 11_000

/** So long it must stay at rest to count. Unit: ms. */
const restMs = 1500

export type Outcome = 'ok' | 'safety' | 'liveness' | 'crash'

export type Result = {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly violations: readonly Violation[]
  /** Where outcome is `crash`: what was thrown. */
  readonly thrown: unknown
  readonly fired: ReadonlyMap<string, number>
  readonly trace: Trace
  readonly coverage: Coverage
  readonly journal: Journal
  readonly world: World
  readonly checks: Checks
  /** Virtual time times running nodes. Unit: s. */
  readonly nodeSeconds: number
  /** From healing to rest. Unit: ms. */
  readonly restAfterMs: number | undefined
  /** It ended as several rooms whose members know no address of one another. */
  readonly islands: number
}

export type RunOptions = {
  /** Watches too; told first. */
  readonly observer?: Observer
  /** Ends when the faults do: what broke before can be looked for faster. */
  readonly onlyFaults?: boolean
  /** Is given every step of every node, in lines. */
  readonly print?: (line: string) => void
}

export function runPlan(plan: Plan, options: RunOptions = {}): Result {
  const { seed, copies } = plan
  const world = new World({ seed: plan.chance ?? seed, copies, uids: uidsOf(plan.uids, seed), harsh: true })
  world.network.quality = { delayMin: plan.delayMinMs, delaySpread: plan.delaySpreadMs }
  const trace = new Trace(world, options.print)
  const coverage = new Coverage()
  const journal = new Journal(world)
  world.observers.push(coverage, journal)
  if (options.observer) world.observers.push(options.observer)
  const checks = new Checks(world)
  const stage = new Stage(world, checks)
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
    begin(plan, stage)
    for (const action of plan.actions) schedule(stage, action)
    if (!count(plan.faultsUntilMs) && options.onlyFaults !== true) {
      heal(plan, stage)
      const healedAt = world.now
      late = comeToRest(plan, stage, count)
      if (checks.violations.length === 0 && !late) {
        restAfterMs = world.now - restMs - healedAt
        for (const node of stage.running) world.say(node, 'last words')
        late = comeToRest(plan, stage, count) ?? standStill(plan, stage, count) ?? standOn(plan, stage, count)
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
    fired: stage.fired,
    trace,
    coverage,
    journal,
    world,
    checks,
    nodeSeconds: nodeMs / 1000,
    // Nodes that know no address of one another are waited for in vain: that is no time to rest.
    restAfterMs: islands > 1 ? undefined : restAfterMs,
    islands,
  }
}

/** The first nodes come in one after another, each through any that runs. */
function begin(plan: Plan, stage: Stage): void {
  const { world } = stage
  const prng = createPrng(plan.seed ^ 0x5eed)
  if (plan.delayMinMs + plan.delaySpreadMs > accurateDelayMs) stage.inaccurate()
  const first = world.addNode()
  first.fsyncMs = plan.fsyncMs
  world.start(first, 'create')
  for (let i = 1; i < plan.nodes; i++)
    world.after(20 + nextBelow(prng, 1200), () => stage.join(prng, plan.nodes))
}

function schedule(stage: Stage, action: Plan['actions'][number]): void {
  const { world } = stage
  world.after(action.atMs, () => {
    if (stage.healed) return
    const prng = createPrng(action.pick)
    const run: (stage: Stage, prng: ReturnType<typeof createPrng>, forMs: number) => boolean =
      action.what in faults
        ? faults[action.what as keyof typeof faults]
        : workload[action.what as keyof typeof workload]
    const { ghost, elections } = stage.checks
    const isFault = action.what in faults
    // What people say disturbs no election.
    if (isFault) elections.disturb()
    const wasAccurate = ghost.accurate
    if (isFault && !gentle.has(action.what)) stage.inaccurate()
    if (run(stage, prng, action.forMs)) stage.fired.set(action.what, (stage.fired.get(action.what) ?? 0) + 1)
    else ghost.accurate = wasAccurate
  })
}

/** All faults end; a random part of what is down comes up again, and no more happens. */
function heal(plan: Plan, stage: Stage): void {
  const { world } = stage
  const prng = createPrng(plan.seed ^ 0x4ea1)
  stage.healed = true
  world.network.healAll()
  world.network.quality = { delayMin: plan.delayMinMs, delaySpread: plan.delaySpreadMs }
  for (const node of world.nodes) {
    node.crashAfterEffects = -1
    if (node.timerFactor !== 1) world.catchUp(node)
    node.readBytesPerSecond = 0
    if (node.deaf) world.network.setDeaf(node, false)
    node.answersAs = 'refused'
    node.fsyncMs = plan.fsyncMs
    if (node.diskFull) world.setDiskFull(node, false)
    world.thaw(node)
  }
  for (const copy of stage.copies) world.crash(copy)
  const back = stage.down.filter(({ index }) => !stage.retired.has(index))
  for (const node of back) {
    const isAlone = stage.running.length === 0
    if (!isAlone && (plan.restart === 0 || (plan.restart === 1 && nextBelow(prng, 2) === 0))) continue
    stage.inaccurate()
    stage.restart(node)
  }
  dropHopeless(stage)
}

/** Joiners who were never in, and who know nobody that ever was, have nobody to ask. */
function dropHopeless(stage: Stage): void {
  if (stage.running.every(({ index }) => stage.entered.has(index))) return
  for (const island of islandsOf(stage.running)) {
    if (island.some(({ index }) => stage.entered.has(index))) continue
    for (const node of island) stage.world.crash(node)
  }
}

function comeToRest(plan: Plan, stage: Stage, count: (untilMs: number) => boolean): Unrest | undefined {
  const { world, checks } = stage
  const until = world.now + boundOf(plan)
  let restSince: number | undefined
  let terms = 'none yet'
  let unrest: Unrest | undefined
  while (world.now < until || (restSince !== undefined && world.now - restSince < restMs)) {
    if (count(world.now + 100)) return undefined
    // A contact may have gone since.
    dropHopeless(stage)
    unrest = findUnrest(runningNodes(world), checks.ghost)
    const now = runningNodes(world).map(termOf).join()
    if (unrest) restSince = undefined
    else if (now !== terms) restSince = world.now
    else restSince ??= world.now
    terms = now
    if (restSince !== undefined && world.now - restSince >= restMs)
      return standingUnrest(runningNodes(world), checks.ghost)
  }
  if (!unrest) return { id: 'L5', node: 0, detail: `terms go on changing: ${terms}` }
  // Only now: nobody can be asked to find one whose address it does not know.
  const islands = islandsOf(runningNodes(world))
  if (islands.length < 2) return unrest
  for (const island of islands) {
    const inside = findUnrest(island as Running[], checks.ghost)
    if (inside) return inside
  }
  return undefined
}

/** L8: in one run of four somebody stands still for good, and the others go on; then it comes back. */
function standStill(plan: Plan, stage: Stage, count: (untilMs: number) => boolean): Unrest | undefined {
  const { world } = stage
  if (plan.seed % 4 !== 0 || stage.running.length < 2) return undefined
  const prng = createPrng(plan.seed ^ 0x5711)
  const still = stage.one(prng, stage.running)
  if (!still) return undefined
  stage.inaccurate()
  world.pause(still, 2 * boundOf(plan))
  for (const node of stage.running) if (node !== still) world.say(node, 'without it')
  const late = comeToRest(plan, stage, count)
  if (late) return { ...late, id: 'L8', detail: `n${still.index} stands still, and ${late.detail}` }
  world.thaw(still)
  return comeToRest(plan, stage, count)
}

/** L5: in one run of four, not those of L8, what serves nothing is gone when it has had the time to go. */
function standOn(plan: Plan, stage: Stage, count: (untilMs: number) => boolean): Unrest | undefined {
  const { world } = stage
  if (plan.seed % 4 !== 1) return undefined
  const longestMs = Math.round(questionMs * paceOf(plan))
  const before = strayLinks(runningNodes(world))
  const asking = new Set([...before].filter((link) => /probe|bridge|check|errand/.test(link)))
  for (const [links, ms] of [
    [asking, longestMs],
    [before, Math.max(0, leftoverMs - longestMs)],
  ] as const) {
    if (count(world.now + ms)) return undefined
    const found = linkUnrest(runningNodes(world), links)
    if (found) return found
  }
  return undefined
}

function termOf(node: SimNode): number {
  const { state } = node
  return state?.role.type === 'office' ? state.role.term : (state?.election.term ?? 0)
}
