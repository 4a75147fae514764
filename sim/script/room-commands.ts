/**
 * The commands of protocol scripts that set up a room and let people act: join, leave, say something.
 */

import { runningNodes } from '../checkers/rest-rules.ts'
import type { SimNode } from '../world/world.ts'
import type { Commands } from './command.ts'
import type { Stage } from './stage.ts'
import { restMs, settle } from './waiting-commands.ts'
import {
  addNode,
  countOf,
  durationOf,
  fail,
  flag,
  newNode,
  nodeOf,
  nodesMax,
  nodesOf,
  option,
} from './words.ts'

/** Most messages that one `say` says for a node. */
const timesMax = 100_000

function sayAll(stage: Stage, node: SimNode, ...texts: string[]): void {
  if (!node.state) fail(`${node.name} does not run`)
  for (const text of texts) stage.said.push({ text, author: node, process: node.process })
  stage.world.say(node, ...texts)
}

export const roomCommands: Commands = {
  /** uids n3 n1 n2: before `nodes`; the uids grow in this order, those of all others behind them (play-script.ts). */
  uids(stage) {
    if (stage.world.nodes.length > 0) fail('uids stands before the first node')
  },
  /** memory n2 n5: before `nodes`; these keep nothing on a disk. */
  memory(stage, words) {
    if (stage.world.nodes.length > 0) fail('memory stands before the first node')
    for (const word of words) stage.memory.add(word)
  },
  /** nodes N: n1 creates the room, the others join one behind the other; order falling: nN before n2; room locked: they come by invitation. */
  nodes(stage, words) {
    const count = countOf(words[0], 'number of nodes', 1, nodesMax)
    const order = option(words, 'order') ?? 'rising'
    option(words, 'room')
    if (order !== 'rising' && order !== 'falling') fail('the order is rising or falling')
    const { world, selection } = stage
    if (world.nodes.length > 0) fail('nodes stands once in a block')
    let last = 1
    stage.selection = new Set()
    for (let i = 1; i <= count; i++) addNode(stage)
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
  /** join n9 n10 via n2: machines that are new, or have left; join n9 visit via n2: they come to say something, and go. */
  join(stage, words) {
    const via = nodeOf(stage, option(words, 'via') ?? 'leader')
    const isVisit = flag(words, 'visit')
    for (const word of words) {
      const node = stage.world.nodes.find(({ name }) => name === word) ?? newNode(stage, word)
      if (node.state) fail(`${node.name} runs already`)
      node.visit = isVisit
      stage.world.start(node, { join: via })
    }
  },
  leave(stage, words) {
    const hurried = flag(words, 'hurried')
    for (const node of nodesOf(stage, words)) stage.world.leave(node, hurried)
  },
  /** rekey n1 [without n4]: its person wants another key for the room, and takes n4 out. */
  rekey(stage, words) {
    const without = option(words, 'without')
    const removed = without === undefined ? [] : [nodeOf(stage, without)]
    for (const node of nodesOf(stage, words)) stage.world.rekey(node, ...removed)
  },
  /** title n1 Dinner: its person gives the room that title. */
  title(stage, [who = '', ...words]) {
    if (words.length === 0) fail('title needs a title')
    for (const node of nodesOf(stage, [who])) stage.world.giveTitle(node, words.join(' '))
  },
  /** check n3 n4: their people ask whether all hold the same. */
  check(stage, words) {
    for (const node of nodesOf(stage, words)) stage.world.check(node)
  },
  /**
   * say n3 text, say each, say n3 x times 20: one message, one of everybody, or that many numbered ones; say n3 a b: two
   * in one part.
   */
  say(stage, words) {
    const times = countOf(option(words, 'times') ?? '1', 'number of times', 1, timesMax)
    const every = durationOf(option(words, 'every') ?? '0')
    const [who = '', ...texts] = words
    const speakers = who === 'each' ? runningNodes(stage.world) : nodesOf(stage, [who])
    for (let i = 1; i <= times; i++) {
      for (const node of speakers) {
        const bases = texts.length > 0 ? texts : [who === 'each' ? `from-${node.name}` : `hello-${node.name}`]
        sayAll(stage, node, ...bases.map((base) => (times > 1 ? `${base}-${i}` : base)))
      }
      if (every > 0) stage.world.runFor(every)
    }
  },
}
