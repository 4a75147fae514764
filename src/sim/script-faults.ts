/**
 * The commands of protocol scripts that do harm: to nodes, disks, links and frames. Knows nothing of what
 * is expected then.
 */

import { frameName } from '../core/describe.ts'
import type { LinkId } from '../core/ids.ts'
import { nextBelow } from '../lib/prng.ts'
import { decodeFrame } from '../wire/codec.ts'
import { Disk } from './disk.ts'
import { isFrameName, parsePoint } from './points.ts'
import type { Stage } from './script-stage.ts'
import { durationOf, fail, flag, nodeOf, nodesOf, numberOf, option } from './script-words.ts'
import type { SimNode } from './world.ts'

/** What a command does to the stage; `words`: what stands behind its name. */
export type Command = (stage: Stage, words: string[]) => void

function cutBetween(
  stage: Stage,
  left: readonly SimNode[],
  right: readonly SimNode[],
  oneWay: boolean,
): void {
  for (const a of left)
    for (const b of right) {
      if (a === b) continue
      stage.world.network.setCut(a.index, b.index, true)
      if (!oneWay) stage.world.network.setCut(b.index, a.index, true)
    }
}

/** By name. */
export const faultCommands: { readonly [name: string]: Command } = {
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
  heal: (stage) => stage.world.network.healAll(),
  /** drop|dup|hold FRAME... [from n1] [to n2,n3] [p 0.4] [for 10s]; `drop nothing` ends them. */
  drop: (stage, words) => addFault(stage, 'drop', words),
  dup: (stage, words) => addFault(stage, 'dup', words),
  hold: (stage, words) => addFault(stage, 'hold', words),
  /** Ends drop, dup and hold, and lets go what was held. */
  release(stage) {
    stage.faults = []
    for (const { from, to } of stage.held) stage.world.network.setCut(from.index, to.index, false)
    stage.held = []
  },
  /** delay 1 5: every frame takes 1 to 5 ms. */
  delay(stage, words) {
    const delayMin = durationOf(words[0])
    stage.world.network.quality = { delayMin, delaySpread: durationOf(words[1] ?? words[0]) - delayMin }
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
