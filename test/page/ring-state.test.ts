// What is seen of the ring, as events make it, and when it is shown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countToken, theoryOf } from '../../page/model/election.ts'
import { Player } from '../../page/model/player.ts'
import type { Shown } from '../../page/model/ring-state.ts'
import { RingState } from '../../page/model/ring-state.ts'
import type { RoomEvent } from '../../src/chat/room-event.ts'
import { tokenText } from '../../src/chat/token-text.ts'
import { FixtureRoom } from './fixture-room.ts'

function opened(): { ring: RingState; room: FixtureRoom; take: (events: readonly RoomEvent[]) => Shown[] } {
  const room = new FixtureRoom(5, 3)
  const ring = new RingState()
  const take = (events: readonly RoomEvent[]): Shown[] => {
    const shown: Shown[] = []
    for (const event of events) ring.take(event, (what) => shown.push(what))
    return shown
  }
  take(room.begin(0, true))
  return { ring, room, take }
}

const hopsOf = (shown: readonly Shown[]) => shown.flatMap((each) => (each.type === 'hop' ? [each.hop] : []))

test('a message goes to the leader, and from it to all; each hop is drawn once', () => {
  const { room, take } = opened()
  const hops = hopsOf(take(room.say(room.self, 'hello').events))
  assert.deepEqual(
    hops.map(({ from, to, frame }) => [
      from === room.leader ? 'leader' : from === room.self ? 'self' : '',
      to === room.leader,
      frame,
    ]),
    [['self', true, 'SUBMIT'], ...Array.from({ length: 4 }, () => ['leader', false, 'REC'])],
  )
})

test('while no leader is known nobody wears the crown', () => {
  const { ring, take } = opened()
  const led = ring.leader ?? ''
  assert.ok(ring.links().some(({ from }) => from === led))
  const members = ring.order.map((id) => ({ id, name: 'x', address: '', leader: false }))
  take([{ type: 'members', members }])
  assert.equal(ring.leader, undefined)
  assert.ok(ring.nodes.get(led)?.isLost, 'it is greyed')
  assert.ok(!ring.links().some(({ from }) => from === led), 'and its link is gone')
  take([{ type: 'leader', id: led, name: 'x', address: '', term: 3 }])
  assert.equal(ring.nodes.get(led)?.isLost, false)
})

test('a term that was made up holds the count of elections up for seconds only', () => {
  const token = { kind: 'ELECT', candidate: 'a', from: 'a', to: 'b' } as const
  const real = countToken(undefined, { ...token, term: 3, at: 0 })
  assert.equal(countToken(real, { ...token, term: 2, at: 100 }), undefined)
  const early = countToken(real, { ...token, term: 2 ** 40, at: 8e15 })
  assert.equal(countToken(early, { ...token, term: 4, at: 2000 })?.term, 4, 'the time is made up, too')
  const forged = countToken(real, { ...token, term: 2 ** 40, at: 1000 })
  assert.equal(forged?.term, 2 ** 40)
  assert.equal(countToken(forged, { ...token, term: 4, at: 2000 }), undefined)
  const next = countToken(forged, { ...token, term: 4, at: 9000 })
  assert.deepEqual([next?.term, next?.elect, next?.from], [4, 1, 9000])
})

test('a token is told with the comparison that decided', () => {
  const token = { term: 4, candidate: '7fff', own: '4aaa' }
  for (const [verdict, sentMax, text] of [
    ['pass on', undefined, '7fff > 4aaa: pass on'],
    ['dropped', '9bbb', '7fff < 9bbb: dropped'],
    ['dropped', '7fff', '7fff was here: dropped'],
    ['held', undefined, '7fff: asks its leader first'],
    ['old', undefined, '7fff: of term 4, too old'],
  ] as const)
    assert.equal(tokenText({ ...token, verdict, ...(sentMax && { sentMax }) }), text)
  assert.equal(
    tokenText({ ...token, own: '7fff', verdict: 'elected' }, (id) => `#${id[0]}`),
    '#7 = #7: elected',
  )
})

