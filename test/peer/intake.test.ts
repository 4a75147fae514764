// The intake: what waits to be verified keeps the order of its link, its end included; it is bounded, and no link waits for all
// that another has brought.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Frame } from '../../src/core/model/frames.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import type { Claim } from '../../src/core/model/notary.ts'
import { Intake } from '../../src/peer/intake.ts'
import type { SideVerifier, TransportSink } from '../../src/peer/ports.ts'
import { atOnceMax, batchClaimsMax, waitingBytesMax, waitingLinkBytesMax } from '../../src/wire/limits.ts'
import { ann, FakeClock, record } from './fakes.ts'

const [one, two] = [1 as LinkId, 3 as LinkId]

/** Verifies when it is told to. */
class SlowVerifier implements SideVerifier {
  lanes = 2
  readonly batches: { claims: readonly Claim[]; done: () => void }[] = []

  verify(claims: readonly Claim[], done: () => void): void {
    this.batches.push({ claims, done })
  }

  async stop(): Promise<void> {}

  next(): void {
    this.batches.shift()?.done()
  }

  all(): void {
    while (this.batches.length > 0) this.next()
  }
}

function setUp() {
  const verifier = new SlowVerifier()
  const clock = new FakeClock()
  const got: string[] = []
  const holds: string[] = []
  const heard: LinkId[] = []
  const sink: TransportSink = {
    accepted: () => undefined,
    knocked: () => undefined,
    opened: () => undefined,
    received: (link, lc, { type }) => got.push(`${link} ${type} ${lc}`),
    heard: (link) => heard.push(link),
    drained: () => undefined,
    closed: (link) => got.push(`${link} closed`),
    refused: () => undefined,
    addressLost: () => undefined,
    addressBack: () => undefined,
    addressMoved: () => undefined,
  }
  const intake: Intake = new Intake({
    claims: (_link, frame) =>
      frame.type === 'up' ? frame.records.map(({ part }) => ({ type: 'part', part })) : [],
    verifier,
    transport: { hold: (link, isHeld) => holds.push(`${link} ${isHeld ? 'held' : 'on'}`) },
    clock,
    sink,
  })
  return { intake, verifier, clock, got, holds, heard }
}

/** A frame with so many signatures. */
function up(count: number, bytes = 100): Frame {
  const records = Array.from({ length: count }, (_, at) => record(ann, at + 1, at + 1))
  for (const { part } of records) part.raw = new Uint8Array(bytes)
  return { type: 'up', records }
}

const many = atOnceMax + 1
const pong: Frame = { type: 'pong', nonce: 1 }

test('a few signatures go to the core at once, and more than a few in one turn do not', () => {
  const { intake, verifier, clock, got } = setUp()
  for (let lc = 1; lc <= atOnceMax; lc++) intake.received(one, lc, up(1))
  assert.equal(got.length, atOnceMax)
  intake.received(two, 1, up(1))
  assert.equal(got.length, atOnceMax, 'the turn has verified enough, of whichever link')
  verifier.all()
  clock.pass(1)
  intake.received(one, 9, up(1))
  assert.deepEqual(got.slice(atOnceMax), ['3 up 1', '1 up 9'])
  assert.equal(verifier.batches.length, 0)
})

test('nothing of a link overtakes what is being verified, and other links do not wait', () => {
  const { intake, verifier, got } = setUp()
  intake.received(one, 1, up(many))
  intake.received(one, 2, pong)
  intake.received(one, 3, up(1))
  intake.received(one, 4, { type: 'synced', pos: 9 })
  intake.received(two, 1, pong)
  assert.deepEqual(got, ['3 pong 1'])
  verifier.all()
  assert.deepEqual(got.slice(1), ['1 up 1', '1 pong 2', '1 up 3', '1 synced 4'])
})

