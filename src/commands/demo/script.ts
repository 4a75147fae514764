/**
 * Contains the names and lines of the demo's characters.
 */

/** The first creates the room, so it leads. As many play as are asked for. */
export const names = ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gia', 'Hal', 'Ida'] as const

/** How many play where nobody asks for more or fewer; at least three, or nobody would be left to elect. */
export const nodesDefault = 5
export const nodesMin = 3
export const nodesMax = names.length

const counts = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const

/** A small number as a word. */
export function countWord(count: number): string {
  return counts[count] ?? String(count)
}

export type Line = { readonly name: string; readonly text: string }

/** Before the leader dies. Up to 46 characters, so that a line fits on a narrow terminal. */
export const talk: readonly Line[] = [
  { name: 'Ann', text: 'I opened this room. No server was involved.' },
  { name: 'Bob', text: 'Then whom do we blame when it breaks?' },
  { name: 'Cleo', text: 'All of us. Everybody here keeps everything.' },
  { name: 'Dan', text: 'And who decides who spoke first?' },
  { name: 'Ann', text: 'I do: I number what is said. Nothing more.' },
  { name: 'Bob', text: 'Lunch at one, down by the river?' },
  { name: 'Eve', text: 'And if Ann shuts her laptop lid on us?' },
  { name: 'Ann', text: 'Then you elect another. You lose no word.' },
]

/** After it, among the survivors. `leader` is the new one, `others` the rest. */
export function talkAfter(dead: string, leader: string, others: readonly string[]): Line[] {
  const [first = leader, second = leader, third = leader] = others
  return [
    { name: first, text: `${dead}? Gone, in the middle of a sentence.` },
    { name: second, text: 'I have every number. Did anybody lose a word?' },
    { name: third, text: 'Not one.' },
    { name: leader, text: 'I do the numbering now. Lunch at one?' },
  ]
}

/** What each survivor says in the flow, one after the other. */
export const flowEach = 27
/** Between two messages of one speaker: four of them say 20 a second. Unit: ms. */
export const flowEveryMs = 200

export function flowOf(name: string): string[] {
  return Array.from({ length: flowEach }, (_, index) => `${name} counts to ${index + 1}`)
}

/** What they say to a guest who joins afterwards. `answers` follow what the guest says. */
export function welcome(guest: string): Line[] {
  return [
    { name: 'Bob', text: `Welcome, ${guest}. You are a node like us now.` },
    { name: 'Cleo', text: 'Try /ring and /leader. Or kill -9 one of us.' },
  ]
}

export const answers: readonly Line[] = [
  { name: 'Dan', text: 'Heard you, and so did all of us.' },
  { name: 'Eve', text: 'We only know a few sentences, sorry.' },
  { name: 'Bob', text: 'Lunch is at one.' },
  { name: 'Cleo', text: 'Bring bread.' },
]
