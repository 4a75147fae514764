/**
 * What a protocol script can expect. Each word has a check, which returns what is wrong, or undefined.
 */

import { textsOf } from '../watch/texts.ts'
import { lastAseq, midOf } from '../../src/core/model/records.ts'
import { bootCounter } from '../../src/core/model/ids.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { transcriptOf } from '../world/transcript.ts'
import { madeUpLines } from '../checkers/lasting-rules.ts'
import { keyUnrest } from '../checkers/key-rules.ts'
import { openOffices, runningNodes, unrest } from '../checkers/rest-rules.ts'
import { isFrameName } from './moments.ts'
import type { Stage } from './stage.ts'
import { fail, isLineKind, nodeOf } from './words.ts'
import type { SimNode } from '../world/world.ts'

type Check = (stage: Stage, argument: string) => string | undefined

/** A node's transcript, from its disk and what is on its way there. */
export function transcriptAt(node: SimNode): StampedRecord[] {
  const records: StampedRecord[] = []
  for (let pos = 1; ; pos++) {
    const record = node.disk.at(pos)
    if (!record) break
    records.push(record)
  }
  return transcriptOf(records)
}

/** By name; docs/scripts.md lists them. */
export const checks: { readonly [word: string]: Check } = {
  /** One open office, this node's, and everybody awake follows it. */
  leader(stage, name) {
    const open = openOffices(runningNodes(stage.world)).map((node) => node.name)
    if (open.length !== 1 || open[0] !== name) return `in office: ${open.join(' ') || 'nobody'}`
    const stray = runningNodes(stage.world).find((node) => {
      const role = node.state?.role
      return node.name !== name && !(role?.type === 'following' && role.leader.name === name)
    })
    return stray && `${stray.name} does not follow`
  },
  /** L1, L2: one ring of that many members. */
  'one-ring'(stage, count) {
    const nodes = runningNodes(stage.world)
    if (count !== '' && nodes.length !== Number(count)) return `${nodes.length} nodes run`
    return unrest(stage.world, stage.checks.ghost)
  },
  /** L1 to L6. */
  rest: (stage) => unrest(stage.world, stage.checks.ghost),
  /** L3: transcripts equal; S6: each author's messages in order, none twice. */
  same(stage) {
    const [first, ...others] = runningNodes(stage.world)
    if (!first) return 'nobody runs'
    const line = (record: StampedRecord): string => `${midOf(record.part)} ${record.ts} ${record.part.id}`
    const expected = transcriptAt(first)
    const aseqs = new Map<string, number>()
    for (const { part } of expected) {
      if (part.aseq !== (aseqs.get(part.namespace) ?? 0) + 1)
        return `S6: ${stage.nameOf(part.author)}'s messages are out of order at ${first.name}`
      aseqs.set(part.namespace, lastAseq(part))
    }
    const lines = expected.map(line)
    for (const node of others) {
      const theirs = transcriptAt(node).map(line)
      const at = lines.findIndex((text, i) => text !== theirs[i])
      if (at >= 0 || theirs.length !== lines.length) {
        const place = at < 0 ? lines.length : at
        return `L3: at place ${place + 1} ${first.name} has ${lines[place]}, ${node.name} has ${theirs[place]}`
      }
    }
    return undefined
  },
  /** L9: all have the same key, that of the latest change. */
  'one-key': ({ world }) => {
    const liars = world.nodes.filter(({ lies }) => lies).map(({ uid }) => uid)
    return keyUnrest(runningNodes(world), new Set(liars))?.detail
  },
  /** S17: no transcript changed but at its end. */
  clean: (stage) => stage.unclean && `S17: ${stage.unclean}`,
  /** S9, L4: what was shown as sent, and all that a process said which still runs, is everywhere. */
  'nothing-lost'(stage) {
    const lives = ({ author, process }: Stage['said'][number]): boolean =>
      author.state !== undefined && author.process === process
    for (const node of runningNodes(stage.world)) {
      const texts = new Set(transcriptAt(node).flatMap((record) => textsOf(record.part)))
      for (const said of stage.said) {
        if (!texts.has(said.text) && (stage.sent.has(said.text) || lives(said)))
          return `${node.name} lacks ${JSON.stringify(said.text)} of ${said.author.name}`
      }
    }
    const unsent = stage.said.find((said) => lives(said) && !stage.sent.has(said.text))
    return unsent && `${unsent.author.name} was never shown ${JSON.stringify(unsent.text)} as sent`
  },
  /** Each of these texts is once in every transcript. */
  once(stage, texts) {
    for (const node of runningNodes(stage.world)) {
      const held = transcriptAt(node).flatMap((record) => textsOf(record.part))
      for (const text of texts.split(',')) {
        const count = held.filter((other) => other === text).length
        if (count !== 1) return `${node.name} has ${JSON.stringify(text)} ${count} times`
      }
    }
    return undefined
  },
  /** These texts stand in this order in every transcript. */
  order(stage, texts) {
    for (const node of runningNodes(stage.world)) {
      const held = transcriptAt(node).flatMap((record) => textsOf(record.part))
      const places = texts.split(',').map((text) => held.indexOf(text))
      if (places.some((place, i) => place < 0 || place < (places[i - 1] ?? 0)))
        return `${node.name} has ${held.join(' ')}`
    }
    return undefined
  },
  /** The author was shown it as sent. */
  sent: (stage, text) => (stage.sent.has(text) ? undefined : 'it is not'),
  /** It was said, and its author was not shown it as sent yet. */
  unsent(stage, text) {
    if (!stage.said.some((said) => said.text === text)) return 'nobody said it'
    return stage.sent.has(text) ? 'it was shown as sent' : undefined
  },
  /** held(x@n3): n3 has a message with this text in its log, or on its way to the disk. */
  held(stage, argument) {
    const [text = '', name] = argument.split('@')
    const node = stage.world.nodes.find((other) => other.name === name)
    if (!node) return `no node ${name}`
    return transcriptAt(node).some((record) => textsOf(record.part).includes(text))
      ? undefined
      : 'it does not'
  },
  /** stranger(n2,n3): the book of n2 has nothing of n3. */
  stranger(stage, argument) {
    const [name, other] = argument.split(',')
    const entry = nodeOf(stage, name).state?.book.get(nodeOf(stage, other).uid)
    return entry ? `it has ${entry.addr}` : undefined
  },
  /** knows(n2,n3,died): the book of n2 has where n3 is, and that it died; or: unreachable, left, there. */
  knows(stage, argument) {
    const [name, other, how = ''] = argument.split(',')
    if (!['there', 'left', 'died', 'unreachable'].includes(how))
      fail('knows takes two nodes, and there, left, died or unreachable')
    const { state } = nodeOf(stage, name)
    const { uid, addr } = nodeOf(stage, other)
    if (!state) return `${name} does not run`
    const entry = state.book.get(uid)
    if (entry?.addr !== addr) return `${name} knows ${entry ? `${entry.addr} of it` : 'nothing of it'}`
    const isThere = state.view.members.some((member) => member.uid === uid)
    const held = isThere ? 'there' : entry.left ? 'left' : (entry.gone ?? 'unreachable')
    return held === how ? undefined : `${name} has it as ${held}`
  },
  /** The members in ring order, beginning with the leader; `n4#2` is n4 in its second boot. */
  ring(stage, members) {
    const view = openOffices(runningNodes(stage.world))[0]?.state?.view.members ?? []
    const names = view.map(({ name, inc }) => (bootCounter(inc) > 1 ? `${name}#${bootCounter(inc)}` : name))
    return names.join(',') === members ? undefined : `it is ${names.join(',')}`
  },
  /** Running and not stopped by SIGSTOP. */
  awake(stage, name) {
    return runningNodes(stage.world).some((node) => node.name === name) ? undefined : `${name} is not`
  },
  /** Not running. */
  down(stage, name) {
    const node = stage.world.nodes.find((other) => other.name === name)
    return node?.state ? `${name} runs` : undefined
  },
  /** No timer of an election had to fire since the mark. */
  'no-timer'(stage) {
    const fired = ['backup', 'elect', 'lap', 'gather', 'hold'].filter((name) => stage.count(name) > 0)
    return fired.length > 0 ? `fired: ${fired.join(' ')}` : undefined
  },
}

