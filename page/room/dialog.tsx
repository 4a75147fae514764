/** A dialog over the page; Escape closes it, and the focus goes back to where it was. */

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

type Props = { title: string; onClose: () => void; children: ComponentChildren }

export function Dialog({ title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null)
  // Before the next key is read: Escape may follow at once.
  useLayoutEffect(() => {
    const before = document.activeElement
    const dialog = element.current
    dialog?.showModal()
    return () => {
      // A closed dialog has given the focus back by itself, and the focus may have moved since.
      if (dialog?.open && before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) element.current?.close()
      }}
    >
      <div class="dialog">
        <header>
          <h2>{title}</h2>
          <button type="button" class="icon" aria-label="Close" onClick={() => element.current?.close()}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

const keys: readonly [string, string][] = [
  ['Enter', 'send; in the list of messages: show the record of the picked one'],
  ['Shift-Enter', 'begin a new line'],
  ['/me waves', 'say what you do'],
  ['//text', 'send a text that begins with a slash'],
  ['?', 'this help'],
  ['/', 'type a message'],
  ['s', 'search'],
  ['t', 'the messages: ↑ ↓ pick one, Page Up and Page Down scroll, End goes to the newest'],
  ['r', 'the ring: Tab goes from node to node, Enter opens one'],
  ['l', 'the events of the ring as text'],
  ['p', 'pause or resume the picture'],
  ['d', 'dark or light'],
  ['Escape', 'close what is open, or leave the text field'],
]

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <p>Single letters work wherever you are not typing: Escape leaves the text field.</p>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  )
}
