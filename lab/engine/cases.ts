/**
 * What the laboratory has ready: cases on keys, a story in twelve steps, and objectives with a verdict. Every step of the
 * story is played, and says nothing that the run does not show.
 */

import { ScriptError } from '../../sim/script/words.ts'
import type { Lab } from './lab.ts'
import type { Opening, RoomOpening } from './opening.ts'
import { countAt } from './counting.ts'
import type { Entry } from './tape.ts'

/** All nodes begin as soon as they have lost their leader. */
const atOnce = { backupMinMs: 0, backupSpreadMs: 1 }

/** A room with these ids in the order of the ring. */
export function roomOf(ids: readonly number[], more: Partial<RoomOpening> = {}): RoomOpening {
  return { kind: 'room', ids, seed: 1, delay: [1, 1], knobs: {}, ...more }
}

/** A leader and n voters whose ids grow along the ring: 2n - 1 messages. */
export function bestRoom(n: number): RoomOpening {
  return roomOf([n + 1, ...Array.from({ length: n }, (_, i) => i + 1)], { knobs: atOnce })
}

/** The same, falling. The largest stands in front of the leader, so that no token waits for the repair: n(n + 1)/2. */
export function worstRoom(n: number): RoomOpening {
  return roomOf([n + 1, ...Array.from({ length: n - 1 }, (_, i) => n - 1 - i), n], { knobs: atOnce })
}

/** The room with which the page begins. */
export const firstRoomIds: readonly number[] = [9, 3, 7, 1, 8, 2]

export type Case = {
  /** The key that opens it. */
  readonly key: string
  readonly title: string
  readonly text: string
  readonly opening: Opening
  /** Commands that are done at once, before the prediction is asked. */
  readonly acts: readonly string[]
}

export const cases: readonly Case[] = [
  {
    key: '1',
    title: 'Best order',
    text: 'Ids grow along the ring, and all begin at once: every token but one dies at its first hop.',
    opening: bestRoom(7),
    acts: ['crash n1'],
  },
  {
    key: '2',
    title: 'Worst order',
    text: 'Ids fall along the ring, and all begin at once: every token travels as far as it can.',
    opening: worstRoom(7),
    acts: ['crash n1'],
  },
  {
    key: '3',
    title: 'Two starters',
    text: 'Only two nodes begin by themselves; the others join when a token reaches them.',
    opening: roomOf([9, 3, 7, 1, 8, 2, 6], { seed: 9, knobs: { backupMinMs: 4, backupSpreadMs: 30 } }),
    acts: ['crash n1'],
  },
  {
    key: '4',
    title: 'Leader dies, then the winner',
    text: 'The node that is about to win dies while its token is on its way.',
    opening: roomOf([9, 3, 7, 1, 8, 2, 6], {}),
    acts: ['crash n5@holding-ELECT', 'crash n1'],
  },
  {
    key: '5',
    title: 'Two neighbours die',
    text: 'The leader and the node behind it die at the same moment: the ring has a gap of two.',
    opening: roomOf([9, 3, 7, 1, 8, 2, 6], {}),
    acts: ['crash n1 n2'],
  },
  {
    key: '6',
    title: 'Late word of the old leader',
    text: 'The leader freezes, another is elected, and then the old one wakes and speaks.',
    opening: roomOf([9, 3, 7, 1, 8, 2, 6], {}),
    acts: ['say n1 before', 'pause n1 6s'],
  },
]

const led = (entry: Entry): boolean =>
  entry.effects.some(
    (effect) =>
      effect.type === 'leaderChanged' &&
      effect.leader !== undefined &&
      effect.leader.uid === entry.views[0]?.uid,
  )

/** Conditions to which one may run. */
export const goals = {
  leader: led,
  ring: (_entry: Entry, lab: Lab): boolean => {
    const up = lab.scene.nodes.filter((node) => node && node.doing !== 'down' && node.doing !== 'stopped')
    return up.length > 1 && up.every((node) => node?.linked) && lab.run.unrestAt(lab.at)?.id !== 'L1'
  },
  delivered: (entry: Entry): boolean => entry.effects.some(({ type }) => type === 'sent'),
  rest: (_entry: Entry, lab: Lab): boolean => lab.run.unrestAt(lab.at) === undefined,
} as const

export type GoalName = keyof typeof goals

const outcome =
  (what: string) =>
  (entry: Entry): boolean =>
    entry.comparisons.some((comparison) => comparison.outcome === what)
const logged =
  (what: string) =>
  (entry: Entry): boolean =>
    entry.effects.some((effect) => effect.type === 'log' && effect.line.type === what)

export type StoryStep = {
  readonly title: string
  readonly text: string
  /** Done when the step begins. */
  readonly acts: readonly string[]
  /** Then it plays until this has happened; undefined: it has. */
  readonly until: ((entry: Entry, lab: Lab) => boolean) | undefined
}

/** n1 has the id 9 and leads; then 3, 7 and 1 follow in the ring, and 5 joins. */
export const storyOpening: RoomOpening = roomOf([9, 3, 7, 1], {
  later: [5],
  knobs: { backupMinMs: 6, backupSpreadMs: 1 },
})

const leaders = (lab: Lab): number => lab.scene.nodes.filter((node) => node?.doing === 'leading').length

