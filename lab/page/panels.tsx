/**
 * The tabs beside the ring: the log in words, counts beside theory, the variables of a node, the rules, the goals.
 */

import type { JSX } from 'preact'
import { objectives } from '../engine/cases.ts'
import { countAt, ringOf } from '../engine/counting.ts'
import { judgeAt } from '../engine/invariants.ts'
import { averageOf, bestOf, exactOf, worstOf } from '../engine/theory.ts'
import { commandText, doingText, frameText, timedText } from '../engine/words.ts'
import type { Controller } from './controller.ts'
import { tabs } from './controller.ts'

export function Panels({ c }: { c: Controller }): JSX.Element {
  const rules = judgeAt(c.lab.run, c.lab.at)
  const broken = rules.filter(({ state }) => state === 'broken').length
  const waiting = rules.filter(({ state }) => state === 'waits').length
  const mark = broken > 0 ? ` ✗${broken}` : waiting > 0 ? ' …' : ' ✓'
  return (
    <section class="panels" aria-label="What happens">
      <div class="tabs" role="tablist" aria-label="Views">
        {tabs.map((name) => (
          <button
            key={name}
            role="tab"
            id={`tab-${name}`}
            aria-selected={c.tab === name}
            aria-controls="panel"
            onClick={() => {
              c.tab = name
              c.changed()
            }}
          >
            {name}
            {name === 'Rules' && <span class={broken > 0 ? 'mark bad' : 'mark'}>{mark}</span>}
          </button>
        ))}
      </div>
      <div class="panel" role="tabpanel" id="panel" aria-labelledby={`tab-${c.tab}`} tabIndex={0}>
        {c.tab === 'Log' && <Log c={c} />}
        {c.tab === 'Counts' && <Counts c={c} />}
        {c.tab === 'Node' && <Variables c={c} />}
        {c.tab === 'Rules' && (
          <ul class="rules">
            {rules.map(({ id, sentence, state, detail }) => (
              <li key={id} class={state}>
                <b>{id}</b>
                <span class="sign">
                  {state === 'holds' ? '✓ holds' : state === 'broken' ? '✗ broken' : '… not yet'}
                </span>
                <span>
                  {sentence}
                  {detail !== undefined && <em> ({commandText(detail, c.scene.nodes)})</em>}
                </span>
              </li>
            ))}
          </ul>
        )}
        {c.tab === 'Goals' && <Goals c={c} />}
      </div>
    </section>
  )
}

const linesMax = 120

function Log({ c }: { c: Controller }): JSX.Element {
  const { tape } = c.lab.run
  const lines: JSX.Element[] = []
  const weight = c.detail
  for (let at = c.lab.at; at > 0 && lines.length < linesMax; at--) {
    const entry = tape.entry(at)
    if (!entry || (entry.weight < weight && at !== c.lab.at)) continue
    const kind = entry.comparisons.at(-1)?.outcome ?? (entry.node === 0 ? 'act' : 'plain')
    lines.push(
      <li key={at} class={`${kind}${at === c.lab.at ? ' here' : ''}`} onClick={() => c.seek(at)}>
        {timedText(entry, c.scene.nodes)}
      </li>,
    )
  }
  return (
    <div role="log" aria-live={c.isPlaying ? 'off' : 'polite'} aria-label="Log, newest first">
      <ol class="log">
        {lines.length > 0 ? (
          lines
        ) : (
          <li class="plain">Nothing has happened yet: kill the leader (k), then step (→).</li>
        )}
      </ol>
    </div>
  )
}

function Bar({
  name,
  value,
  most,
  isMeasured,
}: {
  name: string
  value: number
  most: number
  isMeasured?: boolean
}): JSX.Element {
  return (
    <tr class={isMeasured ? 'measured' : ''}>
      <th scope="row">{name}</th>
      <td class="number">{Number.isInteger(value) ? value : value.toFixed(1)}</td>
      <td class="bar">
        <span style={{ width: `${Math.min(100, (100 * value) / Math.max(1, most))}%` }} />
      </td>
    </tr>
  )
}

