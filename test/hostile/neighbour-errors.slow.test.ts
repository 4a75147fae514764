// What a neighbour answers that is none, or wishes to be heard on the screen of the one who joins.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Foe, forge } from './attacker.ts'
import type { Wire } from './attacker.ts'
import { Besieged } from './besiege.ts'
import { listen } from './ports.ts'
import { assertPlain } from './printed.ts'

test('error messages about a neighbour show nothing that it could draw with', async (context) => {
  const room = await Besieged.open(context, ['Ann'])
  const foe = await Foe.mint()
  const answers: ((wire: Wire) => void)[] = [
    (wire) => wire.bytes(Buffer.from('\u001b[2J\u001b]52;c;aGk=\u0007 not TLS frames\r\n')),
    (wire) => wire.bytes(forge({ info: { versionMin: 9, versionMax: 10, name: '\u001b[2J' } })),
    (wire) => wire.say({ type: 'bye', reason: 'room' }),
  ]
  for (const answer of answers) {
    const close = await listen(context, foe, (wire) => {
      wire.onFrame = () => answer(wire)
    })
    const port = foe.addr.split(':').at(-1) ?? ''
    const args = [
      '-a',
      '127.0.0.1',
      '-p',
      '0',
      '-n',
      'Eve',
      '--home',
      'eve',
      '--log',
      'eve.txt',
      '-na',
      '127.0.0.1',
      '-np',
      port,
    ]
    const { code, stdout, stderr } = await room.stage.run(args, 'hi\n')
    assert.notEqual(code, 0)
    assertPlain('an error message', stdout + stderr)
    close()
  }
  await room.chat()
  await room.holds()
})
