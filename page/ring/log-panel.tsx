/** What happens in the ring, as text. */

import { useEffect, useRef } from 'preact/hooks'
import type { RingLog } from '../model/ring-log.ts'
import { preciseClockOf } from '../model/show-time.ts'

/** Lines in the page. */
const shownMax = 120

export function LogPanel({ log, missed }: { log: RingLog; missed: number }) {
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const lines = log.lines.slice(-shownMax)
  useEffect(() => {
    const element = box.current
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight
  }, [lines.at(-1)?.key])
  return (
    <section class="ring-log" aria-label="Events of the ring">
      <h3>
        What happens{' '}
        {missed > 0 && (
          <small>
            {missed.toLocaleString('en')} {missed === 1 ? 'event' : 'events'} not shown
          </small>
        )}
      </h3>
      <div
        ref={box}
        class="lines"
        role="log"
        aria-live="off"
        aria-label="Events of the ring"
        tabIndex={0}
        onScroll={({ currentTarget }) => {
          const { scrollTop, scrollHeight, clientHeight } = currentTarget
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 30
        }}
      >
        {lines.map(({ key, at, kind, text }) => (
          <p key={key} class={kind}>
            <time>{at === 0 ? '' : preciseClockOf(at)}</time> <span>{text}</span>
          </p>
        ))}
      </div>
    </section>
  )
}
