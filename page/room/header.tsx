/** The top of the page: what room this is, who is there, and whether the node is. */

import { useState } from 'preact/hooks'
import { escapeName, escapeText } from '../../src/chat/escape.ts'
import { shortFingerprintOf } from '../../src/chat/fingerprint.ts'
import { hostOf, shortId } from '../model/ids.ts'
import { clockOf } from '../model/show-time.ts'
import { showText } from '../model/text.ts'
import { api, tokenIsOld } from '../net/api.ts'
import type { Store } from '../store.ts'
import type { Changing } from './change-dialog.tsx'

type Props = {
  store: Store
  isDark: boolean
  onTheme: () => void
  onSearch: () => void
  onHelp: () => void
  /** Undefined: nothing can be changed. */
  onChange: ((what: Changing) => void) | undefined
}

/** So many members stand in the header. */
const shownMax = 8

export function Header({ store, isDark, onTheme, onSearch, onHelp, onChange }: Props) {
  const { chat, about } = store
  const { members, leader } = chat
  // The own name is always there: it can be changed.
  const shown = members.filter(({ id }, index) => index < shownMax || id === chat.self.id)
  return (
    <header class="top">
      <h1>
        <span class="logo" aria-hidden="true" />
        {onChange ? (
          <button
            type="button"
            class="plain clipped"
            title="Change the title"
            onClick={() => onChange('title')}
          >
            {showText(chat.title) || 'Ringleader'}
          </button>
        ) : (
          <span class="clipped">{showText(chat.title) || 'Ringleader'}</span>
        )}
        {chat.isLocked && (
          <span class="lock" role="img" aria-label="locked" title="Locked: an invitation is needed to join">
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z" />
            </svg>
          </span>
        )}
      </h1>
      <ul class="members" aria-label={`${members.length} members`}>
        {shown.map(({ id, name, leader: leads }) => (
          <li key={id} class={chat.away.has(id) ? 'away' : ''} title={showText(chat.away.get(id) ?? '')}>
            {onChange && id === chat.self.id ? (
              <button type="button" class="plain" title="Change your name" onClick={() => onChange('rename')}>
                {escapeName(name)}
              </button>
            ) : (
              escapeName(name)
            )}
            {chat.isShared(name) && `[${shortId(id)}]`}
            {(leads || id === leader) && <span class="leads"> leads</span>}
          </li>
        ))}
        {members.length > shown.length && <li>and {members.length - shown.length} more</li>}
      </ul>
      <div class="tools">
        {about?.replay === undefined && (
          <button type="button" onClick={onSearch} aria-label="Search">
            <span class="word-of">Search</span>
            <svg class="icon-of" viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="7" cy="7" r="4.5" />
              <path d="M10.5 10.5L15 15" />
            </svg>
          </button>
        )}
        <button type="button" onClick={onTheme} aria-label={isDark ? 'Light colours' : 'Dark colours'}>
          {isDark ? '☀' : '☾'}
        </button>
        <button type="button" onClick={onHelp} aria-label="Keys">
          ?
        </button>
      </div>
    </header>
  )
}

/** What is to be known at once: the node is gone, somebody knocks. */
export function Banners({ store }: { store: Store }) {
  const { connection, chat, about } = store
  return (
    <div class="banners">
      <div role="status">
        {connection.type === 'connecting' && !chat.isLive && <p class="banner">connecting to the node …</p>}
        {connection.type === 'gone' && (
          <p class="banner warning">
            The node is gone. What came before stays here; trying again at {clockOf(connection.retryAt)}:
            {String(new Date(connection.retryAt).getSeconds()).padStart(2, '0')}.
          </p>
        )}
        {connection.type === 'refused' && <p class="banner warning">{tokenIsOld}</p>}
        {about?.replay !== undefined && (
          <p class="banner">
            A replay{typeof about.replay === 'string' ? ` of ${showText(about.replay)}` : ''}: nobody listens
            here.
          </p>
        )}
      </div>
      {chat.knocks.map((knock) => (
        <Knock key={knock.number} store={store} {...knock} />
      ))}
    </div>
  )
}

function Knock({
  store,
  number,
  name,
  id,
  address,
}: {
  store: Store
  number: number
  name: string
  id: string
  address: string
}) {
  const [error, setError] = useState('')
  const answer = async (command: 'admit' | 'deny'): Promise<void> => {
    try {
      await api.do(command, { number })
      store.chat.answered(number)
      store.changed()
    } catch (why) {
      setError(why instanceof Error ? why.message : String(why))
    }
  }
  return (
    <p class="banner knock" role="alert">
      {escapeName(name)} <code>{escapeText(shortFingerprintOf(id))}</code> knocks from{' '}
      {showText(hostOf(address))}: let the digits be read out to you. {showText(error)}{' '}
      <button type="button" onClick={() => void answer('admit')}>
        Admit
      </button>{' '}
      <button type="button" onClick={() => void answer('deny')}>
        Deny
      </button>
    </p>
  )
}
