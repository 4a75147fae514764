/**
 * What a node reports about itself: the lines of the log (cli.md) before they are words.
 */

import type { BookEntry, Member } from './frames.ts'
import type { Address, Uid } from './ids.ts'

type Who = Member | BookEntry
/** `name` is empty and `addr` absent where they are not known. */
type Named = { readonly uid: Uid; readonly name: string; readonly addr?: Address }
type Knocker = { readonly uid: Uid; readonly name: string; readonly addr: Address }

/**
 * One thing that a node reports about itself, told apart by `type`. `who`, `next` and `previous` are nodes: `uid` (the
 * node id, 32 hex digits), `name` and `addr` (`IP:port`) can be relied on. Types may be added.
 *
 * | type | meaning |
 * | --- | --- |
 * | `listening` | The node takes connections at `addr` |
 * | `joined`, `left` | A member came; a member said goodbye |
 * | `died` | The connection to it was refused: its process has ended |
 * | `unreachable` | It is silent |
 * | `moved` | It is reached at another address than before, `from`; `own`: it is this node |
 * | `ring` | This node's neighbours changed; one that is missing is not there |
 * | `election-started` | This node began an election in `term`, and `why` |
 * | `election-candidate` | This node passes on the token of `who` in `term` |
 * | `election-token` | The token of `candidate` came to this node, `own`, from `from`, and what became of it: `pass on` (it is larger than `own` and than what was sent), `replaced` (it is smaller, and `own` was sent), `dropped` (not larger than `sentMax`, sent before), `elected` (it came home), `held` (the leader is asked first) or `old` (of an older term) |
 * | `election-won` | `who` has won `term` |
 * | `leader` | `who` leads, elected in `term` |
 * | `stored` | Caught up: the node holds `count` messages |
 * | `split` | `count` members went out of reach at once |
 * | `merged` | After a cut: `count` messages were said on the other side |
 * | `disk` | The disk is `full`, or there is room again (`freed`); or another program has `locked` the history, or no longer (`unlocked`) |
 * | `woke` | The process stood still for `sleptMs`. Unit: ms |
 * | `searching` | It looks for its room, or asks at `addr` |
 * | `knock` | `who` asks to be let into the locked room, as knock `number`. `state`: it `waits`; `admitted` or `denied` by the member `by`; `gone`: it gave up; `expired`: nobody answered it; `unreachable`: the member at which it knocks is gone |
 * | `rekeyed` | `by` changed the key of the locked room, and took `removed` out of it; a `name` that is not known is empty |
 * | `titled` | `by` gave the room its `title`; with `over`: the title stays, as that one, of the other side of a cut, was given before it |
 * | `unannounced` | The local network cannot be told of the room, and `why` |
 * | `refused` | A peer was cut off for what it sent or did: `what`; `uid` and `addr` name the peer; `more` were left out |
 * | `error` | Something that a person should look at: `text` |
 */
export type LogLine =
  | { type: 'listening'; addr: Address }
  | { type: 'joined'; who: Who }
  | { type: 'left'; who: Who }
  | { type: 'died'; who: Who }
  | { type: 'unreachable'; who: Who }
  | { type: 'moved'; who: Who; from: Address; own?: true }
  | { type: 'ring'; next?: Who; previous?: Who }
  | { type: 'election-started'; term: number; why: 'leader lost' | 'leader left' | 'timeout' }
  | { type: 'election-candidate'; term: number; who: Who | { uid: string } }
  | {
      type: 'election-token'
      term: number
      candidate: Uid
      verdict: 'pass on' | 'replaced' | 'dropped' | 'elected' | 'held' | 'old'
      own: Uid
      from?: Uid
      sentMax?: Uid
    }
  | { type: 'election-won'; term: number; who: Who }
  | { type: 'leader'; who: Who; term: number }
  | { type: 'stored'; count: number }
  | { type: 'split'; count: number }
  | { type: 'merged'; count: number }
  | { type: 'disk'; state: 'full' | 'freed' | 'locked' | 'unlocked' }
  | { type: 'woke'; sleptMs: number }
  | { type: 'searching'; addr?: Address }
  | {
      type: 'knock'
      number: number
      who: Knocker
      state: 'waits' | 'admitted' | 'denied' | 'gone' | 'expired' | 'unreachable'
      by?: Named
    }
  | { type: 'unannounced'; why: string }
  | { type: 'refused'; what: string; uid?: Uid; addr?: Address; more?: number }
  | { type: 'rekeyed'; by: Named; removed: readonly Named[] }
  | { type: 'titled'; title: string; by: Named; over?: { title: string; by: Named } }
  | { type: 'error'; text: string }
