/** The last election in numbers, beside what theory says. */

import type { Election } from '../model/election.ts'
import { theoryOf } from '../model/election.ts'
import { durationOf } from '../model/show-time.ts'

export function ElectionPanel({ election, show }: { election: Election; show: (id: string) => string }) {
  const { term, nodes, elect, elected, winner, from, to } = election
  const size = nodes.length
  const { best, average, worst } = theoryOf(size)
  const top = Math.max(worst, elect, 1)
  const rows: readonly [string, number, string, string][] = [
    ['seen here', elect, String(elect), 'seen'],
    [`best, 2n−1`, best, String(best), 'theory'],
    [`average, n·Hₙ`, average, average.toFixed(1), 'theory'],
    [`worst, n(n+1)/2`, worst, String(worst), 'theory'],
  ]
  return (
    <section class="election" aria-label="Election">
      <h3>
        Election of term {term}{' '}
        <small>
          {winner === undefined ? 'goes on' : `${show(winner)} won`}, {durationOf(to - from)} in the ring
        </small>
      </h3>
      <table>
        <caption>ELECT messages, n = {size}; theory: all begin at once</caption>
        <tbody>
          {rows.map(([name, value, shown, kind]) => (
            <tr key={name} class={kind}>
              <th scope="row">{name}</th>
              <td class="number">{shown}</td>
              <td class="bar">
                <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={(value / top) * 100} height="6" rx="1" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">
        {elected} ELECTED {elected === 1 ? 'message announces' : 'messages announce'} the winner.
        {winner !== undefined && elect < best && ' Fewer ELECT messages than 2n−1: not all began.'}
      </p>
    </section>
  )
}
