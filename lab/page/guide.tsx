/**
 * The line above the ring: the story, a case with its prediction, an objective; and the acts below it.
 */

import type { JSX } from 'preact'
import { cases, objectives, story } from '../engine/cases.ts'
import { roomsOf } from '../engine/opening.ts'
import type { ScriptOpening } from '../engine/opening.ts'
import { flightText } from '../engine/words.ts'
import type { Controller } from './controller.ts'

export function Guide({ c }: { c: Controller }): JSX.Element {
  return (
    <section class="guide" aria-label="Guide">
      {c.storyAt !== undefined ? (
        <Story c={c} at={c.storyAt} />
      ) : c.theCase ? (
        <div class="case">
          <h2>{c.theCase.title}</h2>
          <p>
            {c.theCase.text} <Predict c={c} />
          </p>
        </div>
      ) : c.objective !== undefined ? (
        <div class="case">
          <h2>{objectives[c.objective]?.title}</h2>
          <p>{objectives[c.objective]?.text}</p>
        </div>
      ) : c.lab.run.opening.kind === 'script' ? (
        <Script c={c} opening={c.lab.run.opening} />
      ) : c.lab.run.opening.kind === 'seed' ? (
        <div class="case">
          <h2>Seed {c.lab.run.opening.seed} of the simulator</h2>
          <p>
            A room with the faults that this seed draws; lines in the log that begin with &gt; are faults and
            people.
          </p>
        </div>
      ) : (
        <div class="case">
          <h2>An election in your hands</h2>
          <p>
            The protocol of Ringleader runs here, unchanged. Kill the leader (<kbd>k</kbd>), then step (
            <kbd>→</kbd>). Or take the story (<kbd>t</kbd>), or a case (<kbd>1</kbd> to{' '}
            <kbd>{cases.length}</kbd>).
          </p>
        </div>
      )}
    </section>
  )
}

/** A script, whose blocks may play in several rooms. */
function Script({ c, opening }: { c: Controller; opening: ScriptOpening }): JSX.Element {
  const { name, text, room } = opening
  const rooms = roomsOf(name, text).length
  const [about = ''] = text.split('\n').filter((line) => line.startsWith('#'))
  return (
    <div class="case">
      <h2>{name}</h2>
      <p>
        {about.replace(/^#\s*/, '')}{' '}
        {rooms > 1 && (
          <label>
            Room{' '}
            <select
              value={room}
              onChange={(event) => void c.open({ ...opening, room: Number(event.currentTarget.value) })}
            >
              {Array.from({ length: rooms }, (_, i) => (
                <option key={i} value={i}>
                  {i + 1} of {rooms}
                </option>
              ))}
            </select>
          </label>
        )}
      </p>
    </div>
  )
}

function Predict({ c }: { c: Controller }): JSX.Element | null {
  const { prediction } = c
  if (!prediction) return null
  if (prediction.verdict !== undefined) return <strong class="verdict">{prediction.verdict}</strong>
  if (prediction.said === undefined)
    return (
      <strong class="ask">
        Who will win? Choose a node (<kbd>n</kbd>, <kbd>Enter</kbd>, or click), or just play.
      </strong>
    )
  return (
    <strong class="ask">
      You say {prediction.said}. Now play (<kbd>Space</kbd>), or run until there is a leader (<kbd>l</kbd>).
    </strong>
  )
}

function Story({ c, at }: { c: Controller; at: number }): JSX.Element {
  const step = story[at]
  return (
    <div class="story">
      <button
        disabled={at < 0}
        onClick={() => c.storyStep(-1)}
        title="The step before (← or ,)"
        aria-label="The step before"
      >
        <kbd>←</kbd>
      </button>
      <div>
        <h2>
          <span class="count">
            {Math.max(0, at + 1)} / {story.length}
          </span>{' '}
          {step?.title ?? 'The story of an election'}
        </h2>
        <p>
          {step?.text ?? (
            <>
              Twelve steps, one sentence each; all of it is played by the real protocol. <kbd>→</kbd> goes on,{' '}
              <kbd>←</kbd> goes back, and any act is yours on the way.
            </>
          )}
        </p>
      </div>
      <button
        class="main"
        disabled={at >= story.length - 1}
        onClick={() => c.storyStep(1)}
        title="The next step (→ or .)"
        aria-label="The next step"
      >
        <kbd>→</kbd>
      </button>
    </div>
  )
}

export function Acts({ c }: { c: Controller }): JSX.Element {
  const { view } = c
  const flight = c.flight ?? c.flights[0]
  const act = (key: string, label: string, run: () => void, isOff = false): JSX.Element => (
    <button key={key} onClick={run} disabled={isOff} title={`${label} (${key})`}>
      <kbd>{key}</kbd> {label}
    </button>
  )
  const isOff = c.isDown
  return (
    <section class="acts" aria-label="Acts">
      <div role="group" aria-label={`Node ${view?.id}`}>
        <span class="word">node {view?.id}</span>
        {act('k', 'kill', () => c.kill(), isOff)}
        {act('f', c.isFrozen ? 'wake' : 'freeze', () => c.freeze(), isOff)}
        {act('s', 'start', () => c.restart(), !isOff)}
        {act('o', 'log out', () => c.act(`leave ${c.who}`), isOff)}
        {act('x', c.isCut ? 'heal' : 'cut off', () => c.cutNode())}
        {act('u', 'cut link', () => c.cutLink(), isOff)}
        {act('m', 'say', () => c.speak(), isOff)}
        {act('j', 'join', () => c.join())}
        {act('h', 'heal all', () => c.act('heal'), c.scene.cuts.length === 0)}
      </div>
      <div role="group" aria-label="Message on its way">
        <span class="word flight">
          {flight ? flightText(flight, c.scene.nodes) : 'no message on its way'}
        </span>
        {act(']', 'other', () => c.selectFlight(1), !flight)}
        {act('d', 'drop', () => c.harmFlight('lose'), !flight)}
        {act('y', 'delay', () => c.harmFlight('late'), !flight)}
        {act('w', 'twice', () => c.harmFlight('twice'), !flight)}
      </div>
    </section>
  )
}
