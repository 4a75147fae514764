// The lock of a room (PROTOCOL.md section 2.20): which key counts, who is turned away, and what a record of a change may hold.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Address, Inc, LinkId, Namespace, RoomKey, RoomKeyId, Uid } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import {
  addChange,
  addKey,
  currentChange,
  currentKey,
  decodeRekeying,
  encodeRekeying,
  isOldKey,
  keptMax,
  keysToShow,
  makeLock,
  nameOfKey,
  removedMax,
  toStored,
  uncovered,
} from '../../src/core/model/lock.ts'
import type { KeyChange, Lock } from '../../src/core/model/lock.ts'
import type { PartId } from '../../src/core/model/records.ts'
import { rekeyKind } from '../../src/core/model/records.ts'
import { textBytesMax } from '../../src/wire/limits.ts'
import { signAs, simNotary } from '../../sim/world/notary.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { World } from '../../sim/world/world.ts'

const key = (n: number): RoomKey => n.toString(16).padStart(32, '0') as RoomKey
const idOf = (n: number): RoomKeyId => nameOfKey(simNotary, key(n))
const uid = (n: number): Uid => n.toString(16).padStart(32, 'a') as Uid

function change(ts: number, of: number, before: number, rest: Partial<KeyChange> = {}): KeyChange {
  const stamperInc = '0'.repeat(28) as Inc
  return {
    ts,
    stamper: uid(1),
    stamperInc,
    part: { id: `${of}`, author: uid(1) } as KeyChange['part'],
    id: idOf(of),
    before: idOf(before),
    kept: [],
    removed: [],
    ...rest,
  }
}

function lockWith(...keys: number[]): Lock {
  return makeLock({ keys: keys.map(key) }, simNotary)
}

/** A locked room of some nodes, at rest. */
function lockedRoom(count: number): { world: World; nodes: SimNode[] } {
  const world = new World({ seed: 1, ordered: true, locked: true })
  const nodes = Array.from({ length: count }, () => world.addNode())
  for (const [i, node] of nodes.entries()) {
    world.start(node, i === 0 ? 'create' : { join: nodes[0]! })
    world.runFor(2000)
  }
  return { world, nodes }
}

test('the key of the latest change that is held counts; the others are old', () => {
  const lock = lockWith(1, 2, 3)
  // Nothing is known but that each of them let this node in.
  assert.equal(currentKey(lock).key, key(3))
  addChange(lock, change(20, 3, 2))
  addChange(lock, change(10, 2, 1))
  assert.equal(currentKey(lock).key, key(3))
  assert.deepEqual(
    [1, 2, 3].map((n) => isOldKey(lock, key(n))),
    [true, true, false],
  )
  // Its key has not come yet.
  addChange(lock, change(30, 4, 3))
  assert.equal(currentKey(lock).key, key(3))
  addKey(lock, { key: key(4), id: idOf(4) })
  assert.equal(currentKey(lock).key, key(4))
  assert.deepEqual(keysToShow(lock), [4, 3, 2, 1].map(key))
})

test('a key that let this node in, and that no change names, is shown first, and is not old', () => {
  const lock = lockWith(1, 2, 5)
  addChange(lock, change(10, 2, 1))
  assert.deepEqual(keysToShow(lock), [5, 2, 1].map(key))
  assert.equal(currentKey(lock).key, key(2))
  assert.ok(!isOldKey(lock, key(5)))
  assert.deepEqual(toStored(lock), { keys: [1, 2, 5].map(key) })
})

test('a removal that no change before the present one knows of is not covered by it', () => {
  const lock = lockWith(1, 2, 3, 4)
  addChange(lock, change(20, 2, 1, { removed: [uid(7)] }))
  addChange(lock, change(30, 3, 1))
  assert.deepEqual(uncovered(lock), [uid(7)])
  addChange(lock, change(40, 4, 3, { removed: [uid(7)] }))
  assert.deepEqual(uncovered(lock), [])
})

test('of two copies of a change the smaller place counts, and removals unite', () => {
  const lock = lockWith(1, 2, 3)
  addChange(lock, change(20, 2, 1, { removed: [uid(7)] }))
  addChange(lock, change(15, 3, 1, { removed: [uid(8)] }))
  assert.equal(currentKey(lock).key, key(2))
  addChange(lock, change(12, 2, 1, { removed: [uid(7)] }))
  assert.equal(currentKey(lock).key, key(3))
  addChange(lock, change(25, 2, 1, { removed: [uid(7)] }))
  assert.equal(currentKey(lock).key, key(3))
  assert.deepEqual([...lock.removed].sort(), [uid(7), uid(8)].sort())
})

