/**
 * Maps the core's words to their numbers on the wire. A word's place in its list is its number
 * (ringleader.proto): only append to a list.
 */

import type { ByeReason, Compared, Frame, KnockNews, Status } from '../core/model/frames.ts'

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
export const byeReasons: readonly ByeReason[] = [
  'closing',
  'left',
  'room',
  'identity',
  'family',
  'locked',
  'rekeyed',
  'removed',
  'denied',
]
export const verdicts: readonly Compared['verdict'][] = ['same', 'differs', 'silent']
export const knockStates: readonly KnockNews['state'][] = ['waits', 'admitted', 'denied', 'gone', 'expired']
