/**
 * The thread's side of thread-verifier.ts: verifies batches of signatures, and reports which are right.
 */

import { parentPort } from 'node:worker_threads'
import { keyBytes, signatureBytes } from '../wire/limits.ts'
import { signatureCheck } from './key-cache.ts'

/** For each signature the length of what is signed, then the key, the signature, and what is signed. */
export type Batch = { id: number; lengths: readonly number[]; bytes: Uint8Array }
/** `right`: 1 or 0 for each. */
export type Verdicts = { id: number; right: readonly number[] }

const isRight = signatureCheck()

parentPort?.on('message', ({ id, lengths, bytes: all }: Batch) => {
  const bytes = Buffer.from(all.buffer, all.byteOffset, all.length)
  let at = 0
  const right = lengths.map((length) => {
    const key = bytes.toString('hex', at, (at += keyBytes))
    const signature = bytes.subarray(at, (at += signatureBytes))
    return isRight(key, bytes.subarray(at, (at += length)), signature) ? 1 : 0
  })
  parentPort?.postMessage({ id, right } satisfies Verdicts)
})