test('a frame that is verified first waits for the one before it', () => {
  const { intake, verifier, got } = setUp()
  intake.received(one, 1, up(batchClaimsMax))
  intake.received(one, 2, up(batchClaimsMax))
  const [first] = verifier.batches.splice(0, 1)
  verifier.next()
  assert.deepEqual(got, [])
  first?.done()
  assert.deepEqual(got, ['1 up 1', '1 up 2'])
})

test('the end of a link comes behind its frames; what waits of a link that the core closed goes nowhere', () => {
  const { intake, verifier, got } = setUp()
  intake.received(one, 1, up(many))
  intake.received(one, 2, pong)
  intake.closed(one, 'closed')
  intake.received(two, 1, up(many))
  intake.drop(two)
  intake.closed(two, 'closed')
  assert.deepEqual(got, ['3 closed'])
  verifier.all()
  assert.deepEqual(got.slice(1), ['1 up 1', '1 pong 2', '1 closed'])
})

test('a link that ended and is then closed by the core is reported as ended, once', () => {
  const { intake, verifier, got } = setUp()
  intake.received(one, 1, up(many))
  intake.closed(one, 'closed')
  intake.drop(one)
  verifier.all()
  assert.deepEqual(got, ['1 closed'])
})

test('a link with much waiting is held until most of it is taken', () => {
  const { intake, verifier, got, holds } = setUp()
  const bytes = waitingLinkBytesMax / batchClaimsMax / 2 - 300
  for (let lc = 1; lc <= 3; lc++) intake.received(one, lc, up(batchClaimsMax, bytes))
  assert.deepEqual(holds, ['1 held'])
  verifier.next()
  verifier.next()
  assert.equal(got.length, 2)
  assert.deepEqual(holds, ['1 held', '1 on'])
  verifier.all()
  assert.deepEqual(holds, ['1 held', '1 on'])
})

test('a list that waits behind what is verified is enough to hold its link', () => {
  for (const type of ['held', 'lacks', 'elected', 'move', 'chains', 'view', 'follow'] as const) {
    const { intake, holds } = setUp()
    intake.received(one, 1, up(many))
    intake.received(one, 2, { type: 'safe', pos: 1 })
    assert.deepEqual(holds, [])
    intake.received(one, 3, { type } as unknown as Frame)
    assert.deepEqual(holds, ['1 held'], type)
  }
})

test('few batches are in work at a time, and links take turns', () => {
  const { intake, verifier, got } = setUp()
  intake.received(one, 1, up(20 * batchClaimsMax))
  intake.received(two, 1, up(many))
  assert.equal(verifier.batches.length, verifier.lanes)
  for (let n = 0; n < verifier.lanes + 2; n++) verifier.next()
  assert.deepEqual(got, ['3 up 1'], 'it did not wait for all of the other link')
  verifier.all()
  assert.deepEqual(got, ['3 up 1', '1 up 1'])
})

test('where much waits in all, a further link goes to the core at once', () => {
  const { intake, verifier, got, holds } = setUp()
  let links = 0
  for (let link = 1; got.length === 0; link += 2) {
    intake.received(link as LinkId, 1, up(many, waitingLinkBytesMax / many))
    links++
    assert.ok(links * waitingLinkBytesMax <= waitingBytesMax + 2 * waitingLinkBytesMax, 'it is bounded')
  }
  assert.equal(holds.length, links - 1)
  verifier.all()
  assert.equal(got.length, links)
})

test('a link that waits for this node is not silent', () => {
  const { intake, verifier, clock, heard } = setUp()
  intake.received(one, 1, up(many))
  heard.length = 0
  clock.pass(1000)
  assert.ok(heard.length >= 4, `heard ${heard.length} times in four beats`)
  verifier.all()
  clock.pass(200)
  heard.length = 0
  clock.pass(1000)
  assert.deepEqual(heard, [])
})

test('what comes back after the end of the loop goes nowhere', () => {
  const { intake, verifier, got } = setUp()
  intake.received(one, 1, up(many))
  intake.stop()
  verifier.all()
  intake.received(one, 2, pong)
  assert.deepEqual(got, [])
})
