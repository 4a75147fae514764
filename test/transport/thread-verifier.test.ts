/** Threads that verify: what is right is remembered, what is not is left to the notary, and the event loop stays free. */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Claim } from '../../src/core/model/notary.ts'
import { noChain } from '../../src/core/model/records.ts'
import type { Chain, Part, StampedRecord } from '../../src/core/model/records.ts'
import { createVerifier, Proven } from '../../src/transport/signatures.ts'
import { ThreadVerifier } from '../../src/transport/thread-verifier.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import { newPerson, reworded, say, signedRoom } from '../e2e/signed-home.ts'

const [ann, eve] = [newPerson('Ann'), newPerson('Eve')]

function partsOf(count: number): Part[] {
  return Array.from({ length: count }, (_, at) => say(ann, at + 1, [`line ${at}`]))
}

function claimsOfParts(parts: readonly Part[]): Claim[] {
  return parts.map((part) => ({ type: 'part', part }))
}

/** Threads that are started meanwhile. */
function countThreads(context: TestContext): () => number {
  let started = 0
  const count = (): number => ++started
  process.on('worker', count)
  context.after(() => process.off('worker', count))
  return () => started
}

for (const [where, count, isThread] of [
  ['here', 60, false],
  ['in a thread', 600, true],
] as const)
  test(`what is right is proven, and what is forged in the middle of it is not: ${where}`, async (context) => {
    const proven = new Proven()
    const verifier = new ThreadVerifier(signedRoom, proven, 2)
    context.after(() => verifier.stop())
    const threads = countThreads(context)
    const parts = partsOf(count)
    parts[30] = reworded(parts[30]!, 'I owe Eve 100')
    const stamp = (part: Part): StampedRecord => {
      const inc = makeInc(1, '0123456789abcdef')
      return { stamper: ann.uid, stamperInc: inc, namespace: ann.namespace, s: 1, ts: 9, part }
    }
    const [sealed, forged] = [stamp(parts[0]!), stamp(parts[1]!)]
    const chainOf = (record: StampedRecord): Chain => ann.notary.extend(noChain, record)
    sealed.seal = ann.notary.seal(signedRoom, ann.namespace, 1, chainOf(sealed))
    forged.seal = eve.notary.seal(signedRoom, ann.namespace, 1, chainOf(forged))
    const seals = [sealed, forged].map((record): Claim => ({ type: 'seal', record, chain: chainOf(record) }))
    await new Promise<void>((done) => verifier.verify([...seals, ...claimsOfParts(parts)], done))
    parts.forEach((part, at) => assert.equal(proven.hasPart(signedRoom, part), at !== 30, `part ${at}`))
    assert.ok(proven.hasSeal(signedRoom, sealed, chainOf(sealed)))
    assert.ok(!proven.hasSeal(signedRoom, sealed, chainOf(forged)), 'a seal is over one chain')
    // Signed with the key that it shows, which is not its stamper's.
    const notary = createVerifier(proven)
    assert.ok(notary.isSealed(signedRoom, sealed, chainOf(sealed)))
    assert.ok(!notary.isSealed(signedRoom, forged, chainOf(forged)))
    assert.equal(notary.findForged(signedRoom, parts), parts[30])
    assert.equal(threads() > 0, isThread)
  })

test('keys that are no point of the curve prove nothing, and end no thread', async (context) => {
  const proven = new Proven()
  const verifier = new ThreadVerifier(signedRoom, proven, 1)
  context.after(() => verifier.stop())
  const [part] = partsOf(1)
  const bad = { ...part!, key: 'f'.repeat(64) }
  await new Promise<void>((done) => verifier.verify(claimsOfParts([bad, part!]), done))
  assert.ok(!proven.hasPart(signedRoom, bad) && proven.hasPart(signedRoom, part!))
})

test('a few at a time are verified a batch a turn, and no thread is started until there are many', async (context) => {
  const verifier = new ThreadVerifier(signedRoom, new Proven(), 2)
  context.after(() => verifier.stop())
  const threads = countThreads(context)
  const turns: number[] = []
  let turn = 0
  const next = (): void => {
    turn++
    if (turns.length < 3) setImmediate(next)
  }
  next()
  const few = claimsOfParts(partsOf(30))
  const verify = (): Promise<void> =>
    new Promise((done) =>
      verifier.verify(few, () => {
        turns.push(turn)
        done()
      }),
    )
  await Promise.all([verify(), verify(), verify()])
  assert.equal(new Set(turns).size, 3, `verified in turns ${turns.join()}`)
  assert.equal(threads(), 0)
  await Promise.all(Array.from({ length: 20 }, verify))
  assert.equal(threads(), 1, 'another is started once the first is up')
})

test('without threads the notary does it: what is asked is called back all the same', async () => {
  const proven = new Proven()
  const verifier = new ThreadVerifier(signedRoom, proven, 1)
  await verifier.stop()
  const parts = partsOf(2)
  await new Promise<void>((done) => verifier.verify(claimsOfParts(parts), done))
  assert.equal(createVerifier(proven).findForged(signedRoom, parts), undefined)
})

test('the event loop has many turns while threads verify, where the notary would take one', async (context) => {
  const verifier = new ThreadVerifier(signedRoom, new Proven(), 1)
  context.after(() => verifier.stop())
  const parts = partsOf(1000)
  let turns = 0
  const turn = setInterval(() => turns++, 1)
  context.after(() => clearInterval(turn))
  await new Promise<void>((done) => verifier.verify(claimsOfParts(parts), done))
  const beside = turns
  turns = 0
  createVerifier().findForged(signedRoom, parts)
  const meanwhile = turns
  assert.equal(meanwhile, 0)
  assert.ok(beside >= 5, `${beside} turns`)
})
