/**
 * The dialogs: another room, the list of keys, and what can be kept of a run.
 */

import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { bestRoom, roomOf, worstRoom } from '../engine/cases.ts'
import { shivizParser } from '../engine/exports.ts'
import { nodesMax, roomProblem } from '../engine/opening.ts'
import type { Controller } from './controller.ts'
import { keyGroups } from './keys.ts'
import { pictureOf } from './picture.ts'

function Frame({
  c,
  title,
  children,
}: {
  c: Controller
  title: string
  children: JSX.Element[] | JSX.Element
}): JSX.Element {
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    box.current?.showModal()
  }, [])
  const close = (): void => {
    c.dialog = undefined
    c.changed()
  }
  return (
    <dialog
      ref={box}
      aria-label={title}
      onClose={close}
      onClick={(event) => event.target === box.current && close()}
    >
      <header>
        <h2>{title}</h2>
        <button onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      {children}
    </dialog>
  )
}

export function Dialogs({ c }: { c: Controller }): JSX.Element | null {
  switch (c.dialog) {
    case 'help':
      return (
        <Frame c={c} title="Every key">
          <div class="keys">
            {keyGroups.map(({ title, keys }) => (
              <section key={title}>
                <h3>{title}</h3>
                <dl>
                  {keys.map(({ shown, text }) => (
                    <div key={shown}>
                      <dt>
                        <kbd>{shown}</kbd>
                      </dt>
                      <dd>{text}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
            <section>
              <h3>What one sees</h3>
              <dl>
                <div>
                  <dt>crown</dt>
                  <dd>the leader</dd>
                </div>
                <div>
                  <dt>t 7</dt>
                  <dd>its Lamport clock</dd>
                </div>
                <div>
                  <dt>flag</dt>
                  <dd>it takes part in the election</dd>
                </div>
                <div>
                  <dt>disc</dt>
                  <dd>ELECT, with the candidate that it carries</dd>
                </div>
                <div>
                  <dt>square</dt>
                  <dd>ELECTED: the lap of honour of the winner</dd>
                </div>
                <div>
                  <dt>diamond</dt>
                  <dd>any other message</dd>
                </div>
                <div>
                  <dt>dashes</dt>
                  <dd>a next that has not accepted yet, or a cut</dd>
                </div>
              </dl>
            </section>
          </div>
        </Frame>
      )
    case 'room':
      return (
        <Frame c={c} title="Another room">
          <Room c={c} />
        </Frame>
      )
    case 'keep':
      return (
        <Frame c={c} title="Keep this run">
          <Keep c={c} />
        </Frame>
      )
    case undefined:
      return null
  }
}

function Room({ c }: { c: Controller }): JSX.Element {
  const { opening } = c.lab.run
  const [ids, setIds] = useState<readonly number[]>(
    opening.kind === 'room' ? opening.ids : [9, 3, 7, 1, 8, 2],
  )
  const [text, setText] = useState(ids.join(' '))
  const [isAtOnce, setAtOnce] = useState(opening.kind === 'room' && opening.knobs['backupMinMs'] === 0)
  const [delay, setDelay] = useState(opening.kind === 'room' ? `${opening.delay.join(' ')}` : '1 1')
  const [seed, setSeed] = useState('1')
  const [dragged, setDragged] = useState<number | undefined>(undefined)
  const set = (list: readonly number[]): void => {
    setIds(list)
    setText(list.join(' '))
  }
  const move = (from: number, to: number): void => {
    const list = [...ids]
    const [one] = list.splice(from, 1)
    if (one === undefined || to < 0 || to >= ids.length) return
    list.splice(to, 0, one)
    set(list)
  }
  const [least = 1, most = least] = delay.split(/[\s,]+/).map(Number)
  const room = roomOf(ids, {
    delay: [least, most],
    seed: Number(seed),
    knobs: isAtOnce ? { backupMinMs: 0, backupSpreadMs: 1 } : {},
  })
  const problem = roomProblem(room)
  const n = Math.max(1, ids.length - 1)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (problem === undefined) c.openRoom(room)
      }}
    >
      <label>
        Ids in the order of the ring; the first leads
        <input
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value)
            setIds(
              event.currentTarget.value
                .split(/[\s,;]+/)
                .filter((word) => word !== '')
                .map(Number),
            )
          }}
        />
      </label>
      <ol class="chips" aria-label="Order: drag, or use the arrow keys">
        {ids.slice(0, nodesMax).map((id, at) => (
          <li key={`${id} ${at}`}>
            <button
              type="button"
              draggable
              aria-label={`${id}, place ${at + 1} of ${ids.length}: arrow keys move it`}
              onDragStart={() => setDragged(at)}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault()
                if (dragged !== undefined) move(dragged, at)
              }}
              onKeyDown={(event) => {
                if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
                event.preventDefault()
                const to = at + (event.key === 'ArrowRight' ? 1 : -1)
                const list = event.currentTarget.closest('ol')
                move(at, to)
                requestAnimationFrame(() => list?.querySelectorAll('button')[to]?.focus())
              }}
            >
              {id}
            </button>
          </li>
        ))}
      </ol>
      <div class="row">
        <label>
          Nodes
          <input
            type="number"
            min={2}
            max={nodesMax}
            value={ids.length}
            onInput={(event) => {
              const count = Math.max(1, Math.min(nodesMax, Number(event.currentTarget.value) || 1))
              const list = ids.slice(0, count)
              for (let id = 1; list.length < count; id++) if (!list.includes(id)) list.push(id)
              set(list)
            }}
          />
        </label>
        <button type="button" onClick={() => set(bestRoom(n).ids)}>
          rising
        </button>
        <button type="button" onClick={() => set(worstRoom(n).ids)}>
          falling
        </button>
        <button
          type="button"
          onClick={() =>
            set(
              [...ids]
                .map((id) => ({ id, at: Math.random() }))
                .sort((a, b) => a.at - b.at)
                .map(({ id }) => id),
            )
          }
        >
          shuffle
        </button>
      </div>
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={isAtOnce}
            onChange={(event) => setAtOnce(event.currentTarget.checked)}
          />{' '}
          all begin elections at once
        </label>
        <label>
          A frame takes (ms, least and most)
          <input value={delay} onInput={(event) => setDelay(event.currentTarget.value)} />
        </label>
        <label>
          Seed
          <input type="number" min={0} value={seed} onInput={(event) => setSeed(event.currentTarget.value)} />
        </label>
      </div>
      <p class="problem" role="alert">
        {problem ?? ''}
      </p>
      <div class="row">
        <button class="main" disabled={problem !== undefined}>
          Open the room
        </button>
        <label class="file">
          Open a script …
          <input
            type="file"
            accept=".txt,text/plain"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              if (file) void file.text().then((script) => c.openScript(file.name, script))
            }}
          />
        </label>
        <button
          type="button"
          onClick={() => {
            if (c.open({ kind: 'seed', seed: Number(seed) || 0 })) {
              c.dialog = undefined
              c.changed()
            }
          }}
        >
          Open this seed of the simulator
        </button>
      </div>
    </form>
  )
}

function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

function Keep({ c }: { c: Controller }): JSX.Element {
  const [isCopied, setCopied] = useState(false)
  return (
    <div class="keep">
      <label>
        This link opens this moment of this run, exactly
        <input readOnly value={c.link} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <div class="row">
        <button
          class="main"
          onClick={() => void navigator.clipboard?.writeText(c.link).then(() => setCopied(true))}
        >
          {isCopied ? 'Copied' : 'Copy the link'}
        </button>
        <button onClick={() => save('election.svg', pictureOf(), 'image/svg+xml')}>Picture (SVG)</button>
        <button onClick={() => save('election.txt', c.script, 'text/plain')}>Script for the simulator</button>
        <button onClick={() => save('election.log', c.shiviz, 'text/plain')}>Log for ShiViz</button>
      </div>
      <p>
        The script plays with <code>npm run sim -- --script election.txt</code>. ShiViz reads the log with the
        expression <code>{shivizParser}</code>.
      </p>
    </div>
  )
}
