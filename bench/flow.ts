/**
 * Five processes; 200 lines piped into one at once while another speaks: until all five have printed all of
 * them, and whether they printed the same bytes. --times <n>: default 10.
 */
import { numbered, Stage } from '../test/e2e/harness.ts'
import { spread, type Bench } from './measure.ts'

export const flow: Bench = async (flags, report) => {
  const times: number[] = []
  let unequal = 0
  const stage = await Stage.open()
  try {
    const nodes = await stage.room(['n1', 'n2', 'n3', 'n4', 'n5'])
    for (let round = 1; round <= (flags.get('times') ?? 10); round++) {
      const [piped, spoken] = [numbered(`piped ${round}:`, 1, 200), numbered(`spoken ${round}:`, 1, 50)]
      const from = nodes.map(({ messages }) => messages.length)
      const at = performance.now()
      nodes[1]?.say(...piped)
      for (const text of spoken) {
        nodes[3]?.say(text)
        await new Promise((done) => setImmediate(done))
      }
      await Promise.all(nodes.map((node) => node.has([...piped, ...spoken])))
      times.push(performance.now() - at)
      const printed = nodes.map(({ messages }, n) =>
        messages
          .slice(from[n])
          .map(({ ts, id }) => `${ts} ${id}`)
          .join(),
      )
      unequal += printed.filter((ids) => ids !== printed[0] || ids.split(',').length !== 250).length
    }
  } finally {
    await stage.close()
  }
  report(`250 lines printed by all five: ${spread(times)}; ${unequal} outputs unequal`)
}
