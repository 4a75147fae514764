/** Changes the title of the room, or the own name. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { showText } from '../model/text.ts'
import { api } from '../net/api.ts'
import type { Store } from '../store.ts'
import { Dialog } from './dialog.tsx'

export type Changing = 'title' | 'rename'

export function ChangeDialog({
  store,
  what,
  onClose,
}: {
  store: Store
  what: Changing
  onClose: () => void
}) {
  const [text, setText] = useState(what === 'title' ? store.chat.title : store.chat.self.name)
  const [error, setError] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const isChanging = useRef(false)
  useEffect(() => field.current?.select(), [])
  const change = async (): Promise<void> => {
    if (isChanging.current) return
    isChanging.current = true
    try {
      await api.do(what, what === 'title' ? { title: text } : { name: text })
      onClose()
    } catch (why) {
      setError(why instanceof Error ? why.message : String(why))
    }
    isChanging.current = false
  }
  const label = what === 'title' ? 'Title of the room, for all members' : 'Your name in this room'
  return (
    <Dialog title={what === 'title' ? 'Change the title' : 'Change your name'} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void change()
        }}
      >
        <label for="change">{label}</label>
        <input
          id="change"
          ref={field}
          type="text"
          autocomplete="off"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setError('')
          }}
        />
        <p class="hint error" role="alert">
          {showText(error)}
        </p>
        <button type="submit" class="primary">
          Change
        </button>
      </form>
    </Dialog>
  )
}
