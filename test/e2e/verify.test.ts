// `ringleader history --verify`: a home that nobody meddled with passes, and one whose rows were rewritten with correct checksums
// does not: the first thing that is wrong is named.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RoomId } from '../../src/core/model/ids.ts'
import type { Chain } from '../../src/core/model/records.ts'
import { openConnection } from '../../src/store/room/sqlite-driver.ts'
import { numbered, Stage } from './harness.ts'
import { newPerson, reworded, say, signedRoom, stampAll, writeRoom, type Tables } from './signed-home.ts'

const [ann, bob, eve] = [newPerson('Ann'), newPerson('Bob'), newPerson('Eve')]
const otherRoom = '10112233445566778899aabbccddeeff' as RoomId

/**
 * Six messages of two people: four records of Ann's, the first two without a seal, and two of Bob's. Bob's first one is another copy
 * of Ann's fourth, and the canonical one.
 */
function sound(): Tables {
  const twice = say(bob, 3, ['B3'])
  const tables = stampAll([
    { leader: ann, ts: 10, part: say(ann, 1, ['A1']), sealed: false },
    { leader: ann, ts: 11, part: say(bob, 1, ['B1', 'B2']), sealed: false },
    { leader: ann, ts: 13, part: say(ann, 2, ['A2']) },
    { leader: ann, ts: 14, part: twice },
    { leader: bob, ts: 12, part: twice },
    { leader: bob, ts: 20, part: say(ann, 3, ['A3']) },
  ])
  tables.rows[3]!.canonicalUntil = 5
  tables.rows[4]!.firstPos = 4
  return tables
}

/** `at`: the position, the author and the timestamp that are named. */
type Bad = { what: string; meddle: (tables: Tables) => void; at?: string; says: string }

function at(position: number, { name, uid }: typeof ann, ts: number): string {
  return `record ${position}, by ${name} (node ${uid}), timestamp ${ts}: `
}

/** Rows `a` and `b` change their parts. */
function swapParts({ rows }: Tables, a: number, b: number): void {
  const [one, other] = [rows[a]!.record, rows[b]!.record]
  rows[a]!.record = { ...one, part: other.part }
  rows[b]!.record = { ...other, part: one.part }
}

function change({ rows }: Tables, index: number, more: Partial<Tables['rows'][0]['record']>): void {
  rows[index]!.record = { ...rows[index]!.record, ...more }
}

const bad: Bad[] = [
  {
    what: 'another text in a part',
    meddle: (tables) => change(tables, 2, { part: reworded(tables.rows[2]!.record.part, 'never said') }),
    at: at(3, ann, 13),
    says: 'it is not signed by its author for this room',
  },
  {
    what: 'a part of another room',
    meddle: (tables) => change(tables, 0, { part: say(ann, 1, ['A1'], otherRoom) }),
    at: at(1, ann, 10),
    says: 'it is not signed by its author for this room',
  },
  {
    what: 'a text that its author signed later for the same place',
    meddle: (tables) => change(tables, 0, { part: say(ann, 1, ['A1, as Ann would have liked it']) }),
    at: at(3, ann, 13),
    says: `its seal does not fit records 1 to 3 of its leader ${ann.uid}`,
  },
  {
    what: 'a message given to another author',
    meddle: (tables) => {
      change(tables, 0, { part: say(eve, 1, ['A1']) })
      tables.have.set(eve.namespace, 1)
    },
    at: at(3, ann, 13),
    says: 'message 1 of its author is missing before it',
  },
  {
    what: 'a seal by another key',
    meddle: (tables) => {
      const { chain } = tables.frontier.get(bob.namespace)!
      change(tables, 5, { seal: eve.notary.seal(signedRoom, bob.namespace, 2, chain) })
    },
    at: at(6, ann, 20),
    says: `its seal is not by its leader ${bob.uid}`,
  },
  {
    what: 'another seal of the same leader',
    meddle: (tables) => change(tables, 3, { seal: tables.rows[2]!.record.seal! }),
    at: at(4, bob, 14),
    says: `its seal does not fit records 4 to 4 of its leader ${ann.uid}`,
  },
  {
    what: 'no seal at the end',
    meddle: (tables) => {
      const { seal: _, ...bare } = tables.rows[5]!.record
      tables.rows[5]!.record = bare
    },
    at: at(6, ann, 20),
    says: `no seal of its leader ${bob.uid} covers it`,
  },
  {
    what: 'a record that is missing',
    meddle: ({ rows }) => {
      rows.splice(1, 1)
      for (const row of rows.slice(1)) row.firstPos -= 1
      rows[2]!.canonicalUntil = 4
    },
    at: at(2, ann, 13),
    says: `it is number 3 of what its leader ${ann.uid} stamped, and number 2 is due`,
  },
  {
    what: 'a last record that is missing',
    meddle: ({ rows }) => rows.pop(),
    at: at(5, bob, 12),
    says: `the database counts 2 records of its leader ${bob.uid}, and holds 1`,
  },
  {
    what: 'a message that is missing, with the record counted away',
    meddle: ({ rows, frontier }) => {
      rows.length = 4
      rows[3]!.canonicalUntil = null
      frontier.delete(bob.namespace)
    },
    says: `the database counts 3 messages of a process of ${ann.uid}, and holds 2`,
  },
  {
    what: 'two records in a swapped order',
    meddle: ({ rows }) => {
      rows.splice(0, 2, rows[1]!, rows[0]!)
      for (const index of [0, 1]) rows[index]!.firstPos = index + 1
    },
    at: at(1, bob, 11),
    says: `it is number 2 of what its leader ${ann.uid} stamped, and number 1 is due`,
  },
  {
    what: 'two parts of one author in a swapped order',
    meddle: (tables) => swapParts(tables, 0, 2),
    at: at(1, ann, 10),
    says: 'message 1 of its author is missing before it',
  },
  {
    what: 'two parts of two authors in a swapped order',
    meddle: (tables) => swapParts(tables, 0, 1),
    at: at(2, ann, 11),
    says: `its timestamp is not above that of the record before it of its leader ${ann.uid}, 11`,
  },
  {
    what: 'a timestamp that its leader did not give',
    meddle: (tables) => change(tables, 2, { ts: 14 }),
    at: at(3, ann, 14),
    says: `its seal does not fit records 1 to 3 of its leader ${ann.uid}`,
  },
  {
    what: 'a timestamp that no leader gives',
    meddle: (tables) => change(tables, 2, { ts: 2 }),
    at: at(3, ann, 2),
    says: 'its timestamp is not above the clock of its author, 2',
  },
  {
    what: 'a chain that does not fit',
    meddle: ({ frontier }) => void (frontier.get(ann.namespace)!.chain = 'ab'.repeat(32) as Chain),
    at: at(4, bob, 14),
    says: `the chain that the database keeps for its leader ${ann.uid} is another`,
  },
  {
    what: 'a message that is hidden from the transcript',
    meddle: ({ rows }) => void (rows[2]!.canonicalUntil = 3),
    says: 'is damaged (record 3 is at a wrong place of the transcript)',
  },
  {
    what: 'a copy in the place of the canonical one',
    meddle: ({ rows }) => {
      rows[3]!.canonicalUntil = null
      rows[4]!.canonicalUntil = 5
    },
    says: 'is damaged (record 4 is at a wrong place of the transcript)',
  },
  {
    what: 'a row of another author than its part',
    meddle: ({ rows }) => void (rows[2]!.author = bob.namespace),
    says: 'is damaged (record 3 is kept as another message than it has)',
  },
]

