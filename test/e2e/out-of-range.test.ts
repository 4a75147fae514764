// A home in which a message stands that no decoder takes, as a hostile or broken program could have left it there: one
// clear line from `history` and from the next start, and the database is set aside.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openConnection } from '../../src/store/room/sqlite-driver.ts'
import { logSum } from '../../src/store/room/sums.ts'
import { decodePart, encodePart } from '../../src/wire/codec.ts'
import { lamportMax } from '../../src/wire/limits.ts'
import { Stage } from './harness.ts'

const here = ['-a', '127.0.0.1', '-p', '0', '--log', 'none', '-n', 'a', '-l']

/** The first message bears a clock that no frame may carry; its checksum is right. */
function driveToItsEnd(path: string): void {
  const db = openConnection(path)
  const sql = 'SELECT pos, namespace, s, ts, author, aseq, count, seal, part FROM log WHERE pos = 1'
  const row = db.prepare(sql).get() as Record<
    'pos' | 'namespace' | 's' | 'ts' | 'author' | 'aseq' | 'count',
    number
  > & { seal: Uint8Array | null; part: Uint8Array }
  const { raw: _, ...part } = decodePart(row.part)
  const bytes = encodePart({ ...part, lc: lamportMax + 2 })
  const { namespace: namespaceId, author: authorId } = row
  const placed = { firstPos: 1, canonicalUntil: null, behind: 0 }
  const sum = logSum({ ...row, namespaceId, authorId, ...placed, part: bytes })
  db.prepare('UPDATE log SET part = ?, sum = ? WHERE pos = 1').run(bytes, sum)
  db.close()
}

function assertLine(stderr: string): void {
  assert.match(stderr, /^ringleader: .*damaged/)
  assert.equal(/\n\s+at /.test(stderr), false, stderr)
}

test('a stored message that no decoder takes: history says so, a start sets the room aside, and neither throws', async (context) => {
  const stage = await Stage.open(context)
  const home = join(stage.dir, 'a')
  const first = await stage.run([...here, '--home', home], 'hello\n')
  assert.equal(first.code, 0, first.stderr)
  const rooms = join(home, 'rooms')
  const name = readdirSync(rooms).find((file) => file.endsWith('.db'))
  assert.ok(name)
  driveToItsEnd(join(rooms, name))
  const history = await stage.run(['history', '--home', home])
  assert.equal(history.code, 1, history.stderr)
  assertLine(history.stderr)
  const again = await stage.run([...here, '--home', home], 'are you there?\n')
  assert.equal(again.code, 1, again.stderr)
  assertLine(again.stderr)
  assert.ok(readdirSync(rooms).some((file) => file.startsWith(`${name}.damaged-`)))
})
