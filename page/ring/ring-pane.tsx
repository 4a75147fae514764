/** The ring beside the chat: the picture, its switches, the election in numbers, and the same as text. */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RoomEvent } from '../../src/chat/room-event.ts'
import { durationOf } from '../model/show-time.ts'
import { ElectionPanel } from './election-panel.tsx'
import { LogPanel } from './log-panel.tsx'
import { RingView } from './ring-view.ts'

type Props = {
  /** Hands every event of the ring to its argument, from the start; returns how to end it. */
  subscribe: (listener: (event: RoomEvent) => void) => () => void
  /** undefined: there is no choice. */
  heartbeats?: { readonly isOn: boolean; readonly set: (isOn: boolean) => void }
  /** What stands beside the picture when a node is picked. */
  panel: (id: string, view: RingView, close: () => void) => ComponentChildren
  children?: ComponentChildren
}

/** Text is made anew so often at most. Unit: ms. */
const textEveryMs = 200
/** How long it is said that events were not drawn. Unit: ms. */
const skippedMs = 8000

export function RingPane({ subscribe, heartbeats, panel, children }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<RingView>()
  const [picked, setPicked] = useState<string>()
  const [skipped, setSkipped] = useState(0)
  const [, again] = useState(0)
  useEffect(() => {
    const element = place.current
    if (!element) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let skipTimer: ReturnType<typeof setTimeout> | undefined
    const made = new RingView(element, {
      onPick: setPicked,
      onSkip: (events) => {
        setSkipped(events)
        clearTimeout(skipTimer)
        skipTimer = setTimeout(() => setSkipped(0), skippedMs)
      },
      onChange: () => {
        timer ??= setTimeout(() => {
          timer = undefined
          again((count) => count + 1)
        }, textEveryMs)
      },
    })
    const themes = new MutationObserver(() => made.forgetColors())
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    setView(made)
    const end = subscribe((event) => made.take(event))
    return () => {
      end()
      themes.disconnect()
      clearTimeout(timer)
      clearTimeout(skipTimer)
      made.destroy()
    }
  }, [subscribe])
  useEffect(() => view?.pick(picked), [view, picked])
  // While the view is paused nothing is drawn, but how far behind it is grows.
  useEffect(() => {
    if (!view?.isPaused) return
    const timer = setInterval(() => again((count) => count + 1), 500)
    return () => clearInterval(timer)
  }, [view, view?.isPaused])
  const behind = view?.behind() ?? { events: 0, ms: 0 }
  const state = view?.state
  const togglePause = (): void => {
    setSkipped(0)
    if (view?.isPaused) view.resume()
    else view?.pause()
    again((count) => count + 1)
  }
  return (
    <section class="ring-pane" aria-label="The ring">
      <div class="ring-tools">
        <button type="button" aria-pressed={view?.isPaused ?? false} onClick={togglePause}>
          {view?.isPaused ? 'Resume' : 'Pause'}
        </button>
        {heartbeats && (
          <label>
            <input
              type="checkbox"
              checked={heartbeats.isOn}
              onChange={(event) => heartbeats.set(event.currentTarget.checked)}
            />{' '}
            heartbeats
          </label>
        )}
        <span class="behind" role="status" aria-live="off">
          {view?.isPaused
            ? `The ring goes on: ${count(behind.events)} (${durationOf(behind.ms)}) behind`
            : behind.events > 0 && behind.ms > 1000
              ? `slowed down to be seen: ${durationOf(behind.ms)} behind`
              : skipped > 0
                ? `${count(skipped)} not drawn, to catch up`
                : ''}
        </span>
      </div>
      <div class="ring-stage">
        <div class="ring-place" ref={place} />
        {view && picked !== undefined && (
          <aside class="node-panel" aria-label="Node">
            {panel(picked, view, () => {
              setPicked(undefined)
              place.current?.querySelector<SVGElement>(`[data-node="${CSS.escape(picked)}"]`)?.focus()
            })}
          </aside>
        )}
      </div>
      <p class="legend">
        <span class="key submit">to the leader</span>
        <span class="key records">to all, in order</span>
        <span class="key token">election</span>
        <span>The largest id wins an election.</span>
      </p>
      {children}
      {state?.election && <ElectionPanel election={state.election} show={(id) => state.show(id)} />}
      {state && <LogPanel log={state.log} missed={state.missed} />}
    </section>
  )
}

function count(events: number): string {
  return `${events.toLocaleString('en')} ${events === 1 ? 'event' : 'events'}`
}
