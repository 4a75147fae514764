/**
 * When what was written has to be on disk (PROTOCOL.md section 2.5): at once where something waits for it, otherwise when it
 * suits the store.
 */

import type { State } from '../model/state.ts'

/** At the end of a step: asks for a commit of what was persisted, if something waits for it and it was not asked for yet. */
export function decideFlush(state: State): void {
  if (state.flushN === state.persistN || state.durableN === state.persistN || !isAwaited(state)) return
  state.flushN = state.persistN
  state.out.push({ type: 'flush' })
}

function isAwaited(state: State): boolean {
  const { role, durableEnd, end } = state
  // What has to be there before this process ends, and what would take memory.
  if (state.leaving || role.type === 'stopped') return true
  if (state.undurableBytes > state.config.lazyBytesMax) return true
  // A key is lost with the record that names it.
  if (state.lock && state.lock.awaited.size > 0) return true
  // All others wait for it to become *safe*, this node for *sent*, people for what is shown from the disk.
  if (durableEnd < end && (role.type === 'office' || holdsCopies(state))) return true
  if (state.ordered > 0) {
    const own = [state.outbox[0], state.outbox[state.ordered - 1]]
    if (own.some((entry) => entry && entry.ownPos > durableEnd)) return true
  }
  return state.live && durableEnd < Math.min(state.showTo, end)
}

/**
 * `copies` members hold what is *safe*: those that keep a disk, from the leader on as they stand in the ring. A visit is gone
 * too soon.
 */
function holdsCopies({ role, view, uid, copies }: State): boolean {
  if (role.type !== 'following' || role.phase !== 'live') return false
  const { members } = view
  const first = members.findIndex((member) => member.uid === role.leader.uid)
  // Where the view does not list one of them, nothing is known of who else holds it.
  if (first < 0) return true
  let holders = 0
  for (let i = 0; i < members.length && holders < copies; i++) {
    const member = members[(first + i) % members.length]
    if (member?.uid === uid) return true
    if (member && !member.visit && !member.memory) holders++
  }
  return !members.some((member) => member.uid === uid)
}