test('a token of a term that is over is no election, and what comes to a member again is another line', () => {
  const { ring, room, take } = opened()
  take(room.kill(room.leader))
  const { election } = ring
  assert.ok(election)
  const [from = '', to = ''] = ring.order
  const old = { node: from, peer: to, way: 'sent', lamport: 1, candidate: from } as const
  const at = election.to + 60_000
  take([{ type: 'frame', frame: 'ELECTED', term: room.term - 1, at, ...old }])
  assert.deepEqual(ring.election, election)
  ring.log.add({ at: 0, lamport: undefined, kind: 'ring', text: 'before' })
  for (let i = 0; i < 3; i++)
    for (const peer of ring.order.slice(1))
      take([{ type: 'frame', frame: 'REC', count: 1, way: 'sent', node: from, peer, lamport: 1, at: at + i }])
  const lines = ring.log.lines.slice(-3).map(({ text }) => text)
  for (const line of lines) assert.match(line, /^REC \(1 message\): .* → 3 members$/)
})

test('where the sender does not let others watch it, the word of the receiver counts', () => {
  const { room, take } = opened()
  take([{ type: 'watched', node: room.leader, state: 'refused' }])
  const told = room
    .say(room.self, 'hello')
    .events.filter((event) => event.type !== 'frame' || event.node !== room.leader)
  assert.equal(hopsOf(take(told)).length, 5)
})

test('a death opens the ring, the repair closes it, and the largest id is elected', () => {
  const { ring, room, take } = opened()
  const dead = room.leader
  const before = ring.links()
  assert.equal(before.length, 5)
  const shown = take(room.kill(dead))
  assert.equal(ring.order.includes(dead), false)
  assert.equal(ring.nodes.get(dead)?.place, undefined)
  const links = ring.links()
  assert.equal(links.length, 4)
  assert.ok(links.every(({ from, to, isTold }) => isTold && from !== dead && to !== dead))
  const largest = [...ring.order].sort().at(-1)
  assert.equal(ring.leader, largest)
  assert.equal(ring.election?.winner, largest)
  assert.equal(ring.election?.nodes.length, 4)
  const elects = hopsOf(shown).filter(({ frame }) => frame === 'ELECT').length
  assert.equal(ring.election?.elect, elects)
  assert.equal(ring.election?.elected, 4)
  const words = shown.flatMap((each) => (each.type === 'word' ? [each.text] : []))
  assert.ok(words.includes('3ac1 < c2d4: replaced'), words.join('; '))
  assert.ok(words.includes('9d07 > 3ac1: pass on'), words.join('; '))
  assert.ok(words.includes('9d07 < c2d4: dropped'), words.join('; '))
  assert.equal(words.at(-1), 'c2d4 = c2d4: elected')
})

test('if all begin, the messages of the election are within theory', () => {
  for (let size = 3; size < 9; size++) {
    const room = new FixtureRoom(size, 0)
    const ring = new RingState()
    for (const event of [...room.begin(0, true), ...room.kill(room.leader, size)]) ring.take(event, () => {})
    const { best, worst } = theoryOf(size - 1)
    const elect = ring.election?.elect ?? 0
    assert.ok(elect >= best && elect <= worst, `${elect} of ${best} to ${worst}`)
  }
  assert.deepEqual(theoryOf(4), { best: 7, average: 4 * (1 + 1 / 2 + 1 / 3 + 1 / 4), worst: 10 })
})

test('a token of an older term does not count', () => {
  const { ring, room, take } = opened()
  take(room.kill(room.leader))
  const before = ring.election
  take([
    {
      type: 'frame',
      node: room.self,
      at: before?.to ?? 0,
      lamport: 1,
      way: 'sent',
      peer: room.leader,
      frame: 'ELECT',
      term: 1,
      candidate: room.self,
    },
  ])
  assert.deepEqual(ring.election, before)
})

test('the log has a line for a frame to all, and for what is left out', () => {
  const { ring, room, take } = opened()
  take([...room.say(room.leader, 'x').events, { type: 'missed', node: room.self, count: 12 }])
  const texts = ring.log.lines.map(({ text }) => text)
  assert.ok(texts.includes('REC (1 message): Ann 7f3a → 4 members'), texts.join('\n'))
  assert.ok(texts.includes('12 events of Bob 3ac1 not shown'), texts.join('\n'))
  assert.equal(ring.missed, 12)
})

