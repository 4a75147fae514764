/**
 * The private messages that a node has: those it remembers, those it keeps for others, and the names of those that came, so that
 * none is shown twice.
 */

import type { PrivateMessage } from './direct.ts'
import type { PrivateEntry, PrivateFile } from './private-file.ts'

/** Messages that are remembered, and the length of their texts together. Unit of the second: UTF-16 units. */
const rememberedMax = 1000
const unitsMax = 4 * 1024 * 1024
/** Names of messages that came: of one member, and members of which they are remembered. A message that is sent again comes within seconds, or at the next meeting. */
const namesMax = 5000
const membersMax = 2000

export class PrivateLog {
  readonly #file: PrivateFile | undefined
  readonly #recent: PrivateMessage[] = []
  #units = 0
  readonly #kept = new Map<string, PrivateMessage>()
  readonly #came = new Map<string, Set<string>>()

  /** `file`: undefined where there is no home. */
  constructor(file: PrivateFile | undefined) {
    this.#file = file
    for (const entry of file?.entries ?? []) this.#take(entry)
  }

  get recent(): PrivateMessage[] {
    return this.#recent.map(copy)
  }

  get kept(): PrivateMessage[] {
    return [...this.#kept.values()].map(copy)
  }

  /** `from`: the member that says it. */
  hasCome(from: string, id: string): boolean {
    return this.#came.get(from)?.has(id) ?? false
  }

  isKept(id: string): boolean {
    return this.#kept.has(id)
  }

  /** Durable when it resolves; rejects where it cannot be, and then nothing has changed. */
  async add(entry: PrivateEntry): Promise<void> {
    await this.#file?.append(entry)
    this.#take(entry)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  #take(entry: PrivateEntry): void {
    switch (entry.type) {
      case 'in':
        this.#nameCame(entry.with.id, entry.id)
        return this.#remember(toMessage(entry, false, 'delivered'))
      case 'out':
        return this.#remember(toMessage(entry, true, 'delivered'))
      case 'kept':
        this.#kept.set(entry.id, toMessage(entry, true, 'kept'))
        return
      case 'delivered': {
        const message = this.#kept.get(entry.id)
        if (message) this.#remember({ ...message, state: 'delivered' })
        this.#kept.delete(entry.id)
        return
      }
      case 'dropped':
        this.#kept.delete(entry.id)
    }
  }

  #nameCame(from: string, id: string): void {
    const names = this.#came.get(from) ?? new Set()
    names.add(id)
    const [oldest] = names
    if (names.size > namesMax && oldest !== undefined) names.delete(oldest)
    // Who has said nothing for longest is first.
    this.#came.delete(from)
    this.#came.set(from, names)
    const [quietest] = this.#came.keys()
    if (this.#came.size > membersMax && quietest !== undefined) this.#came.delete(quietest)
  }

  #remember(message: PrivateMessage): void {
    this.#recent.push(message)
    this.#units += message.text.length
    while (this.#recent.length > rememberedMax || this.#units > unitsMax)
      this.#units -= this.#recent.shift()?.text.length ?? 0
  }
}

function toMessage(
  { id, with: who, text, time }: Exclude<PrivateEntry, { type: 'delivered' | 'dropped' }>,
  own: boolean,
  state: PrivateMessage['state'],
): PrivateMessage {
  return { id, with: { ...who }, text, time: new Date(time), own, state }
}

function copy(message: PrivateMessage): PrivateMessage {
  return { ...message, with: { ...message.with } }
}