test('a room that was signed and sealed passes, and is counted', async (context) => {
  const stage = await Stage.open(context)
  const home = join(stage.dir, 'home')
  writeRoom(home, sound())
  const flags = ['history', '--verify', '--home', home, '--room', signedRoom]
  const { code, stdout, stderr } = await stage.run(flags)
  const line = '6 messages of 2 people, all signed by their authors and sealed by their leaders\n'
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: line, stderr: '' })
  const counts = { records: 6, messages: 6, people: 2, leaders: 2 }
  assert.deepEqual(JSON.parse((await stage.run([...flags, '--json'])).stdout), {
    type: 'verified',
    ok: true,
    room: signedRoom,
    ...counts,
    problem: null,
  })
  for (const more of [['--time'], ['--format', 'short']])
    assert.equal((await stage.run([...flags, ...more])).code, 2)
})

test('a room that was rewritten with correct checksums fails, and the first wrong record is named', async (context) => {
  const stage = await Stage.open(context)
  for (const [index, { what, meddle, at: place = '', says }] of bad.entries()) {
    const home = join(stage.dir, String(index))
    const tables = sound()
    meddle(tables)
    writeRoom(home, tables)
    const flags = ['history', '--verify', '--home', home, '--room', signedRoom]
    const { code, stdout, stderr } = await stage.run(flags)
    assert.equal(code, 1, `${what}: ${stdout}`)
    assert.equal(stdout, '', what)
    assert.match(stderr, /^ringleader: .*\n$/, what)
    assert.ok(stderr.includes(place + says), `${what}: ${stderr}`)
  }
})

test('what is wrong is one object with --json, and checksums fail as for every reader', async (context) => {
  const stage = await Stage.open(context)
  const home = join(stage.dir, 'home')
  const tables = sound()
  bad[0]!.meddle(tables)
  const path = writeRoom(home, tables)
  const flags = ['history', '--verify', '--json', '--home', home, '--room', signedRoom]
  const { code, stdout } = await stage.run(flags)
  assert.equal(code, 1)
  assert.deepEqual(JSON.parse(stdout), {
    type: 'verified',
    ok: false,
    room: signedRoom,
    records: 2,
    messages: 3,
    people: 2,
    leaders: 1,
    problem: { record: 3, ts: 13, author: ann.uid, name: 'Ann', text: bad[0]!.says },
  })
  const db = openConnection(path)
  db.exec('UPDATE log SET ts = 99 WHERE pos = 2')
  db.close()
  const damaged = await stage.run(flags)
  assert.equal(damaged.code, 1)
  assert.equal(damaged.stdout, '')
  assert.match(damaged.stderr, /^ringleader: .* is damaged \(record 2 is not what was written\)\n$/)
})

test('the homes of a room pass while their nodes run, after two leaders', async (context) => {
  const stage = await Stage.open(context)
  const first = await stage.node('Ann').ready()
  const second = await stage.node('Bob', { through: first }).ready()
  const third = await stage.node('Eve', { through: first }).ready()
  const texts = numbered('early', 1, 40)
  first.say(...texts.slice(0, 20))
  second.say(...texts.slice(20))
  await third.has(texts)
  await first.kill()
  await second.sees(['Bob', 'Eve'])
  const later = numbered('later', 1, 20)
  second.say(...later.slice(0, 10))
  third.say(...later.slice(10))
  // What is sent is on the disk of both.
  await second.until(() => second.sent.size === 30, '30 sent')
  await third.until(() => third.sent.size === 10, '10 sent')
  for (const node of [second, third]) {
    const { code, stdout, stderr } = await stage.run(['history', '--verify', '--home', node.home])
    assert.equal(code, 0, stderr)
    const line = '60 messages of 3 people, all signed by their authors and sealed by their leaders\n'
    assert.equal(stdout, line)
  }
})
