// Frames of the protocol from those who are not what they claim, at times when nobody may say them, with values at
// the decoders' ends (PROTOCOL.md 2.1 to 2.11). Each attack has a room of its own, which must be as before when the
// attacker has left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Frame, FrameType, Member, View } from '../../src/core/model/frames.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import type { RoomId, Uid } from '../../src/core/model/ids.ts'
import { countMax, lamportMax, nonceMax } from '../../src/wire/limits.ts'
import { within } from '../e2e/harness.ts'
import type { RoomNode } from '../e2e/harness.ts'
import { frameTypes, samples } from '../wire/samples.ts'
import { anyNonce, enter, Foe, follow, greet, Wire } from './attacker.ts'
import type { Door } from './attacker.ts'
import { Besieged } from './besiege.ts'
import { Bystander, listen } from './ports.ts'

/** Times that an attack lasts whose effect is a rate. Unit: ms. */
const lastsMs = 3000

async function opened(
  context: TestContext,
  names?: readonly string[],
): Promise<{ room: Besieged; foe: Foe }> {
  const [room, foe] = [await Besieged.open(context, names), await Foe.mint()]
  await room.chat()
  return { room, foe }
}

/** A greeted link, and the view that a member tells to everybody who says HELLO. */
async function look(foe: Foe, node: RoomNode): Promise<Door & { view: View; leader: Member }> {
  const door = await greet(foe, node.address, node.room as RoomId)
  const { view, leader } = await door.wire.frame('redirect')
  return { ...door, view, leader }
}

/** The attacker goes; the room is as before. */
async function survives(room: Besieged, ...wires: Wire[]): Promise<void> {
  for (const wire of wires) wire.destroy()
  const names = room.nodes.map(({ name }) => name)
  await Promise.all(room.nodes.map((node) => node.sees(names)))
  await room.chat()
  await room.holds()
  await room.reopens()
}

/** The leader is killed; the others have another soon. */
async function killLeader(rest: readonly RoomNode[]): Promise<RoomNode[]> {
  const leader = rest.find(({ id, members }) => members.some((one) => one.leader && one.id === id))
  assert.ok(leader)
  await leader.kill()
  const left = rest.filter((node) => node !== leader)
  await Promise.all(left.map((node) => node.until(() => sees(node, left), 'the rest of the room', 30_000)))
  return left
}

function sees(node: RoomNode, wanted: readonly RoomNode[]): boolean {
  const names = (list: readonly { name: string }[]): string =>
    list
      .map(({ name }) => name)
      .sort()
      .join()
  return names(node.members) === names(wanted) && node.members.some(({ leader }) => leader)
}

/** At most five dials a second, and what one second may have more at either end of the time. */
function assertFew(dials: number, startedAt: number): void {
  const seconds = (performance.now() - startedAt) / 1000
  const most = 5 * (seconds + 2)
  assert.ok(dials <= most, `${dials} dials to third parties in ${seconds.toFixed(1)} s`)
}

/** Everybody says a line, and everybody is shown it. */
async function talk(nodes: readonly RoomNode[], word: string): Promise<void> {
  const texts = nodes.map(({ name }) => `${word} of ${name}`)
  for (const [at, node] of nodes.entries()) node.say(texts[at] ?? '')
  await Promise.all(nodes.map((node) => node.has(texts)))
}

test('a VIEW with 300 ghosts, from a link that has only said HELLO, is not taken', async (context) => {
  const { room, foe } = await opened(context)
  const { wire, view } = await look(foe, room.bob)
  const ghosts = Array.from({ length: 300 }, (_, at): Member => {
    const uid = `f${at.toString(16).padStart(31, '0')}` as Uid
    return { uid, inc: makeInc(1, anyNonce), name: `Ghost ${at}`, addr: '127.0.0.1:9' as Member['addr'] }
  })
  const vid = { ...view.vid, ver: view.vid.ver + 1 }
  wire.say({ type: 'view', view: { vid, members: [...view.members, ...ghosts] }, book: [] })
  await wire.settled()
  await room.chat()
  assert.equal(room.bob.members.length, 2, `${room.bob.members.length} members`)
  await survives(room, wire)
})

