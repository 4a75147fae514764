/** The rows of the transcript: a message, a line between messages, a message on its way. */

import { escapeName } from '../../src/chat/escape.ts'
import { sizeText } from '../../src/lib/size-text.ts'
import type { ChatState } from '../model/chat-state.ts'
import type { Draft } from '../model/outbox.ts'
import type { Row } from '../model/rows.ts'
import { clockOf, dayName } from '../model/show-time.ts'
import { isMention, showText } from '../model/text.ts'
import type { Store } from '../store.ts'
import { Text } from './text.tsx'
import { Who } from './who.tsx'

type MessageRow = Extract<Row, { type: 'message' }>

export function Message({
  chat,
  row,
  onOpen,
  isPicked,
}: {
  chat: ChatState
  row: MessageRow
  onOpen: (id: string) => void
  isPicked: boolean
}) {
  const { message, day, isFirstUnread, isFollowing } = row
  const state = chat.stateOf(message)
  const classes = [
    'message',
    isFollowing && 'following',
    message.own && 'own',
    message.action && 'action',
    isMention(message, chat.self.name) && 'mention',
    isPicked && 'picked',
  ]
  const who = <Who chat={chat} id={message.author} name={message.name} />
  return (
    <>
      {day !== undefined && (
        <div class="divider day" role="separator">
          <span>{dayName(day)}</span>
        </div>
      )}
      {isFirstUnread && (
        <div class="divider unread" role="separator">
          <span>new</span>
        </div>
      )}
      <article
        class={classes.filter(Boolean).join(' ')}
        data-id={message.id}
        aria-label={`${escapeName(message.name)}, ${clockOf(message.time)}`}
      >
        <button
          type="button"
          class="stamp"
          onClick={() => onOpen(message.id)}
          title={`${escapeName(message.time)}; Lamport time ${message.ts}. Press for its record.`}
        >
          <time>{clockOf(message.time)}</time> <span class="unseen">Lamport time </span>
          <span class="lamport">{message.ts}</span>
          <span class="unseen">, show its record</span>
        </button>
        <div class="body">
          {!isFollowing && !message.action && <div class="head">{who}</div>}
          {message.late && (
            <span class="late" title="Its place is before messages that were shown already">
              late
            </span>
          )}
          {message.action && <>* {who} </>}
          {message.file ? (
            <span class="file">
              offers <b>{showText(message.file.name)}</b> ({sizeText(message.file.size)}); fetch it with{' '}
              <code>/accept</code> in the terminal
            </span>
          ) : (
            <Text text={message.text} />
          )}
          {state === 'ordered' && <span class="state">sending …</span>}
          {state === 'sent' && (
            <span class="state sent" title="Sent: on enough disks" role="img" aria-label="sent">
              ✓
            </span>
          )}
        </div>
      </article>
    </>
  )
}

export function AsideRow({ chat, row }: { chat: ChatState; row: Extract<Row, { type: 'aside' }> }) {
  const { aside } = row
  if (aside.kind === 'notice') return <p class="notice">{showText(aside.text)}</p>
  const { message } = aside
  return (
    <article class="message private">
      <span class="stamp">
        <time>{clockOf(message.time)}</time>
      </span>
      <div class="body">
        <div class="head">
          {message.own ? 'to ' : ''}
          <Who chat={chat} id={message.with.id} name={message.with.name} />{' '}
          <small>{message.state === 'kept' ? 'kept until both are there' : 'private'}</small>
        </div>
        <Text text={message.text} />
      </div>
    </article>
  )
}

/** What was said here and has no place yet. */
export function Outgoing({ store, onEdit }: { store: Store; onEdit: (draft: Draft) => void }) {
  const { chat, drafts } = store
  const pending = [...chat.pending.values()]
  if (pending.length + drafts.length === 0) return null
  return (
    <ul class="outgoing" aria-label="On their way">
      {pending.map(({ id, text }) => (
        <li key={id}>
          <Text text={text} /> <span class="state">sending …</span>
        </li>
      ))}
      {drafts.map((draft) => (
        <li key={draft.key} class={draft.error === undefined ? '' : 'failed'}>
          <Text text={draft.text} />{' '}
          {draft.error === undefined ? (
            <span class="state">sending …</span>
          ) : (
            <span class="state" role="alert">
              Not sent: {showText(draft.error)}{' '}
              {draft.isUnsure && 'It may have it: look before you send it again. '}
              <button type="button" onClick={() => store.retry(draft.key)}>
                Send again
              </button>
              <button type="button" onClick={() => onEdit(draft)}>
                Edit
              </button>
              <button type="button" onClick={() => store.discard(draft.key)}>
                Discard
              </button>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
