/**
 * A room of five: how many messages a second are ordered and printed by all five when one says, and when all
 * say, as fast as the room takes; and the latency at a steady pace. --messages <n>: default 20,000.
 * --pace <n>: messages a second (default 200).
 */
import { Stage, type RoomNode } from '../test/e2e/harness.ts'
import { Clocks, count, percentile, SharedFlow, type Bench } from './measure.ts'

const paceSeconds = 10

/** Messages a second that all nodes print, of so many that the sayers say at once. */
export async function pour(
  nodes: readonly RoomNode[],
  sayers: readonly RoomNode[],
  messages: number,
): Promise<number> {
  const each = Math.floor(messages / sayers.length)
  const counts = nodes.map((node) => {
    let printed = 0
    node.onMessage = () => {
      printed++
      node.messages.length = 0
      node.lines.length = 0
    }
    return () => printed
  })
  const at = performance.now()
  for (const node of sayers)
    node.child.stdin.write(
      Array.from(
        { length: each },
        (_, n) => `line ${n} of ${node.name}, about as long as people write\n`,
      ).join(''),
    )
  await Promise.all(
    nodes.map((node, n) =>
      node.until(() => (counts[n]?.() ?? 0) >= each * sayers.length, 'all is printed', 180_000),
    ),
  )
  const seconds = (performance.now() - at) / 1000
  return (each * sayers.length) / seconds
}

export const throughput: Bench = async (flags, report) => {
  const messages = flags.get('messages') ?? 20_000
  const stage = await Stage.open()
  try {
    const nodes = await stage.room(['n1', 'n2', 'n3', 'n4', 'n5'])
    const [leader, member] = nodes
    if (!leader || !member) throw new Error('no room')
    const clocks = new Clocks()
    for (const node of nodes) clocks.watch(node)
    const pace = flags.get('pace') ?? 200
    const flow = new SharedFlow(clocks, nodes, pace, 'paced')
    await new Promise((done) => setTimeout(done, paceSeconds * 1000))
    flow.stop()
    await Promise.all(nodes.map((node) => node.has(flow.texts)))
    const latencies = clocks.latencies(nodes)
    report(
      `${count(flow.texts.length / paceSeconds)} messages/s for ${paceSeconds} s: from said to printed p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, worst ${Math.max(...latencies).toFixed(0)} ms`,
    )
    report(`one member says:  ${count(await pour(nodes, [member], messages))} messages/s printed by all five`)
    report(`the leader says:  ${count(await pour(nodes, [leader], messages))} messages/s printed by all five`)
    report(`all five say:     ${count(await pour(nodes, nodes, messages))} messages/s printed by all five`)
  } finally {
    await stage.close()
  }
}
