// A small room that is well, with all checkers watching, for tests that then forge what must not be.
import assert from 'node:assert/strict'
import type { Effect, Write } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Inc } from '../../src/core/model/ids.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import type { Chain, StampedRecord } from '../../src/core/model/records.ts'
import { Checks } from '../../sim/checkers/checks.ts'
import type { InvariantId } from '../../sim/checkers/verdict.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { sealAs } from '../../sim/world/notary.ts'
import { World } from '../../sim/world/world.ts'

type Running = SimNode & { state: NonNullable<SimNode['state']> }

const forged = { kind: 'message' as const, after: 0, text: 'forged' }

/** What a core that has checked its seal writes of a record. */
export function sealed(record: StampedRecord): { record: StampedRecord; chain: Chain } {
  const chain = 'f'.repeat(64) as Chain
  record.seal = sealAs(record.stamper, record.namespace, record.s, chain)
  return { record, chain }
}

/** n1 leads n2 and n3; each has said two messages, which all hold and know as sent. */
export class HealthyRoom {
  readonly world = new World({ seed: 1 })
  readonly checks = new Checks(this.world)

  constructor() {
    const { world } = this
    for (let i = 0; i < 3; i++) world.addNode()
    world.start(world.node(1), 'create')
    world.runFor(100)
    for (const i of [2, 3]) world.start(world.node(i), { join: world.node(1) })
    world.runFor(2000)
    for (const node of world.nodes) world.say(node, `first of ${node.name}`)
    world.runFor(500)
    for (const node of world.nodes) world.say(node, `second of ${node.name}`)
    world.runFor(1000)
    this.checks.audit()
    assert.deepEqual(this.checks.violations, [], 'nothing is wrong before anything is forged')
  }

  node(index: number): Running {
    const node = this.world.node(index)
    assert.ok(node.state)
    return node as Running
  }

  log(index: number): StampedRecord[] {
    return this.checks.ghost.shadow(index).log
  }

  /** Tells the checkers that a node did this in one step. The core and the world are not involved. */
  forge(index: number, event: Event, effects: readonly Effect[]): void {
    this.checks.stepped(this.node(index), event, effects)
  }

  /** Tells the checkers that a node appended records, which came from its leader or which it stamped. */
  append(index: number, ...records: StampedRecord[]): void {
    const node = this.node(index)
    const end = this.log(index).length
    const { role } = node.state
    for (const { ts } of records) node.state.clock = Math.max(node.state.clock, ts)
    const event: Event =
      role.type === 'following'
        ? {
            type: 'frameReceived',
            link: role.link,
            lc: 0,
            frame: { type: 'rec', pos: end, safe: 0, records },
          }
        : { type: 'committed', upTo: 0 }
    const write: Write = {
      records: records.map((record, i) => ({ ...sealed(record), pos: end + 1 + i, fresh: true })),
      outboxPut: [],
      outboxDrop: [],
    }
    this.forge(index, event, [{ type: 'persist', n: 1000, write }])
  }

  /** The next record that the leader would stamp, of a message that n2 would make. */
  next(change: Partial<StampedRecord> = {}, part: Partial<StampedRecord['part']> = {}): StampedRecord {
    const last = this.log(1).at(-1)
    assert.ok(last)
    const { uid: author, state } = this.node(2)
    const made = { ...last.part, author, inc: state.inc, aseq: 3, lc: last.ts, entries: [forged], ...part }
    const namespace = namespaceOf(made.author, made.inc)
    const record = { ...last, s: last.s + 1, ts: last.ts + 2, part: { ...made, namespace }, ...change }
    this.checks.ghost.created.set(record.part, new Map())
    return record
  }

  /** A namespace of a process of n3 that never was. */
  strange(s: number, ts: number, part: StampedRecord['part']): StampedRecord {
    const stamper = this.node(3).uid
    const stamperInc = 'ffffffffffff0000000000000000' as Inc
    return { stamper, stamperInc, namespace: namespaceOf(stamper, stamperInc), s, ts, part }
  }

  get found(): InvariantId[] {
    return this.checks.violations.map(({ id }) => id)
  }

  /** The checkers have found this, and nothing but this. */
  assertFound(...ids: InvariantId[]): void {
    const { violations } = this.checks
    assert.deepEqual(
      [...new Set(this.found)].sort(),
      [...ids].sort(),
      JSON.stringify(violations, undefined, 1),
    )
  }
}
