/**
 * The commands of protocol scripts that do harm to processes, links and frames. Those for machines are in
 * machine-commands.ts.
 */

import { frameName } from '../watch/describe.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import { decodeFrame } from '../../src/wire/codec.ts'
import type { Commands } from './command.ts'
import { isFrameName, parseMoment } from './moments.ts'
import type { Stage } from './stage.ts'
import {
  countOf,
  durationOf,
  fail,
  flag,
  nodeOf,
  nodesMax,
  nodesOf,
  numberOf,
  option,
  qualityOf,
} from './words.ts'
import type { SimNode } from '../world/world.ts'

type HowCut = 'both' | 'oneway' | 'dial'

function cutBetween(stage: Stage, left: readonly SimNode[], right: readonly SimNode[], how: HowCut): void {
  const { network } = stage.world
  for (const a of left)
    for (const b of right) {
      if (a === b) continue
      if (how === 'dial') network.noDial.set(a.index, b.index, true)
      else network.setCut(a.index, b.index, true)
      if (how === 'both') network.setCut(b.index, a.index, true)
    }
}

/** By name. */
export const faultCommands: Commands = {
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
    const moment = parseMoment(text) ?? fail(`"${text}" is no known moment`)
    const who = words[0]?.slice(0, at)
    const victim = who === 'any' ? 'any' : nodeOf(stage, who)
    const stale = new Set(stage.world.running.filter((node) => moment.stepped?.(node)))
    const limit = until === undefined ? undefined : countOf(until, 'number of nodes', 0, nodesMax)
    stage.harm.crashes.push({ text, victim, moment, until: limit, forMs: undefined, stale, strikes: 0 })
  },
  /** pause n1 3s: SIGSTOP; pause n4@holding-LINK 3s: when it has been given a LINK and has not looked at it. */
  pause(stage, words) {
    const forMs = durationOf(words.pop())
    const [who = '', text] = words[0]?.split('@') ?? []
    if (text === undefined) {
      for (const node of nodesOf(stage, words)) stage.world.pause(node, forMs)
      return
    }
    const moment = parseMoment(text)
    // At any other moment what it is about to do would be lost, as in a crash.
    if (!moment?.arriving || !text.startsWith('holding-')) fail(`"${text}" is no moment to stand still`)
    const victim = nodeOf(stage, who)
    stage.harm.crashes.push({ text, victim, moment, until: undefined, forMs, stale: new Set(), strikes: 0 })
  },
  /** wake n1: SIGCONT, before the time of its pause is over. */
  wake(stage, words) {
    for (const node of nodesOf(stage, words)) {
      if (node.pausedUntil <= stage.world.now) fail(`${node.name} does not stand still`)
      stage.world.thaw(node)
    }
  },
  /**
   * cut n1 n2 | n3 n4: everything between the groups; cut oneway n1 | n2: only from the first to the second;
   * cut dial n1 | n2: only new connections that the first would make to the second.
   */
  cut(stage, words) {
    const how = flag(words, 'oneway') ? 'oneway' : flag(words, 'dial') ? 'dial' : 'both'
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
      for (const right of sides.slice(i + 1)) cutBetween(stage, left, right, how)
    })
  },
  /** narrow n1 n4 500: between these, larger frames are lost, and their connection with them; `heal` ends it. */
  narrow(stage, words) {
    const bytesMax = countOf(words.pop(), 'number of bytes', 1, 1_000_000)
    for (const from of nodesOf(stage, words))
      for (const to of nodesOf(stage, words))
        if (from !== to) stage.world.network.setNarrow(from.index, to.index, bytesMax)
  },
  /** heal: all paths; heal n3: those of n3; heal n3 | n4: those between the two. */
  heal(stage, words) {
    const { network } = stage.world
    if (words.length === 0) {
      network.healAll()
      return
    }
    const [who, bar, other, ...rest] = words
    const one = nodeOf(stage, who)
    if ((bar !== undefined && (bar !== '|' || other === undefined)) || rest.length > 0)
      fail('heal takes nothing, a node, or two nodes with | between them')
    for (const two of other === undefined ? stage.world.nodes : [nodeOf(stage, other)])
      if (one !== two) {
        network.setCut(one.index, two.index, false)
        network.setCut(two.index, one.index, false)
      }
  },
  /** drop|dup|hold FRAME... [from n1] [to n2,n3] [p 0.4] [for 10s]; `release` ends them. */
  drop: (stage, words) => addFault(stage, 'drop', words),
  dup: (stage, words) => addFault(stage, 'dup', words),
  hold: (stage, words) => addFault(stage, 'hold', words),
  /** Ends drop, dup and hold, and lets go what was held. */
  release(stage) {
    stage.harm.faults = []
    for (const { from, to } of stage.harm.held) stage.world.network.setCut(from.index, to.index, false)
    stage.harm.held = []
  },
  /** delay 1 5: every frame takes 1 to 5 ms. */
  delay(stage, words) {
    stage.world.network.quality = qualityOf(words[0], words[1])
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
    const decoded = frameIn(bytes)
    if (decoded.ignored) stage.tell(`${to.name} ignores a frame of an unknown type`)
    else {
      stage.tell(`${from.name}->${to.name} injected ${frameName(decoded.frame.type)}`)
      stage.world.feed(to, { type: 'frameReceived', link, lc: decoded.lc, frame: decoded.frame })
    }
  },
  /** From here on the effects of the node named by `boundaries` are counted. */
  arm(stage) {
    const { boundary } = stage.harm
    if (!boundary) fail('arm stands only in a block of boundaries')
    boundary.armed = true
    stage.harm.doomed = { victim: nodeOf(stage, boundary.victim), effects: boundary.effects }
  },
  /** A victim with effects left was not struck: all boundaries have been played. */
  disarm(stage) {
    if (!stage.harm.boundary || !stage.harm.doomed) fail('disarm stands only behind arm')
    stage.harm.boundary.survived = stage.harm.doomed.effects >= 0
    stage.harm.doomed = undefined
  },
}

/** What the bytes say; a mistake of the script where they are no frame. */
function frameIn(bytes: Uint8Array): ReturnType<typeof decodeFrame> {
  try {
    return decodeFrame(bytes)
  } catch (error) {
    return fail(`these bytes are no frame: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function addFault(stage: Stage, verb: 'drop' | 'dup' | 'hold', words: string[]): void {
  const from = option(words, 'from')
  const to = option(words, 'to')
  const p = numberOf(option(words, 'p') ?? '1', 'probability')
  if (p > 1) fail(`"${p}" is no probability (0 to 1)`)
  if (words.length === 0) fail(`${verb} needs a frame's name`)
  const lasts = option(words, 'for')
  stage.checks.elections.disturb()
  for (const word of words) if (!isFrameName(word)) fail(`"${word}" is no frame's name`)
  stage.harm.faults.push({
    verb,
    frames: new Set(words),
    from: from === undefined ? undefined : nodesOf(stage, from.split(',')),
    to: to === undefined ? undefined : nodesOf(stage, to.split(',')),
    p,
    until: lasts === undefined ? Infinity : stage.world.now + durationOf(lasts),
  })
}
