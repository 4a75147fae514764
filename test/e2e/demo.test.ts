// `ringleader demo` for real, in a pipe: what it says at the end, and that nothing of it stays behind,
// however it ends. And its judge and its drawings on their own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'

import { giveAccount } from '../../src/commands/demo/account.ts'
import { drawRing, walkRing } from '../../src/commands/demo/ring-picture.ts'
import { judge } from '../../src/commands/demo/verdict.ts'
import { scratch, within } from './support.ts'

type Demo = {
  child: ChildProcess
  /** What it printed so far. */
  text: () => string
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Resolves when `pattern` was printed. */
  prints: (pattern: RegExp) => Promise<void>
}

/** Runs the demo with `folder` for its temporary files. */
function runDemo(context: TestContext, folder: string): Demo {
  const child = spawn(process.execPath, ['build/src/main.js', 'demo'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, NODE_OPTIONS: '', FORCE_COLOR: '' },
  })
  context.after(() => child.kill('SIGKILL'))
  let text = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more
      for (const listener of listeners) listener()
    })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  )
  return {
    child,
    text: () => text,
    ended: within(ended, 'the demo ends'),
    prints: (pattern) =>
      within(
        new Promise<void>((resolve) => {
          const look = (): void => {
            if (!pattern.test(text)) return
            listeners.delete(look)
            resolve()
          }
          listeners.add(look)
          look()
        }),
        `the demo prints ${pattern}`,
      ),
  }
}

