/**
 * The commands of protocol scripts: a table, so that it is also their list. Each plays on the stage and
 * may tell lines. Knows nothing of files, blocks or goldens.
 */

import { describeRecord, describeState, frameName } from '../core/describe.ts'
import type { LinkId } from '../core/ids.ts'
import { nextBelow } from '../lib/prng.ts'
import { decodeFrame } from '../wire/codec.ts'
import { Disk } from './disk.ts'
import { isFrameName, parsePoint } from './points.ts'
import { awake, offices, unrest } from './rest.ts'
import { failureOf, isExpectation, transcriptAt } from './script-checks.ts'
import type { Stage } from './script-stage.ts'
import { isOver } from './script-stage.ts'
import { durationOf, fail, flag, nodeOf, nodesOf, numberOf, option, selectionOf } from './script-words.ts'
import type { SimNode } from './world.ts'

type Command = (stage: Stage, words: string[]) => void

/** Longest that a room may need to come to rest once faults are over (PROTOCOL.md section 3, B). */
const restMs = 60_000

function cutBetween(
  stage: Stage,
  left: readonly SimNode[],
  right: readonly SimNode[],
  oneWay: boolean,
): void {
  for (const a of left)
    for (const b of right) {
      if (a === b) continue
      stage.world.setCut(a.index, b.index, true)
      if (!oneWay) stage.world.setCut(b.index, a.index, true)
    }
}

function runUntil(stage: Stage, ms: number, expectations: readonly string[]): void {
  const { world } = stage
  const unmet = (): string | undefined => {
    for (const word of expectations) {
      const why = failureOf(stage, word)
      if (why !== undefined) return `${word}: ${why}`
    }
    return undefined
  }
  if (!world.runWhile(ms, () => unmet() === undefined)) fail(`not within ${ms} ms: ${unmet() ?? ''}`)
}

function sayAll(stage: Stage, node: SimNode, text: string): void {
  if (!node.state) fail(`${node.name} does not run`)
  stage.said.push({ text, author: node, process: node.process })
  stage.world.say(node, text)
}

function settle(stage: Stage, ms: number): void {
  if (!stage.world.runWhile(ms, () => unrest(stage.world) === undefined))
    fail(`no rest within ${ms} ms: ${unrest(stage.world) ?? ''}`)
}

