/**
 * The laboratory without a page, for `ringleader lab`: the log of a run as plain text, and the fragment of a link to it.
 * Bundled into dist/lab/text.js, because nothing in src/ may import the simulator.
 */

import { goals, roomOf } from '../engine/cases.ts'
import { countAt } from '../engine/counting.ts'
import { judgeAt } from '../engine/invariants.ts'
import { Lab } from '../engine/lab.ts'
import { linkOf, openLink } from '../engine/link.ts'
import { nodesMax, roomProblem } from '../engine/opening.ts'
import type { Opening } from '../engine/opening.ts'
import { averageOf, bestOf, exactOf, worstOf } from '../engine/theory.ts'
import { commandText, timedText } from '../engine/words.ts'

/** What the command line asks for. At most one of script, seed and link is given. */
export type Asked = {
  readonly nodes: number | undefined
  readonly ids: readonly number[] | undefined
  /** `name`: as it was given, for errors. */
  readonly script: { readonly name: string; readonly text: string } | undefined
  readonly seed: number | undefined
  /** A link of the page, or its fragment. */
  readonly link: string | undefined
}

/** A room for as many nodes, with ids in no order. */
function idsFor(count: number): number[] {
  const ids: number[] = []
  // Steps of about a golden section visit every number once.
  for (let i = 0; ids.length < count; i++) {
    const id = ((i * 5 + 2) % count) + 1
    ids.push(ids.includes(id) ? Math.max(...ids) + 1 : id)
  }
  return ids
}

/** Throws an Error with one sentence where it cannot be played; for a script with file and line. */
function labOf(asked: Asked): Lab {
  const { nodes, ids, script, seed, link } = asked
  if (link !== undefined) {
    const at = link.indexOf('#')
    const { lab, problem } = openLink(at < 0 ? link : link.slice(at), roomOf([1]))
    if (problem !== undefined) throw new Error(problem)
    return lab
  }
  const opening: Opening = script
    ? { kind: 'script', name: script.name, text: script.text, room: 0 }
    : seed === undefined
      ? roomOf(ids ?? idsFor(Math.min(nodesMax, nodes ?? 6)))
      : { kind: 'seed', seed, nodes }
  const problem = opening.kind === 'room' ? roomProblem(opening) : undefined
  if (problem !== undefined) throw new Error(problem)
  return new Lab(opening)
}

/** Longest that a seed is played. Unit: virtual ms. */
const seedMs = 30_000

/** The fragment of the page's link for this. Throws as labOf. */
export function fragmentOf(asked: Asked): string {
  const lab = labOf(asked)
  if (asked.script) {
    // A mistake further down is found by playing it.
    while (lab.run.isPlaying && lab.forward() !== 'end') continue
    if (lab.run.trouble !== undefined) throw new Error(lab.run.trouble)
    lab.seek(0)
  }
  return linkOf(lab)
}

/** The run as lines of text; the last ones tell counts and invariants. Throws as labOf. */
export function* textOf(asked: Asked): Iterable<string> {
  const lab = labOf(asked)
  const { run } = lab
  const { opening } = run
  if (opening.kind === 'room')
    yield `ring ${opening.ids.map((id) => `#${id}`).join(' -> ')} -> #${opening.ids[0]}; #${opening.ids[0]} leads`
  if (opening.kind === 'room' && asked.link === undefined) {
    if (opening.ids.length < 2) {
      yield 'nobody is left to elect when it dies: give two nodes or more'
      return
    }
    lab.act('crash n1')
  }
  let told = 0
  const tell = function* (): Iterable<string> {
    for (; told < lab.at; told++) {
      const entry = run.tape.entry(told + 1)
      if (entry && entry.weight === 2) yield timedText(entry, lab.scene.nodes)
    }
  }
  yield* tell()
  for (;;) {
    const isOver =
      opening.kind === 'seed'
        ? lab.atMs >= seedMs
        : !run.isPlaying &&
          (lab.at === 0 || goals.rest(lab.entry!, lab)) &&
          (asked.link !== undefined || lab.atMs > 0)
    if (isOver || asked.link !== undefined || lab.forward() === 'end') break
    yield* tell()
  }
  if (run.trouble !== undefined) throw new Error(run.trouble)
  yield ''
  const count = countAt(run.tape, lab.at)
  if (count) {
    const n = count.ring.length
    yield `election in term ${count.term}: ${count.elects} ELECT, ${count.electeds} ELECTED, ${count.starters} began`
    yield `theory for ${n} nodes that all begin at once: best ${bestOf(n)}, this order ${exactOf(count.ring)}, average ${averageOf(n).toFixed(1)}, worst ${worstOf(n)}`
  }
  for (const { id, sentence, state, detail } of judgeAt(run, lab.at))
    if (state !== 'holds')
      yield `${id} ${state === 'broken' ? 'is broken' : 'waits'}: ${sentence}${detail === undefined ? '' : ` (${commandText(detail, lab.scene.nodes)})`}`
  if (judgeAt(run, lab.at).every(({ state }) => state === 'holds'))
    yield 'all invariants hold: S1 to S18, L1 to L8'
}
