/**
 * What a node does with a token that reaches it, as the comparison that decides: `7 > 4: pass on`. It asks the rule of
 * the protocol itself (core/leading/chang-roberts.ts).
 */

import { judge } from '../../src/core/leading/chang-roberts.ts'
import type { Candidate } from '../../src/core/model/frames.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Inc, Uid } from '../../src/core/model/ids.ts'
import type { NodeView } from './node-view.ts'
import { idOf } from './node-view.ts'

type Outcome = 'passed' | 'replaced' | 'dropped' | 'elected' | 'stale' | 'held' | 'refused'

export type Comparison = {
  /** The node at which it was made, by number. */
  readonly node: number
  readonly term: number
  /** The candidate that the token came with, and what it was compared with. Ids. */
  readonly candidate: number
  readonly against: number
  readonly outcome: Outcome
  /** `7 > 4: pass on` */
  readonly text: string
}

const words: Readonly<Record<Outcome, string>> = {
  passed: 'pass on',
  replaced: 'replaced',
  dropped: 'dropped',
  elected: 'elected',
  stale: 'of an old term',
  held: 'held: does the leader live?',
  refused: 'refused: a leader lives',
}

function make(node: number, token: Token, against: number, outcome: Outcome): Comparison {
  const candidate = idOf(token.candidate.uid)
  const sign = candidate > against ? '>' : candidate < against ? '<' : '='
  const text =
    outcome === 'stale' || outcome === 'held' || outcome === 'refused'
      ? `${candidate}: ${words[outcome]}`
      : `${candidate} ${sign} ${against}: ${words[outcome]}`
  return { node, term: token.term, candidate, against, outcome, text }
}

type Token = { readonly term: number; readonly candidate: Candidate }

/** The comparisons that a step made. `before`, `after`: what the node held; `inc`: of its process. */
export function comparisonsOf(
  event: Event,
  before: NodeView | undefined,
  after: NodeView,
  inc: Inc,
): Comparison[] {
  if (!before) return []
  const came = event.type === 'frameReceived' && event.frame.type === 'elect' ? event.frame : undefined
  if (before.doing === 'following') {
    if (came) return [make(before.index, came, before.id, 'held')]
    // It lost its leader: the tokens that waited are judged now.
    return after.doing === 'electing' || after.doing === 'gathering'
      ? judged(before.held, before, inc, false)
      : before.held.length > 0 && after.held.length === 0
        ? before.held.map((token) => make(before.index, token, before.id, 'refused'))
        : []
  }
  if (!came) return []
  if (before.doing === 'electing') return judged([came], before, inc, true)
  return before.doing === 'leading' || before.doing === 'gathering'
    ? [make(before.index, came, before.id, 'refused')]
    : []
}

/** `knowsMax`: what it sent before in this term counts. */
function judged(tokens: readonly Token[], view: NodeView, inc: Inc, knowsMax: boolean): Comparison[] {
  const me = { uid: view.uid as Uid, inc }
  const ballot = { term: view.term, sentMax: knowsMax ? view.sentMax : undefined }
  return tokens.map((token) => {
    // A token of a newer term meets a node that has sent nothing in it.
    const sent = token.term > ballot.term ? undefined : ballot.sentMax
    const verdict = judge(ballot, me, token.term, token.candidate)
    const against = sent && sent.uid > me.uid ? idOf(sent.uid) : view.id
    switch (verdict.type) {
      case 'won':
        return make(view.index, token, view.id, 'elected')
      case 'stale':
        return make(view.index, token, against, 'stale')
      case 'drop':
        return make(view.index, token, against, 'dropped')
      case 'forward':
        return verdict.candidate.uid === token.candidate.uid
          ? make(view.index, token, view.id, 'passed')
          : make(view.index, token, view.id, 'replaced')
    }
  })
}