/** The processes that it names. */
function pidsIn(text: string): number[] {
  return [...text.matchAll(/ process (\d+) /g)].map(([, pid]) => Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Resolves when neither a process nor a file of the demo is left. */
async function nothingStays(pids: readonly number[], folder: string): Promise<void> {
  const gone = async (): Promise<void> => {
    while (pids.some(isAlive) || (await readdir(folder)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await within(gone(), `${pids.join(', ')} and ${folder} are gone`)
}

test('five processes chat, the leader is killed, and no message is lost', async (context) => {
  const folder = await scratch(context)
  const begun = performance.now()
  const demo = runDemo(context, folder)
  const { code } = await demo.ended
  const tookMs = performance.now() - begun
  const text = demo.text()
  assert.equal(code, 0, text)
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  assert.match(last, /^demo: ok: 120 said, 0 lost, 0 doubled, 4 transcripts equal, silent \d+ ms$/)
  // Promised by cli.md; the demo itself gives up at 19 s.
  assert.ok(tookMs < 20_000, `took ${tookMs} ms`)
  assert.ok(!text.includes('\u001b'), 'no colours in a pipe')
  const pids = pidsIn(text)
  assert.equal(new Set(pids).size, 5)
  await nothingStays(pids, folder)
})

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGKILL', null],
] as const)
  test(`nothing stays behind after ${signal}`, async (context) => {
    const folder = await scratch(context)
    const demo = runDemo(context, folder)
    await demo.prints(/2 {2}They talk/)
    const pids = pidsIn(demo.text())
    assert.equal(pids.length, 5)
    assert.ok(pids.every(isAlive))
    demo.child.kill(signal)
    const { code } = await demo.ended
    assert.equal(code, expected)
    await nothingStays(pids, folder)
  })

test('a reader that goes away ends it quietly', async (context) => {
  const folder = await scratch(context)
  const demo = runDemo(context, folder)
  await demo.prints(/1 {2}They meet/)
  demo.child.stdout?.destroy()
  const { code } = await demo.ended
  assert.equal(code, 0)
  await nothingStays(pidsIn(demo.text()), folder)
})

test('a member that dies unasked fails the demo', async (context) => {
  const folder = await scratch(context)
  const demo = runDemo(context, folder)
  await demo.prints(/2 {2}They talk/)
  const pids = pidsIn(demo.text())
  process.kill(pids[2] ?? 0, 'SIGKILL')
  const { code } = await demo.ended
  assert.equal(code, 1)
  assert.match(
    demo.text().trimEnd().split('\n').at(-1) ?? '',
    /^demo: failed: Cleo's process ended by itself/,
  )
  await nothingStays(pids, folder)
})

test('the judge finds messages that are lost, doubled, or in another order', () => {
  const line = (n: number, text: string): string => `> A(127.0.0.1:1)[${n}]: ${text}`
  const abc = [line(1, 'a'), line(2, 'b'), line(3, 'c')]
  const survivor = (name: string, transcript: readonly string[]) => ({
    name,
    transcript,
    screen: transcript.map((said) => said.slice(said.indexOf(']: ') + 3)),
  })
  const said = ['a', 'b', 'c']
  const dead = { name: 'D', lines: abc.slice(0, 2) }
  const good = judge({ said, survivors: [survivor('A', abc), survivor('B', abc)], dead })
  assert.deepEqual(good, {
    said: 3,
    lost: 0,
    doubled: 0,
    equal: 2,
    deadLines: 2,
    deadOnly: 0,
    why: undefined,
  })

  const short = judge({ said, survivors: [survivor('A', abc), survivor('B', abc.slice(0, 2))], dead })
  assert.equal(short.lost, 1)
  assert.equal(short.equal, 1)
  assert.match(short.why ?? '', /lost: "c"/)

  const twice = judge({ said, survivors: [survivor('A', [...abc, line(4, 'a')])], dead })
  assert.equal(twice.doubled, 1)
  assert.match(twice.why ?? '', /doubled: "a"/)

  const shownTwice = { ...survivor('A', abc), screen: ['a', 'b', 'c', 'b'] }
  assert.equal(judge({ said, survivors: [shownTwice], dead }).doubled, 1)

  const swapped = [line(1, 'b'), line(2, 'a'), line(3, 'c')]
  assert.match(
    judge({ said, survivors: [survivor('A', abc), survivor('B', swapped)], dead }).why ?? '',
    /differ/,
  )

  const otherOrder = { name: 'D', lines: [line(1, 'a'), line(3, 'c')] }
  assert.match(
    judge({ said, survivors: [survivor('A', abc)], dead: otherOrder }).why ?? '',
    /D had another order/,
  )
  const diedWithIt = { name: 'D', lines: [line(1, 'a'), line(2, 'c')] }
  const forgiven = judge({ said, survivors: [survivor('A', abc)], dead: diedWithIt })
  assert.deepEqual([forgiven.why, forgiven.deadLines, forgiven.deadOnly], [undefined, 1, 1])
})

test('a ring is drawn as it is linked, and only if it is one', () => {
  const ring = new Map([
    ['Ann', 'Bob'],
    ['Bob', 'Cleo'],
    ['Cleo', 'Ann'],
  ])
  assert.deepEqual(walkRing('Ann', ring), ['Ann', 'Bob', 'Cleo'])
  assert.equal(walkRing('Ann', new Map([...ring, ['Dan', 'Ann']])), undefined)
  assert.equal(walkRing('Ann', new Map([...ring, ['Cleo', 'Bob']])), undefined)
  assert.equal(walkRing('Ann', new Map([...ring, ['Cleo', undefined]])), undefined)
  assert.deepEqual(drawRing(['Ann', 'Bob', 'Cleo', 'Dan', 'Eve'], 'Ann'), [
    '.--> Ann* --> Bob --> Cleo --.',
    '|                            |',
    "'------- Eve <-- Dan <-------'",
  ])
  for (const names of [
    ['Ann'],
    ['Ann', 'Bob'],
    ['A', 'Maximilian', 'C'],
    ['Al', 'Bo', 'Christina', 'Dominique'],
  ])
    for (const leader of names) {
      const rows = drawRing(names, leader)
      assert.equal(new Set(rows.map(({ length }) => length)).size, 1, rows.join('\n'))
    }
})

test('the silence ends when the last survivor shows a message that was said after the kill', () => {
  const shown = (saidMs: number, at: number) => ({ id: 'x:1', name: 'B', text: 't', line: '> t', saidMs, at })
  const witness = (name: string, list: ReturnType<typeof shown>[]) => ({
    name,
    shown: list,
    log: [],
    leaders: [],
  })
  const dead = { name: 'A', killedMs: 1000 }
  const both = [witness('B', [shown(990, 1005), shown(1010, 1040)]), witness('C', [shown(1010, 1055)])]
  assert.equal(giveAccount(dead, ['A', 'B', 'C'], both).silentMs, 55)
  const one = [witness('B', [shown(1010, 1040)]), witness('C', [shown(990, 1055)])]
  assert.equal(giveAccount(dead, ['A', 'B', 'C'], one).silentMs, undefined)
})
