/**
 * Verifies signatures beside the core: a few a second on the event loop, a batch in each of its turns, and more in threads of its
 * own. Not in the pool of Node.js: files and names are looked up there, and a signature each way costs a tenth more. To start a
 * thread takes as long as to verify some 800 signatures, so threads are started only where more than 512 come in half a second, and
 * end when they are not needed for a while.
 */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { RoomId } from '../core/model/ids.ts'
import { assert } from '../lib/assert.ts'
import type { Claim } from '../core/model/notary.ts'
import type { SideVerifier } from '../peer/ports.ts'
import { keyBytes, signatureBytes } from '../wire/limits.ts'
import { signatureCheck } from './key-cache.ts'
import { bytesToSeal, bytesToSign, type Proven } from './signatures.ts'
import type { Batch, Verdicts } from './verifying-thread.ts'

/** More threads than this verify faster than the core takes anything. */
const threadsMax = 4
/** Each has one batch in work and one that waits. */
const batchesEach = 2
/** Unit: ms. */
const idleMs = 10_000
/** While there is no thread, so many signatures are verified on the event loop in `hereMs`: a twelfth of its time. */
const hereMax = 512
/** Unit: ms. */
const hereMs = 500

type Work = { claims: readonly Claim[]; done: () => void }
/** isUp: it has verified something. */
type Thread = { readonly worker: Worker; readonly work: Map<number, Work>; isUp: boolean }

export class ThreadVerifier implements SideVerifier {
  readonly lanes: number
  readonly #room: RoomId
  readonly #proven: Proven
  readonly #threadsWanted: number
  readonly #isRight = signatureCheck()
  #threads: Thread[] = []
  /** What is verified here, in the order of the calls; the count of the last `hereMs`, and what ends them. */
  #here: Work[] = []
  #hereCount = 0
  #hereTimer: NodeJS.Timeout | undefined
  #lastId = 0
  #isStopped = false
  #idle: NodeJS.Timeout | undefined

  /** `proven`: of the notary that is spared the work. */
  constructor(room: RoomId, proven: Proven, threads = Math.min(availableParallelism(), threadsMax)) {
    this.#room = room
    this.#proven = proven
    this.#threadsWanted = threads
    this.lanes = threads * batchesEach
  }

  verify(claims: readonly Claim[], done: () => void): void {
    if (this.#mayVerifyHere(claims.length)) {
      this.#here.push({ claims, done })
      if (this.#here.length === 1) setImmediate(() => this.#verifyHere())
      return
    }
    const id = ++this.#lastId
    const thread = this.#thread()
    if (!thread) return void setImmediate(done)
    thread.worker.ref()
    thread.work.set(id, { claims, done })
    const batch = this.#pack(id, claims)
    thread.worker.postMessage(batch, [batch.bytes.buffer as ArrayBuffer])
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#hereTimer)
    await this.#endThreads()
  }

  #mayVerifyHere(count: number): boolean {
    if (this.#isStopped || this.#threads.length > 0 || this.#hereCount + count > hereMax) return false
    this.#hereCount += count
    this.#hereTimer ??= setTimeout(() => {
      this.#hereTimer = undefined
      this.#hereCount = 0
    }, hereMs).unref()
    return true
  }

  /** One batch a turn. */
  #verifyHere(): void {
    const [work] = this.#here
    if (!work) return
    for (const claim of work.claims) {
      const { key, signature, over } = this.#signed(claim)
      if (this.#isRight(key, over, Buffer.from(signature, 'hex'))) this.#proven.note(this.#room, claim)
    }
    this.#here.shift()
    if (this.#here.length > 0) setImmediate(() => this.#verifyHere())
    work.done()
  }

  /** The one with the least to do; undefined: none can be started. */
  #thread(): Thread | undefined {
    if (this.#isStopped) return undefined
    this.#idle ??= setTimeout(() => this.#rest(this.#lastId), idleMs).unref()
    const [least] = this.#threads.toSorted((a, b) => a.work.size - b.work.size)
    const isEnough = this.#threads.length >= this.#threadsWanted || this.#threads.some(({ isUp }) => !isUp)
    if (least && (least.work.size === 0 || isEnough)) return least
    return this.#start() ?? least
  }

  #start(): Thread | undefined {
    let worker: Worker
    try {
      worker = new Worker(new URL('verifying-thread.js', import.meta.url), {
        name: 'ringleader verifier',
        execArgv: [],
        resourceLimits: { maxYoungGenerationSizeMb: 4 },
      })
    } catch {
      return undefined
    }
    const thread: Thread = { worker, work: new Map(), isUp: false }
    worker.on('message', ({ id, right }: Verdicts) => {
      thread.isUp = true
      const work = thread.work.get(id)
      thread.work.delete(id)
      if (thread.work.size === 0) worker.unref()
      work?.claims.forEach((claim, at) => {
        if (right[at] === 1) this.#proven.note(this.#room, claim)
      })
      work?.done()
    })
    // What it had is verified by the notary.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      this.#threads = this.#threads.filter((other) => other !== thread)
      if (!this.#isStopped) for (const { done } of thread.work.values()) done()
    })
    // Only while it has work does it keep the process alive. Behind the listeners: they would do so as well.
    worker.unref()
    this.#threads.push(thread)
    return thread
  }

  #rest(lastId: number): void {
    this.#idle = undefined
    if (lastId !== this.#lastId || this.#threads.some(({ work }) => work.size > 0))
      this.#idle = setTimeout(() => this.#rest(this.#lastId), idleMs).unref()
    else void this.#endThreads()
  }

  async #endThreads(): Promise<void> {
    clearTimeout(this.#idle)
    this.#idle = undefined
    const threads = this.#threads
    this.#threads = []
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  #pack(id: number, claims: readonly Claim[]): Batch {
    const signed = claims.map((claim) => this.#signed(claim))
    let length = 0
    for (const { over } of signed) length += keyBytes + signatureBytes + over.length
    const bytes = Buffer.from(new ArrayBuffer(length))
    let at = 0
    for (const { key, signature, over } of signed) {
      at += bytes.write(key, at, 'hex')
      at += bytes.write(signature, at, 'hex')
      bytes.set(over, at)
      at += over.length
    }
    return { id, lengths: signed.map(({ over }) => over.length), bytes }
  }

  #signed(claim: Claim): { key: string; signature: string; over: Uint8Array } {
    if (claim.type === 'part') {
      const { key, signature, id } = claim.part
      return { key, signature, over: bytesToSign(this.#room, id) }
    }
    const { record, chain } = claim
    const { namespace, s, seal } = record
    assert(seal, 'a claim of a seal has one')
    return { key: seal.key, signature: seal.signature, over: bytesToSeal(this.#room, namespace, s, chain) }
  }
}
