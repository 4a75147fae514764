// Traces: what is written is read, what is broken is named, and the export for ShiViz has clocks that are vector clocks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent, FrameEvent, MissedEvent, RoomEvent } from '../../src/chat/room-event.ts'
import { toShiviz } from '../../src/chat/shiviz.ts'
import { headProblem, readTraceLine, traceHead, traceLine } from '../../src/chat/trace-format.ts'

const [ann, bob, cid] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]

/** What ShiViz takes by default. */
const shivizParser = String.raw`(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`

test('a line of a trace is the event, and when it was told', () => {
  assert.equal(headProblem(traceHead(ann, 'f'.repeat(32), 5)), undefined)
  assert.deepEqual(readTraceLine(traceLine('{"type":"notice","text":"a \\"at\\":1 b"}', 7)), {
    event: { type: 'notice', text: 'a "at":1 b', at: 7, told: 7 },
  })
  const log = { type: 'log', node: ann, at: 3, lamport: 1, kind: 'left', text: 'x' }
  assert.deepEqual(readTraceLine(traceLine(JSON.stringify(log), 9)), { event: { ...log, told: 9 } })
})

test('what is wrong with a trace is said', () => {
  for (const head of ['', '{', '[]', '{"type":"ready"}', '{"type":"trace","version":2}', 'hello'])
    assert.ok(headProblem(head), head)
  const bad: [string, RegExp][] = [
    ['', /not one object/],
    ['{"type":"notice","text":"x"', /not one object/],
    ['null', /not one object/],
    ['{"type":"constructor","at":1}', /no known type/],
    ['{"type":"notice","at":1}', /notice without a text that is a string/],
    ['{"type":"notice","text":"x"}', /without a time/],
    ['{"type":"members","members":{},"at":1}', /members that is a list of members/],
    ['{"type":"members","members":[null],"at":1}', /members that is a list of members/],
    ['{"type":"private","id":"a","with":{},"text":"x","at":1}', /with that is a node/],
    ['{"type":"knock","id":"a","number":1,"at":1}', /knock without a name/],
    ['{"type":"node","node":"a","lamport":1,"status":"open","term":1,"view":{},"at":1}', /without a leader/],
    ['{"type":"token","node":"a","lamport":1,"from":"b","candidate":"c","at":1}', /token without a term/],
    [
      '{"type":"message","ts":1,"id":"a","author":"a","name":"","address":"","text":"","time":"","file":7,"at":1}',
      /file that is not a file/,
    ],
    [JSON.stringify({ ...frame(ann, 'sent', bob), candidate: 7 }), /candidate that is not a string/],
    [
      `{"type":"node","node":"a","lamport":1,"status":"open","term":1,"leader":null,"next":"b","previous":"c","sentMax":null,"view":{},"at":1}`,
      /view that is a view/,
    ],
  ]
  for (const [line, problem] of bad) {
    const read = readTraceLine(line)
    assert.match('problem' in read ? read.problem : 'nothing', problem, line)
  }
})

function frame(
  node: string,
  way: FrameEvent['way'],
  peer: string,
  kind = 'ELECT',
  candidate = ann,
): FrameEvent {
  return {
    type: 'frame',
    node,
    at: 1,
    lamport: way === 'sent' ? 1 : 2,
    way,
    peer,
    frame: kind,
    term: 2,
    candidate,
  }
}

type Row = { host: string; clock: Record<string, number>; event: string }

/** As ShiViz reads it. */
function parse(text: string): Row[] {
  const rows = [...text.matchAll(new RegExp(shivizParser, 'g'))]
  assert.equal(rows.map(([whole]) => `${whole}\n`).join(''), text, 'all of it is read')
  return rows.map(({ groups }) => ({
    host: groups?.['host'] ?? '',
    clock: JSON.parse(groups?.['clock'] ?? '') as Record<string, number>,
    event: groups?.['event'] ?? '',
  }))
}

/** Own entries count 1, 2, 3 ...; no entry names an event that did not come before. */
function checkClocks(rows: readonly Row[]): void {
  const seen = new Map<string, number>()
  for (const { host, clock } of rows) {
    assert.equal(clock[host], (seen.get(host) ?? 0) + 1, host)
    seen.set(host, clock[host] ?? 0)
    for (const [other, count] of Object.entries(clock))
      assert.ok(count <= (seen.get(other) ?? 0), `${host} of ${other}`)
  }
}

