/**
 * The commands of protocol scripts: a table, so that it is also their list (faults stand in fault-commands.ts
 * and machine-commands.ts).
 * Each plays on the stage and may tell lines. Knows nothing of files, blocks or goldens.
 */

import { describeRecord, describeState } from '../watch/describe.ts'
import { openOffices, runningNodes, unrest } from '../checkers/rest-rules.ts'
import { failureOf, isExpectation, transcriptAt } from './expectations.ts'
import { isOver } from './armed-faults.ts'
import type { Command } from './fault-commands.ts'
import { faultCommands } from './fault-commands.ts'
import { machineCommands } from './machine-commands.ts'
import type { Stage } from './stage.ts'
import { durationOf, fail, failUnmet, flag, nodeOf, nodesOf, numberOf, option, selectionOf } from './words.ts'
import type { SimNode } from '../world/world.ts'

/** Longest that a room may need to come to rest once faults are over (PROTOCOL.md section 3, B). */
const restMs = 60_000

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

function sayAll(stage: Stage, node: SimNode, text: string): void {
  if (!node.state) fail(`${node.name} does not run`)
  stage.said.push({ text, author: node, process: node.process })
  stage.world.say(node, text)
}

function settle(stage: Stage, ms: number): void {
  if (!stage.world.runWhile(ms, () => unrest(stage.world, stage.checks.ghost) === undefined))
    failUnmet(`no rest within ${ms} ms: ${unrest(stage.world, stage.checks.ghost) ?? ''}`)
}

export const commands: { readonly [name: string]: Command } = {
  ...faultCommands,
  ...machineCommands,
  /** uids n3 n1 n2: before `nodes`; the uids grow in this order, those of all others behind them (play-script.ts). */
  uids(stage) {
    if (stage.world.nodes.length > 0) fail('uids stands before the first node')
  },
  /** nodes N: n1 creates the room, the others join one behind the other; order falling: nN before n2. */
  nodes(stage, words) {
    const count = numberOf(words[0], 'number of nodes')
    const order = option(words, 'order') ?? 'rising'
    if (order !== 'rising' && order !== 'falling') fail('the order is rising or falling')
    const { world, selection } = stage
    let last = 1
    stage.selection = new Set()
    for (let i = 1; i <= count; i++) world.addNode()
    world.start(world.node(1), 'create')
    for (let i = 2; i <= count; i++) {
      settle(stage, restMs)
      const joiner = world.node(order === 'rising' ? i : count + 2 - i)
      world.start(joiner, { join: world.node(last) })
      world.runWhile(restMs, () => joiner.entered)
      last = joiner.index
    }
    settle(stage, restMs)
    stage.selection = selection
    stage.since = world.now
    stage.mark()
  },
  /** join n9 n10 via n2: machines that are new, or have left. */
  join(stage, words) {
    const via = nodeOf(stage, option(words, 'via') ?? 'leader')
    for (const word of words) {
      const { nodes } = stage.world
      const node =
        nodes.find(({ name }) => name === word) ??
        (word === `n${nodes.length + 1}`
          ? stage.world.addNode()
          : fail(`the next new node is n${nodes.length + 1}`))
      stage.world.start(node, { join: via })
    }
  },
  leave(stage, words) {
    const hurried = flag(words, 'hurried')
    for (const node of nodesOf(stage, words)) stage.world.leave(node, hurried)
  },
  /** say n3 text, say each, say n3 x 20: one message, one of everybody, or so many numbered ones. */
  say(stage, words) {
    const times = numberOf(option(words, 'times') ?? '1', 'number')
    const every = durationOf(option(words, 'every') ?? '0')
    const [who = '', text] = words
    const speakers = who === 'each' ? runningNodes(stage.world) : nodesOf(stage, [who])
    for (let i = 1; i <= times; i++) {
      for (const node of speakers) {
        const base = text ?? (who === 'each' ? `from-${node.name}` : `hello-${node.name}`)
        sayAll(stage, node, times > 1 ? `${base}-${i}` : base)
      }
      if (every > 0) stage.world.runFor(every)
    }
  },
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
  /** Runs until the room is at rest: L1 to L6. */
  stabilize(stage, words) {
    const from = stage.world.now
    settle(stage, words[0] === undefined ? restMs : durationOf(words[0]))
    stage.rests.push(stage.world.now - from)
    stage.tell(`at rest after ${stage.world.now - from} ms`)
  },
  /** Counts and cleanness begin anew. */
  mark: (stage) => stage.mark(),
  /** log control: what is shown; log n3: the node's log, in arrival order. */
  log(stage, words) {
    if (!/^n\d+$/.test(words[0] ?? '')) {
      stage.selection = selectionOf(words)
      return
    }
    for (const node of nodesOf(stage, words)) {
      const records: string[] = []
      for (let pos = 1; ; pos++) {
        const record = node.disk.at(pos)
        if (!record) break
        records.push(describeRecord(record, stage.nameOf))
      }
      stage.tell(`${node.name} holds ${records.join(' ') || 'nothing'}`)
    }
  },
  transcript(stage, words) {
    for (const node of nodesOf(stage, words)) {
      const texts = transcriptAt(node).map(({ part }) => `${stage.nameOf(part.author)}:${part.text}`)
      stage.tell(`${node.name} reads ${texts.join(' ') || 'nothing'}`)
    }
  },
  state(stage, words) {
    for (const node of nodesOf(stage, words.length > 0 ? words : ['all']))
      stage.tell(node.state ? describeState(node.state, stage.nameOf) : `${node.name} is down`)
  },
  /** The rings as the offices see them. */
  ring(stage) {
    for (const office of openOffices(runningNodes(stage.world))) {
      const members = office.state?.view.members.map((member) => member.name) ?? []
      stage.tell(`ring ${members.join(' -> ')} leader=${office.name} term=${office.state?.view.vid.term}`)
    }
  },
  leader(stage) {
    stage.tell(
      `in office: ${
        openOffices(runningNodes(stage.world))
          .map((node) => node.name)
          .join(' ') || 'nobody'
      }`,
    )
  },
  /** Election messages sent since the mark. */
  counts(stage) {
    const names = ['ELECT', 'ELECTED', 'STALE', 'ALIVE', 'backup', 'elect', 'lap', 'gather']
    stage.tell(names.map((name) => `${name}=${stage.count(name)}`).join(' '))
  },
  /** How long messages took to be shown by these nodes, since the mark. */
  latency(stage, words) {
    const took = nodesOf(stage, words).flatMap((node) => stage.latencies.get(node) ?? [])
    took.sort((a, b) => a - b)
    const at = (share: number): number =>
      took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
    stage.tell(`${took.length} messages shown: median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`)
  },
  expect(stage, words) {
    for (const word of words) {
      if (!isExpectation(word)) fail(`"${word}" is no expectation`)
      const why = failureOf(stage, word)
      if (why !== undefined) failUnmet(`expected ${word}, but ${why}`)
    }
    stage.checks.audit()
    const never = stage.crashes.find((armed) => armed.strikes === 0)
    if (never) failUnmet(`the moment ${never.text} never came`)
    stage.tell(`as expected: ${words.join(' ')}`)
  },
}

/** Crashes that may still strike. */
export function waitingCrashes(stage: Stage): string[] {
  return stage.crashes.filter((armed) => !isOver(armed, stage.world)).map((armed) => armed.text)
}
