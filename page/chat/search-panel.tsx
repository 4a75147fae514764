/** Searches the whole history on the disk of the node, newest first. */

import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { MessageEvent } from '../../src/chat/room-event.ts'
import { clockOf, dayName } from '../model/show-time.ts'
import { dayOf } from '../model/rows.ts'
import { showText } from '../model/text.ts'
import { api } from '../net/api.ts'
import { isComposing } from '../room/typing.ts'
import type { Store } from '../store.ts'
import { Who } from './who.tsx'

type Props = {
  store: Store
  field: RefObject<HTMLInputElement | null>
  onGo: (id: string) => void
  onClose: () => void
}

export function SearchPanel({ store, field, onGo, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<readonly MessageEvent[]>([])
  /** Where the search goes on, and for what. */
  const [next, setNext] = useState<{ readonly words: string; readonly older: string }>()
  const [says, setSays] = useState('')
  const [isBusy, setBusy] = useState(false)
  /** The search that is under way: a newer one ends it. */
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const show = (all: readonly MessageEvent[], more: typeof next, what: string): void => {
    setFound(all)
    setNext(more)
    setSays(what)
    setBusy(false)
  }
  const search = async (words: string, older?: string): Promise<void> => {
    running.current?.abort()
    if (words.trim() === '') return show([], undefined, '')
    const { signal } = (running.current = new AbortController())
    setBusy(true)
    setSays('searching …')
    try {
      const answer = await api.search(words, older, signal)
      if (signal.aborted) return
      const all = older === undefined ? answer.found : [...found, ...answer.found]
      show(
        all,
        answer.next === undefined ? undefined : { words, older: answer.next },
        all.length === 0
          ? answer.next === undefined
            ? 'nothing found'
            : 'nothing found in the newest part'
          : `${all.length} found${answer.next === undefined ? '' : ' so far'}`,
      )
    } catch (error) {
      if (signal.aborted) return
      show([], undefined, error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section
      class="search"
      aria-label="Search"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isComposing(event)) return
        event.preventDefault()
        onClose()
      }}
    >
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          // Read from the field: Enter may come before the state has the last letter.
          void search(field.current?.value ?? '')
        }}
      >
        <input
          ref={field}
          type="search"
          value={typed}
          placeholder="Search the whole history"
          aria-label="Words to search for"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit">Search</button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </form>
      <p class="says" role="status">
        {says}
      </p>
      <ol class="found" tabIndex={found.length > 0 ? 0 : undefined} aria-label="Found messages">
        {found.map((message) => (
          <li key={message.id}>
            <button type="button" onClick={() => onGo(message.id)}>
              <span class="meta">
                <Who chat={store.chat} id={message.author} name={message.name} />{' '}
                <time>
                  {dayName(dayOf(message.time))}, {clockOf(message.time)}
                </time>
              </span>
              <span class="excerpt">{showText(message.text.slice(0, 400))}</span>
            </button>
          </li>
        ))}
      </ol>
      {next !== undefined && (
        <button type="button" disabled={isBusy} onClick={() => void search(next.words, next.older)}>
          Search further back
        </button>
      )}
    </section>
  )
}
