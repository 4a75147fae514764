/**
 * Every key of the page: what `?` lists is what works.
 */

import { speeds } from './controller.ts'
import type { Controller } from './controller.ts'

type Key = {
  /** As `KeyboardEvent.key`, with Shift+ in front where that is held. */
  readonly key: string
  readonly shown: string
  readonly text: string
  readonly run: (c: Controller) => void
}

export type KeyGroup = { readonly title: string; readonly keys: readonly Key[] }

function key(name: string, text: string, run: (c: Controller) => void, shown = name): Key {
  return { key: name, shown, text, run }
}

const dialog = (name: Controller['dialog']) => (c: Controller) => {
  c.pause()
  c.dialog = name
  c.changed()
}

export const keyGroups: readonly KeyGroup[] = [
  {
    title: 'Time',
    keys: [
      key('ArrowRight', 'the next event; in the story its next step', (c) => c.turn(1), '→'),
      key('ArrowLeft', 'the event before; in the story the step before', (c) => c.turn(-1), '←'),
      key('Shift+ArrowRight', 'the next step of any kind', (c) => c.step(true, 0), 'Shift →'),
      key('Shift+ArrowLeft', 'the step before, of any kind', (c) => c.step(false, 0), 'Shift ←'),
      key('Home', 'to the beginning', (c) => c.seek(0)),
      key('End', 'to the end of what was played', (c) => c.seek(c.lab.length)),
      key(' ', 'play, or stop', (c) => c.togglePlay(), 'Space'),
      key('+', `faster, up to ${speeds.at(-1)}`, (c) => c.faster(1)),
      key('-', 'slower, down to 1/1000', (c) => c.faster(-1)),
      key('l', 'until a leader is elected', (c) => c.runUntil('leader')),
      key('r', 'until the ring is closed', (c) => c.runUntil('ring')),
      key('v', 'until a message is delivered', (c) => c.runUntil('delivered')),
      key('z', 'until the room is at rest', (c) => c.runUntil('rest')),
      key('c', 'until the clock shows what the field says', (c) => c.runToClock()),
      key('e', 'events: elections, all of the protocol, everything', (c) => {
        c.detail = c.detail === 2 ? 1 : c.detail === 1 ? 0 : 2
        c.changed()
      }),
      key('P', 'light the causal past of this event, or not', (c) => {
        c.hovered = c.hovered === undefined ? c.lab.at : undefined
        c.changed()
      }),
      key('b', 'the next branch', (c) => {
        const { branches, branch } = c.lab
        const next = branches[(branches.indexOf(branch) + 1) % branches.length]
        if (next) c.lab.switchTo(next.number)
        c.changed()
      }),
    ],
  },
  {
    title: 'The chosen node',
    keys: [
      key('n', 'choose the next node', (c) => c.selectNext(1)),
      key('p', 'choose the node before', (c) => c.selectNext(-1)),
      key('k', 'kill it', (c) => c.kill()),
      key('f', 'freeze it, or wake it', (c) => c.freeze()),
      key('s', 'start it again', (c) => c.restart()),
      key('o', 'log it out', (c) => c.act(`leave ${c.who}`)),
      key('x', 'cut it off, or heal it', (c) => c.cutNode()),
      key('u', 'cut its link to next, or heal it', (c) => c.cutLink()),
      key('m', 'let it say something', (c) => c.speak()),
      key('Enter', 'predict that it wins, where the page asks', (c) => c.predict()),
      key('j', 'a new node joins', (c) => c.join()),
      key('h', 'heal all cuts', (c) => c.act('heal')),
    ],
  },
  {
    title: 'A message on its way',
    keys: [
      key(']', 'choose the next', (c) => c.selectFlight(1)),
      key('[', 'choose the one before', (c) => c.selectFlight(-1)),
      key('d', 'drop it', (c) => c.harmFlight('lose')),
      key('y', 'delay it by 20 ms', (c) => c.harmFlight('late')),
      key('w', 'let it come twice', (c) => c.harmFlight('twice')),
    ],
  },
  {
    title: 'The page',
    keys: [
      ...[0, 1, 2, 3, 4, 5].map((i) => key(String(i + 1), `prepared case ${i + 1}`, (c) => c.openCase(i))),
      key('t', 'the story in twelve steps', (c) => c.openStory()),
      key('.', 'the next step of the story', (c) => c.storyStep(1)),
      key(',', 'the step of the story before', (c) => c.storyStep(-1)),
      key('g', 'the next tab', (c) => {
        const names = ['Log', 'Counts', 'Node', 'Rules', 'Goals'] as const
        c.tab = names[(names.indexOf(c.tab) + 1) % names.length] ?? 'Log'
        c.changed()
      }),
      key('a', 'another room: ids, order, a script, a seed', dialog('room')),
      key('i', 'a link to this moment, and files', (c) => c.share()),
      key('q', 'dark, or light', () => {
        const { dataset } = document.documentElement
        const isDark = dataset['theme']
          ? dataset['theme'] === 'dark'
          : matchMedia('(prefers-color-scheme: dark)').matches
        dataset['theme'] = isDark ? 'light' : 'dark'
      }),
      key('?', 'this list', dialog('help')),
      key('Escape', 'close a list', dialog(undefined), 'Esc'),
    ],
  },
]

const all = new Map(keyGroups.flatMap(({ keys }) => keys.map((one) => [one.key, one])))

/** Whether the key meant something. */
export function press(c: Controller, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const { target } = event
  const isField = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
  if (isField && event.key !== 'Escape') return false
  // A button that has the focus is pressed by these.
  const isButton = target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter')
  if (isButton) return false
  const name = event.shiftKey && event.key.startsWith('Arrow') ? `Shift+${event.key}` : event.key
  if (c.dialog !== undefined && name !== 'Escape') return false
  const found = all.get(name)
  found?.run(c)
  return found !== undefined
}
