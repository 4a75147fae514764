/**
 * S12: the bounds of Chang and Roberts, per term. Watches tokens as they are sent.
 */

import type { LinkId, Uid } from '../../src/core/model/ids.ts'
import type { Candidate, Frame, Member } from '../../src/core/model/frames.ts'
import { compareCandidates } from '../../src/core/model/frames.ts'
import type { Report } from './verdict.ts'

/**
 * How often one candidate may go out on one link in a term: when it comes, and again whenever next takes the
 * sender in anew, at most once a second in a term of at most 12 s. A token that nobody swallows passes hundreds
 * of times.
 */
const sameLinkMax = 15

type Term = {
  elects: number
  electeds: number
  readonly winners: Set<Uid>
  /** The nodes that sent ELECTED: a second time is a lap sent again. */
  readonly laps: Set<string>
  /** Something other than the election happened meanwhile, so the bounds do not hold. */
  disturbed: boolean
  over: boolean
}

export class ElectionRules {
  readonly #terms = new Map<number, Term>()
  /** The last candidate that each process sent, by term. */
  readonly #sent = new Map<string, Candidate>()
  /** How often each process has sent the same candidate on one link, by term. */
  readonly #again = new Map<string, number>()
  readonly #report: Report
  /** Terms that were judged against the bounds. */
  quiet = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** A fault, a view, a lost link: terms that are under way cannot be judged by their counts. */
  disturb(): void {
    for (const term of this.#terms.values()) if (!term.over) term.disturbed = true
  }

  #term(number: number): Term {
    let term = this.#terms.get(number)
    if (!term) {
      term = { elects: 0, electeds: 0, winners: new Set(), laps: new Set(), disturbed: false, over: false }
      this.#terms.set(number, term)
    }
    return term
  }

  /** `process`: the sender's, as `node.process`. */
  sent(node: number, process: string, { frame, link }: { frame: Frame; link: LinkId }): void {
    if (frame.type === 'elect') {
      const term = this.#term(frame.term)
      term.elects++
      const key = `${process}/${frame.term}`
      const last = this.#sent.get(key)
      const order = last ? compareCandidates(frame.candidate, last) : 1
      if (order < 0)
        this.#report(
          'S12',
          node,
          `candidate ${frame.candidate.uid.slice(0, 4)} was sent in term ${frame.term} after a larger one`,
        )
      if (order === 0) {
        // The next was replaced, or took us in after it had referred us to another.
        term.disturbed = true
        const place = `${key}/${link}/${frame.candidate.uid}`
        const times = (this.#again.get(place) ?? 1) + 1
        this.#again.set(place, times)
        if (times > sameLinkMax)
          this.#report(
            'S12',
            node,
            `candidate ${frame.candidate.uid.slice(0, 4)} was sent ${times} times to one node`,
          )
      }
      this.#sent.set(key, frame.candidate)
    } else if (frame.type === 'elected') {
      const term = this.#term(frame.term)
      term.electeds++
      if (term.laps.has(process)) term.disturbed = true
      term.laps.add(process)
    }
  }

  won(term: number, winner: Uid): void {
    this.#term(term).winners.add(winner)
  }

  /** An office that gathered opens; `lap`: the list that came home. */
  opened(node: number, number: number, winner: Uid, lap: readonly Member[] | undefined): void {
    const term = this.#term(number)
    if (term.over) return
    term.over = true
    // A winner whose term STALE raised while it gathered has won in another term than it opens in.
    if (term.disturbed || !lap || lap.length < 2 || term.winners.size === 0) return
    this.quiet++
    const n = lap.length
    const say = (detail: string): void =>
      this.#report('S12', node, `term ${number} with ${n} nodes: ${detail}`)
    if (term.winners.size > 1) say(`${term.winners.size} winners`)
    if (lap.some(({ uid }) => uid > winner)) say(`${winner.slice(0, 4)} won although a larger one took part`)
    if (term.elects > (n * (n + 1)) / 2) say(`${term.elects} ELECT`)
    if (term.electeds !== n) say(`${term.electeds} ELECTED`)
  }
}