/** `ELECT<=120`, `terms<=12`, `offices<=20`, `alarm>=1`, `talk=0`: what was counted since the mark. */
const comparison = /^([A-Za-z][A-Za-z0-9_-]*)(<=|>=|=)(\d+)$/

/** What can be counted beside frames and log lines; `error` lines count as `alarm`. */
export const countables: ReadonlySet<string> = new Set([
  ...['offices', 'terms', 'p99', 'queued-bytes', 'talk', 'running', 'clock', 'alarm'],
  ...['strange-dials', 'strange-lines', 'boots', 'checked'],
  // Timers that fired.
  ...[
    'backup',
    'elect',
    'lap',
    'gather',
    'hold',
    'follow',
    'follow-again',
    'search',
    'search-again',
    'publish',
    'probe',
  ],
  ...['move', 'move-again', 'merge-view', 'merge-drop', 'dial', 'evict', 'leave', 'give-up', 'heartbeat'],
])

/** A misspelt name would be counted as 0 for ever. */
function isCountable(name: string): boolean {
  return countables.has(name) || isFrameName(name) || (isLineKind(name) && name !== 'error')
}

function counted(stage: Stage, name: string): number {
  if (name === 'offices') return stage.opened.length
  if (name === 'terms') {
    const terms = runningNodes(stage.world).map((node) => node.state?.election.term ?? 0)
    return Math.max(0, ...terms)
  }
  if (name === 'p99') return latencyOf(stage, 0.99)
  if (name === 'queued-bytes') return stage.queuedBytesMax
  // All frames but life signs: in a room at rest nobody has anything to say.
  if (name === 'talk') return [...stage.counts].reduce((sum, [of, n]) => sum + (isTalk(of) ? n : 0), 0)
  if (name === 'strange-lines')
    return Math.max(0, ...stage.world.nodes.map(({ disk }) => madeUpLines(disk.book)))
  if (name === 'boots') return Math.max(0, ...stage.world.nodes.map(({ disk }) => disk.boots))
  if (name === 'running') return stage.world.running.length
  if (name === 'clock') {
    // The highest Lamport clock in the room; strangers count for themselves.
    const { world } = stage
    return Math.max(
      0,
      ...world.running.map(({ room, state }) => (room === world.room ? (state?.clock ?? 0) : 0)),
    )
  }
  return stage.count(name)
}

