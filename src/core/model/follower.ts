/**
 * The leader's entry of one follower (PROTOCOL.md section 2.3), and the steps of its life. Each step has a name here,
 * and nothing else changes a follower's phase.
 *
 *     FOLLOW -> comparing -> uploading -> catching-up -> live
 *                                                         |  MOVE (bridges only)
 *                                                     moving-in -> live
 *     any -> lost, when the link ends
 */

import type { BookEntry, Member } from './frames.ts'
import type { LinkId, Uid } from './ids.ts'
import type { PeerHolds, Stream } from './state.ts'

/**
 * comparing: FOLLOW_OK is out, and some digests differed: it names what it holds there.
 * uploading: FOLLOW_OK is out, and the follower sends what we lack until UP_DONE.
 * catching-up: it has sent all, and we send what it lacks until the cursor reaches our end.
 * live: SYNCED is out; it gets records as they are appended.
 * moving-in: its MOVE was accepted; MOVE_OK goes out when the cursor reaches our end (2.11 step 3).
 * lost: its link ended; it may FOLLOW again before it is evicted (2.6).
 */
type FollowerPhase = 'comparing' | 'uploading' | 'catching-up' | 'live' | 'moving-in' | 'lost'

/**
 * What became of the last SUBMIT (D2). taken: all of it was stamped, or was already. asked-again: a gap was found, and
 * NACK sent once for it. dropped: nothing could be stamped at that time; NACK follows when it can (2.11). crowding: it
 * had too much stamped that is not safe yet; NACK follows when there is room (2.5). early: the clock of a message is
 * beyond the bound; NACK follows at the next heartbeat (D1).
 */
type Submission = 'taken' | 'asked-again' | 'dropped' | 'crowding' | 'early'

/** A member that follows us, or the leader of another office that bridges (2.11). */
export type Follower = {
  readonly member: Member
  /** Undefined exactly when the phase is `lost`. */
  link: LinkId | undefined
  /** Behind whom it asked to stand. */
  readonly after: Uid | ''
  /** Whether it keeps its records on a disk. */
  readonly disk: boolean
  /** Undefined exactly when the phase is `comparing` or `lost`. */
  stream: Stream | undefined
  /** What it has said that it holds: until the stream begins. */
  holds: PeerHolds | undefined
  phase: FollowerPhase
  submission: Submission
  /** The position of our log up to which it has stored all. */
  storedPos: number
  /** 2.5: log position that it must have stored to count as up to date, and beats since it did not. */
  mark: number
  behind: number
  /** Position of the last record it authored: it waits for SAFE. */
  authorPos: number
  /** What it submitted and this office stamped, as far as it was not safe when it submitted last. `bytes`: their sum. */
  unsafe: { pos: number; bytes: number }[]
  unsafeBytes: number
  /** A view that it was not sent because its link is full: what that view says of those who are gone. */
  viewOwed: ReadonlyMap<Uid, BookEntry> | undefined
  /** Why its link was lost. */
  lost: 'died' | 'unreachable'
  /** 2.6: it was taken out several times without proof that it receives; until there is some, no view lists it. */
  onTrial: boolean
  /** A PONG with this nonce, or a later one, proves that SYNCED arrived, and all before it. 0: SYNCED is not out. */
  proofNonce: number
  proved: boolean
}

/** FOLLOW was accepted. `end`: the end of our log, which it must have stored to count as up to date. */
export function newFollower(
  who: Pick<Follower, 'member' | 'after' | 'disk'>,
  link: LinkId,
  holds: PeerHolds,
  end: number,
): Follower {
  return {
    ...who,
    link,
    stream: undefined,
    holds,
    phase: 'comparing',
    submission: 'taken',
    storedPos: 0,
    mark: end,
    behind: 0,
    authorPos: 0,
    unsafe: [],
    unsafeBytes: 0,
    viewOwed: undefined,
    lost: 'unreachable',
    onTrial: false,
    proofNonce: 0,
    proved: false,
  }
}

/** It is known what it holds. */
export function comparisonEnded(follower: Follower, stream: Stream): void {
  follower.phase = 'uploading'
  follower.stream = stream
  follower.holds = undefined
}

/** UP_DONE came. */
export function uploadEnded(follower: Follower): void {
  if (follower.phase === 'uploading') follower.phase = 'catching-up'
}

/** It was sent everything up to `end`, and SYNCED or MOVE_OK with it. */
export function becameLive(follower: Follower, end: number): void {
  follower.phase = 'live'
  // It may hold own messages that only this position makes *sent*: SAFE is told it at once (2.5).
  follower.authorPos = end
  if (follower.stream) follower.stream.told = end
}

/** The MOVE of a bridge was accepted: from now on it is a follower, and is judged as one from `end` on. */
export function moveAccepted(follower: Follower, end: number): void {
  follower.phase = 'moving-in'
  follower.mark = end
}

/** Its link ended. */
export function linkLost(follower: Follower, how: Follower['lost']): void {
  follower.phase = 'lost'
  follower.lost = how
  follower.link = undefined
  follower.stream = undefined
  follower.holds = undefined
}

/** Whether others still have to wait for its upload (2.9). */
export function isUploading(follower: Follower): boolean {
  return follower.phase === 'comparing' || follower.phase === 'uploading'
}

/** Whether it waits for SYNCED or MOVE_OK. */
export function isCatchingUp(follower: Follower): boolean {
  return follower.phase === 'catching-up' || follower.phase === 'moving-in'
}