export const commands: { readonly [name: string]: Command } = {
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
    const speakers = who === 'each' ? awake(stage.world) : nodesOf(stage, [who])
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
  /** crash n1 n2; crash n4@holding-ELECT; crash any@open until 2 */
  crash(stage, words) {
    const until = option(words, 'until')
    const isSilent = flag(words, 'silent')
    const at = words[0]?.indexOf('@') ?? -1
    if (at < 0) {
      for (const node of nodesOf(stage, words)) {
        if (!node.state) continue
        stage.crash(node, '', isSilent)
      }
      return
    }
    const text = words.join(' ').slice(at + 1)
    const point = parsePoint(text) ?? fail(`"${text}" is no known moment`)
    const who = words[0]?.slice(0, at)
    const victim = who === 'any' ? 'any' : nodeOf(stage, who)
    const stale = new Set(stage.world.running.filter((node) => point.stepped?.(node)))
    const limit = until === undefined ? undefined : numberOf(until, 'number of nodes')
    stage.crashes.push({ text, victim, point, until: limit, stale, strikes: 0 })
  },
  /**
   * restart n2 n3 [disk=old|damaged|lost] [apart 50ms] [shuffled | permuted]. old: as at `backup`. damaged:
   * the history is set aside and with it the identity. lost: the whole home is gone; it joins `via` another.
   * permuted: each schedule takes the next order, so that n! schedules take all.
   */
  restart(stage, words) {
    const { world } = stage
    const apart = durationOf(option(words, 'apart') ?? '0')
    const via = option(words, 'via')
    const isShuffled = flag(words, 'shuffled')
    const isPermuted = flag(words, 'permuted')
    const disk = words.find((word) => word.startsWith('disk='))
    if (disk) flag(words, disk)
    let nodes = nodesOf(stage, words).filter((node) => !node.state)
    if (isShuffled || isPermuted) {
      let index = stage.seed - 1
      nodes = arrange(nodes, (bound) => {
        const drawn = isShuffled ? nextBelow(world.prng, bound) : index % bound
        index = Math.floor(index / bound)
        return drawn
      })
    }
    for (const node of nodes) {
      if (disk) replaceDisk(stage, node, disk.slice(5))
      world.start(node, via === undefined ? 'resume' : { join: nodeOf(stage, via) })
      if (apart > 0) world.runFor(isShuffled ? nextBelow(world.prng, apart) : apart)
    }
  },
  /** clone n3 as n6: another machine gets a copy of n3's home, identity and all. */
  clone(stage, words) {
    const from = nodeOf(stage, words[0])
    if (words[2] !== `n${stage.world.nodes.length + 1}`)
      fail(`the next new node is n${stage.world.nodes.length + 1}`)
    const node = stage.world.addNode(from.uid)
    stage.world.replaceDisk(node, from.disk.copy())
  },
  /** backup n3: keeps a copy of the disk for restart disk=old. */
  backup(stage, words) {
    for (const node of nodesOf(stage, words)) stage.backups.set(node, node.disk.copy())
  },
  /** pause n1 3s: SIGSTOP. */
  pause(stage, words) {
    const ms = durationOf(words.pop())
    for (const node of nodesOf(stage, words)) stage.world.pause(node, ms)
  },
  /** cut n1 n2 | n3 n4: everything between the groups; cut oneway n1 | n2: only from the first to the second. */
  cut(stage, words) {
    const oneWay = flag(words, 'oneway')
    const groups: string[][] = [[]]
    for (const word of words) {
      if (word === '|') groups.push([])
      else groups.at(-1)?.push(word)
    }
    const sides = groups.map((group) => (group[0] === 'rest' ? [] : nodesOf(stage, group)))
    const named = sides.flat()
    groups.forEach((group, i) => {
      if (group[0] === 'rest') sides[i] = stage.world.nodes.filter((node) => !named.includes(node))
    })
    if (sides.length < 2) fail('cut needs groups with | between them')
    sides.forEach((left, i) => {
      for (const right of sides.slice(i + 1)) cutBetween(stage, left, right, oneWay)
    })
  },
  heal: (stage) => stage.world.healAll(),
  /** drop|dup|hold FRAME... [from n1] [to n2,n3] [p 0.4] [for 10s]; `drop nothing` ends them. */
  drop: (stage, words) => addFault(stage, 'drop', words),
  dup: (stage, words) => addFault(stage, 'dup', words),
  hold: (stage, words) => addFault(stage, 'hold', words),
  /** Ends drop, dup and hold, and lets go what was held. */
  release(stage) {
    stage.faults = []
    for (const { from, to } of stage.held) stage.world.setCut(from.index, to.index, false)
    stage.held = []
  },
  /** delay 1 5: every frame takes 1 to 5 ms. */
  delay(stage, words) {
    const delayMin = durationOf(words[0])
    stage.world.quality = { delayMin, delaySpread: durationOf(words[1] ?? words[0]) - delayMin }
  },
  /** slow n5 1000: it reads so many bytes a second; 0: as fast as they come. */
  slow(stage, words) {
    nodeOf(stage, words[0]).readBytesPerSecond = numberOf(words[1], 'number of bytes')
  },
  /** clock n3 x10: its timers run ten times as late; clock n3 +1h: its wall clock is that far ahead. */
  clock(stage, words) {
    const node = nodeOf(stage, words[0])
    const word = words[1] ?? ''
    if (word.startsWith('x')) node.timerFactor = numberOf(word.slice(1), 'factor')
    else node.wallOffsetMs = (word.startsWith('-') ? -1 : 1) * durationOf(word.replace(/^[+-]/, ''))
  },
  /** disk n3 full | free */
  disk(stage, words) {
    if (words[1] !== 'full' && words[1] !== 'free') fail('a disk becomes full or free')
    stage.world.setDiskFull(nodeOf(stage, words[0]), words[1] === 'full')
  },
  /** inject n2 n1 HEX: n1 receives this frame, without its length, on its newest link with n2. */
  inject(stage, words) {
    const from = nodeOf(stage, words[0])
    const to = nodeOf(stage, words[1])
    const hex = words.slice(2).join('')
    if (!/^([0-9a-f]{2})+$/.test(hex)) fail('that is not hex')
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    let link: LinkId | undefined
    for (const other of to.state?.links.values() ?? []) if (other.peer === from.uid) link = other.id
    if (link === undefined) fail(`${to.name} has no link with ${from.name}`)
    const decoded = decodeFrame(bytes)
    if (decoded.ignored) stage.tell(`${to.name} ignores a frame of an unknown type`)
    else {
      stage.tell(`${from.name}->${to.name} injected ${frameName(decoded.frame.type)}`)
      stage.world.feed(to, { type: 'frameReceived', link, lc: decoded.lc, frame: decoded.frame })
    }
  },
  /** From here on the effects of the node are counted of which `boundaries` speaks. */
  arm(stage) {
    const { boundary } = stage
    if (!boundary) fail('arm stands only in a block of boundaries')
    stage.doomed = { victim: nodeOf(stage, boundary.victim), effects: boundary.effects }
  },
  /** Whoever has effects left here was not struck: all boundaries have been played. */
  disarm(stage) {
    if (!stage.boundary || !stage.doomed) fail('disarm stands only behind arm')
    stage.boundary.survived = stage.doomed.effects >= 0
    stage.doomed = undefined
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
    for (const office of offices(stage.world)) {
      const members = office.state?.view.members.map((member) => member.name) ?? []
      stage.tell(`ring ${members.join(' -> ')} leader=${office.name} term=${office.state?.view.vid.term}`)
    }
  },
  leader(stage) {
    stage.tell(
      `in office: ${
        offices(stage.world)
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
      if (why !== undefined) fail(`expected ${word}, but ${why}`)
    }
    stage.checks.audit()
    const never = stage.crashes.find((armed) => armed.strikes === 0)
    if (never) fail(`the moment ${never.text} never came`)
    stage.tell(`as expected: ${words.join(' ')}`)
  },
}

/** Takes nodes out one by one, each the one that `draw` says of those left. */
function arrange(nodes: readonly SimNode[], draw: (bound: number) => number): SimNode[] {
  const left = [...nodes]
  const order: SimNode[] = []
  while (left.length > 0) order.push(...left.splice(draw(left.length), 1))
  return order
}

function replaceDisk(stage: Stage, node: SimNode, how: string): void {
  if (how === 'old') {
    stage.world.replaceDisk(node, stage.backups.get(node)?.copy() ?? fail(`${node.name} has no backup`))
    return
  }
  if (how !== 'damaged' && how !== 'lost') fail(`a disk is old, damaged or lost, not "${how}"`)
  const fresh = new Disk()
  // The address book stands in a file of its own.
  if (how === 'damaged') fresh.book = node.disk.book
  stage.world.replaceDisk(node, fresh)
  // A second identity of this machine: as large as the first, but another.
  node.uid = `${node.uid.slice(0, 4)}${'1'.repeat(28)}` as SimNode['uid']
}

function addFault(stage: Stage, verb: 'drop' | 'dup' | 'hold', words: string[]): void {
  const from = option(words, 'from')
  const to = option(words, 'to')
  const p = numberOf(option(words, 'p') ?? '1', 'probability')
  const lasts = option(words, 'for')
  stage.checks.elections.disturb()
  for (const word of words) if (!isFrameName(word)) fail(`"${word}" is no frame's name`)
  stage.faults.push({
    verb,
    frames: new Set(words),
    from: from === undefined ? undefined : nodesOf(stage, from.split(',')),
    to: to === undefined ? undefined : nodesOf(stage, to.split(',')),
    p,
    until: lasts === undefined ? Infinity : stage.world.now + durationOf(lasts),
  })
}

/** Crashes that may still strike. */
export function waitingCrashes(stage: Stage): string[] {
  return stage.crashes.filter((armed) => !isOver(armed, stage.world)).map((armed) => armed.text)
}
