/**
 * What all benchmarks need: statistics, how lines are printed, clocks of messages. Nothing here belongs to
 * a single benchmark.
 */
import type { RoomNode } from '../test/e2e/harness.ts'

/** A benchmark: prints its lines by `report`. `flags`: what stood after its name, as --flag value. */
export type Bench = (flags: Flags, report: (line: string) => void) => Promise<void>
export type Flags = ReadonlyMap<string, number>

/** The value below which `part` (0-1) of the values lie; NaN when there are none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN
}

/** Median, p99 and worst, in ms. */
export function spread(values: readonly number[]): string {
  const show = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0))
  return `median ${show(percentile(values, 0.5))} ms, p99 ${show(percentile(values, 0.99))} ms, worst ${show(Math.max(...values))} ms (${values.length} times)`
}

/** A number with its thousands set apart. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** When each text was said, and when each node printed it. Unit: ms of this process's monotonic clock. */
export class Clocks {
  readonly saidAt = new Map<string, number>()
  readonly printedAt = new Map<string, Map<string, number>>()

  watch(node: RoomNode): void {
    const printed = new Map<string, number>()
    this.printedAt.set(node.name, printed)
    node.onMessage = ({ text }, atMs) => {
      if (!printed.has(text)) printed.set(text, atMs)
    }
  }

  say(node: RoomNode, text: string): void {
    this.saidAt.set(text, performance.now())
    node.say(text)
  }

  /** From saying to printing, for every text and every one of these nodes that printed it. */
  latencies(nodes: readonly RoomNode[], from = -Infinity, to = Infinity): number[] {
    return nodes.flatMap(({ name }) =>
      [...this.saidAt]
        .filter(([, at]) => at >= from && at < to)
        .map(([text, at]) => (this.printedAt.get(name)?.get(text) ?? NaN) - at)
        .filter((ms) => !Number.isNaN(ms)),
    )
  }
}

/** Says texts in turn from several nodes, so many a second in all, until stopped. */
export class SharedFlow {
  readonly texts: string[] = []
  readonly #timer: NodeJS.Timeout

  constructor(clocks: Clocks, nodes: readonly RoomNode[], perSecond: number, prefix: string) {
    let next = 0
    this.#timer = setInterval(() => {
      const node = nodes[next++ % nodes.length]
      if (!node) return
      const text = `${prefix} ${next} by ${node.name}`
      this.texts.push(text)
      clocks.say(node, text)
    }, 1000 / perSecond)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Resolves when every one of these nodes printed a text that was said after `at`: the worst of them, in ms from `at`. */
export async function firstSaidAfter(
  clocks: Clocks,
  nodes: readonly RoomNode[],
  at: number,
): Promise<number> {
  const times = await Promise.all(
    nodes.map((node) => {
      const printed = clocks.printedAt.get(node.name)
      return node.until(() => {
        let first: number | undefined
        for (const [text, printedAt] of printed ?? [])
          if ((clocks.saidAt.get(text) ?? -1) >= at && (first === undefined || printedAt < first))
            first = printedAt
        return first
      }, 'a message said after the fault')
    }),
  )
  return Math.max(...times) - at
}
