/**
 * Defines where private messages are kept. The adapter is in `store/home/`.
 */

/** One line of the file. */
export type PrivateEntry =
  | (Said & { readonly type: 'in' | 'out' | 'kept' })
  /** What became of a kept one. */
  | { readonly type: 'delivered' | 'dropped'; readonly id: string }

type Said = {
  readonly id: string
  readonly with: { readonly id: string; readonly name: string; readonly address: string }
  readonly text: string
  /** Ms since 1970. */
  readonly time: number
}

export interface PrivateFile {
  /** What it held when it was opened, oldest first. */
  readonly entries: readonly PrivateEntry[]
  /** Why what it held cannot be read; undefined: it was. */
  readonly problem?: string | undefined
  /** Durable when it resolves. Rejects with ERR_DISK_FULL or ERR_HOME_UNUSABLE. */
  append(entry: PrivateEntry): Promise<void>
  close(): Promise<void>
}