test('what a removed author changed later does not count, whichever of the two is held first', () => {
  const removal = change(10, 2, 1, { removed: [uid(7)] })
  const late = change(20, 3, 2, { part: { id: 'x', author: uid(7) } as KeyChange['part'] })
  for (const order of [
    [removal, late],
    [late, removal],
  ]) {
    const lock = lockWith(1, 2, 3)
    for (const one of order) addChange(lock, one)
    assert.equal(currentKey(lock).key, key(2))
    // Nor does its key let anybody in as one that no change names would, or is it shown first.
    assert.ok(isOldKey(lock, key(3)))
    assert.equal(keysToShow(lock)[0], key(2))
  }
  // It replaces nothing either.
  const lock = lockWith(2)
  for (const one of [removal, { ...late, before: idOf(5) }, change(30, 5, 2)]) addChange(lock, one)
  addKey(lock, { key: key(5), id: idOf(5) })
  assert.equal(currentKey(lock).key, key(5))
})

test('a change with an early place brings no old key back, whatever it names', () => {
  const forged = (of: number, before: number): KeyChange =>
    change(1, of, before, { part: { id: 'x', author: uid(7) } as KeyChange['part'] })
  for (const [of, before] of [
    [9, 2],
    [9, 3],
    [3, 1],
    [2, 3],
  ] as const) {
    const lock = lockWith(1, 2, 3)
    addChange(lock, change(10, 2, 1))
    addChange(lock, change(20, 3, 2))
    addChange(lock, forged(of, before))
    assert.equal(currentKey(lock).key, key(3), `${of} ${before}`)
    assert.equal(currentChange(lock)?.ts, 20)
    assert.ok(isOldKey(lock, key(1)) && isOldKey(lock, key(2)))
  }
})

test('of several changes that make one key the latest counts', () => {
  const lock = lockWith(1, 2, 3)
  addChange(lock, change(10, 2, 1))
  addChange(lock, change(20, 3, 2))
  addChange(lock, change(30, 2, 3, { part: { id: 'x', author: uid(1) } as KeyChange['part'] }))
  assert.equal(currentKey(lock).key, key(2))
})

test('a key that is only named as replaced does not count where another let this node in', () => {
  const lock = lockWith(1, 9)
  addChange(lock, change(10, 5, 9))
  assert.equal(currentKey(lock).key, key(1))
})

test('at most 256 keys are kept, the newest', () => {
  const lock = lockWith(1)
  for (let n = 2; n <= 300; n++) {
    addKey(lock, { key: key(n), id: idOf(n) })
    addChange(lock, change(n, n, n - 1))
  }
  assert.equal(lock.keys.length, 256)
  assert.equal(currentKey(lock).key, key(300))
  assert.ok(!lock.keys.some((held) => held.key === key(1)))
})

test('forty thousand changes are taken in no time that anybody notices', () => {
  const lock = lockWith(1)
  const began = process.cpuUsage().user
  for (let n = 2; n < 40_000; n++) addChange(lock, change((n * 7919) % 100_003, n, n - 1))
  assert.equal(currentKey(lock).key, key(1))
  // It was 141 s; this is some 0.3 s.
  assert.ok(process.cpuUsage().user - began < 20e6)
})

test('a change is read as it was written, fits into a message, and garbage is no change', () => {
  const digits = fc.stringMatching(/^[0-9a-f]{32}$/)
  const uids = fc.array(digits, { maxLength: 5 }) as fc.Arbitrary<Uid[]>
  fc.assert(
    fc.property(digits, digits, uids, uids, (id, before, kept, removed) => {
      const rekeying = { id: id as RoomKeyId, before: before as RoomKeyId, kept, removed }
      assert.deepEqual(decodeRekeying(encodeRekeying(rekeying)), rekeying)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = decodeRekeying(bytes)
      if (read) assert.deepEqual(encodeRekeying(read), bytes)
    }),
  )
  const all = Array.from({ length: keptMax }, (_, n) => uid(n))
  const more = { id: idOf(1), before: idOf(2), kept: [...all, uid(9999)], removed: [] }
  assert.equal(decodeRekeying(encodeRekeying(more)), undefined)
  const many = { id: idOf(1), before: idOf(2), kept: [], removed: all.slice(0, removedMax + 1) }
  assert.equal(decodeRekeying(encodeRekeying(many)), undefined)
  const largest = encodeRekeying({
    id: idOf(1),
    before: idOf(2),
    kept: all,
    removed: all.slice(0, removedMax),
  })
  assert.ok(largest.length <= textBytesMax)
})

