/** Where one types. Enter sends, Shift-Enter begins a new line; no text is lost. */

import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { escapeName } from '../../src/chat/escape.ts'
import { bytesOf, readInput, textBytesMax } from '../model/outbox.ts'
import { isComposing } from '../room/typing.ts'
import type { Store } from '../store.ts'
import { Outgoing } from './message.tsx'

export function Composer({ store, field }: { store: Store; field: RefObject<HTMLTextAreaElement | null> }) {
  const [error, setError] = useState('')
  const { input, chat } = store
  const bytes = bytesOf(input)
  const isTooLong = bytes > textBytesMax
  // The field grows with its text.
  useEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight + 2, innerHeight * 0.4)}px`
  }, [input, field])
  const send = (): void => {
    // What is typed now: what was drawn last may be a frame, and some letters, behind.
    const typed = store.input
    if (typed.trim() === '') return
    const read = readInput(typed)
    if ('unknown' in read) {
      setError(`${read.unknown} is a command of the terminal. To send it as text, type /${read.unknown}`)
      return
    }
    if (bytesOf(typed) > textBytesMax) {
      setError(
        `A message has at most 65,536 bytes; this one has ${bytesOf(typed).toLocaleString('en')}. Send it in parts.`,
      )
      return
    }
    setError('')
    chat.markRead()
    store.say(read.text, read.action)
    store.setInput('')
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    send()
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Outgoing
        store={store}
        onEdit={({ key, text, action }) => {
          store.discard(key)
          const again = (action ? '/me ' : text.startsWith('/') ? '/' : '') + text
          store.setInput(store.input === '' ? again : `${again}\n${store.input}`)
          field.current?.focus()
        }}
      />
      <div class="composer-line">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={input}
          placeholder={`Say something as ${escapeName(chat.self.name) || '…'}`}
          aria-label="Message"
          aria-describedby="composer-hint"
          aria-invalid={isTooLong}
          onInput={(event) => {
            setError('')
            store.setInput(event.currentTarget.value)
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="primary" disabled={input.trim() === ''}>
          Send
        </button>
      </div>
      <p
        id="composer-hint"
        class={error || isTooLong ? 'hint error' : 'hint'}
        role={error ? 'alert' : undefined}
      >
        {error ||
          (bytes > textBytesMax * 0.8
            ? `${bytes.toLocaleString('en')} of 65,536 bytes`
            : 'Enter sends, Shift-Enter begins a new line, ? shows all keys')}
      </p>
    </form>
  )
}
