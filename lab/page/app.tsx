/**
 * The page: its parts and where they stand.
 */

import type { JSX } from 'preact'
import { cases } from '../engine/cases.ts'
import type { Controller } from './controller.ts'
import { Dialogs } from './dialogs.tsx'
import { Acts, Guide } from './guide.tsx'
import { Panels } from './panels.tsx'
import { Ring } from './ring.tsx'
import { SpaceTime } from './space-time.tsx'
import { Transport } from './transport.tsx'

export function App({ c }: { c: Controller }): JSX.Element {
  const open = (name: Controller['dialog']) => () => {
    c.pause()
    c.dialog = name
    c.changed()
  }
  return (
    <>
      <header class="top">
        <h1>
          Ringleader <span>laboratory</span>
        </h1>
        <nav aria-label="Guides">
          <button
            aria-pressed={c.storyAt !== undefined}
            onClick={() => c.openStory()}
            title="The story in twelve steps (t)"
          >
            Story
          </button>
          <span class="cases" role="group" aria-label="Prepared cases">
            {cases.map((one, i) => (
              <button
                key={one.key}
                aria-pressed={c.theCase === one}
                onClick={() => c.openCase(i)}
                title={`${one.title} (${one.key})`}
                aria-label={`Case ${one.key}: ${one.title}`}
              >
                {one.key}
              </button>
            ))}
          </span>
          <button onClick={open('room')} title="Ids, order, a script, a seed (a)">
            Room
          </button>
          <button onClick={() => c.share()} title="A link, a picture, a script (i)">
            Keep
          </button>
          <button onClick={open('help')} title="Every key (?)" aria-label="Every key">
            ?
          </button>
        </nav>
      </header>
      <main>
        <div class="left">
          <Guide c={c} />
          <div class="stage">
            <Ring c={c} />
          </div>
          <p class={c.notice ? (c.notice.isBad ? 'notice bad' : 'notice') : 'notice none'} role="status">
            {c.notice ? `${c.notice.isBad ? '⚠ ' : ''}${c.notice.text}` : ' '}
          </p>
          <Acts c={c} />
        </div>
        <div class="right">
          <section class="diagram" aria-label="Space and time" tabIndex={0}>
            <SpaceTime c={c} />
          </section>
          <Panels c={c} />
        </div>
      </main>
      <Transport c={c} />
      <Dialogs c={c} />
    </>
  )
}
