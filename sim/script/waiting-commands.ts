/**
 * The commands of protocol scripts that let time pass until something holds, and that expect something.
 */

import { unrest } from '../checkers/rest-rules.ts'
import type { Commands } from './command.ts'
import { failureOf, isExpectation } from './expectations.ts'
import type { Stage } from './stage.ts'
import { countOf, durationOf, fail, failUnmet, option } from './words.ts'

/** Longest that a room may need to come to rest once faults are over (PROTOCOL.md section 3, B). */
export const restMs = 60_000

/** Most steps that one `step` plays. */
const stepsMax = 1_000_000

function runUntil(stage: Stage, ms: number, expectations: readonly string[]): void {
  const { world } = stage
  const unmet = (): string | undefined => {
    for (const word of expectations) {
      const why = failureOf(stage, word)
      if (why !== undefined) return `${word}: ${why}`
    }
    return undefined
  }
  if (!world.runWhile(ms, () => unmet() === undefined)) failUnmet(`not within ${ms} ms: ${unmet() ?? ''}`)
}

/** Runs the world until the room is at rest (L1 to L6), or the time is over. */
export function settle(stage: Stage, ms: number): void {
  if (!stage.world.runWhile(ms, () => unrest(stage.world, stage.checks.ghost) === undefined))
    failUnmet(`no rest within ${ms} ms: ${unrest(stage.world, stage.checks.ghost) ?? ''}`)
}

export const waitingCommands: Commands = {
  /** run 50ms; run until leader=n7 within 5s. */
  run(stage, words) {
    if (words[0] !== 'until') {
      stage.world.runFor(durationOf(words[0]))
      return
    }
    const within = durationOf(option(words, 'within') ?? String(restMs))
    const expectations = words.slice(1)
    for (const word of expectations) if (!isExpectation(word)) fail(`"${word}" is no expectation`)
    runUntil(stage, within, expectations)
  },
  tick: (stage, words) => stage.world.runFor(durationOf(words[0] ?? '1')),
  /** step 12: so many steps of nodes. */
  step(stage, words) {
    const { world } = stage
    const until = world.steps + countOf(words[0] ?? '1', 'number of steps', 1, stepsMax)
    if (!world.runWhile(restMs, () => world.steps >= until))
      failUnmet(`not so many steps within ${restMs} ms`)
  },
  /** Runs until the room is at rest: L1 to L6. */
  stabilize(stage, words) {
    const from = stage.world.now
    settle(stage, words[0] === undefined ? restMs : durationOf(words[0]))
    stage.rests.push(stage.world.now - from)
    stage.tell(`at rest after ${stage.world.now - from} ms`)
  },
  /** Counts and cleanness begin anew. */
  mark: (stage) => stage.mark(),
  expect(stage, words) {
    if (words.length === 0) fail('expect needs an expectation')
    for (const word of words) {
      if (!isExpectation(word)) fail(`"${word}" is no expectation`)
      const why = failureOf(stage, word)
      if (why !== undefined) failUnmet(`expected ${word}, but ${why}`)
    }
    stage.checks.audit()
    const never = stage.harm.crashes.find((armed) => armed.strikes === 0)
    if (never) failUnmet(`the moment ${never.text} never came`)
    stage.tell(`as expected: ${words.join(' ')}`)
  },
}
