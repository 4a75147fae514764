/** What happens in the ring, as text. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Following } from '../model/following.ts'
import type { RingLog } from '../model/ring-log.ts'
import { preciseClockOf } from '../model/show-time.ts'

/** Lines in the page. */
const shownMax = 120

export function LogPanel({ log, missed }: { log: RingLog; missed: number }) {
  const box = useRef<HTMLDivElement>(null)
  const [following] = useState(() => new Following(30))
  const lines = log.lines.slice(-shownMax)
  useLayoutEffect(() => {
    const element = box.current
    if (!element || !following.isOn) return
    element.scrollTop = element.scrollHeight
    following.moved(element)
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
        onScroll={({ currentTarget }) => following.scrolled(currentTarget)}
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
