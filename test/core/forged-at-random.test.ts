// At random: authors speak, crash and come back, while another node uploads records in their names. Each message then
// stands once in everybody's transcript, but for those that a smaller forged copy reached after they were sent (2.5).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import { compareRecords, midOf } from '../../src/core/model/records.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { World } from '../../sim/world/world.ts'

const mallory = 'e'.repeat(32) as Uid
const forgedText = 'what nobody said'

/** n1 to n3 speak; n4 forges. */
class Room {
  readonly world: World
  readonly said: { text: string; author: SimNode; process: number }[] = []
  readonly sent = new Set<string>()
  /** Sent, and then replaced: until records are signed. */
  readonly replaced = new Set<string>()
  renamed = 0
  readonly #named = new Map<string, string>()
  readonly #draw: (below: number) => number
  #forged = 0

  constructor(seed: number) {
    const prng = createPrng(seed)
    this.#draw = (below) => nextBelow(prng, below)
    const world = new World({ seed })
    this.world = world
    for (let i = 0; i < 4; i++) world.addNode().fsyncMs = 1 + this.#draw(30)
    world.start(world.node(1), 'create')
    world.runFor(100)
    for (const node of world.nodes.slice(1)) world.start(node, { join: world.node(1) })
    world.runFor(3000)
    world.observers.push({ stepped: (_node, _event, effects) => this.#note(effects) })
  }

  #note(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'sent') this.sent.add(effect.part.text)
      if (effect.type === 'pending') this.#named.set(midOf(effect.part), effect.part.text)
      if (effect.type === 'reissued') {
        this.renamed += effect.parts.length
        for (const { to } of effect.parts) this.#named.set(midOf(to), to.text)
      }
      if (effect.type !== 'persist') continue
      for (const { record } of effect.write.records) {
        const text = record.part.text === forgedText && this.#named.get(midOf(record.part))
        if (text && this.sent.has(text)) this.replaced.add(text)
      }
    }
  }

  run(steps: number, mayCrash: readonly number[]): void {
    const { world } = this
    for (let i = 0; i < steps; i++) {
      const author = world.node(1 + this.#draw(3))
      const what = this.#draw(20)
      if (what < 11) this.#say(author)
      else if (what < 17) this.#forge(author)
      else if (what === 17 && mayCrash.includes(author.index)) {
        world.crash(author, { keepPending: this.#draw(2) === 0 })
        world.runFor(this.#draw(50))
        world.start(author, 'resume')
      }
      world.runFor(this.#draw(this.#draw(2) === 0 ? 3 : 60))
    }
    world.runFor(20_000)
  }

  #say(author: SimNode): void {
    const text = `line ${this.said.length}`
    this.said.push({ text, author, process: author.process })
    this.world.say(author, text)
  }

  /** The next name of the author, in a record that may stand before or behind its own. */
  #forge({ uid, name, addr, state }: SimNode): void {
    const by = this.world.node(4)
    if (!state || by.state?.role.type !== 'following' || by.state.role.phase !== 'live') return
    const inc = state.voice
    const namespace = namespaceOf(uid, inc)
    const aseq = (state.have.get(namespace) ?? 0) + 1
    const lc = Math.max(0, state.clock - this.#draw(4))
    const kind = 'message' as const
    const part: Part = {
      ...{ author: uid, inc, namespace, aseq, lc, wall: 1, name, addr, kind, text: forgedText },
    }
    const stamperInc = makeInc(++this.#forged, '0123456789abcdef')
    const record: StampedRecord = {
      ...{ stamper: mallory, stamperInc, namespace: namespaceOf(mallory, stamperInc), s: 1, part },
      ts: lc + 1 + this.#draw(3),
    }
    this.world.network.send(by, by.state.role.link, 0, { type: 'up', records: [record] }, false)
  }

  /** How often each text stands in the transcript of a node. */
  transcriptOf(node: SimNode): Map<string, number> {
    const canonical = new Map<string, StampedRecord>()
    for (const record of node.disk.log) {
      const other = canonical.get(midOf(record.part))
      if (!other || compareRecords(record, other) < 0) canonical.set(midOf(record.part), record)
    }
    const count = new Map<string, number>()
    for (const { part } of canonical.values()) count.set(part.text, (count.get(part.text) ?? 0) + 1)
    return count
  }

  /** What was in memory only when its process crashed may be lost. */
  check(what: string): void {
    for (const node of [1, 2, 3].map((index) => this.world.node(index))) {
      assert.deepEqual([node.state?.outbox.length, node.disk.outbox.length], [0, 0], `${what}: ${node.name}`)
      const count = this.transcriptOf(node)
      for (const { text, author, process } of this.said) {
        const times = count.get(text) ?? 0
        const isOwed = author.process === process || this.sent.has(text)
        const least = isOwed && !this.replaced.has(text) ? 1 : 0
        assert.ok(times >= least && times <= 1, `${what}: "${text}" stands ${times} times at ${node.name}`)
      }
    }
  }
}

const cases: readonly (readonly [string, readonly number[]])[] = [
  ['nobody crashes', []],
  ['followers crash', [2, 3]],
  ['all crash', [1, 2, 3]],
]

for (const [title, mayCrash] of cases) {
  test(`forged names at random, ${title}: each message stands once`, () => {
    let renamed = 0
    for (let seed = 1; seed <= 60; seed++) {
      const room = new Room(seed)
      room.run(60, mayCrash)
      room.check(`seed ${seed}`)
      renamed += room.renamed
    }
    assert.ok(renamed > 100, `${renamed} were renamed`)
  })
}