test('a node that was removed is turned away, also with the key that counts', () => {
  const { world, nodes } = lockedRoom(3)
  const [ann, , cid] = nodes as [SimNode, SimNode, SimNode]
  world.rekey(ann, cid)
  world.runFor(2000)
  assert.equal(cid.stopped, 'removed')
  // A friend inside has told it the new key.
  cid.disk.lock = ann.disk.lock
  const told = new Set<string>()
  world.observers.push({ sent: (_from, to, { type }) => void (to === cid && told.add(type)) })
  world.start(cid, 'resume')
  world.runFor(10_000)
  assert.deepEqual([...told], ['changed', 'bye'])
  assert.equal(cid.stopped, 'removed')
  assert.equal(ann.state?.view.members.length, 2)
})

test('a leader that was removed and stays is followed no more', () => {
  const { world, nodes } = lockedRoom(3)
  const [ann, bob] = nodes as [SimNode, SimNode]
  const lock = bob.state?.lock
  assert.ok(lock && bob.state?.role.type === 'following')
  addChange(lock, change(1000, 2, 1, { removed: [ann.uid] }))
  world.feed(bob, { type: 'linkHeard', link: 9999 as LinkId })
  assert.notEqual(bob.state?.role.type, 'following')
  for (const { who } of bob.state?.links.values() ?? []) assert.notEqual(who?.uid, ann.uid)
})

test('a node that starts again knows from its log which key counts and who was removed', () => {
  const { world, nodes } = lockedRoom(3)
  const [ann, bob, cid] = nodes as [SimNode, SimNode, SimNode]
  world.rekey(ann, cid)
  world.runFor(2000)
  world.crash(bob)
  world.start(bob, 'resume')
  const [before, after] = [ann.state?.lock, bob.state?.lock]
  assert.ok(before && after)
  assert.ok(after.removed.has(cid.uid))
  assert.equal(currentKey(after).id, currentKey(before).id)
})

test('a member that was away gets the new key for its old one before anything else', () => {
  const { world, nodes } = lockedRoom(3)
  const [ann, bob] = nodes as [SimNode, SimNode, SimNode]
  world.crash(bob)
  world.runFor(5000)
  world.rekey(ann)
  world.runFor(2000)
  const told = new Map<SimNode, string[]>()
  world.observers.push({
    sent: (from, to, { type }) => void (to === bob && told.set(from, [...(told.get(from) ?? []), type])),
  })
  world.start(bob, 'resume')
  world.runFor(5000)
  assert.ok(bob.entered)
  for (const types of told.values()) {
    // A leader that looks for him says HELLO.
    const [first] = types.filter((type) => type !== 'hello')
    assert.equal(first, 'key')
  }
})

test('KEY raises nobody: an old key opens nothing, whatever is given with it', () => {
  const { world, nodes } = lockedRoom(2)
  const [ann] = nodes as [SimNode, SimNode]
  const state = ann.state!
  const [old] = state.lock!.keys
  world.rekey(ann)
  world.runFor(2000)
  const eve = uid(99)
  const link = 9001 as LinkId
  const effects: Effect[] = []
  world.observers.push({ stepped: (node, _event, made) => void (node === ann && effects.push(...made)) })
  const { addr, room } = { addr: '10.0.9.9:4000' as Address, room: state.room }
  world.feed(ann, { type: 'linkAccepted', link, uid: eve, key: old!.key })
  world.feed(ann, { type: 'frameReceived', link, lc: 0, frame: { type: 'key', key: key(777) } })
  const hello = { type: 'hello', room, uid: eve, inc: makeInc(1, '0'.repeat(16)), name: 'Eve', addr } as const
  world.feed(ann, { type: 'frameReceived', link, lc: 0, frame: hello })
  const sent = effects.flatMap((effect) =>
    effect.type === 'send' && effect.link === link ? [effect.frame.type] : [],
  )
  assert.deepEqual(sent, ['changed', 'bye'])
  assert.ok(!state.lock!.keys.some((held) => held.key === key(777)))
})

test('a key that no record names is given by nobody, shown to nobody and lets nobody in', () => {
  const { world, nodes } = lockedRoom(2)
  const [ann, bob] = nodes as [SimNode, SimNode]
  assert.ok(bob.state?.role.type === 'following')
  world.feed(bob, {
    type: 'frameReceived',
    link: bob.state.role.link,
    lc: 0,
    frame: { type: 'key', key: key(777) },
  })
  world.runFor(2000)
  for (const { guard, disk } of [ann, bob]) {
    assert.ok(!guard?.includes(key(777)))
    assert.ok(!disk.lock?.keys.includes(key(777)))
  }
})

test('a BYE that says that this node gets no key is believed only with what a member signed', () => {
  const { nodes, world } = lockedRoom(3)
  const [, bob, cid] = nodes as [SimNode, SimNode, SimNode]
  assert.ok(bob.state?.role.type === 'following')
  const { link } = bob.state.role
  world.feed(bob, { type: 'frameReceived', link, lc: 0, frame: { type: 'bye', reason: 'removed' } })
  world.runFor(5000)
  assert.equal(bob.stopped, undefined)
  assert.ok(bob.state)
  assert.ok(cid.state)
})

