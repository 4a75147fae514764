/**
 * Words for /check: whether all members hold the same.
 */

import { renderMessage, showWho } from '../../chat/message-line.ts'
import type { LineStyle } from '../../chat/message-line.ts'
import type { CheckedMember, Room, RoomCheck } from '../../peer/room.ts'

/** When a person who waits is told so. Unit: ms. */
const patienceMs = 1000

/** Compares all members. `tell` is for a wait that is long. Returns text that is escaped. */
export async function checkAnswer(
  room: Pick<Room, 'check' | 'self'>,
  style: LineStyle,
  tell: (text: string) => void,
): Promise<string> {
  const waiting = setTimeout(() => tell('comparing what all members hold ...'), patienceMs)
  try {
    return wordsOf(await room.check(), room.self.id, style)
  } finally {
    clearTimeout(waiting)
  }
}

function wordsOf(check: RoomCheck, own: string, style: LineStyle): string {
  const lines = check.members.flatMap((member) => lineOf(member, member.id === own, style))
  return [headOf(check, own), ...lines].join('\n')
}

function headOf({ fingerprint, messages, members }: RoomCheck, own: string): string {
  const what = `${messages.toLocaleString('en-US')} ${messages === 1 ? 'message' : 'messages'}: ${fingerprint}`
  const same = members.filter(({ state }) => state === 'same').length
  if (members.find(({ id }) => id === own)?.state === 'differs')
    return `you and the leader do not hold the same; you hold ${what}`
  if (members.length === 1) return `you are alone in the room, and hold ${what}`
  if (same === members.length) return `${same === 2 ? 'both' : `all ${same}`} members hold the same ${what}`
  if (same === 1) return `no other member was found to hold the same; you hold ${what}`
  return `${same} of ${members.length} members hold the same ${what}`
}

function lineOf(member: CheckedMember, isSelf: boolean, style: LineStyle): string[] {
  const { state, firstDifference } = member
  if (state === 'same') return []
  const who = isSelf ? 'you' : showWho(member, style.pieceOf?.(member))
  if (state === 'silent') return [`${who} did not reply`]
  const verb = isSelf ? 'differ' : 'differs'
  if (!firstDifference) return [`${who} ${verb}; the place was not found`]
  return [`${who} ${verb} from here on: ${renderMessage(firstDifference, style)}`]
}
