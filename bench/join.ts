/**
 * A newcomer to a room with a long history: from its start until it is in the room, and until it has printed
 * all; and what two others, who chat meanwhile, feel of it. --messages <n>: default 100,000. --times: default 3.
 */
import { Stage } from '../test/e2e/harness.ts'
import { copyHome, fillHome } from './filled-home.ts'
import { Clocks, count, percentile, SharedFlow, type Bench } from './measure.ts'

export const join: Bench = async (flags, report) => {
  const messages = flags.get('messages') ?? 100_000
  const stage = await Stage.open()
  try {
    const { home, ms } = await fillHome(stage, messages)
    report(
      `${count(messages)} messages piped into a lonely node: ${(ms / 1000).toFixed(1)} s, ${count((messages / ms) * 1000)}/s`,
    )
    const one = await stage
      .node('n1', { home: await copyHome(home, `${home}-n1`), flags: ['--history', '0'] })
      .ready()
    const two = await stage.node('n2', { through: one, flags: ['--history', '0'] }).ready()
    await Promise.all([one, two].map((node) => node.sees(['n1', 'n2'])))
    for (let round = 1; round <= (flags.get('times') ?? 3); round++) {
      const clocks = new Clocks()
      for (const node of [one, two]) clocks.watch(node)
      const flow = new SharedFlow(clocks, [one, two], 20, `join ${round}, line`)
      await two.until(
        () => flow.texts.length > 40 && two.texts().includes(flow.texts[40] ?? ''),
        'a flow before',
      )
      const at = performance.now()
      const late = stage.node(`late${round}`, { through: two, flags: ['--history', 'all'] })
      let held = 0
      let heldAllAt = 0
      late.onLine = (_line, atMs) => {
        late.lines.length = 0
        if (late.messages.length > 0) held += late.messages.splice(0).length
        if (held >= messages && heldAllAt === 0) heldAllAt = atMs
      }
      await late.until(() => late.room !== '', 'being in the room')
      const readyMs = performance.now() - at
      await late.until(() => heldAllAt > 0, 'the whole history', 120_000)
      const end = performance.now()
      const inRing = one.members.some(({ name }) => name === late.name)
      await new Promise((done) => setTimeout(done, 1000))
      flow.stop()
      await Promise.all([one, two].map((node) => node.has(flow.texts)))
      const before = clocks.latencies([one, two], -Infinity, at)
      const during = clocks.latencies([one, two], at, end)
      report(
        `in the room after ${readyMs.toFixed(0)} ms${inRing ? '' : ' (NOT in the view of n1)'}, all printed after ${(heldAllAt - at).toFixed(0)} ms`,
      )
      const show = (values: number[]): string =>
        `p50 ${percentile(values, 0.5).toFixed(1)}, p99 ${percentile(values, 0.99).toFixed(0)}, worst ${Math.max(...values).toFixed(0)} ms`
      report(`  the others' latency before: ${show(before)}; meanwhile: ${show(during)}`)
      await late.kill()
      await one.sees(['n1', 'n2'])
    }
  } finally {
    await stage.close()
  }
}
