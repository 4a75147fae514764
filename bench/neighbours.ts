/**
 * Several nodes killed at the same instant in a flow of 20 messages a second from the rest: from the kill to
 * the first message said after it on the last survivor. --times <n>: of each shape (default 10).
 */
import { aroundLeader, inRing } from '../test/e2e/agreement.ts'
import { Stage, type RoomNode } from '../test/e2e/harness.ts'
import { Clocks, firstSaidAfter, SharedFlow, spread, type Bench } from './measure.ts'

const shapes: readonly { what: string; count: number; choose: (nodes: RoomNode[]) => RoomNode[] }[] = [
  { what: 'leader and both neighbours of 6', count: 6, choose: (nodes) => aroundLeader(nodes).three },
  {
    what: 'every other of 6, the leader too',
    count: 6,
    choose: (nodes) => inRing(nodes).filter((_, at) => at % 2 === 0),
  },
  {
    what: 'every other of 6, not the leader',
    count: 6,
    choose: (nodes) => inRing(nodes).filter((_, at) => at % 2 === 1),
  },
  { what: 'all but one of 5', count: 5, choose: (nodes) => inRing(nodes).slice(0, -1) },
]

export const neighbours: Bench = async (flags, report) => {
  for (const { what, count, choose } of shapes) {
    const names = Array.from({ length: count }, (_, at) => `n${at + 1}`)
    const stage = await Stage.open()
    const times: number[] = []
    let lost = 0
    try {
      let nodes = await stage.room(names)
      for (let round = 1; round <= (flags.get('times') ?? 10); round++) {
        const dying = choose(nodes)
        const rest = nodes.filter((node) => !dying.includes(node))
        const clocks = new Clocks()
        for (const node of rest) clocks.watch(node)
        const from = new Map(rest.map((node) => [node.name, node.messages.length]))
        const flow = new SharedFlow(clocks, rest, 20, `${what} ${round}, line`)
        await Promise.all(
          rest.map((node) =>
            node.until(() => flow.texts[4] && node.texts().includes(flow.texts[4]), 'a flow'),
          ),
        )
        const at = performance.now()
        for (const node of dying) node.signal('SIGKILL')
        times.push(await firstSaidAfter(clocks, rest, at))
        flow.stop()
        await Promise.all(dying.map((node) => node.exit))
        await Promise.all(rest.map((node) => node.has(flow.texts)))
        for (const node of rest) {
          const texts = node.texts().slice(from.get(node.name))
          lost += flow.texts.filter((text) => texts.filter((other) => other === text).length !== 1).length
        }
        const back = await Promise.all(
          dying.map((node) =>
            stage.node(node.name, { through: rest[0], home: node.home, flags: ['--history', '0'] }).ready(),
          ),
        )
        nodes = [...rest, ...back]
        await Promise.all(nodes.map((node) => node.sees(names)))
      }
    } finally {
      await stage.close()
    }
    report(`${what}: ${spread(times)}; ${lost} lines lost or doubled`)
  }
}