test('terms at their end, in ELECT, ELECTED, STALE and VIEW while a leader dies, do not end elections', async (context) => {
  const { room, foe } = await opened(context, ['Ann', 'Bob', 'Cid', 'Dan'])
  const rest = room.nodes.slice(1)
  const doors = await Promise.all(rest.map((node) => look(foe, node)))
  const candidate = { uid: foe.uid, inc: foe.inc }
  const frames = (view: View): Frame[] => [
    { type: 'elect', term: countMax, candidate },
    { type: 'elect', term: countMax - 1, candidate },
    { type: 'stale', term: countMax },
    { type: 'elected', term: countMax, winner: foe.member, list: [foe.member] },
    { type: 'view', view: { ...view, vid: { ...view.vid, term: countMax } }, book: [] },
  ]
  const flood = setInterval(() => {
    for (const { wire, view } of doors) if (!wire.closed) wire.say(frames(view))
  }, 20)
  context.after(() => clearInterval(flood))
  const three = await killLeader(room.nodes)
  clearInterval(flood)
  for (const { wire } of doors) wire.destroy()
  await talk(three, 'after the first')
  const two = await killLeader(three)
  await talk(two, 'after the second')
  for (const { home } of room.nodes) await room.stage.history(home)
})

test('a PROBE of a larger uid that claims many members does not lead a room away', async (context) => {
  const { room } = await opened(context)
  const foe = await Foe.mint((uid) => room.nodes.every(({ id }) => uid > id))
  const close = await listen(context, foe, (wire) => {
    wire.onFrame = (frame) => playOffice(foe, room, wire, frame)
  })
  const { wire } = await greet(foe, room.ann.address, room.ann.room as RoomId)
  wire.say({ type: 'probe', leader: foe.member, many: true, open: true })
  await wire.settled()
  await room.chatFor(lastsMs)
  assert.ok(
    room.nodes.every(({ leader }) => leader?.id === room.ann.id),
    'the leader is another',
  )
  close()
  await survives(room, wire)
})

/** Answers as the office of a large room would, and takes everybody in. */
function playOffice(foe: Foe, room: Besieged, wire: Wire, frame: Frame): void {
  const { uid, inc, name, addr, member } = foe
  if (frame.type === 'hello' || frame.type === 'probe') {
    const office = {
      room: room.ann.room as RoomId,
      status: 'open',
      term: 9,
      leader: member,
      many: true,
      copies: 3,
    } as const
    wire.say({ type: 'info', uid, inc, name, addr, ...office })
  } else if (frame.type === 'follow') {
    wire.say({ type: 'followOk', frontier: frame.frontier, differing: [], term: 9, book: [] })
    wire.say({ type: 'synced', pos: 0 })
  } else if (frame.type === 'move') {
    wire.say({ type: 'moveOk', term: 9, pos: 0 })
  } else if (frame.type === 'ping' && frame.nonce > 0) wire.say({ type: 'pong', nonce: frame.nonce })
}

test('BYE identity from somebody in the book does not end members that start after a power cut', async (context) => {
  const { room, foe } = await opened(context)
  let refuse = (): void => {}
  const refused = new Promise<void>((done) => (refuse = done))
  await listen(context, foe, (wire) => {
    wire.onFrame = () => {
      wire.say({ type: 'bye', reason: 'identity' })
      void wire.ended().then(refuse)
    }
  })
  const { wire } = await enter(foe, room.ann.address)
  wire.say({ type: 'upDone' })
  await wire.frame('synced')
  await Promise.all(room.nodes.map((node) => node.sees(['Ann', 'Bob', foe.name])))
  await Promise.all(room.nodes.map((node) => room.keeps(node, foe.uid)))
  await Promise.all(room.nodes.map((node) => node.kill()))
  wire.destroy()
  const [bob, ann] = [room.bob, room.ann].map(({ name, home, port }) => (): RoomNode => {
    return room.stage.node(name, { home, port, resume: true })
  })
  assert.ok(bob && ann)
  // Bob first: nobody answers him but the attacker, and he may wait for a better word, but not end.
  const again = [bob()]
  await within(refused, 'a member that is refused')
  again.push(ann())
  await Promise.all(again.map((node) => node.ready()))
  await Promise.all(again.map((node) => node.sees(['Ann', 'Bob'])))
  await talk(again, 'back')
})

