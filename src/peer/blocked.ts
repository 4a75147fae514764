/**
 * What people are told when the store cannot take more: the disk is full, or another program has locked the
 * history file.
 */

import type { StopReason } from '../core/model/effects.ts'
import type { Address } from '../core/model/ids.ts'
import { RingleaderError } from './errors.ts'
import type { Blocked } from './ports.ts'
import { errorOf } from './to-room.ts'

/** Why something said now is not taken. */
export function blockedError(why: Blocked): RingleaderError {
  return why === 'full'
    ? new RingleaderError('ERR_DISK_FULL', 'the disk is full: free some space and say it again')
    : new RingleaderError(
        'ERR_HOME_UNUSABLE',
        'the history file is locked by another program: end that program, or wait, and say it again',
      )
}

/** Why the room ended, as callers hear it; undefined when it was left. */
export function stoppedBy(
  reason: StopReason,
  why: Blocked,
  removedBy: { name: string; addr?: Address } | undefined,
): RingleaderError | undefined {
  if (reason === 'removed' && removedBy)
    return new RingleaderError(
      'ERR_LOCKED',
      `this node was removed from the room by ${removedBy.name}${removedBy.addr === undefined ? '' : `(${removedBy.addr})`}`,
    )
  if (reason !== 'disk-full' || why === 'full') return errorOf(reason)
  return new RingleaderError(
    'ERR_HOME_UNUSABLE',
    'another program has locked the history file for too long: end that program and start again; the others go on',
  )
}

/** A node that cannot keep what the room said before it came cannot come in. */
export function noRoomForHistory(): RingleaderError {
  const text =
    'the disk is full: it has no room for the history of this room; free some space and start again'
  return new RingleaderError('ERR_DISK_FULL', text)
}
