/**
 * npm run profile [-- scenario] [--flag value ...]: the fan-out of Ringleader alone (see fanout.ts for its flags; --rounds and
 * --only are set), with a CPU profile of each thread of each member. Scenarios: burst (default), all (all members speak), single
 * (500 single messages a second), idle (ten). Writes into profile/: the profiles, which the profilers of Chrome and VS Code open;
 * flame graphs of the busiest threads of each kind as SVG; and prints where the time went.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compare } from './fanout.ts'
import type { Bench } from './measure.ts'
import { escape } from './picture.ts'

const folder = resolve('profile')
/** Threads of a kind that get a flame graph, and functions of a kind that are printed. */
const graphsMax = 3
const linesMax = 15

/** What is profiled, as flags of the fan-out. */
const scenarios: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  burst: [],
  all: [['all', 1]],
  single: [['pace', 500]],
  idle: [['pace', 10]],
}

export const scenarioNames: readonly string[] = Object.keys(scenarios)

type Frame = { functionName: string; url: string; lineNumber: number }
type Node = { id: number; callFrame: Frame; children?: number[] }
type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[] }

/** A function on a stack, with what it called. Unit: us. */
type Call = { readonly name: string; self: number; total: number; readonly callees: Map<string, Call> }

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const file = url.replace(/^.*\/(dist|node_modules|bench)\//, '').replace(/^file:\/\//, '')
  return `${functionName || '(anonymous)'}${file ? ` ${file}:${lineNumber + 1}` : ''}`
}

/** The tree of calls; idle time is left out. */
function callsOf({ nodes, samples, timeDeltas }: Profile): Call {
  const times = new Map<number, number>()
  for (const [at, id] of samples.entries()) times.set(id, (times.get(id) ?? 0) + (timeDeltas[at] ?? 0))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const add = (node: Node, into: Call): number => {
    const name = nameOf(node.callFrame)
    if (name === '(idle)') return 0
    const call = into.callees.get(name) ?? { name, self: 0, total: 0, callees: new Map() }
    into.callees.set(name, call)
    const self = times.get(node.id) ?? 0
    let total = self
    for (const id of node.children ?? []) {
      const child = byId.get(id)
      if (child) total += add(child, call)
    }
    call.self += self
    call.total += total
    return total
  }
  const root: Call = { name: 'all', self: 0, total: 0, callees: new Map() }
  const [first] = nodes
  for (const id of first?.children ?? []) {
    const node = byId.get(id)
    if (node) root.total += add(node, root)
  }
  return root
}

/** Time in each function itself, wherever it was called from; the largest first. */
function selfTimes(root: Call): [name: string, us: number][] {
  const times = new Map<string, number>()
  const walk = (call: Call): void => {
    times.set(call.name, (times.get(call.name) ?? 0) + call.self)
    for (const callee of call.callees.values()) walk(callee)
  }
  walk(root)
  return [...times].sort((a, b) => b[1] - a[1])
}

const [width, rowHeight, charWidth] = [1400, 17, 6.6]

/** A flame graph: callers above those that they call, as wide as their time. */
function drawFlames(root: Call, title: string): string {
  const boxes: string[] = []
  let depth = 0
  const draw = (call: Call, x: number, row: number): void => {
    const w = (call.total / root.total) * width
    if (w < 0.5) return
    depth = Math.max(depth, row)
    const hue = 20 + ([...call.name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 40)
    const shown = call.name.slice(0, Math.max(0, Math.floor(w / charWidth) - 1))
    const share = ((call.total / root.total) * 100).toFixed(1)
    boxes.push(
      `<g><title>${escape(call.name)}: ${(call.total / 1000).toFixed(1)} ms, ${share} %</title><rect x="${x.toFixed(1)}" y="${(row + 2) * rowHeight}" width="${w.toFixed(1)}" height="${rowHeight - 1}" fill="hsl(${hue} 85% 68%)"/>${shown.length > 2 ? `<text x="${(x + 3).toFixed(1)}" y="${(row + 2) * rowHeight + 12}">${escape(shown)}</text>` : ''}</g>`,
    )
    let at = x
    for (const callee of [...call.callees.values()].sort((a, b) => b.total - a.total)) {
      draw(callee, at, row + 1)
      at += (callee.total / root.total) * width
    }
  }
  draw(root, 0, 0)
  const height = (depth + 4) * rowHeight
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="monospace" font-size="11"><rect width="100%" height="100%" fill="white"/><text x="3" y="14" font-size="13">${escape(title)}</text>${boxes.join('\n')}</svg>\n`
}

/** Of the file that a thread runs: member, sqlite-worker, verifying-thread. */
function kindOf(file: string): string {
  return file.replace(/-\d+-\d+\.cpuprofile$/, '')
}

function tell(kind: string, threads: readonly { root: Call }[], report: (line: string) => void): void {
  const total = threads.reduce((sum, { root }) => sum + root.total, 0)
  const all = new Map<string, number>()
  for (const { root } of threads)
    for (const [name, us] of selfTimes(root)) all.set(name, (all.get(name) ?? 0) + us)
  const seconds = (total / 1e6).toFixed(1)
  report(
    `${kind}: ${threads.length} threads ran, or waited for a core, for ${seconds} s in all; in each function itself:`,
  )
  const lines = [...all].sort((a, b) => b[1] - a[1]).slice(0, linesMax)
  for (const [name, us] of lines) report(`${((us / total) * 100).toFixed(1).padStart(5)} %  ${name}`)
}

/** `scenario`: one of `scenarioNames`. */
export function profileOf(scenario: string): Bench {
  return async (flags, report) => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    process.env['PROFILE_FOLDER'] = folder
    const preload = pathToFileURL(resolve('bench/peers/profile-threads.js')).href
    const set = new Map([...(scenarios[scenario] ?? []), ...flags, ['rounds', 1], ['only', 1]] as const)
    // The room's threads take no flags of the process, but its environment.
    process.env['NODE_OPTIONS'] = `--import ${preload}`
    await compare(set, report, [])
    const kinds = new Map<string, { file: string; root: Call }[]>()
    for (const file of readdirSync(folder)) {
      const root = callsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile)
      kinds.set(kindOf(file), [...(kinds.get(kindOf(file)) ?? []), { file, root }])
    }
    for (const [kind, threads] of kinds) {
      threads.sort((a, b) => b.root.total - a.root.total)
      for (const { file, root } of threads.slice(0, graphsMax))
        writeFileSync(join(folder, `${file.replace(/\.cpuprofile$/, '')}.svg`), drawFlames(root, file))
      tell(kind, threads, report)
    }
    report(`profiles and flame graphs: ${folder}`)
  }
}