test('LINK, REFER, RESIGN, ALIVE, SUSPECT and BYE left of strangers break neither ring nor office', async (context) => {
  const { room, foe } = await opened(context, ['Ann', 'Bob', 'Cid'])
  const ann = await greet(foe, room.ann.address, room.ann.room as RoomId)
  const others = await Promise.all(room.nodes.slice(1).map((node) => look(foe, node)))
  for (const { wire } of [ann, ...others]) {
    const { vid, members } = others[0]?.view ?? { vid: samples.link.vid, members: [] }
    for (const member of members) {
      const { uid, inc } = member
      wire.say([
        { type: 'suspect', uid, inc, refused: true },
        { type: 'refer', prev: foe.member, vid },
        { type: 'linkOk', vid },
        { type: 'resign', term: vid.term },
        { type: 'alive', leader: { ...member, inc: makeInc(7, anyNonce) } },
        { type: 'moved', leader: foe.member },
        { type: 'leave' },
        { type: 'link', vid: { ...vid, ver: vid.ver + 1 } },
        { type: 'link', vid },
      ])
    }
    await wire.settled()
  }
  const terms = room.nodes.map(({ leader }) => leader?.term)
  await room.chatFor(lastsMs)
  for (const node of room.nodes) assert.equal(node.leader?.id, room.ann.id, `${node.name} has another leader`)
  assert.deepEqual(
    room.nodes.map(({ leader }) => leader?.term),
    terms,
  )
  for (const { wire } of [ann, ...others]) wire.say({ type: 'bye', reason: 'left' })
  await survives(room, ann.wire, ...others.map(({ wire }) => wire))
})

test('SUSPECT and MOVE of a follower that name others put nobody out', async (context) => {
  const { room, foe } = await opened(context)
  const { wire } = await enter(foe, room.ann.address)
  wire.say({ type: 'upDone' })
  const { view } = await wire.frame('view')
  await wire.settled()
  const shownTo = room.ann.lines.length
  for (let turn = 0; turn < 50; turn++) {
    for (const { uid, inc } of view.members) wire.say({ type: 'suspect', uid, inc, refused: turn % 2 === 0 })
  }
  wire.say({ type: 'move', term: countMax, many: true, members: view.members })
  await wire.settled()
  await room.chat()
  const gone = room.ann.lines.slice(shownTo).filter((line) => /Bob.*(is gone|is out of reach)/.test(line))
  assert.deepEqual(gone, [])
  await survives(room, wire)
})

for (const [type, least] of [
  ['elected', 'a leader'],
  ['alive', 'a leader'],
  ['elected', 'a follower'],
] as const) {
  test(`${type} to ${least} that names 500 third parties causes few dials`, async (context) => {
    const { room, foe } = await opened(context)
    const bystander = await Bystander.open(context)
    const { wire } = await greet(foe, (least === 'a leader' ? room.ann : room.bob).address)
    const startedAt = performance.now()
    for (let at = 1; at <= 500; at++) {
      const uid = `d${at.toString(16).padStart(31, '0')}` as Uid
      const third: Member = { uid, inc: makeInc(1, anyNonce), name: 'Third', addr: bystander.nth(at) }
      if (type === 'alive') wire.say({ type, leader: third })
      else wire.say({ type, term: 2, winner: third, list: [third] })
    }
    await room.chatFor(lastsMs)
    assertFew(bystander.count, startedAt)
    await survives(room, wire)
  })
}