test('a frame received comes after it was sent, also where the trace has them the other way round', () => {
  const members: ChatEvent = {
    type: 'members',
    members: [{ id: ann, name: 'Ann B', address: '', leader: true }],
  }
  const missed: MissedEvent = { type: 'missed', node: ann, count: 3 }
  const events: RoomEvent[] = [
    members,
    missed,
    frame(bob, 'received', ann),
    frame(bob, 'sent', cid),
    frame(ann, 'sent', bob),
    frame(cid, 'received', bob),
    { type: 'token', node: cid, at: 1, lamport: 1, from: bob, term: 2, candidate: ann, verdict: 'replaced' },
    { type: 'log', node: ann, at: 1, lamport: 1, kind: 'error', text: 'two\nlines' },
  ]
  const rows = parse([...toShiviz(events)].join(''))
  checkClocks(rows)
  assert.equal(rows.length, 6)
  const last = rows.find(({ event }) => event.startsWith('token'))
  assert.deepEqual(last?.clock, { 'Ann_B-aaaa': 1, 'node-bbbb': 2, 'node-cccc': 2 })
  assert.equal(last?.event, 'token in term 2: aaaa < cccc: replaced')
})

test('traces in which events are missing have vector clocks, too', () => {
  // Each waits for what the other sent later: no run has both pairs.
  const events = [
    frame(ann, 'received', bob, 'PING'),
    frame(ann, 'sent', bob, 'PONG'),
    frame(bob, 'received', ann, 'PONG'),
    frame(bob, 'sent', ann, 'PING'),
    frame(cid, 'received', ann, 'VIEW'),
  ]
  const rows = parse([...toShiviz(events)].join(''))
  assert.equal(rows.length, events.length)
  checkClocks(rows)
  assert.deepEqual([...toShiviz([])], [])
})

test('two nodes with one name and the same first digits are two hosts', () => {
  const other = `aaaa${'1'.repeat(28)}`
  const rows = parse([...toShiviz([frame(ann, 'sent', other), frame(other, 'received', ann)])].join(''))
  checkClocks(rows)
  assert.deepEqual(
    rows.map(({ host }) => host),
    ['node-aaaa', `node-${other}`],
  )
})

test('an election, whose frames move no clock, has its arrows', () => {
  const at = (event: FrameEvent, ms: number): FrameEvent => ({ ...event, lamport: 6, at: ms })
  const events = [
    at(frame(cid, 'received', bob), 4),
    at(frame(cid, 'sent', ann), 5),
    at(frame(ann, 'received', cid), 6),
    at(frame(ann, 'sent', bob), 1),
    at(frame(bob, 'received', ann), 2),
    at(frame(bob, 'sent', cid), 3),
  ].sort((a, b) => a.node.localeCompare(b.node) || a.at - b.at)
  const rows = parse([...toShiviz(events)].join(''))
  checkClocks(rows)
  assert.deepEqual(rows.at(-1)?.clock, { 'node-aaaa': 2, 'node-bbbb': 2, 'node-cccc': 2 })
})

test('one pair that is none takes no arrow from the others', () => {
  // Bob's HELLO of before the trace makes the pairs of HELLO wrong: each waits for what comes later.
  const events = [
    { ...frame(ann, 'received', bob, 'HELLO'), lamport: 8 },
    { ...frame(ann, 'sent', bob), lamport: 20 },
    { ...frame(bob, 'received', ann), lamport: 21 },
    { ...frame(bob, 'sent', ann, 'HELLO'), lamport: 7 },
  ].sort((a, b) => a.node.localeCompare(b.node) || b.lamport - a.lamport)
  const rows = parse([...toShiviz(events)].join(''))
  checkClocks(rows)
  const got = rows.find(({ host, event }) => host === 'node-bbbb' && event.startsWith('ELECT'))
  assert.deepEqual(Object.keys(got?.clock ?? {}).sort(), ['node-aaaa', 'node-bbbb'])
})

test('a receipt whose sending is missing does not take a later one', () => {
  const events = [
    { ...frame(ann, 'received', bob), lamport: 5 },
    { ...frame(bob, 'sent', ann), lamport: 9 },
    { ...frame(ann, 'received', bob), lamport: 10 },
  ]
  const clocks = parse([...toShiviz(events)].join('')).filter(({ host }) => host === 'node-aaaa')
  assert.deepEqual(
    clocks.map(({ clock }) => clock),
    [{ 'node-aaaa': 1 }, { 'node-aaaa': 2, 'node-bbbb': 1 }],
  )
})
