/**
 * Leaders that sent what does not verify (PROTOCOL.md section 2.17): frames that name one of them as a leader, or as a
 * candidate, are ignored.
 */

import { log } from '../model/emit.ts'
import type { Frame, Member } from '../model/frames.ts'
import type { Uid } from '../model/ids.ts'
import type { State } from '../model/state.ts'

/** Until this process ends, or too many others have done the same since. */
export function distrust(state: State, { uid, name, addr }: Member): void {
  const { distrusted, config } = state
  distrusted.add(uid)
  for (const oldest of distrusted) {
    if (distrusted.size <= config.distrustedMax) break
    distrusted.delete(oldest)
  }
  const text = `${name}(${addr}) led this room, and sent what its author or its stamper has not signed: this node does not follow it any more until it is started again`
  log(state, { type: 'error', text })
}

/** Whom a frame asks to follow, or to let win. (What INFO and REDIRECT name is judged where they are read.) */
export function leaderNamedBy(frame: Frame): Uid | undefined {
  switch (frame.type) {
    case 'elect':
      return frame.candidate.uid
    case 'elected':
      return frame.winner.uid
    case 'alive':
    case 'moved':
      return frame.leader.uid
    case 'view':
      return frame.view.vid.leader
    default:
      return undefined
  }
}
