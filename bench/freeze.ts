/**
 * The leader stopped with SIGSTOP in a flow of 20 messages a second from the others: until they carry on, and
 * after SIGCONT until it has all that it missed and is a member again. --times <n>: default 10.
 */
import { inRing } from '../test/e2e/agreement.ts'
import { Stage } from '../test/e2e/harness.ts'
import { Clocks, firstSaidAfter, SharedFlow, spread, type Bench } from './measure.ts'

export const freeze: Bench = async (flags, report) => {
  const names = ['n1', 'n2', 'n3', 'n4', 'n5']
  const carriedOn: number[] = []
  const caughtUp: number[] = []
  const stage = await Stage.open()
  try {
    const nodes = await stage.room(names)
    for (let round = 1; round <= (flags.get('times') ?? 10); round++) {
      const [leader, ...rest] = inRing(nodes)
      if (!leader) throw new Error('no leader')
      const clocks = new Clocks()
      for (const node of rest) clocks.watch(node)
      const flow = new SharedFlow(clocks, rest, 20, `freeze ${round}, line`)
      await Promise.all(
        nodes.map((node) =>
          node.until(() => flow.texts[9] && node.texts().includes(flow.texts[9]), 'a flow'),
        ),
      )
      const at = performance.now()
      leader.signal('SIGSTOP')
      carriedOn.push(await firstSaidAfter(clocks, rest, at))
      const until = flow.texts.length + 20
      await Promise.all(
        rest.map((node) =>
          node.until(() => flow.texts[until] && node.texts().includes(flow.texts[until]), 'more'),
        ),
      )
      flow.stop()
      const thawedAt = performance.now()
      leader.signal('SIGCONT')
      await leader.has(flow.texts)
      caughtUp.push(performance.now() - thawedAt)
      await Promise.all(nodes.map((node) => node.sees(names)))
    }
  } finally {
    await stage.close()
  }
  report(`the others carry on after: ${spread(carriedOn)}`)
  report(`thawed, it has all after:  ${spread(caughtUp)}`)
}
