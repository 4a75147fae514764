/** What one node says of itself, and in the demo what can be done to it. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { escapeName, escapeText } from '../../src/chat/escape.ts'
import type { NodeEvent } from '../../src/chat/room-event.ts'
import { shortId } from '../model/ids.ts'
import { api } from '../net/api.ts'
import type { RingView } from '../ring/ring-view.ts'
import type { Store } from '../store.ts'
import { useStore } from '../store.ts'
import { Acts } from './acts.tsx'
import { isTyping } from './typing.ts'

type Props = { store: Store; id: string; view: RingView; onClose: () => void }

const askEveryMs = 1000

export function NodePanel({ store, id, view, onClose }: Props) {
  useStore(store)
  const [said, setSaid] = useState<NodeEvent>()
  const [error, setError] = useState<{ readonly why: string; readonly told: NodeEvent | undefined }>()
  const panel = useRef<HTMLDivElement>(null)
  const close = useRef<HTMLButtonElement>(null)
  const node = view.state.nodes.get(id)
  const isGone = node?.place === undefined
  // Who refused once is asked again when the room hears of it anew.
  const hasRefused = error !== undefined && error.told === node?.told
  // The chat hears of a death at once, the picture when it has shown what came before.
  const isMember = store.chat.members.some((member) => member.id === id)
  const isOut = (store.about?.demo?.nodes ?? []).some((actor) => actor.id === id && actor.state !== 'alive')
  const isAsked = !isGone && isMember && !isOut && !hasRefused && store.connection.type === 'open'
  // Before it is seen: Escape closes it from the first moment, wherever the focus is by then.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || isTyping(event.target)) return
      if (!document.querySelector('dialog[open]')) onClose()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
  useLayoutEffect(() => {
    setSaid(undefined)
    setError(undefined)
    close.current?.focus({ preventScroll: true })
    panel.current?.querySelector('.acts, header')?.scrollIntoView({ block: 'nearest' })
  }, [id])
  useEffect(() => {
    if (!isAsked) return
    let isOpen = true
    let timer: ReturnType<typeof setTimeout>
    const ask = async (): Promise<void> => {
      try {
        const answer = await api.state(id)
        if (!isOpen) return
        setSaid(answer)
        setError(undefined)
        timer = setTimeout(() => void ask(), askEveryMs)
      } catch (why) {
        if (isOpen) setError({ why: String((why as Error).message), told: view.state.nodes.get(id)?.told })
      }
    }
    void ask()
    return () => {
      isOpen = false
      clearTimeout(timer)
    }
  }, [id, isAsked])
  const heard = node?.told
  const told = said && heard && heard.lamport > said.lamport ? heard : (said ?? heard)
  const show = (other: string | null | undefined): string => (other ? view.state.show(other) : 'nobody')
  const facts: readonly [string, string][] = [
    ['address', escapeText(node?.address ?? '')],
    ...(told ? factsOf(told, show) : []),
  ]
  const says = isGone
    ? 'It is gone from the ring.'
    : error
      ? `It does not say more: ${escapeText(error.why)}`
      : ''
  return (
    <div ref={panel}>
      <header>
        <h3>
          <span class="clipped">{escapeName(node?.name ?? '') || 'A node'}</span> <code>{shortId(id)}</code>
        </h3>
        <button ref={close} type="button" class="icon" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {store.about?.demo ? (
        <Acts key={id} store={store} id={id} says={says} />
      ) : (
        <p class="says" role="status">
          {says}
        </p>
      )}
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function factsOf(told: NodeEvent, show: (id: string | null | undefined) => string): [string, string][] {
  return [
    ['status', escapeText(told.status)],
    ['term', String(told.term)],
    ['leader', show(told.leader)],
    ['next', show(told.next)],
    ['previous', show(told.previous)],
    ['clock', String(told.lamport)],
    ['view', `${told.view.ver}, ${told.view.members.length} members`],
    ['messages', told.size.toLocaleString('en')],
    [
      'election',
      told.participant ? `sent ${told.sentMax ? shortId(told.sentMax) : 'a token'}` : 'takes no part',
    ],
  ]
}
