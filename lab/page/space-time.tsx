/**
 * The space-time diagram: a line for each node, an event for each step that tells something, an arrow for each message. The
 * causal past of an event is lit when one points at it.
 */

import type { JSX } from 'preact'
import type { Entry } from '../engine/tape.ts'
import { candidateOf, entryText, frameText } from '../engine/words.ts'
import type { Controller } from './controller.ts'

const stepWidth = 34
const left = 46
const width = 900
const windowSize = Math.floor((width - left - 20) / stepWidth)

export function SpaceTime({ c }: { c: Controller }): JSX.Element {
  const { lab, scene } = c
  const { tape } = lab.run
  const shown = entriesAround(tape.entries, lab.at, c.detail === 0 ? 1 : c.detail)
  const rows = scene.nodes.flatMap((node) => (node ? [node] : []))
  const lane = Math.max(9, Math.min(62, 356 / Math.max(1, rows.length)))
  const height = rows.length * lane + 30
  const xOf = new Map(shown.map((entry, i) => [entry.at, left + 18 + i * stepWidth]))
  const yOf = (index: number): number => 14 + (index - 0.5) * lane
  const past = c.hovered === undefined ? undefined : tape.pastOf(c.hovered)
  const first = shown[0]?.at ?? 0
  const now = shown.findLast((entry) => entry.at <= lab.at)
  const nowX = now ? (xOf.get(now.at) ?? left) : left
  const fades = (at: number): string => {
    if (past) return past.has(at) ? ' past' : ' dim'
    return at > lab.at ? ' future' : ''
  }
  return (
    <svg
      class="space"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label="Space-time diagram: the log has the same in words"
      preserveAspectRatio="xMinYMid meet"
    >
      <rect x={nowX - stepWidth / 2} y={2} width={stepWidth} height={height - 4} rx={6} class="now" />
      {rows.map((node) => (
        <g key={node.index} class={node.doing === 'down' || node.doing === 'stopped' ? 'lane down' : 'lane'}>
          <line x1={left} x2={width - 6} y1={yOf(node.index)} y2={yOf(node.index)} />
          {lane >= 12 && (
            <text x={left - 10} y={yOf(node.index) + 5}>
              {node.id}
            </text>
          )}
        </g>
      ))}
      {shown.map((entry) => {
        const { came } = entry
        if (!came) return null
        const x2 = xOf.get(entry.at) ?? 0
        // What was sent before the window begins at its edge.
        const x1 = xOf.get(came.sentBy) ?? (came.sentBy < first ? left : x2 - stepWidth * 0.7)
        const y1 = yOf(came.from)
        const y2 = yOf(came.to)
        const candidate = candidateOf(came.frame)
        return (
          <g key={`m${entry.at}`} class={`message ${came.frame.type}${fades(entry.at)}`}>
            <line x1={x1} y1={y1} x2={x2} y2={y2} />
            {candidate !== undefined && lane >= 14 && (
              <text x={x1 + (x2 - x1) * 0.45} y={y1 + (y2 - y1) * 0.45 - 4}>
                {candidate}
              </text>
            )}
          </g>
        )
      })}
      {shown.map((entry) => {
        const x = xOf.get(entry.at) ?? 0
        const look = (at: number | undefined) => () => {
          c.hovered = at
          c.changed()
        }
        const isAct = entry.node === 0
        const kind = entry.comparisons.at(-1)?.outcome ?? (entry.event ? 'plain' : 'end')
        return (
          <g
            key={`e${entry.at}`}
            class={`event ${isAct ? 'act' : kind}${fades(entry.at)}${entry.at === lab.at ? ' here' : ''}`}
            onMouseEnter={look(entry.at)}
            onMouseLeave={look(undefined)}
            onClick={() => c.seek(entry.at)}
          >
            <title>{`${Math.round(entry.atMs)} ms: ${entryText(entry, scene.nodes)}${entry.came ? ` (${frameText(entry.came.frame)})` : ''}`}</title>
            {isAct ? (
              <path d={`M${x} 4v${height - 22}`} />
            ) : kind === 'end' ? (
              <path d={`M${x - 5} ${yOf(entry.node) - 5}l10 10m0-10l-10 10`} />
            ) : kind === 'dropped' ? (
              <path d={`M${x - 5} ${yOf(entry.node)}h10`} />
            ) : kind === 'elected' ? (
              <path d={`M${x - 8} ${yOf(entry.node) + 6}l-1-9 5 4 4-7 4 7 5-4-1 9z`} />
            ) : (
              <circle cx={x} cy={yOf(entry.node)} r={Math.min(6.5, lane / 2.4)} />
            )}
            <rect
              x={x - 12}
              y={isAct ? 2 : yOf(entry.node) - lane / 2}
              width={24}
              height={isAct ? 12 : lane}
              class="touch"
            />
          </g>
        )
      })}
      {ticks(shown).map(([at, ms]) => (
        <text key={`t${at}`} x={xOf.get(at)} y={height - 3} class="tick">
          {ms}
        </text>
      ))}
      <text x={6} y={height - 3} class="tick unit">
        ms
      </text>
    </svg>
  )
}

/** A window of what tells something, with the present a little behind its middle. */
function entriesAround(entries: readonly Entry[], at: number, weight: number): Entry[] {
  const before: Entry[] = []
  for (let i = at - 1; i >= 0 && before.length < windowSize; i--) {
    const entry = entries[i]
    if (entry && (entry.weight >= weight || entry.at === at)) before.unshift(entry)
  }
  const after: Entry[] = []
  for (let i = at; i < entries.length && after.length < windowSize && i < at + 3000; i++) {
    const entry = entries[i]
    if (entry && entry.weight >= weight) after.push(entry)
  }
  const back = Math.max(Math.ceil(windowSize * 0.72), windowSize - after.length)
  return [...before.slice(-back), ...after].slice(0, windowSize)
}

/** Each ms of the window once, where it begins. */
function ticks(shown: readonly Entry[]): [number, number][] {
  const found: [number, number][] = []
  let last = -1
  let place = -10
  shown.forEach((entry, i) => {
    const ms = Math.round(entry.atMs)
    if (ms === last || i - place < 2) return
    last = ms
    place = i
    found.push([entry.at, ms])
  })
  return found
}
