// What a member of a later version says: entries of kinds that this version does not know. They are taken, kept and handed on
// like all others, and nobody is shown anything for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomId } from '../../src/core/model/ids.ts'
import type { Entry } from '../../src/core/model/records.ts'
import { enter, Foe } from './attacker.ts'
import { Besieged } from './besiege.ts'

const odd = (kind: number, hex: string): Entry => ({
  kind: 'other',
  after: 0,
  text: '',
  unread: { kind, bytes: Buffer.from(hex, 'hex') },
})

test('entries of unknown kinds are stored and handed on, proven, and not shown', async (context) => {
  const room = await Besieged.open(context)
  await room.chat()
  const later = await Foe.mint()
  const id = room.ann.room as RoomId
  const { wire } = await enter(later, room.ann.address)
  wire.say({ type: 'upDone' })
  await wire.frame('synced')
  const seen: Entry = { kind: 'message', after: 0, text: 'seen' }
  const first = later.part(id, { entries: [odd(4, '00ff'), seen, odd(127, '')] })
  const second = later.part(id, { aseq: 4, before: first.id, entries: [odd(3, 'ff')] })
  const third = later.part(id, { aseq: 5, before: second.id, text: 'last' })
  wire.say({ type: 'submit', parts: [first, second, third] })
  for (const node of room.nodes) await node.has(['seen', 'last'])
  await room.chat()
  const ids = room.ann.messages
    .filter(({ id: name }) => name.startsWith(later.uid))
    .map(({ id: name }) => name)
  assert.deepEqual(
    ids.map((name) => name.split(':')[2]),
    ['2', '5'],
  )
  // A node that was not there gets them from what the others have stored.
  const cid = await room.stage.node('Cid', { through: room.bob }).ready()
  await cid.has(['seen', 'last'])
  wire.destroy()
  await room.holds()
  for (const node of [...room.nodes, cid]) node.say('//exit')
  for (const node of [...room.nodes, cid]) {
    assert.equal((await node.over()).code, 0, node.report())
    const { stdout, code } = await room.stage.run(['history', '--verify', '--json', '--home', node.home])
    assert.equal(code, 0)
    assert.equal(JSON.parse(stdout).ok, true)
    const shown = await room.stage.history(node.home)
    const lines = shown.split('\n').filter((line) => line.includes(later.name))
    assert.deepEqual(
      lines.map((line) => line.replace(/^.*\]: /, '')),
      ['seen', 'last'],
    )
  }
})
