/**
 * One process of a member (bench/peers/member.js): what it is asked, what it replies, and what it costs.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from './peers.ts'

const deadlineMs = 180_000

export type Reply = Record<string, unknown> & { did: string }

export class Member {
  readonly #child: ChildProcess
  #replies: Reply[] = []
  #wake: (() => void) | undefined

  constructor(driver: string, options: object, execArgv: readonly string[]) {
    const args = [driver, JSON.stringify(options)]
    this.#child = fork(join(folder, 'member.js'), args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...execArgv],
    })
    this.#child.on('message', (message) => {
      this.#replies.push(message as Reply)
      this.#wake?.()
    })
    this.#child.on('exit', () => this.#wake?.())
    // It has ended meanwhile: who waits for it finds out.
    this.#child.on('error', () => this.#wake?.())
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  ask(what: object): void {
    this.#child.send(what)
  }

  async told(did: string): Promise<Reply> {
    const until = performance.now() + deadlineMs
    for (;;) {
      const at = this.#replies.findIndex((reply) => reply.did === did)
      const [found] = at < 0 ? [] : this.#replies.splice(at, 1)
      if (found) return found
      if (this.#isOver) throw new Error(`a member ended before it ${did}`)
      if (performance.now() > until) throw new Error(`no member ${did} within ${deadlineMs / 1000} s`)
      await new Promise<void>((done) => {
        const timer = setTimeout(done, 1000)
        this.#wake = () => {
          clearTimeout(timer)
          done()
        }
      })
    }
  }

  async asked(what: object, did: string): Promise<Reply> {
    this.ask(what)
    return this.told(did)
  }

  async end(): Promise<void> {
    if (this.#isOver) return
    const over = new Promise((done) => this.#child.once('exit', done))
    this.ask({ do: 'leave' })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await over
    clearTimeout(timer)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/** Of a process, its threads included. Unit: us. 0 where the system does not say. */
function cpuOf(pid: number | undefined): number {
  const path = `/proc/${pid}/stat`
  if (pid === undefined || !existsSync(path)) return 0
  const fields = readFileSync(path, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

/** us: of all processes so far. rssMb: of the largest member. threads: us of the members, by kind of thread. */
export type Cpu = { us: number; rssMb: number; threads: ReadonlyMap<string, number> }

export async function cpu(members: readonly Member[], server: ChildProcess | undefined): Promise<Cpu> {
  const all = await Promise.all(members.map((member) => member.asked({ do: 'cpu' }, 'cpu')))
  const us = all.reduce((sum, reply) => sum + Number(reply['us']), cpuOf(server?.pid))
  const threads = new Map<string, number>()
  for (const { threads: own } of all)
    for (const [kind, some] of Object.entries(own as Record<string, number>))
      threads.set(kind, (threads.get(kind) ?? 0) + some)
  return { us, rssMb: Math.max(...all.map((reply) => Number(reply['rssMb']))), threads }
}
