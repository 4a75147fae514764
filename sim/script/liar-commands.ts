/**
 * The command of protocol scripts for a node that lies: it says one thing at a time, and in between it does what an
 * honest node would do, or nothing.
 */

import { Choices } from '../adversary/choices.ts'
import { Liar } from '../adversary/liar.ts'
import type { Talk } from '../adversary/liar.ts'
import type { LieName } from '../adversary/lies.ts'
import { clockOf, lieNames, lieOf } from '../adversary/lies.ts'
import { createPrng } from '../../src/lib/prng.ts'
import type { SimNode } from '../world/world.ts'
import type { Commands } from './command.ts'
import type { Stage } from './stage.ts'
import { countOf, durationOf, fail, flag, newNode, nodeOf, nodesOf, option } from './words.ts'

/** How long a link and a greeting, or joining, may take. Unit: ms. */
const greetMs = 10_000

/** Most times that one command says a thing. */
const timesMax = 100_000

export const liarCommands: Commands = {
  /**
   * liar n6 [joins | leads] [silent] [stranger] [uninvited] [as n2] [knows n1]: a machine with a key of its own that is no node.
   * liar n6 sends VIEW ghosts=300 to n1 n2 [times 50] [every 10ms]; liar n6 dials n1; liar n6 refuses identity: to
   * each HELLO from now on; liar n6 usurps: it says that it leads from now on; liar n6 leaves.
   */
  liar(stage, words) {
    const [name, ...rest] = words
    const verb = rest.find(
      (word) =>
        word === 'sends' || word === 'dials' || word === 'refuses' || word === 'usurps' || word === 'leaves',
    )
    const before = verb === undefined ? rest : rest.slice(0, rest.indexOf(verb))
    const after = verb === undefined ? [] : rest.slice(rest.indexOf(verb) + 1)
    const isNew = !stage.world.nodes.some((node) => node.name === name)
    const liar = isNew ? arrive(stage, name, before) : liarOf(stage, name)
    if (!isNew && before.length > 0) fail(`"${before.join(' ')}" is for a liar that is new`)
    if (verb === 'sends') send(stage, liar, after)
    else if (verb === 'dials') for (const node of nodesOf(stage, after)) talkWith(stage, liar, node)
    else if (verb === 'refuses') liar.manner.refuses = after[0] === 'room' ? 'room' : 'identity'
    else if (verb === 'usurps') liar.manner.leads = true
    else if (verb === 'leaves') {
      liar.leave()
      stage.tell(`${liar.node.name} leaves`)
    }
  },
}

function liarOf(stage: Stage, name: string | undefined): Liar {
  const { program } = nodeOf(stage, name)
  return program instanceof Liar ? program : fail(`${name ?? ''} is no liar, or it has left`)
}

function arrive(stage: Stage, name: string | undefined, words: string[]): Liar {
  const contact = nodeOf(stage, option(words, 'knows') ?? 'leader')
  const poses = option(words, 'as')
  const isUninvited = flag(words, 'uninvited')
  const manner = {
    ...(poses !== undefined && { poses: nodeOf(stage, poses).uid }),
    joins: flag(words, 'joins'),
    leads: flag(words, 'leads'),
    answers: flag(words, 'silent') ? 0 : 1,
    knowsRoom: !flag(words, 'stranger'),
  }
  if (words.length > 0)
    fail(`a liar joins, leads, is silent or a stranger, and knows a node; not "${words.join(' ')}"`)
  const { world } = stage
  const liar = new Liar(world, newNode(stage, name), createPrng(1), manner)
  liar.addresses.add(contact.addr)
  const key = world.keyOf(contact)
  if (key !== undefined && !isUninvited) liar.learnKey(key)
  if (!manner.joins) return liar
  talkWith(stage, liar, contact)
  const isListed = (): boolean =>
    world.running.some(({ state }) => state?.view.members.some(({ uid }) => uid === liar.node.uid))
  if (!world.runWhile(greetMs, isListed)) fail(`${liar.node.name} is not let in`)
  world.runFor(50)
  return liar
}

/** An open link to a node, which has said who it is; a fresh one where there is none. Undefined: it hung up. */
function talkWith(stage: Stage, liar: Liar, node: SimNode): Talk | undefined {
  const { world } = stage
  const known = liar.talkWith(node)
  if (known) return known
  const link = liar.dial(node.addr)
  const isUp = (): boolean => liar.talks.get(link)?.who !== undefined
  world.runWhile(greetMs, () => isUp() || !liar.talks.has(link))
  const talk = liar.talks.get(link)
  return talk?.who ? talk : undefined
}

function send(stage: Stage, liar: Liar, words: string[]): void {
  const times = countOf(option(words, 'times') ?? '1', 'number of times', 1, timesMax)
  const every = durationOf(option(words, 'every') ?? '0')
  const to = words.indexOf('to')
  if (to < 0) fail('sends needs "to" and nodes')
  const [frame = '', ...values] = words.slice(0, to)
  if (!lieNames.includes(frame as LieName)) fail(`"${frame}" is no frame's name`)
  const given = new Map(values.map((word) => pairIn(word)))
  const deaf = new Set<SimNode>()
  for (let i = 0; i < times; i++) {
    for (const node of nodesOf(stage, words.slice(to + 1)))
      if (!sendOne(stage, liar, node, frame as LieName, given)) deaf.add(node)
    if (every > 0) stage.world.runFor(every)
  }
  for (const node of deaf) stage.tell(`${node.name} hangs up on ${liar.node.name}`)
}

/** False where the node does not talk to the liar. */
function sendOne(
  stage: Stage,
  liar: Liar,
  node: SimNode,
  name: LieName,
  given: ReadonlyMap<string, string>,
): boolean {
  const talk = talkWith(stage, liar, node)
  if (!talk) return false
  const choices = new Choices(liar.prng, given, true)
  for (const frame of lieOf(name, liar, choices)) {
    if (!liar.say(talk, frame, clockOf(liar, choices)))
      stage.tell(`${node.name} cannot read the ${name} of ${liar.node.name}`)
  }
  const unused = choices.unused()
  if (unused.length > 0) fail(`${name} has no "${unused.join(' ')}"`)
  return true
}

function pairIn(word: string): [string, string] {
  const at = word.indexOf('=')
  if (at < 1) fail(`"${word}" is no value, as ghosts=300`)
  return [word.slice(0, at), word.slice(at + 1)]
}
