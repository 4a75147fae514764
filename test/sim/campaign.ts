// Plays seeds that nobody has played before, for as long as a tier has time, and says every ten minutes how
// far it is. CAMPAIGN_SECONDS in the environment replaces the length.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

const sliceSeconds = 600
const reportCharsMax = 100_000

/** Fails with the reports of the seeds that broke an invariant, or when a simulator does not end well. */
export async function playFresh(seconds: number, processes = 1): Promise<void> {
  const asked = process.env['CAMPAIGN_SECONDS']
  const wanted = asked === undefined ? seconds : Number(asked)
  assert.ok(wanted > 0, `CAMPAIGN_SECONDS is no number of seconds: ${asked}`)
  for (let left = wanted; left > 0; left -= sliceSeconds)
    await Promise.all(Array.from({ length: processes }, () => slice(Math.min(left, sliceSeconds))))
}

/** Processes that a campaign may take for itself when nothing else runs. */
export const allCores = availableParallelism()

async function slice(seconds: number): Promise<void> {
  const args = ['build/sim/main.js', '--seconds', String(seconds), '--keep-going', '--no-shrink']
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
