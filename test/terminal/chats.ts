/**
 * Chats over a room in memory, at a pipe or at a modelled terminal.
 */

import { PassThrough, Writable } from 'node:stream'
import { ChatRun } from '../../src/ui/terminal/chat-run.ts'
import type { FakeRoom } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'
import type { ChatSetup } from '../../src/ui/terminal/chat-setup.ts'

/** A stream that keeps what is written; `until` waits for it, ten seconds at most. */
export class Collected extends Writable {
  text = ''
  #looks: (() => void)[] = []
  constructor() {
    super({
      write: (chunk, _encoding, done) => {
        this.text += String(chunk)
        done()
        for (const look of this.#looks) look()
      },
    })
  }
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }
  until(isThere: (text: string) => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never written: ${what}; but:\n${this.text}`)), 10_000)
      const look = () => {
        if (!isThere(this.text)) return
        clearTimeout(timer)
        this.#looks = this.#looks.filter((other) => other !== look)
        resolve()
      }
      this.#looks.push(look)
      look()
    })
  }
}

export function setupOf(room: FakeRoom, given: Partial<ChatSetup>): ChatSetup {
  return {
    name: 'Ann',
    address: '10.0.0.1:4000',
    open: () => Promise.resolve(room),
    atStart: [],
    atEnd: () => undefined,
    rejoins: false,
    files: '/nowhere',
    input: new PassThrough(),
    output: new Collected(),
    errors: new Collected(),
    json: false,
    canDraw: true,
    canNotify: true,
    format: undefined,
    outputColour: false,
    errorColour: false,
    history: 'all',
    stay: false,
    timeoutMs: 10_000,
    verbose: false,
    log: () => {},
    suspend: () => {},
    exitNow: () => {},
    ...given,
  }
}

type Piped = { run: ChatRun; code: Promise<number>; input: PassThrough; output: Collected; errors: Collected }

export function pipe(room: FakeRoom, given: Partial<ChatSetup> = {}): Piped {
  const input = new PassThrough()
  const output = given.output instanceof Collected ? given.output : new Collected()
  const errors = new Collected()
  const run = new ChatRun(setupOf(room, { input, output, errors, ...given }))
  return { run, code: run.run(), input, output, errors }
}

type Seated = { run: ChatRun; code: Promise<number>; terminal: FakeTerminal }

export function sit(room: FakeRoom, given: Partial<ChatSetup> = {}, terminal = new FakeTerminal(60)): Seated {
  const { input, output } = terminal
  const run = new ChatRun(setupOf(room, { input, output, ...given }))
  return { run, code: run.run(), terminal }
}

export const prompt = '> Ann(10.0.0.1:4000):'
export const opening = [
  '/// Ann(10.0.0.1:4000) is in the room; 1 member, leader Ann(10.0.0.1:4000)',
  '/// others join with: ringleader -n <their name> -na 10.0.0.1 -np 4000',
  '/// the room is open: anybody who reaches 10.0.0.1:4000 can join and read',
]
