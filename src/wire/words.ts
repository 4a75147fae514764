/**
 * The core's words and their numbers on the wire. The place in the list is the number (ringleader.proto):
 * only ever append. Knows nothing of what they mean.
 */

import type { ByeReason, Frame, Status } from '../core/model/frames.ts'

type Role = Extract<Frame, { type: 'follow' }>['role']

export const statuses: readonly Status[] = [
  'searching',
  'electing',
  'following',
  'gathering',
  'open',
  'leaving',
]
export const roles: readonly Role[] = ['member', 'bridge']
export const byeReasons: readonly ByeReason[] = ['closing', 'left', 'room', 'identity', 'family', 'full']
