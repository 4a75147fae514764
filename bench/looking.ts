/**
 * What it costs a room when people look: a room of five, in turn without and with three readers of the event stream of one
 * member, which watches all others. --messages <n>: default 10,000. --rounds <n>: default 3. --pace <n>: messages a second
 * (default 200).
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Stage } from '../test/e2e/harness.ts'
import { Browser, type Stream } from '../test/web/browser.ts'
import { Clocks, count, percentile, SharedFlow, type Bench } from './measure.ts'
import { pour } from './throughput.ts'

const readersMax = 3
const paceSeconds = 5

export const looking: Bench = async (flags, report) => {
  const messages = flags.get('messages') ?? 10_000
  const stage = await Stage.open()
  try {
    const nodes = await stage.room(['n1', 'n2', 'n3', 'n4'])
    const page = await stage.node('n5', { through: nodes[0], flags: ['--web', '0'] }).ready()
    nodes.push(page)
    await Promise.all(nodes.map((node) => node.sees(nodes.map(({ name }) => name))))
    const address = await page.until(() => /http:\S+/.exec(page.stderr)?.[0], 'the address of the page')
    const browser = new Browser(Number(new URL(address).port))
    await browser.enter(address)
    const all: { speed: number[]; latencies: number[] }[] = [
      { speed: [], latencies: [] },
      { speed: [], latencies: [] },
    ]
    for (let round = 0; round < (flags.get('rounds') ?? 3); round++)
      for (const [at, found] of all.entries()) {
        const streams: Stream[] = Array.from({ length: at * readersMax }, () =>
          browser.stream('/events?ring=1&last=0'),
        )
        for (const stream of streams)
          await stream.until(() => stream.events.some(({ state }) => state === 'on'), 'members are watched')
        const tidy = setInterval(() => {
          for (const stream of streams) stream.events.length = stream.ids.length = 0
        }, 100)
        const clocks = new Clocks()
        for (const node of nodes) clocks.watch(node)
        const flow = new SharedFlow(clocks, nodes, flags.get('pace') ?? 200, `round ${round} ${at}`)
        await delay(paceSeconds * 1000)
        flow.stop()
        await Promise.all(nodes.map((node) => node.has(flow.texts)))
        found.latencies.push(...clocks.latencies(nodes))
        found.speed.push(await pour(nodes, nodes, messages))
        clearInterval(tidy)
        for (const stream of streams) stream.end()
      }
    for (const [at, { speed, latencies }] of all.entries())
      report(
        `${at * readersMax} readers: ${count(percentile(speed, 0.5))} messages/s printed by all five; at a steady pace p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms`,
      )
  } finally {
    await stage.close()
  }
}