function isTalk(name: string): boolean {
  return isFrameName(name) && name !== 'PING' && name !== 'PONG'
}

/** How long this share of messages took at most, at all nodes that read as fast as they can. */
function latencyOf(stage: Stage, share: number): number {
  const took = stage.world.nodes.flatMap((node) =>
    node.readBytesPerSecond > 0 ? [] : (stage.latencies.get(node) ?? []),
  )
  took.sort((a, b) => a - b)
  return took[Math.floor(took.length * share)] ?? 0
}

/** Whether a word is an expectation at all. */
export function isExpectation(word: string): boolean {
  return split(word) !== undefined
}

function split(word: string): { check: Check; argument: string } | undefined {
  const compare = comparison.exec(word)
  if (compare && compare[1] !== 'leader') {
    const [, name = '', operator, bound] = compare
    if (!isCountable(name)) return undefined
    const check: Check = (stage) => {
      const count = counted(stage, name)
      const holds =
        operator === '='
          ? count === Number(bound)
          : operator === '<='
            ? count <= Number(bound)
            : count >= Number(bound)
      return holds ? undefined : `${name} is ${count}`
    }
    return { check, argument: '' }
  }
  const [, name = '', argument = ''] = /^([a-z-]+)(?:=(.+)|\((.*)\))?$/.exec(word) ?? []
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined
  return check && { check, argument: argument || (/\((.*)\)$/.exec(word)?.[1] ?? '') }
}

/** What is wrong with an expectation; undefined when it is met. */
export function failureOf(stage: Stage, word: string): string | undefined {
  const found = split(word)
  return found?.check(stage, found.argument)
}
