/** The transcript: of 100,000 messages only those that are seen are in the page. */

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { escapeName } from '../../src/chat/escape.ts'
import { Following } from '../model/following.ts'
import { rowsOf } from '../model/rows.ts'
import { showText } from '../model/text.ts'
import type { Store } from '../store.ts'
import { useStore } from '../store.ts'
import { AsideRow, Message } from './message.tsx'

/** Older ones are fetched when fewer rows than this are above. */
const fetchRows = 60
/** Unit: px. */
const lineHeight = 24

type Props = {
  store: Store
  onOpen: (id: string) => void
  /** A message to go to; a new object each time. */
  goTo: { readonly id: string } | undefined
}

export function TranscriptList({ store, onOpen, goTo }: Props) {
  useStore(store)
  const { chat } = store
  const [, again] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const [picked, setPicked] = useState<string>()
  const rows = useMemo(() => rowsOf(chat), [chat, store.version])
  const options = {
    count: rows.count,
    getScrollElement: () => scroller.current,
    getItemKey: rows.keyOf,
    estimateSize: (index: number): number => {
      const length = rows.lengthAt(index)
      return length < 0 ? 30 : (1 + Math.floor(length / 70)) * lineHeight + 35
    },
    overscan: 6,
    // The line above the first row.
    paddingStart: 40,
    paddingEnd: 12,
    anchorTo: 'end' as const,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => again((count) => count + 1),
  }
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLElement>(options))
  virtualizer.setOptions(options)
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer])
  useLayoutEffect(() => virtualizer._willUpdate())
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const { hasAll, isFull } = chat.transcript
  useEffect(() => {
    if (rows.count > 0 && first < fetchRows) void store.loadOlder()
  }, [first, rows.count, store])
  // Whatever grows, above, below or around.
  const [following] = useState(() => new Following(48))
  useLayoutEffect(() => {
    if (following.isOn && rows.count > 0 && !virtualizer.isAtEnd(2)) virtualizer.scrollToEnd()
  })
  useEffect(() => {
    if (!goTo) return
    const index = rows.indexOf(goTo.id)
    if (index < 0) return
    setPicked(goTo.id)
    virtualizer.scrollToIndex(index, { align: 'center' })
    if (scroller.current) following.wentTo(scroller.current)
  }, [goTo])
  const isAtEnd = virtualizer.isAtEnd(80)
  const pick = (step: number): void => {
    const at = picked === undefined ? -1 : rows.indexOf(picked)
    const start = at < 0 ? (items.at(-1)?.index ?? rows.count - 1) + 1 : at
    for (let index = start + step; index >= 0 && index < rows.count; index += step) {
      const row = rows.at(index)
      if (row.type !== 'message') continue
      setPicked(row.key)
      virtualizer.scrollToIndex(index, { align: 'auto' })
      if (scroller.current) following.wentTo(scroller.current)
      return
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'ArrowUp') pick(-1)
    else if (event.key === 'ArrowDown') pick(1)
    else if (event.key === 'Enter' && picked !== undefined) onOpen(picked)
    else if (event.key === 'End') virtualizer.scrollToEnd()
    else return
    event.preventDefault()
  }
  return (
    <div class="transcript-box">
      <div
        class="transcript"
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label="Messages"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget }) => following.scrolled(currentTarget)}
      >
        <div class="rows" ref={(element) => setStyle(element, 'height', `${virtualizer.getTotalSize()}px`)}>
          <p class="beginning" aria-hidden={!hasAll && !isFull}>
            {rows.count === 0
              ? chat.isLive && 'Nobody has said anything yet.'
              : hasAll
                ? 'This is the beginning of the room.'
                : isFull
                  ? 'More is not kept in this page: search finds earlier messages.'
                  : store.isLoadingOlder && 'loading earlier messages …'}
          </p>
          {items.map(({ index, start }) => {
            if (index >= rows.count) return null
            const row = rows.at(index)
            return (
              <div
                key={row.key}
                class="row"
                data-index={index}
                ref={(element) => {
                  setStyle(element, 'transform', `translateY(${start}px)`)
                  virtualizer.measureElement(element)
                }}
              >
                {row.type === 'aside' ? (
                  <AsideRow chat={chat} row={row} />
                ) : (
                  <Message chat={chat} row={row} onOpen={onOpen} isPicked={row.key === picked} />
                )}
              </div>
            )
          })}
        </div>
      </div>
      {!isAtEnd && rows.count > 0 && (
        <button type="button" class="to-end" onClick={() => virtualizer.scrollToEnd()}>
          ↓ newest
        </button>
      )}
      <Heard store={store} />
    </div>
  )
}

/** Tells screen readers what is new: rows that come into view while one scrolls are not. */
function Heard({ store }: { store: Store }) {
  const { heard } = store.chat
  return (
    <div class="unseen" role="status" aria-live="polite">
      {heard && !heard.own && `${escapeName(heard.name)}: ${showText(heard.text).slice(0, 500)}`}
    </div>
  )
}

/** Styles are set by script: the page allows no style in its markup. */
function setStyle(element: HTMLElement | null, name: 'height' | 'transform', value: string): void {
  if (element && element.style[name] !== value) element.style[name] = value
}