function Counts({ c }: { c: Controller }): JSX.Element {
  const count = countAt(c.lab.run.tape, c.lab.at)
  const ring = count?.ring ?? ringOf(c.scene)
  const n = ring.length
  const most = Math.max(worstOf(n), count?.elects ?? 0)
  return (
    <div class="counts">
      <table>
        <caption>
          {count
            ? `ELECT messages of the election in term ${count.term}, and theory for ${n} nodes`
            : `No election yet. Theory for ${n} nodes that all begin at once`}
        </caption>
        <tbody>
          <Bar name="sent" value={count?.elects ?? 0} most={most} isMeasured />
          <Bar name="best order: 2n − 1" value={bestOf(n)} most={most} />
          <Bar name="this order" value={exactOf(ring)} most={most} />
          <Bar name="average: n·Hₙ" value={averageOf(n)} most={most} />
          <Bar name="worst order: n(n + 1)/2" value={worstOf(n)} most={most} />
        </tbody>
      </table>
      <p>
        {count
          ? `${count.starters} began by themselves. ELECTED, the lap of honour: ${count.electeds} of ${n}. ` +
            (count.winner === undefined
              ? 'Not decided yet.'
              : `#${count.winner} leads after ${Math.round(count.tookMs ?? 0)} ms.`)
          : 'Kill the leader to see one.'}
      </p>
      <p class="ringtext">{ring.map((id) => `#${id}`).join(' → ')}</p>
    </div>
  )
}

function Variables({ c }: { c: Controller }): JSX.Element {
  const { view, scene } = c
  if (!view) return <p>Choose a node.</p>
  const who = (index: number | undefined): string => {
    const other = index === undefined ? undefined : scene.nodes[index]
    return other ? `#${other.id}` : '–'
  }
  const sent = view.sentMax ? `#${Number.parseInt(view.sentMax.uid.slice(0, 4), 16)}` : '–'
  const rows: [string, string][] = [
    ['id', `${view.id} (n${view.index} in scripts)`],
    ['doing', doingText(view, c.lab.run.sinceMs + scene.atMs)],
    ['clock (Lamport)', String(view.clock)],
    ['term', String(view.term)],
    ['leader', view.leader === undefined ? '–' : `#${view.leader}`],
    ['next', `${who(view.next)}${view.next !== undefined && !view.linked ? ', which has not accepted' : ''}`],
    ['previous', who(view.previous)],
    ['takes part', view.takesPart ? 'yes' : 'no'],
    ['largest candidate sent', sent],
    [
      'tokens held',
      view.held.length === 0
        ? 'none'
        : view.held.map(({ candidate }) => `#${Number.parseInt(candidate.uid.slice(0, 4), 16)}`).join(' '),
    ],
    ['its view', view.members.map((id) => `#${id}`).join(' → ') || '–'],
    ['records in its log', String(view.records)],
    ['own messages not sent', String(view.unsent)],
    ['boots', String(view.boots)],
  ]
  return (
    <table class="variables">
      <caption>
        What node {view.id} holds{c.flight ? `, and the chosen message: ${frameText(c.flight.frame)}` : ''}
      </caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Goals({ c }: { c: Controller }): JSX.Element {
  return (
    <ul class="goals">
      {objectives.map(({ title, text, judge }, i) => {
        const standing = c.objective === i ? judge(c.lab) : undefined
        return (
          <li key={title}>
            <b>{title}</b>
            <p>{text}</p>
            <button onClick={() => c.openObjective(i)}>{standing ? 'Begin again' : 'Begin'}</button>
            {standing && (
              <span class={standing.done ? 'verdict good' : standing.failed ? 'verdict bad' : 'verdict'}>
                {standing.done ? '✓ reached: ' : standing.failed ? '✗ missed: ' : '… '}
                {standing.text}
              </span>
            )}
          </li>
        )
      })}
      <li class="hint">Ids can be put into another order in “Room”.</li>
    </ul>
  )
}
