/** The buttons of the demo: what can be done to one node, and to those that are out of the ring. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { escapeName } from '../../src/chat/escape.ts'
import { showText } from '../model/text.ts'
import type { Act, Actor } from '../net/api.ts'
import type { Store } from '../store.ts'

const acts: readonly { what: Act; label: string; states: readonly Actor['state'][] }[] = [
  { what: 'kill', label: 'kill -9', states: ['alive', 'frozen', 'cut'] },
  { what: 'freeze', label: 'Freeze', states: ['alive', 'cut'] },
  { what: 'thaw', label: 'Thaw', states: ['frozen'] },
  { what: 'cut', label: 'Cut off', states: ['alive'] },
  { what: 'heal', label: 'Heal', states: ['cut'] },
]

/** What came of the last button: nothing, or a sentence. */
function useActs(store: Store): [string, (what: Act, node?: string) => void] {
  const [says, setSays] = useState('')
  const act = (what: Act, node?: string): void => {
    setSays('')
    store.act(what, node).catch((error: unknown) => setSays(showText(String((error as Error).message))))
  }
  return [says, act]
}

/** All buttons stand at their places; those that make no sense now are disabled. Below them, what came of the last one. */
export function Acts({ store, id, says: other }: { store: Store; id: string; says: string }) {
  const [says, act] = useActs(store)
  const place = useRef<HTMLDivElement>(null)
  const pressed = useRef<HTMLButtonElement | undefined>(undefined)
  const state = store.about?.demo?.nodes.find((node) => node.id === id)?.state
  useEffect(() => {
    // The button that was pressed may be disabled now: the keys go on at the next one, which undoes it, or at Close.
    const button = pressed.current
    pressed.current = undefined
    const { activeElement } = document
    if (!button || (activeElement !== document.body && !activeElement?.matches(':disabled'))) return
    const buttons = [...(place.current?.querySelectorAll('button') ?? [])]
    const next = buttons.slice(buttons.indexOf(button)).find(({ disabled }) => !disabled)
    const close = place.current?.closest('aside')?.querySelector<HTMLElement>('header button')
    ;(next ?? close)?.focus()
  }, [state])
  const stands =
    id === store.chat.self.id ? 'This page is on that node: pick another one.' : state && sayings[state]
  return (
    <>
      <div class="acts" ref={place} role="group" aria-label="What to do to it">
        {acts.map(({ what, label, states }) => (
          <button
            key={what}
            type="button"
            class={what === 'kill' ? 'danger' : ''}
            disabled={state === undefined || !states.includes(state)}
            onClick={({ currentTarget }) => {
              pressed.current = currentTarget
              act(what, id)
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <p class="says" role="status">
        {says || stands || other}
      </p>
    </>
  )
}

const sayings: Readonly<Record<Actor['state'], string>> = {
  alive: '',
  frozen: 'Frozen: its process stands still.',
  cut: 'Cut off: it runs, and reaches nobody.',
  dead: 'Dead: its process was killed.',
}

/** What the demo tells; how to bring back who is out of the ring; one node more. */
export function Story({ store }: { store: Store }) {
  const [says, act] = useActs(store)
  const out = (store.about?.demo?.nodes ?? []).filter(({ state }) => state === 'frozen' || state === 'cut')
  const notices = store.chat.asides.flatMap((aside) => (aside.kind === 'notice' ? [aside] : [])).slice(-4)
  return (
    <section class="story" aria-label="The demo">
      <p>
        Pick a node to kill, freeze or cut it off, or{' '}
        <button type="button" onClick={() => act('add')}>
          add a node
        </button>
        <span role="status"> {says}</span>
      </p>
      {out.map(({ id, name, state }) => (
        <p key={id}>
          {escapeName(name)} is {state === 'frozen' ? 'frozen' : 'cut off'}.{' '}
          <button type="button" onClick={() => act(state === 'frozen' ? 'thaw' : 'heal', id)}>
            {state === 'frozen' ? 'Thaw' : 'Heal'} {escapeName(name)}
          </button>
        </p>
      ))}
      {notices.map(({ key, text }) => (
        <p key={key}>{showText(text)}</p>
      ))}
    </section>
  )
}
