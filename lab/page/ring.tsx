/**
 * The ring: nodes with what they hold, links to next, tokens on their way, and the comparison that was made last.
 */

import type { JSX } from 'preact'
import type { NodeView } from '../engine/node-view.ts'
import type { Flight } from '../engine/tape.ts'
import { candidateOf, doingText, flightText, frameName } from '../engine/words.ts'
import type { Controller } from './controller.ts'
import { shownFlights } from './controller.ts'

type Point = { readonly x: number; readonly y: number }

const size = 560
const center = size / 2

type Layout = {
  readonly radius: number
  readonly nodeRadius: number
  readonly at: (index: number) => Point
}

function layoutOf(count: number): Layout {
  const radius = 186
  const nodeRadius = Math.max(9, Math.min(30, (Math.PI * radius * 0.72) / Math.max(3, count)))
  const at = (index: number): Point => {
    const angle = ((index - 1) / count) * 2 * Math.PI - Math.PI / 2
    return { x: center + radius * Math.cos(angle), y: center + radius * Math.sin(angle) }
  }
  return { radius, nodeRadius, at }
}

/** The path from one node to another, from rim to rim. Neighbours are joined by an arc of the ring, others by a bow. */
function pathOf(from: number, to: number, count: number, { at, nodeRadius, radius }: Layout): string {
  const a = at(from)
  const b = at(to)
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length]
  const gap = nodeRadius + 5
  const start = { x: a.x + ux * gap, y: a.y + uy * gap }
  const end = { x: b.x - ux * gap, y: b.y - uy * gap }
  const isNext = (to - from + count) % count === 1 || (from - to + count) % count === 1
  if (isNext && count > 2) {
    const sweep = (to - from + count) % count === 1 ? 1 : 0
    return `M${f(start.x)} ${f(start.y)}A${radius} ${radius} 0 0 ${sweep} ${f(end.x)} ${f(end.y)}`
  }
  const bow = count === 2 ? 60 : 26
  const control = { x: (a.x + b.x) / 2 - uy * bow, y: (a.y + b.y) / 2 + ux * bow }
  return `M${f(start.x)} ${f(start.y)}Q${f(control.x)} ${f(control.y)} ${f(end.x)} ${f(end.y)}`
}

function f(value: number): string {
  return value.toFixed(1)
}

/** Where a frame is: it leaves its sender a little ahead, so that it can be seen at once. */
function placeOf(
  { from, to, sentAtMs }: Flight,
  clockMs: number,
  delayMs: number,
  count: number,
  layout: Layout,
): Point {
  const share = Math.min(0.86, 0.3 + (0.6 * Math.max(0, clockMs - sentAtMs)) / Math.max(1, delayMs))
  const a = layout.at(from)
  const b = layout.at(to)
  const isNext = (to - from + count) % count === 1 && count > 2
  if (isNext) {
    const angle = ((from - 1 + share) / count) * 2 * Math.PI - Math.PI / 2
    return { x: center + layout.radius * Math.cos(angle), y: center + layout.radius * Math.sin(angle) }
  }
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
}

