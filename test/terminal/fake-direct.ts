/** The direct side of a fake room: what is said to one person arrives, fails or is kept as the test says. */

import { RingleaderError } from '../../src/peer/errors.ts'
import type { FileEvents, Files, HeldFile, OfferedFile } from '../../src/peer/direct/files.ts'
import type { Watching } from '../../src/peer/watching/watching.ts'
import type { Direct, DirectEvents, PrivateMessage } from '../../src/peer/direct/direct.ts'

export class FakeDirect implements Direct {
  kept: PrivateMessage[] = []
  recent: PrivateMessage[] = []
  away: string | undefined
  readonly readProblem: string | undefined = undefined
  /** Of others. */
  readonly aways = new Map<string, string>()
  readonly said: { to: string; text: string; keep: boolean }[] = []
  /** Why nothing arrives; undefined: it does. */
  problem: string | undefined
  readonly #listeners: { [E in keyof DirectEvents]: Set<DirectEvents[E]> } = {
    private: new Set(),
    delivered: new Set(),
    away: new Set(),
  }

  send(
    to: string,
    text: string,
    { keep = false }: { keep?: boolean } = {},
  ): Promise<{ id: string; state: 'delivered' | 'kept'; away: string | undefined }> {
    this.said.push({ to, text, keep })
    const id = `${to}:${this.said.length}`
    if (this.problem === undefined)
      return Promise.resolve({ id, state: 'delivered', away: this.aways.get(to) })
    if (!keep) return Promise.reject(new RingleaderError('ERR_UNREACHABLE', this.problem))
    this.kept.push(
      makePrivate({ id, own: true, state: 'kept', text, with: { id: to, name: '', address: '' } }),
    )
    return Promise.resolve({ id, state: 'kept', away: undefined })
  }

  drop(id: string): Promise<boolean> {
    const before = this.kept.length
    this.kept = this.kept.filter((one) => one.id !== id)
    return Promise.resolve(this.kept.length < before)
  }

  setAway(text: string | undefined): void {
    this.away = text
  }

  awayOf(id: string): string | undefined {
    return this.aways.get(id)
  }

  on<E extends keyof DirectEvents>(event: E, listener: DirectEvents[E]): this {
    this.#listeners[event].add(listener)
    return this
  }

  off<E extends keyof DirectEvents>(event: E, listener: DirectEvents[E]): this {
    this.#listeners[event].delete(listener)
    return this
  }

  emit<E extends keyof DirectEvents>(event: E, ...args: Parameters<DirectEvents[E]>): void {
    for (const listener of this.#listeners[event]) (listener as (...args: unknown[]) => void)(...args)
  }
}

export function makePrivate(given: Partial<PrivateMessage> & { text: string }): PrivateMessage {
  return {
    id: 'p1',
    with: { id: 'b'.repeat(32), name: 'Bob', address: '10.0.0.2:4000' },
    time: new Date('2026-11-22T12:00:00.000Z'),
    own: false,
    state: 'delivered',
    ...given,
  }
}

/** Remembers what was asked of it. */
export class FakeFiles implements Files {
  readonly asked: string[] = []
  /** What becomes of it; undefined: it goes well. */
  problem: Error | undefined

  offer(path: string): Promise<{ id: string; file: OfferedFile }> {
    this.asked.push(`offer ${path}`)
    if (this.problem) return Promise.reject(this.problem)
    return Promise.resolve({ id: 'x', file: { name: path, size: 1, hash: '0'.repeat(64) } })
  }

  receive(file: OfferedFile, { folder }: Parameters<Files['receive']>[1]): Promise<{ path: string }> {
    this.asked.push(`fetch ${file.name}`)
    return this.problem ? Promise.reject(this.problem) : Promise.resolve({ path: `${folder}/${file.name}` })
  }

  /** By hash. */
  readonly here = new Map<string, HeldFile>()

  held({ hash }: OfferedFile): Promise<HeldFile> {
    return Promise.resolve(this.here.get(hash) ?? { path: undefined, done: 0 })
  }

  readonly #listeners: { [E in keyof FileEvents]: Set<FileEvents[E]> } = {
    fetched: new Set(),
    unserved: new Set(),
  }

  on<E extends keyof FileEvents>(event: E, listener: FileEvents[E]): this {
    this.#listeners[event].add(listener)
    return this
  }

  off<E extends keyof FileEvents>(event: E, listener: FileEvents[E]): this {
    this.#listeners[event].delete(listener)
    return this
  }

  emit<E extends keyof FileEvents>(event: E, ...args: Parameters<FileEvents[E]>): void {
    for (const listener of this.#listeners[event]) (listener as (...all: unknown[]) => void)(...args)
  }
}

/** Sees nothing. */
export class FakeWatching implements Watching {
  watch(): () => void {
    return () => {}
  }

  state(): Promise<never> {
    return Promise.reject(new Error('it tells nothing'))
  }

  record(): Promise<undefined> {
    return Promise.resolve(undefined)
  }
}
