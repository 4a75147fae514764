/**
 * Time: step, play, run until, the scrub bar with its marks, and where one is. Nothing here ever moves.
 */

import type { JSX } from 'preact'
import type { Tape } from '../engine/tape.ts'
import type { Controller } from './controller.ts'
import { speeds } from './controller.ts'

function speedText(speed: number): string {
  return speed < 1 ? `1/${Math.round(1 / speed)}` : String(speed)
}

const details = ['everything', 'protocol', 'elections'] as const

export function Transport({ c }: { c: Controller }): JSX.Element {
  const { lab } = c
  const length = lab.length
  return (
    <section class="transport" aria-label="Time">
      <div class="buttons">
        <Button c={c} keyName="Home" label="To the beginning" run={() => c.seek(0)}>
          |◀
        </Button>
        <Button c={c} keyName="←" label="Back" run={() => c.step(false)}>
          ◀ back
        </Button>
        <Button c={c} keyName="Space" label={c.isPlaying ? 'Stop' : 'Play'} run={() => c.togglePlay()} isMain>
          {c.isPlaying ? '■ stop' : '▶ play'}
        </Button>
        <Button c={c} keyName="→" label="Step" run={() => c.step(true)} isMain>
          step ▶
        </Button>
        <Button c={c} keyName="End" label="To the end" run={() => c.seek(length)}>
          ▶|
        </Button>
        <span class="group" role="group" aria-label="Run until">
          <span class="word">until</span>
          <Button c={c} keyName="l" label="Until a leader is elected" run={() => c.runUntil('leader')}>
            leader
          </Button>
          <Button c={c} keyName="r" label="Until the ring is closed" run={() => c.runUntil('ring')}>
            ring
          </Button>
          <Button c={c} keyName="v" label="Until a message is delivered" run={() => c.runUntil('delivered')}>
            delivered
          </Button>
          <Button c={c} keyName="z" label="Until the room is at rest" run={() => c.runUntil('rest')}>
            rest
          </Button>
          <input
            type="number"
            min={0}
            max={600000}
            aria-label="A clock, in ms"
            value={c.untilMs}
            onInput={(event) => {
              c.untilMs = Math.max(0, Math.min(600_000, Number(event.currentTarget.value) || 0))
            }}
          />
          <Button c={c} keyName="c" label="Until the clock shows so many ms" run={() => c.runToClock()}>
            ms
          </Button>
        </span>
        <label class="group">
          <span class="word">speed</span>
          <select
            value={c.speed}
            onChange={(event) => {
              c.speed = Number(event.currentTarget.value)
              c.changed()
            }}
          >
            {speeds.map((speed, i) => (
              <option key={speed} value={i}>
                {speedText(speed)}
              </option>
            ))}
          </select>
        </label>
        <label class="group">
          <span class="word">events</span>
          <select
            value={c.detail}
            onChange={(event) => {
              c.detail = Number(event.currentTarget.value) as 0 | 1 | 2
              c.changed()
            }}
          >
            {[2, 1, 0].map((weight) => (
              <option key={weight} value={weight}>
                {details[weight]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="scrub">
        <Marks c={c} />
        <input
          type="range"
          min={0}
          max={Math.max(1, length)}
          value={lab.at}
          aria-label="Event"
          aria-valuetext={`event ${lab.at} of ${length}`}
          onInput={(event) => c.seek(Number(event.currentTarget.value))}
        />
        <label class={lab.branches.length > 1 ? 'branch' : 'branch only'}>
          <span class="word">branch</span>
          <select
            value={lab.branch.number}
            onChange={(event) => {
              lab.switchTo(Number(event.currentTarget.value))
              c.changed()
            }}
          >
            {lab.branches.map(({ number, from }) => (
              <option key={number} value={number}>
                {from ? `${number}, from ${from.at}` : String(number)}
              </option>
            ))}
          </select>
        </label>
        <output class="place">
          event <b>{lab.at}</b> of {length} ·{' '}
          <b>{Math.round(lab.isAtEnd ? Math.max(c.scene.atMs, lab.run.nowMs) : c.scene.atMs)}</b> ms
        </output>
      </div>
    </section>
  )
}

function Button({
  c,
  keyName,
  label,
  run,
  children,
  isMain = false,
}: {
  c: Controller
  keyName: string
  label: string
  run: () => void
  children: string | string[]
  isMain?: boolean
}): JSX.Element {
  void c
  return (
    <button class={isMain ? 'main' : ''} title={`${label} (${keyName})`} aria-label={label} onClick={run}>
      {children}
    </button>
  )
}

type Mark = { readonly at: number; readonly kind: string }

/** Of a tape so far, which only grows. */
const known = new WeakMap<object, { length: number; marks: Mark[] }>()

const marksMax = 300

function marksOf(tape: Tape): readonly Mark[] {
  let found = known.get(tape)
  if (!found) known.set(tape, (found = { length: 0, marks: [] }))
  const { marks } = found
  for (; found.length < tape.length; found.length++) {
    const entry = tape.entries[found.length]
    if (!entry || marks.length >= marksMax) continue
    const { at, node, comparisons, violations, event } = entry
    if (violations.length > 0) marks.push({ at, kind: 'broken' })
    else if (comparisons.some(({ outcome }) => outcome === 'elected')) marks.push({ at, kind: 'elected' })
    else if (node === 0) marks.push({ at, kind: 'act' })
    else if (!event) marks.push({ at, kind: 'end' })
  }
  return marks
}

/** Acts, deaths and elections, where they are on the bar. */
function Marks({ c }: { c: Controller }): JSX.Element {
  const { tape } = c.lab.run
  const length = Math.max(1, tape.length)
  return (
    <svg class="marks" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
      {marksOf(tape).map(({ at, kind }) => (
        <rect
          key={at}
          class={kind}
          x={(1000 * at) / length - 1.5}
          y={kind === 'act' ? 5 : 0}
          width={3}
          height={kind === 'act' ? 9 : 14}
        />
      ))}
    </svg>
  )
}
