// An attacking process: attacking.js <target and names of rounds as JSON>. It repeats those rounds at the lowest
// priority until its parent lets go of it, then says how often each was done.
import { setPriority } from 'node:os'
import { Foe } from './attacker.ts'
import { rounds, Siege } from './rounds.ts'
import type { Target } from './rounds.ts'

const keysCount = 12

export type Orders = { target: Target; names: readonly string[]; seed: number; pauseMs: number }

const { target, names, seed, pauseMs } = JSON.parse(process.argv[2] ?? '') as Orders
setPriority(19)
const foes: Foe[] = []
for (let n = 0; n < keysCount; n++) foes.push(await Foe.mint())
const siege = new Siege(target, foes, seed)
const done = new Map(names.map((name) => [name, 0]))
const failed = new Map<string, string>()
let over = false
process.on('disconnect', () => process.exit())
process.on('message', () => {
  over = true
  siege.release()
  const counts = names.map((name) => [name, `${done.get(name) ?? 0} ${failed.get(name) ?? ''}`.trim()])
  process.send?.(Object.fromEntries(counts), () => process.exit())
})
process.send?.('ready')

async function repeat(name: string): Promise<void> {
  while (!over) {
    await rounds[name]?.(siege).then(
      () => done.set(name, (done.get(name) ?? 0) + 1),
      (error: unknown) => failed.set(name, `(last: ${(error as Error).message.split('\n')[0]})`),
    )
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

await Promise.all(names.map(repeat))
