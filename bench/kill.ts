/**
 * The leader killed with -9 in a flow of messages from the survivors, again and again: from the
 * kill to the first message said after it on the last survivor, and how many lines were lost or doubled.
 * --kills <n>: how often (default 50). --nodes <n>: default 5. --rate <n>: messages a second of all (default 200).
 * --settle <ms>: how long the members stay as they are before a kill (default 6000: by then spare connections are open).
 */
import { inRing } from '../test/e2e/agreement.ts'
import { Stage, type RoomNode } from '../test/e2e/harness.ts'
import { Clocks, firstSaidAfter, SharedFlow, spread, type Bench } from './measure.ts'

/** How often the texts are in what a node printed since `from`: missing and doubled ones. */
function faults(node: RoomNode, from: number, texts: readonly string[]): { lost: number; doubled: number } {
  const counts = new Map<string, number>()
  for (const { text } of node.messages.slice(from)) counts.set(text, (counts.get(text) ?? 0) + 1)
  return {
    lost: texts.filter((text) => !counts.has(text)).length,
    doubled: [...counts.values()].filter((times) => times > 1).length,
  }
}

export const kill: Bench = async (flags, report) => {
  const kills = flags.get('kills') ?? 50
  const perSecond = flags.get('rate') ?? 200
  const settleMs = flags.get('settle') ?? 6000
  const names = Array.from({ length: flags.get('nodes') ?? 5 }, (_, at) => `n${at + 1}`)
  const stage = await Stage.open()
  try {
    let nodes = await stage.room(names)
    const times: number[] = []
    const leaders: number[] = []
    const all: string[] = []
    const total = { lost: 0, doubled: 0, unequal: 0 }
    for (let round = 1; round <= kills; round++) {
      const [leader, ...survivors] = inRing(nodes)
      if (!leader) throw new Error('no leader')
      await new Promise((done) => setTimeout(done, settleMs))
      const clocks = new Clocks()
      for (const node of survivors) clocks.watch(node)
      const from = new Map(survivors.map((node) => [node.name, node.messages.length]))
      const flow = new SharedFlow(clocks, survivors, perSecond, `round ${round}, line`)
      await Promise.all(
        survivors.map((node) =>
          node.has([`round ${round}, line 8 by ${survivors[7 % survivors.length]?.name}`]),
        ),
      )
      const newLeader = survivors.map(
        (node) =>
          new Promise<number>((done) => {
            node.onLine = (line, atMs) => {
              if (line.startsWith('{"type":"leader"')) done(atMs)
            }
          }),
      )
      const at = performance.now()
      leader.signal('SIGKILL')
      const took = await firstSaidAfter(clocks, survivors, at)
      times.push(took)
      leaders.push(Math.max(...(await Promise.all(newLeader))) - at)
      if (flags.has('trace'))
        report(`kill ${round}: new leader ${leaders.at(-1)?.toFixed(0)} ms, message ${took.toFixed(0)} ms`)
      flow.stop()
      await leader.exit
      await Promise.all(survivors.map((node) => node.has(flow.texts)))
      for (const node of survivors) {
        const { lost, doubled } = faults(node, from.get(node.name) ?? 0, flow.texts)
        total.lost += lost
        total.doubled += doubled
        const own = node.messages.slice(from.get(node.name)).map(({ id }) => id)
        const first = survivors[0]?.messages.slice(from.get(survivors[0].name)).map(({ id }) => id)
        if (own.join() !== first?.join()) total.unequal++
      }
      all.push(...flow.texts)
      const back = await stage
        .node(leader.name, { through: survivors[0], home: leader.home, flags: ['--history', '0'] })
        .ready()
      nodes = [...survivors, back]
      await Promise.all(nodes.map((node) => node.sees(names)))
    }
    report(`first new message on the last survivor: ${spread(times)}`)
    report(`new leader known to the last survivor:  ${spread(leaders)}`)
    report(
      `${all.length} lines said by survivors, ${names.length} nodes: ${total.lost} lost, ${total.doubled} doubled, ${total.unequal} unequal orders`,
    )
    if (total.lost + total.doubled + total.unequal > 0)
      throw new Error('messages were lost, doubled, or printed in another order by some')
    const kept = await Promise.all(nodes.map(({ home }) => stage.history(home)))
    const lines = kept[0]?.split('\n').filter((line) => line.startsWith('>')) ?? []
    if (kept.some((text) => text !== kept[0])) throw new Error('not all members stored the same')
    report(`stored: ${lines.length} lines, the same bytes at all ${kept.length}`)
  } finally {
    await stage.close()
  }
}