export const story: readonly StoryStep[] = [
  {
    title: 'Join',
    text: 'Node 5 joins through any member, and gets its place in the ring behind it.',
    acts: ['join n5 via n4'],
    until: (entry, lab) => lab.scene.nodes[5]?.linked === true && goals.rest(entry, lab),
  },
  {
    title: 'Say',
    text: 'Node 3 says something: the leader, 9, numbers it, and all show it in that order.',
    acts: ['say n2 hello'],
    until: goals.delivered,
  },
  {
    title: 'The leader dies',
    text: 'Node 9 is killed: nobody numbers messages any more.',
    acts: ['crash n1'],
    until: undefined,
  },
  {
    title: 'Detection',
    text: 'A broken link proves nothing, so each member dials the leader again, and its port is closed.',
    acts: [],
    until: (entry) => entry.effects.some((effect) => effect.type === 'leaderChanged' && !effect.leader),
  },
  {
    title: 'Repair',
    text: 'Node 5, which stood before the dead one, links to 3 behind it: that closes the ring.',
    acts: ['say n3 meanwhile'],
    until: (entry) => entry.effects.some((effect) => effect.type === 'send' && effect.frame.type === 'link'),
  },
  {
    title: 'Token',
    text: 'Node 5 begins the election: it sends its id to its next, as a token.',
    acts: [],
    until: (entry) => entry.came?.frame.type === 'elect',
  },
  {
    title: 'Replaced',
    text: 'The token 5 meets 7, which is larger, so the token goes on as 7.',
    acts: [],
    until: outcome('replaced'),
  },
  {
    title: 'Dropped',
    text: 'Node 1 had begun too: its token meets a node that has sent a larger id, and ends there.',
    acts: [],
    until: outcome('dropped'),
  },
  {
    title: 'Elected',
    text: 'The token 7 comes home: it passed everybody, so 7 is the largest and leads.',
    acts: [],
    until: logged('election-won'),
  },
  {
    title: 'Sent again',
    text: 'What 7 said while nobody led was kept, and now it gets its number.',
    acts: [],
    until: goals.delivered,
  },
  {
    title: 'Split',
    text: 'The network is cut in two: each half closes a ring of its own, elects, and goes on.',
    acts: ['cut n2 n3 | rest'],
    until: (_entry, lab) => leaders(lab) === 2,
  },
  {
    title: 'Merge',
    text: 'The cut heals: the two rings find each other, and unite what was said in both.',
    acts: ['say n2 left', 'say n5 right', 'heal'],
    until: (entry, lab) => leaders(lab) === 1 && goals.rest(entry, lab),
  },
]

/** `done`: whether it is reached; `text`: how it stands. */
type Standing = { readonly done: boolean; readonly failed: boolean; readonly text: string }

export type Objective = {
  readonly title: string
  readonly text: string
  readonly opening: Opening
  readonly judge: (lab: Lab) => Standing
}

const electsWanted = 15

export const objectives: readonly Objective[] = [
  {
    title: `An election of exactly ${electsWanted} messages`,
    text: `Order the ids, kill the leader, and let the election cost exactly ${electsWanted} ELECT messages.`,
    opening: roomOf([9, 1, 2, 3, 4, 5], { knobs: atOnce }),
    judge(lab) {
      const count = countAt(lab.run.tape, lab.at)
      if (count?.winner === undefined)
        return { done: false, failed: false, text: 'no election has ended yet' }
      const done = count.elects === electsWanted
      return {
        done,
        failed: !done,
        text: `it cost ${count.elects} ELECT messages, ${electsWanted} were wanted`,
      }
    },
  },
  {
    title: 'Lose no message while the leader dies',
    text: 'Let somebody speak, kill the leader before it is shown as sent, and see it stand everywhere in the end.',
    opening: roomOf([9, 3, 7, 1, 8]),
    judge(lab) {
      const { tape } = lab.run
      const past = tape.entries.slice(0, lab.at)
      const said = past.find(({ event }) => event?.type === 'said')
      const killed = past.find(({ command }) => /^crash\b/.test(command ?? ''))
      const sent = past.find(({ effects }) => effects.some(({ type }) => type === 'sent'))
      if (!said || !killed)
        return { done: false, failed: false, text: 'nobody has spoken and no leader has died yet' }
      if (sent && sent.at < killed.at)
        return { done: false, failed: true, text: 'it was sent before the leader died: be quicker' }
      if (!sent || lab.run.unrestAt(lab.at))
        return { done: false, failed: false, text: 'the message is not everywhere yet' }
      return { done: true, failed: false, text: 'it stands everywhere, and nothing was lost' }
    },
  },
  {
    title: 'Let the smallest id lead',
    text: 'Make the node with the id 1 the leader of a room in which others still run.',
    opening: roomOf([9, 3, 1, 8, 5]),
    judge(lab) {
      const leaders = lab.scene.nodes.filter((node) => node?.doing === 'leading')
      const up = lab.scene.nodes.filter((node) => node && node.doing !== 'down' && node.doing !== 'stopped')
      const done = up.length > 1 && leaders.some((node) => node?.id === 1 && node.members.length > 0)
      return { done, failed: false, text: done ? 'node 1 leads' : 'another leads, or nobody' }
    },
  },
]

/** Plays one step of the story. Whether what it claims has happened. */
export function playStep(lab: Lab, at: number): boolean {
  const step = story[at]
  if (!step) return false
  for (const command of step.acts) lab.act(command)
  return step.until === undefined || lab.until(step.until, 30_000, 30_000)
}

/** Plays the story anew, up to the end of this step. */
export function playStory(lab: Lab, to: number): void {
  lab.open(storyOpening)
  for (let at = 0; at <= to; at++) playStep(lab, at)
}

/** Plays the next step, anew where a person has changed the run so that it cannot follow. Returns whether it followed. */
export function followStory(lab: Lab, at: number): boolean {
  try {
    if (!lab.isAtEnd) lab.seek(lab.length)
    if (playStep(lab, at)) return true
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
  }
  playStory(lab, at)
  return false
}

/** Plays the acts of a case. */
export function openCase(lab: Lab, { opening, acts }: Case): void {
  lab.open(opening)
  for (const command of acts) lab.act(command)
}