export function Ring({ c }: { c: Controller }): JSX.Element {
  const { scene, lab } = c
  const nodes = scene.nodes.flatMap((node) => (node ? [node] : []))
  const count = nodes.length
  const layout = layoutOf(count)
  const clockMs = c.isPlaying ? c.clockMs : scene.atMs
  const { opening } = lab.run
  const delayMs = opening.kind === 'room' ? (opening.delay[0] + opening.delay[1]) / 2 : 1
  const entry = lab.entry
  const leader = nodes.find(({ doing }) => doing === 'leading')
  const electing = nodes.some(({ doing }) => doing === 'electing')
  const winner = nodes.find(({ doing }) => doing === 'gathering')
  const [middle, middleText] = electing
    ? ['?', 'who leads?']
    : leader
      ? [String(leader.id), 'leads']
      : winner
        ? [String(winner.id), 'has won']
        : ['–', 'nobody leads']
  return (
    <svg class="ring" viewBox="26 12 508 532" role="group" aria-label="The ring">
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0.5L7 4L0 7.5z" class="tip" />
        </marker>
      </defs>
      <circle cx={center} cy={center} r={layout.radius} class="orbit" />
      <g class="middle" aria-hidden="true">
        <text x={center} y={center - 6} class={(leader ?? winner) && !electing ? 'big' : 'big none'}>
          {middle}
        </text>
        <text x={center} y={center + 24} class="small">
          {middleText}
        </text>
      </g>
      {nodes.map((node) => {
        if (node.next === undefined || node.next === node.index || !scene.nodes[node.next]) return null
        const isCut = scene.cuts.some(([from, to]) => from === node.index && to === node.next)
        return (
          <path
            key={`next ${node.index}`}
            d={pathOf(node.index, node.next, count, layout)}
            class={isCut ? 'next cut' : node.linked ? 'next' : 'next loose'}
            marker-end="url(#tip)"
          />
        )
      })}
      {nodes.map((node) => (
        <Node key={node.index} node={node} c={c} layout={layout} />
      ))}
      {shownFlights(scene).map((flight, i) => (
        <Token
          key={`${flight.sentBy} ${flight.from} ${flight.to} ${i}`}
          flight={flight}
          place={placeOf(flight, clockMs, delayMs, count, layout)}
          c={c}
        />
      ))}
      {entry?.comparisons.slice(-1).map((comparison) => {
        const p = layout.at(comparison.node)
        const [ux, uy] = [(center - p.x) / layout.radius, (center - p.y) / layout.radius]
        const width = comparison.text.length * 8.6 + 26
        const x = p.x + ux * (layout.nodeRadius + 14 + width / 2)
        const y = p.y + uy * (layout.nodeRadius + 30)
        return (
          <g key="comparison" class={`bubble ${comparison.outcome}`}>
            <rect x={x - width / 2} y={y - 16} width={width} height={32} rx={16} />
            <text x={x} y={y + 5}>
              {comparison.text}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

function Node({ node, c, layout }: { node: NodeView; c: Controller; layout: Layout }): JSX.Element {
  const { x, y } = layout.at(node.index)
  const r = layout.nodeRadius
  const nowMs = c.lab.run.sinceMs + c.scene.atMs
  const isDown = node.doing === 'down' || node.doing === 'stopped'
  const isFrozen = !isDown && node.pausedUntil > nowMs
  const isSmall = r < 20
  // Above the crown, where that stands at the top.
  const isUnderCrown = node.doing === 'leading' && y < center - layout.radius / 2
  const far = 1 + (r + (isUnderCrown ? 40 : 22)) / layout.radius
  const outward = { x: center + (x - center) * far, y: center + (y - center) * far }
  const note = isDown ? (node.doing === 'stopped' ? 'left' : 'dead') : `t ${node.clock}`
  const label = `${node.id} ${note}, n${node.index}: ${doingText(node, nowMs)}${node.takesPart ? ', takes part' : ''}`
  const isAsked = c.prediction !== undefined && c.prediction.said === undefined && !isDown
  const choose = (): void => {
    if (!isAsked) c.tab = 'Node'
    c.selectNode(node.index)
  }
  const focus = (): void => {
    if (c.selected !== node.index && !isAsked) c.selectNode(node.index)
  }
  return (
    <g
      class={`node ${node.doing}${isFrozen ? ' frozen' : ''}${isAsked ? ' asked' : ''}`}
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={c.selected === node.index}
      onClick={choose}
      onFocus={focus}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        event.stopPropagation()
        choose()
      }}
    >
      {c.selected === node.index && <circle cx={x} cy={y} r={r + 6} class="chosen" />}
      <circle cx={x} cy={y} r={r} class="body" />
      {c.prediction?.said === node.id && <circle cx={x} cy={y} r={r + 11} class="guess" />}
      {node.doing === 'leading' && (
        <path
          class="crown"
          transform={`translate(${x - 15} ${y - r - 22}) scale(${isSmall ? 0.7 : 1})`}
          d="M2 18L0 3l8 7 7-10 7 10 8-7-2 15z"
        />
      )}
      <text x={x} y={y + (isSmall ? 4 : 8)} class={isSmall ? 'id little' : 'id'}>
        {node.id}
      </text>
      {isDown && (
        <path
          class="cross"
          d={`M${x - r * 0.7} ${y - r * 0.7}l${r * 1.4} ${r * 1.4}m0 ${-r * 1.4}l${-r * 1.4} ${r * 1.4}`}
        />
      )}
      {isFrozen && <path class="bars" d={`M${x - 5} ${y - r - 14}v12m10 0v-12`} />}
      {node.takesPart && !isFrozen && (
        <path class="flag" d={`M${x + r * 0.75} ${y - r * 0.6}v-18l13 6-13 6`} />
      )}
      {!isSmall && (
        <text x={outward.x} y={outward.y + 4} class="note">
          {' '}
          {note}
        </text>
      )}
    </g>
  )
}

function Token({ flight, place, c }: { flight: Flight; place: Point; c: Controller }): JSX.Element {
  const { frame } = flight
  const candidate = candidateOf(frame)
  const isChosen = c.flight === flight
  const text = flightText(flight, c.scene.nodes)
  const choose = (): void => {
    c.flight = isChosen ? undefined : flight
    c.changed()
  }
  const { x, y } = place
  return (
    <g class={`token ${frame.type}${isChosen ? ' chosen' : ''}`} onClick={choose}>
      <title>{text}</title>
      {candidate === undefined ? (
        <>
          <circle cx={x} cy={y} r={11} class="touch" />
          <rect
            x={x - 5}
            y={y - 5}
            width={10}
            height={10}
            rx={2}
            class="frame"
            transform={`rotate(45 ${x} ${y})`}
          />
          {isChosen && (
            <text x={x} y={y - 14} class="name">
              {frameName(frame.type)}
            </text>
          )}
        </>
      ) : (
        <>
          {frame.type === 'elected' ? (
            <rect x={x - 16} y={y - 15} width={32} height={30} rx={5} class="body" />
          ) : (
            <circle cx={x} cy={y} r={16} class="body" />
          )}
          <text x={x} y={y + 6} class="candidate">
            {candidate}
          </text>
        </>
      )}
    </g>
  )
}
