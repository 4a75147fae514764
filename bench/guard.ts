/**
 * Whether a delivery still costs what it did: fails when the fan-out, as a part of what the same bytes reach through bare TLS in the
 * same round, is more than a quarter below the figure noted in bench/guard.json. Both run in each round, so that a machine that is
 * slow or busy is so for both.
 *
 * --rounds <n>: default 5. --note 1: writes what was measured to bench/guard.json instead; for a change that is meant to cost, with the
 * reason in its commit.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measureAll } from './fanout.ts'
import { percentile, type Bench } from './measure.ts'

const path = fileURLToPath(new URL('../../bench/guard.json', import.meta.url))
/** What may be lost before it counts. */
const fallMax = 0.25

export const guard: Bench = async (flags, report) => {
  const runs = await measureAll(
    new Map([['messages', 60_000], ['rounds', 5], ...flags, ['only', 2]]),
    report,
    [],
  )
  const [own, ceiling] = [...runs.values()]
  if (!own || !ceiling || own.length === 0 || ceiling.length === 0)
    throw new Error('the guard needs openssl, for the ceiling')
  const ratios = own.map(({ perSecond }, round) => perSecond / (ceiling[round]?.perSecond ?? NaN))
  const ratio = percentile(ratios, 0.5)
  report(
    `deliveries, of those through bare TLS: ${ratio.toFixed(3)} (${ratios.map((one) => one.toFixed(3)).join(', ')})`,
  )
  if (flags.get('note') === 1) {
    writeFileSync(path, `${JSON.stringify({ ratioToBareTls: Number(ratio.toFixed(3)) })}\n`)
    return
  }
  const { ratioToBareTls } = JSON.parse(readFileSync(path, 'utf8')) as { ratioToBareTls: number }
  const least = ratioToBareTls * (1 - fallMax)
  if (ratio < least)
    throw new Error(`a delivery costs more than it did: ${ratio.toFixed(3)} is below ${least.toFixed(3)}`)
  report(`not below ${least.toFixed(3)}, which is three quarters of what was noted`)
}
