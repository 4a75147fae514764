// Plays seeds that nobody has played before, for as long as a tier has time, and says every ten minutes how
// far it is. CAMPAIGN_SECONDS in the environment replaces the length.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

const sliceSeconds = 600
const reportCharsMax = 100_000

/** Seeds that one process plays at most, before it would play those of the next. */
const seedsEach = 10_000_000

/**
 * `commit`: the first seed comes from the files that are checked out, so that each commit has seeds of its own and a
 * failure repeats in a second run on that commit. `clock`: each run has others.
 */
type Origin = 'commit' | 'clock'

/** Fails with the reports of the seeds that broke an invariant, or when a simulator does not end well. */
export async function playFresh(seconds: number, processes = 1, origin: Origin = 'commit'): Promise<void> {
  const asked = process.env['CAMPAIGN_SECONDS']
  const wanted = asked === undefined ? seconds : Number(asked)
  assert.ok(wanted > 0, `CAMPAIGN_SECONDS is no number of seconds: ${asked}`)
  let seed = origin === 'commit' ? seedOfCommit() : undefined
  for (let left = wanted; left > 0; left -= sliceSeconds) {
    const seconds = Math.min(left, sliceSeconds)
    await Promise.all(
      Array.from({ length: processes }, (_none, i) =>
        slice(seconds, seed === undefined ? undefined : seed + i * seedsEach),
      ),
    )
    if (seed !== undefined) seed += processes * seedsEach
  }
}

/** Undefined where the files are not a checkout. */
function seedOfCommit(): number | undefined {
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { encoding: 'utf8', stdio: 'pipe' })
    return 1_000_000_000 + parseInt(tree.slice(0, 7), 16)
  } catch {
    return undefined
  }
}

/** Processes that a campaign may take for itself when nothing else runs. */
export const allCores = availableParallelism()

async function slice(seconds: number, seed: number | undefined): Promise<void> {
  const first = seed === undefined ? [] : ['--seed', String(seed)]
  const args = ['build/sim/main.js', '--seconds', String(seconds), '--keep-going', '--no-shrink', ...first]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code] = (await once(child, 'close')) as [number | null]
  const result = /^(?:sim: )?(?:ok|failed): \d+ .*$/m.exec(out)?.[0] ?? 'no result'
  console.log(result)
  assert.equal(code, 0, `${result}\n${out.slice(0, reportCharsMax)}\n${errors}`)
  assert.match(result, /\bok: \d+ seeds?/)
}
