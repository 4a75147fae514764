/** The page: chat and ring side by side, or one at a time where the window is narrow. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { Composer } from '../chat/composer.tsx'
import { SearchPanel } from '../chat/search-panel.tsx'
import { TranscriptList } from '../chat/transcript.tsx'
import { showText } from '../model/text.ts'
import { RingPane } from '../ring/ring-pane.tsx'
import type { Store } from '../store.ts'
import { useStore } from '../store.ts'
import { Story } from './acts.tsx'
import { ChangeDialog, type Changing } from './change-dialog.tsx'
import { HelpDialog } from './dialog.tsx'
import { Banners, Header } from './header.tsx'
import { NodePanel } from './node-panel.tsx'
import { RecordDialog } from './record-dialog.tsx'
import { paintNow } from './paint-now.ts'
import { useTheme } from './theme.ts'
import { isComposing, isTyping, pressKeysOnce } from './typing.ts'

type Tab = 'chat' | 'ring'

export function App({ store }: { store: Store }) {
  useStore(store)
  const { chat, about } = store
  const [tab, setTab] = useState<Tab>('chat')
  const [open, setOpen] = useState<
    { type: 'help' } | { type: 'record'; id: string } | { type: 'change'; what: Changing }
  >()
  const [isSearching, setSearching] = useState(false)
  const [goTo, setGoTo] = useState<{ id: string }>()
  const goingTo = useRef<{ id: string } | undefined>(undefined)
  const [isDark, toggleTheme] = useTheme()
  const composer = useRef<HTMLTextAreaElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)
  // The browser reports the end of a dialog a frame later: by then another may be open.
  const close = (): void => setOpen((now) => (now === open ? undefined : now))
  const subscribe = useCallback(
    (listener: Parameters<Store['subscribeRing']>[0]) => store.subscribeRing(listener),
    [store],
  )
  const focus = (selector: string, where: Tab): void => {
    // It may be in a tab that is not shown yet.
    paintNow(() => setTab(where))
    page.current?.querySelector<HTMLElement>(selector)?.focus()
  }
  const startSearch = (): void => {
    paintNow(() => {
      setTab('chat')
      setSearching(true)
    })
    search.current?.focus()
  }
  useEffect(pressKeysOnce, [])
  useEffect(() => {
    const title = showText(chat.title) || 'Ringleader'
    const mark = chat.unreadMentions > 0 ? '@' : ''
    document.title = chat.unread > 0 ? `(${mark}${chat.unread}) ${title}` : title
  }, [chat.unread, chat.unreadMentions, chat.title])
  useEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      '?': () => setOpen({ type: 'help' }),
      '/': () => focus('textarea', 'chat'),
      s: startSearch,
      t: () => focus('.transcript', 'chat'),
      r: () => focus('.node .hit', 'ring'),
      l: () => focus('.ring-log .lines', 'ring'),
      p: () => page.current?.querySelector<HTMLElement>('.ring-tools button')?.click(),
      d: toggleTheme,
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
      const { target } = event
      if (isTyping(target)) {
        if (event.key === 'Escape' && !isComposing(event)) target.blur()
        return
      }
      const action = document.querySelector('dialog[open]') ? undefined : actions[event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
  const isReplay = about?.replay !== undefined && about.replay !== false
  return (
    <div class={`page show-${tab}`} ref={page}>
      <Header
        store={store}
        isDark={isDark}
        onTheme={toggleTheme}
        onSearch={startSearch}
        onHelp={() => setOpen({ type: 'help' })}
        onChange={isReplay ? undefined : (what) => setOpen({ type: 'change', what })}
      />
      <Banners store={store} />
      <div class="tabs" role="group" aria-label="What is shown">
        {(['chat', 'ring'] as const).map((name) => (
          <button type="button" aria-pressed={tab === name} onClick={() => setTab(name)}>
            {name === 'chat' ? 'Chat' : 'Ring'}
          </button>
        ))}
      </div>
      <main>
        <section class="chat-pane" aria-label="Chat">
          {isSearching && (
            <SearchPanel
              store={store}
              field={search}
              onGo={(id) => {
                const going = { id }
                goingTo.current = going
                void store.reach(id).then((isThere) => {
                  // Another was clicked meanwhile.
                  if (goingTo.current !== going) return
                  if (isThere) setGoTo(going)
                  else setOpen({ type: 'record', id })
                })
              }}
              onClose={() => {
                setSearching(false)
                composer.current?.focus()
              }}
            />
          )}
          <TranscriptList store={store} goTo={goTo} onOpen={(id) => setOpen({ type: 'record', id })} />
          {!isReplay && <Composer store={store} field={composer} />}
        </section>
        <RingPane
          subscribe={subscribe}
          {...(!isReplay && {
            heartbeats: { isOn: store.hasHeartbeats, set: (isOn: boolean) => store.showHeartbeats(isOn) },
          })}
          panel={(id, view, onClose) => <NodePanel store={store} id={id} view={view} onClose={onClose} />}
        >
          {about?.demo && <Story store={store} />}
        </RingPane>
      </main>
      {open?.type === 'help' && <HelpDialog key={open} onClose={close} />}
      {open?.type === 'change' && <ChangeDialog key={open} store={store} what={open.what} onClose={close} />}
      {open?.type === 'record' && <RecordDialog key={open} id={open.id} onClose={close} />}
    </div>
  )
}
