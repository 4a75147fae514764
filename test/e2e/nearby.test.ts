// Two machines that know nothing of each other: network namespaces on one switch, and the real program at a terminal.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Pulse } from '../hostile/pulse.ts'
import { Stage } from './harness.ts'
import { Network } from './network.ts'
import { hasTerminals, TerminalProgram } from './terminal-program.ts'

/** From `ringleader join` to the first message, as the issue asks. Unit: ms. */
const firstMessageMs = 10_000
const skip = hasTerminals ? false : 'needs the script of util-linux'

test(
  'join without an address offers what is nearby, and one Enter leads to the first message',
  { skip },
  async (context) => {
    const network = Network.open(context, 1, 1)
    if (!network) return
    const stage = await Stage.open(context)
    const [here, there] = network.hosts
    assert.ok(here && there)
    const nobody = await stage.runOn(there, 'nearby', '--timeout', '0.3')
    assert.equal(nobody.ended?.code, 3)
    assert.match(nobody.stderr, /no room is announced in the local network: .*ask a member for an invitation/)
    const ann = await stage.node('ann', { host: here, flags: ['--announce'] }).ready()
    ann.say('first')
    const cid = await stage.node('cid', { host: here, through: ann, flags: ['--announce'] }).ready()
    const locked = stage.node('eve', { host: here, command: ['create', '--title', 'hidden'] })
    await locked.ready()
    const own = ['-n', 'bob', '--home', join(stage.dir, 'bob'), '--log', 'none', '--no-announce']
    const pulse = new Pulse()
    context.after(() => pulse.stop())
    const begunMs = performance.now()
    const bob = new TerminalProgram(stage, 'bob', [...own, 'join'], [], there.command)
    await bob.until(
      () => /an invitation \(or the address of a member, to knock\): /.test(bob.raw),
      'the question',
    )
    const listed = bob.raw.split('\n').filter((line) => /open, with/.test(line))
    const [only] = listed
    assert.equal(listed.length, 1, bob.raw)
    assert.match(only ?? '', /1 {2}[\da-f]{8} {2}open, with .*ann\(10\.77\.0\.1:\d+\)/)
    assert.match(only ?? '', /cid\(10\.77\.0\.1:\d+\)/, 'both members are one entry')
    assert.doesNotMatch(bob.raw, /hidden/)
    bob.type('\r')
    await bob.line(/bob\(10\.77\.0\.2:\d+\) is in the room; 3 members/)
    bob.type('found you\r')
    await ann.has(['found you'])
    const tookMs = performance.now() - begunMs
    const stalledMs = pulse.stop()
    context.diagnostic(`from join to the first message ${Math.round(tookMs)} ms`)
    assert.ok(tookMs < firstMessageMs || stalledMs !== undefined, `${tookMs} ms`)
    await bob.line(/> ann\(.*\]: first/)
    const json = await stage.runOn(there, 'nearby', '--json', '--timeout', '0.7')
    const rooms = json.lines.map(
      (line) => JSON.parse(line) as { type: string; id: string; members: { name: string }[] },
    )
    assert.deepEqual(
      rooms.map(({ type, id, members }) => [type, id, members.map(({ name }) => name).sort()]),
      [['nearby', ann.room, ['ann', 'cid']]],
    )
    // Where nobody can answer it does not ask.
    for (const words of [['join'], ['join', '--json']]) {
      const piped = await stage.runOn(there, ...words)
      assert.equal(piped.ended?.code, 2)
      assert.match(piped.stderr, /ringleader nearby lists the rooms/)
    }
    await cid.kill()
  },
)
