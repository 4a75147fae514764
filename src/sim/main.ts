import { runPlan } from './run.ts'
import { mutantsCommand } from './mutants/program.ts'
import { makePlan } from './plan.ts'
const args = process.argv.slice(2)
const exitCode = await mutantsCommand(args)
if (exitCode !== undefined) process.exit(exitCode)
const get = (k: string): string | undefined => {
  const i = args.indexOf(k)
  return i < 0 ? undefined : args[i + 1]
}
const from = Number(get('--seed') ?? 1)
const seeds = Number(get('--seeds') ?? 1)
const nodes = get('--nodes')
const t0 = Date.now()
let ns = 0
const tally = new Map<string, number[]>()
const rests: number[] = []
let unmerged = 0
const slow: string[] = []
for (let seed = from; seed < from + seeds; seed++) {
  const plan = makePlan(seed, nodes ? { nodes: Number(nodes) } : {})
  const r = runPlan(plan)
  ns += r.nodeSeconds
  if (r.islands > 1) unmerged++
  if (r.restAfterMs !== undefined) { rests.push(r.restAfterMs); if (r.restAfterMs > 4000) slow.push(`${seed}(${plan.nodes} nodes, ${r.world.nodes.length}; ${r.restAfterMs})`) }
  if (r.outcome !== 'ok') {
    const key =
      r.outcome === 'crash'
        ? `crash ${String((r.thrown as Error).stack)
            .split('\n')
            .slice(0, 3)
            .join(' ')}`
        : `${r.violations[0]!.id} ${r.violations[0]!.detail.replace(/[0-9a-f]+/g, '#').slice(0, 60)}`
    tally.set(key, [...(tally.get(key) ?? []), seed])
    if (seeds === 1) {
      console.log(JSON.stringify({ ...plan, actions: undefined }))
      for (const a of plan.actions) console.log(JSON.stringify(a))
      for (const l of r.trace.last(Number(get('--last') ?? 60))) console.log(l)
      for (const v of r.violations.slice(0, 5)) console.log(v)
      for (const n of r.world.nodes)
        console.log(
          'n' + n.index,
          n.state
            ? n.state.role.type +
                ' ' +
                (n.state.role.type === 'office'
                  ? n.state.role.phase
                  : n.state.role.type === 'following'
                    ? n.state.role.phase + ' of ' + n.state.role.leader.name
                    : '') +
                ' view ' +
                n.state.view.vid.term +
                '.' +
                n.state.view.vid.ver +
                ' ' +
                n.state.view.members.map((m) => m.name).join(' ') +
                ' next ' +
                n.state.ring.next?.member.name +
                ' prev ' +
                n.state.ring.prev?.member.name
            : 'down ' + (n.stopped ?? ''),
        )
      if (r.thrown) console.log(r.thrown)
    }
  }
}
rests.sort((a, b) => a - b)
const s = (Date.now() - t0) / 1000
console.log(
  `${seeds} seeds ${s} s, ${Math.round(ns)} node-s, ${Math.round(ns / s)} node-s/s, unmerged ${unmerged}, rest p50 ${rests[rests.length >> 1]} p99 ${rests[Math.floor(rests.length * 0.99)]}`,
)
for (const [k, v] of [...tally].sort((a, b) => b[1].length - a[1].length))
  console.log(v.length, k, v.slice(0, 8).join(' '))
console.log('slow', slow.length, slow.join(' '))