test('400 bogus lines for the book cause few dials, and do not push a member out of it', async (context) => {
  const { room, foe } = await opened(context, ['Ann', 'Bob', 'Cid'])
  const bystander = await Bystander.open(context)
  const [, , cid] = room.nodes
  assert.ok(cid)
  await cid.kill()
  await Promise.all([room.ann, room.bob].map((node) => node.sees(['Ann', 'Bob'])))
  const wires: Wire[] = []
  for (let turn = 0; turn < 4; turn++) {
    const book = Array.from({ length: 380 }, (_, at) => ({
      uid: `c${turn}${at.toString(16).padStart(30, '0')}` as Uid,
      addr: bystander.nth(1 + turn * 400 + at),
      name: 'Nobody',
      left: false,
    }))
    const { wire } = await greet(foe, room.ann.address, room.ann.room as RoomId)
    wire.say(follow(foe, { book }))
    await wire.frame('followOk')
    wires.push(wire)
  }
  const before = bystander.count
  const startedAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, lastsMs))
  await talk([room.ann, room.bob], 'meanwhile')
  const dials = bystander.count - before
  const perSecond = dials / ((performance.now() - startedAt) / 1000)
  for (const wire of wires) wire.destroy()
  const book = await room.book(room.ann)
  const bogus = book.filter(({ name }) => name === 'Nobody').length
  context.diagnostic(
    `${perSecond.toFixed(1)} dials a second; ${bogus} bogus lines of ${book.length} in the book`,
  )
  assert.ok(
    book.some(({ uid }) => uid === cid.id),
    'a member that is absent was pushed out of the book',
  )
  assertFew(dials, startedAt)
  assert.ok(bogus <= 64, `${bogus} bogus lines are kept`)
})

test('500 HELLOs of wrong uids: people are told at most once, and the log grows little', async (context) => {
  const { room, foe } = await opened(context)
  const [told, logged] = [room.notices().length, await room.logBytes(room.ann)]
  for (let at = 0; at < 500; at++) {
    const wire = await Wire.dial(foe, room.ann.address)
    wire.say(foe.hello(room.ann.room as RoomId, { uid: room.bob.id as Uid, name: `Pay Mallory ${at}` }))
    await wire.ended()
  }
  await room.chat()
  const notices = room.notices().slice(told)
  const grown = (await room.logBytes(room.ann)) - logged
  context.diagnostic(`${notices.length} notices, ${grown} bytes of log`)
  assert.ok(notices.length <= 2, `${notices.length} notices, such as: ${notices[0]}`)
  assert.ok(grown < 16_384, `${grown} bytes of log`)
  await survives(room)
})

/** The same frame with all its numbers at the end that the decoder allows. */
function atTheEnd(frame: Frame): Frame {
  const most: Readonly<Record<string, number>> = {
    nonce: nonceMax,
    lc: lamportMax - 1,
    ts: lamportMax,
    wall: 8.64e15,
    copies: 16,
  }
  const push = (value: unknown, key: string): unknown => {
    if (typeof value === 'number') return most[key] ?? countMax
    if (key === 'inc' || key === 'stamperInc') return makeInc(countMax, anyNonce)
    if (key === 'raw') return undefined
    if (value instanceof Map)
      return new Map([...value].map(([name, one]: [unknown, unknown]) => [name, push(one, '')]))
    if (Array.isArray(value)) return value.map((one) => push(one, ''))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, push(one, name)]))
  }
  return push(frame, '') as Frame
}

/** Those that end the link by themselves come last. */
const inOrder = [...frameTypes].sort((a, b) => Number(isLast(a)) - Number(isLast(b)))
function isLast(type: FrameType): boolean {
  return type === 'bye' || type === 'leave' || type === 'resign'
}

for (const who of ['a stranger', 'one that said HELLO', 'a follower'] as const) {
  test(`every frame, as usual and with all values at their ends, from ${who}`, async (context) => {
    const { room, foe } = await opened(context, ['Ann', 'Bob', 'Cid'])
    const wires: Wire[] = []
    for (const type of inOrder) {
      for (const frame of [samples[type], atTheEnd(samples[type])]) {
        for (const node of who === 'a follower' ? [room.ann] : [room.ann, room.bob]) {
          const wire = await approach(who, foe, node)
          wires.push(wire)
          wire.say(frame, 1)
          if (who !== 'a stranger') await wire.settled()
          // They stay open for a while, so that what was said there goes on counting.
          if (wires.length > 20) wires.shift()?.destroy()
        }
      }
    }
    for (const wire of wires) wire.destroy()
    await survives(room)
  })
}

async function approach(
  who: 'a stranger' | 'one that said HELLO' | 'a follower',
  foe: Foe,
  node: RoomNode,
): Promise<Wire> {
  if (who === 'a stranger') return Wire.dial(foe, node.address)
  if (who === 'one that said HELLO') return (await greet(foe, node.address)).wire
  const { wire } = await enter(foe, node.address)
  wire.say({ type: 'upDone' })
  return wire
}