test('a change keeps members, and no node that others only named', () => {
  const { nodes, world } = lockedRoom(2)
  const [ann, bob] = nodes as [SimNode, SimNode]
  const state = ann.state!
  const [told, met] = [uid(70), uid(71)]
  for (const [one, isTold] of [
    [told, true],
    [met, false],
  ] as const)
    state.book.set(one, {
      uid: one,
      addr: `10.0.7.${isTold ? 1 : 2}:4000` as Address,
      name: 'x',
      left: true,
      ...(isTold && { told: true as const }),
    })
  // Nor one that an earlier change kept.
  const invented = uid(72)
  const lock = state.lock!
  addChange(lock, change(1, 40, 1, { kept: [invented] }))
  addKey(lock, { key: key(40), id: idOf(40) })
  world.rekey(ann)
  world.runFor(100)
  const present = currentChange(lock)
  assert.ok(present)
  assert.ok(present.kept.includes(bob.uid) && present.kept.includes(met))
  assert.ok(!present.kept.includes(told) && !present.kept.includes(invented))
})

test('keys that a node made and that never got a record are forgotten at its next start', () => {
  const { world, nodes } = lockedRoom(2)
  const [ann] = nodes as [SimNode, SimNode]
  world.rekey(ann)
  world.runFor(2000)
  world.crash(ann)
  const [newest] = ann.disk.lock!.keys.slice(-1)
  // It died between its two writes: the key of the record that came is still among those that wait, and one of no record.
  ann.disk.lock = { keys: ann.disk.lock!.keys.slice(0, -1), made: [newest!, key(555)] }
  world.start(ann, 'resume')
  const lock = ann.state!.lock!
  assert.deepEqual(lock.made, [])
  assert.equal(currentKey(lock).key, newest)
})

/** The leader that `node` follows shows it a part by which `author` removes `removed`, and says that it is out. */
function showRemoval(world: World, node: SimNode, author: SimNode, removed: Uid[]): void {
  const bytes = encodeRekeying({ id: idOf(50), before: idOf(1), kept: [], removed })
  const inc = makeInc(9, '0'.repeat(16))
  const part = signAs(author.uid, {
    author: author.uid,
    inc,
    namespace: `${author.uid}.${inc}` as Namespace,
    aseq: 1,
    before: '' as PartId,
    lc: 1,
    wall: 0,
    name: 'Author',
    addr: author.addr,
    entries: [{ kind: 'other', after: 0, text: '', unread: { kind: rekeyKind, bytes } }],
  })
  const { role } = node.state!
  assert.ok(role.type === 'following')
  world.feed(node, { type: 'frameReceived', link: role.link, lc: 0, frame: { type: 'changed', part } })
  world.feed(node, {
    type: 'frameReceived',
    link: role.link,
    lc: 0,
    frame: { type: 'bye', reason: 'removed' },
  })
}

test('BYE removed is believed only with a part that removes this node', () => {
  const { world, nodes } = lockedRoom(3)
  const [ann, bob] = nodes as [SimNode, SimNode, SimNode]
  showRemoval(world, bob, ann, [])
  assert.equal(bob.stopped, undefined)
})

test('a removal is believed when one that gets the present key shows it, and from no other', () => {
  for (const [by, isBelieved] of [
    ['one with the present key', true],
    ['one that is kept, on an old link', true],
    ['one that is left out, on an old link', false],
    ['one that was removed', false],
  ] as const) {
    const { world, nodes } = lockedRoom(3)
    const [ann, bob, cid] = nodes as [SimNode, SimNode, SimNode]
    const state = cid.state!
    const lock = state.lock!
    if (by === 'one that was removed') addChange(lock, change(1000, 3, 1, { removed: [ann.uid] }))
    if (by.endsWith('on an old link')) {
      addChange(lock, change(1000, 50, 1, { kept: by.includes('kept') ? [ann.uid] : [] }))
      addKey(lock, { key: key(50), id: idOf(50) })
    }
    // What follows from that is not to happen before.
    lock.changed = false
    showRemoval(world, cid, bob, [cid.uid])
    assert.equal(cid.stopped, isBelieved ? 'removed' : undefined, by)
  }
})

test('a removed author is believed where a member shows it', () => {
  const { world, nodes } = lockedRoom(3)
  const [, bob, cid] = nodes as [SimNode, SimNode, SimNode]
  const lock = cid.state!.lock!
  addChange(lock, change(1000, 3, 1, { removed: [bob.uid] }))
  lock.changed = false
  showRemoval(world, cid, bob, [cid.uid])
  assert.equal(cid.stopped, 'removed')
})