test('the messages of an election are shown one after the other, and the result not before', () => {
  const { room, ring } = opened()
  const player = new Player((event) => ring.isStep(event))
  for (const event of [...room.begin(0, true).slice(0, 1), ...room.kill(room.leader)]) player.push(event, 0)
  const at = new Map<string, number>()
  let [shown, elections] = [0, 0]
  for (let now = 0; now < 60_000 && player.behind(now).events > 0; now += 16) {
    let inFrame = 0
    player.play(now, (event) => {
      shown++
      if (ring.isStep(event)) inFrame++
      if (!at.has(event.type)) at.set(event.type, now)
    })
    assert.ok(inFrame <= 1)
    elections += inFrame
  }
  assert.ok(elections > 10 && shown > elections)
  assert.ok((at.get('leader') ?? 0) > (at.get('token') ?? 0))
})

test('after all was caught up with, and while nothing is played, what comes is shown and bounded', () => {
  const { room, ring } = opened()
  const player = new Player((event) => ring.isStep(event))
  const steps = room.kill(room.leader)
  for (const event of steps) player.push(event, 0)
  let shown = 0
  player.catchUp(() => shown++)
  assert.equal(shown, steps.length)
  assert.equal(player.behind(0).events, 0)
  const more = room.kill(room.leader)
  for (const event of more) player.push(event, 1000)
  shown = 0
  for (let now = 1000; now < 60_000; now += 16) player.play(now, () => shown++)
  assert.equal(shown, more.length)
  player.pause()
  shown = 0
  for (let i = 0; i < 25_000; i++) {
    player.push({ type: 'notice', text: `${i}` }, 60_000)
    player.bound(() => shown++)
  }
  assert.equal(shown, 5000)
  assert.equal(player.behind(60_000).events, 25_000)
})

test('no effect is shown before its cause, whichever member told it first', () => {
  const { room, ring } = opened()
  const player = new Player((event) => ring.isStep(event))
  const log = (node: string, lamport: number, text: string, at = 0): RoomEvent => ({
    type: 'log',
    node,
    at,
    lamport,
    kind: 'ring',
    text,
  })
  const { self, leader } = room
  const [ready] = room.begin(0, true)
  if (ready) player.push(ready, 0)
  player.push(log(self, 5, 'own before'), 0)
  player.push({ type: 'notice', text: 'beside it' }, 0)
  player.push(log(self, 9, 'effect'), 10)
  player.push(log(leader, 7, 'cause'), 60)
  player.push(log(leader, 7, 'and what followed'), 60)
  player.push(log(leader, 12, 'later', 1002), 200)
  player.push(log(self, 12, 'a frame that moved no clock', 1001), 201)
  const shown: string[] = []
  const show = (event: RoomEvent): void => void ('text' in event && shown.push(String(event.text)))
  player.play(100, show)
  assert.deepEqual(shown, [], 'all may have a cause that is still to come')
  player.play(220, show)
  assert.deepEqual(shown, ['own before', 'beside it', 'cause', 'and what followed', 'effect'])
  player.play(400, show)
  assert.deepEqual(shown.slice(-2), ['a frame that moved no clock', 'later'])
})

test('a pause keeps what comes, says how much, and catches up', () => {
  const { room, ring } = opened()
  const player = new Player((event) => ring.isStep(event))
  const { events } = room.say(room.self, 'x')
  player.pause()
  for (const event of events) player.push(event, 1000)
  player.play(4000, () => assert.fail('it is paused'))
  assert.deepEqual(player.behind(4000), { events: events.length, ms: 3000 })
  player.resume()
  let drawn = 0
  assert.equal(
    player.play(4000, (_, isDrawn) => (drawn += isDrawn ? 1 : 0)),
    0,
  )
  assert.equal(drawn, events.length)
  // What is too far behind is not drawn.
  player.pause()
  for (let i = 0; i < 3000; i++) for (const event of events) player.push(event, 5000)
  player.play(40_000, () => {})
  player.resume()
  drawn = 0
  const skipped = player.play(40_000, (_, isDrawn) => (drawn += isDrawn ? 1 : 0))
  assert.equal(skipped, 3000 * events.length)
  assert.equal(drawn, 0)
  assert.equal(player.behind(40_000).events, 0)
})
