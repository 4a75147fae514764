/** What one node says of itself, and in the demo what can be done to it. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { escapeName, escapeText } from '../../src/chat/escape.ts'
import type { NodeEvent } from '../../src/chat/room-event.ts'
import { shortId } from '../model/ids.ts'
import { api } from '../net/api.ts'
import type { RingView } from '../ring/ring-view.ts'

type Props = { id: string; view: RingView; isDemo: boolean; onClose: () => void }

const askEveryMs = 1000

export function NodePanel({ id, view, isDemo, onClose }: Props) {
  const [said, setSaid] = useState<NodeEvent>()
  const [error, setError] = useState('')
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    setSaid(undefined)
    setError('')
    close.current?.focus()
    let isOpen = true
    let timer: ReturnType<typeof setTimeout>
    const ask = async (): Promise<void> => {
      try {
        const answer = await api.state(id)
        if (!isOpen) return
        setSaid(answer)
        setError('')
      } catch (why) {
        if (isOpen) setError(why instanceof Error ? why.message : String(why))
      }
      if (isOpen) timer = setTimeout(() => void ask(), askEveryMs)
    }
    void ask()
    return () => {
      isOpen = false
      clearTimeout(timer)
    }
  }, [id])
  const node = view.state.nodes.get(id)
  const told = said ?? node?.told
  const show = (other: string | null | undefined): string => (other ? view.state.show(other) : 'nobody')
  const facts: readonly [string, string][] = told
    ? [
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
    : []
  return (
    <div
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header>
        <h3>
          {escapeName(node?.name ?? '') || 'A node'} <code>{shortId(id)}</code>
        </h3>
        <button ref={close} type="button" class="icon" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      <p class="address">{escapeText(node?.address ?? '')}</p>
      {node?.place === undefined && <p class="warning">It is gone.</p>}
      {error !== '' && <p class="warning">It does not say more: {escapeText(error)}</p>}
      <dl>
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      {isDemo && <Acts id={id} />}
    </div>
  )
}

const acts = [
  ['kill', 'kill -9'],
  ['freeze', 'Freeze'],
  ['thaw', 'Thaw'],
  ['cut', 'Cut off'],
  ['heal', 'Heal'],
] as const

function Acts({ id }: { id: string }) {
  const [says, setSays] = useState('')
  const act = async (what: (typeof acts)[number][0]): Promise<void> => {
    setSays('')
    try {
      await api.act(what, id)
    } catch (error) {
      setSays(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <div class="acts">
      {acts.map(([what, label]) => (
        <button type="button" class={what === 'kill' ? 'danger' : ''} onClick={() => void act(what)}>
          {label}
        </button>
      ))}
      <p role="status">{escapeText(says)}</p>
    </div>
  )
}
