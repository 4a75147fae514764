/**
 * From start to prompt (on a terminal that `script` lends) and from start to being in the room (at a pipe),
 * alone, with histories of several lengths; and what a node of an idle room of five costs.
 * --messages <n>: the longest history (default 100,000). --times <n>: default 10. --idle <s>: default 20,
 * after --warm <s> (default 60), in which the engine compiles and collects what starting left.
 */
import { execFileSync, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import type { RoomNode } from '../test/e2e/harness.ts'
import { Stage } from '../test/e2e/harness.ts'
import { fillHome } from './filled-home.ts'
import { count, spread, type Bench } from './measure.ts'

export function hasScript(): boolean {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Ms until the prompt is drawn. */
export async function toPrompt(stage: Stage, home: string): Promise<number> {
  const words = [
    process.execPath,
    `${process.cwd()}/dist/main.js`,
    '-l',
    '-a',
    '127.0.0.1',
    '-p',
    '0',
    '-n',
    'Ann',
  ]
  const command = [...words, '--home', home, '--log', 'none'].join(' ')
  const at = performance.now()
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: stage.dir,
    env: { PATH: process.env['PATH'], HOME: stage.dir, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const over = new Promise((done) => child.on('close', done))
  let text = ''
  let took = NaN
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (!/> Ann\([^)]*\): /.test(text)) continue
    took = performance.now() - at
    break
  }
  child.stdout.resume()
  child.stdin.write('//exit\r')
  await over
  return took
}

export async function toRoom(stage: Stage, home: string): Promise<number> {
  const at = performance.now()
  const node = stage.node('Ann', { home, flags: ['--history', '0'] })
  await node.ready()
  const took = performance.now() - at
  node.end('//exit')
  await node.over()
  return took
}

/** What all threads of a process have used. */
async function cpuMs(pid: number): Promise<number> {
  let ns = 0
  for (const thread of await readdir(`/proc/${pid}/task`))
    ns += Number((await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ')[0])
  return ns / 1e6
}

export async function rssMiB(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

async function series(times: number, run: () => Promise<number>): Promise<number[]> {
  const found: number[] = []
  for (let n = 0; n < times; n++) found.push(await run())
  return found
}

export const start: Bench = async (flags, report) => {
  const times = flags.get('times') ?? 10
  const longest = flags.get('messages') ?? 100_000
  const stage = await Stage.open()
  try {
    for (const messages of [1, longest]) {
      const { home } = await fillHome(stage, messages)
      if (hasScript())
        report(
          `history of ${count(messages)}: to the prompt ${spread(await series(times, () => toPrompt(stage, home)))}`,
        )
      else report('to the prompt: skipped, there is no `script` to lend a terminal')
      report(
        `history of ${count(messages)}: to the room   ${spread(await series(times, () => toRoom(stage, home)))}`,
      )
    }
    const seconds = flags.get('idle') ?? 20
    const nodes: RoomNode[] = []
    // As people start them: other benchmarks and tests are silent in the network.
    for (const name of ['n1', 'n2', 'n3', 'n4', 'n5'])
      nodes.push(await stage.node(name, { through: nodes[0], flags: ['--announce'] }).ready())
    await new Promise((done) => setTimeout(done, (flags.get('warm') ?? 60) * 1000))
    const pids = nodes.map(({ child }) => child.pid ?? 0)
    const before = await Promise.all(pids.map(cpuMs))
    await new Promise((done) => setTimeout(done, seconds * 1000))
    const used = (await Promise.all(pids.map(cpuMs))).map(
      (ms, at) => (ms - (before[at] ?? 0)) / (seconds * 10),
    )
    const rss = await Promise.all(pids.map(rssMiB))
    report(
      `idle room of five, ${seconds} s: CPU ${used.map((part) => `${part.toFixed(2)} %`).join(', ')} of a core`,
    )
    report(`idle room of five: RSS ${rss.map((mib) => mib.toFixed(0)).join(', ')} MiB (the first leads)`)
  } finally {
    await stage.close()
  }
}
