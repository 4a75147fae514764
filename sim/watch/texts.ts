/**
 * What parts say.
 */

import type { Part } from '../../src/core/model/records.ts'

export function textsOf({ entries }: Pick<Part, 'entries'>): string[] {
  return entries.map(({ text }) => text)
}

/** Its messages in one line. */
export function textOf(part: Pick<Part, 'entries'>): string {
  return textsOf(part).join(' ')
}
