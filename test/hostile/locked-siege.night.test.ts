// A locked room with every attack of this folder outside, by processes of the lowest priority on the same cores, while two
// who know the key talk and come and go. Of the attackers nothing but handshakes is ever dealt with.
// SIEGE_SECONDS: how long it lasts; 20 here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkId } from '../../src/core/model/ids.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import { dial, keys, ping, Recorder } from '../contract/transport.contract.ts'
import type { Node } from '../contract/transport.contract.ts'
import { samples } from '../wire/samples.ts'
import { Attackers } from './attackers.ts'
import { percentile } from './besiege.ts'
import { Pulse } from './pulse.ts'
import { rounds } from './rounds.ts'

const seconds = Number(process.env['SIEGE_SECONDS'] ?? 20)
const [key] = keys
/** Between two words. Unit: ms. */
const pauseMs = 20

async function member(): Promise<Node> {
  const identity = await mintIdentity()
  const transport = new TlsTransport({ identity, ip: '127.0.0.1', port: 0, waitsForGuard: true })
  const recorder = new Recorder()
  const address = await transport.listen(recorder)
  transport.guard([key], false)
  return { transport, uid: identity.uid, address, recorder }
}

/** A link as a node makes one. Resolves to both ends, once the other has replied. */
async function link(from: Node, to: Node): Promise<{ out: LinkId; taken: LinkId }> {
  const before = to.recorder.events.length
  const out = dial(from, to, { key })
  await from.recorder.until('opened', (event) => event.link === out)
  from.transport.send(out, 1, samples.hello, false)
  const isNew = (event: object): boolean => to.recorder.events.indexOf(event as never) >= before
  const { link: taken } = await to.recorder.until('accepted', isNew)
  to.transport.send(taken, 1, samples.info, false)
  await from.recorder.until('received', (event) => event.link === out)
  return { out, taken }
}

test(`strangers do nothing to a locked room in ${seconds} s of all attacks at once`, async (context) => {
  const [ann, bob] = [await member(), await member()]
  context.after(() => Promise.all([ann, bob].map(({ transport }) => transport.stop())))
  // The transport knows who is a member by the view.
  for (const node of [ann, bob]) node.transport.favour(new Set([ann.uid, bob.uid]))
  const star = await link(bob, ann)

  const names = Object.keys(rounds).filter((name) => name !== 'a flood of messages')
  const target = {
    room: samples.hello.room,
    addresses: [ann.address, bob.address],
    members: [ann, bob].map(({ uid }) => ({ id: uid, name: 'Ann' })),
  }
  const halves = [0, 1].map((half) => names.filter((_, at) => at % 2 === half))
  const attackers = await Promise.all(
    halves.map((half, seed) =>
      Attackers.start(context, { target, names: half, seed: seed + 1, pauseMs: 100 }),
    ),
  )
  const pulse = new Pulse()
  const delays: number[] = []
  const dials: number[] = []
  const until = performance.now() + seconds * 1000
  for (let nonce = 1; performance.now() < until; nonce++) {
    const from = performance.now()
    bob.transport.send(star.out, nonce, ping(nonce), false)
    await ann.recorder.until('received', (event) => event.link === star.taken && event.lc === nonce)
    delays.push(performance.now() - from)
    if (nonce % 10 === 0) {
      const dialledAt = performance.now()
      const { out } = await link(bob, ann)
      dials.push(performance.now() - dialledAt)
      bob.transport.close(out)
      await bob.recorder.until('closed', (event) => event.link === out)
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  const stalled = pulse.stop()
  const counts = await Promise.all(attackers.map((attacker) => attacker.stop()))

  context.diagnostic(`rounds done: ${JSON.stringify(Object.assign({}, ...counts))}`)
  for (const [what, times] of [
    ['a frame', delays],
    ['a link', dials],
  ] as const)
    context.diagnostic(
      `${what}: ${times.length} times, ${percentile(times, 0.5).toFixed(1)} ms median, ${percentile(times, 0.99).toFixed(1)} ms p99`,
    )
  const refused = new Set([ann, bob].flatMap(({ recorder }) => recorder.refusals.map(({ what }) => what)))
  context.diagnostic(`refused: ${[...refused].join('; ')}`)
  assert.ok(refused.size > 0, 'nobody attacked')

  // What the node is told of: its own links and those of the other, each with its one HELLO or INFO, and the words.
  for (const [node, other] of [
    [ann, bob],
    [bob, ann],
  ] as const) {
    const { events, heardBytes } = node.recorder
    const own = new Set(
      events.flatMap((event) =>
        (event.type === 'accepted' || event.type === 'opened') && event.uid === other.uid ? [event.link] : [],
      ),
    )
    const foreign = events.filter((event) => !('link' in event) || !own.has(event.link))
    assert.deepEqual(foreign, [])
    assert.deepEqual(
      [...heardBytes].filter((id) => !own.has(id)),
      [],
    )
    assert.ok(!events.some((event) => event.type === 'closed' && [star.out, star.taken].includes(event.link)))
  }
  if (stalled !== undefined) context.diagnostic(`times not judged: ${stalled} ms of standstill`)
  else assert.ok(percentile(delays, 0.99) < 1000 && percentile(dials, 0.99) < 5000)
})
