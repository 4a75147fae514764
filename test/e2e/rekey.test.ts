// The key of a locked room is changed while members die, sleep, are taken out, or are on the other side of a cut. Real
// processes on loopback, and on hosts of their own for the cut. Who changes it is key-changer.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatInvitation, parseInvitation } from '../../src/chat/invitation.ts'
import type { Address } from '../../src/core/model/ids.ts'
import { assertSameHistory } from './agreement.ts'
import { Stage, type RoomNode } from './harness.ts'
import { KeyChanger } from './key-changing.ts'
import { Network, type Host } from './network.ts'

type Hosts = Readonly<Record<string, Host>>

/** Ann, who made the room and leads it, the others of these names, and behind them those that change the key. */
async function open(
  stage: Stage,
  names: readonly string[],
  changers: readonly string[] = ['Key'],
  hosts: Hosts = {},
) {
  const ann = await stage.node('Ann', { command: ['create'], host: hosts['Ann'] }).ready()
  const { invitation } = JSON.parse(ann.lines[0] ?? '{}') as { invitation?: string }
  assert.ok(invitation)
  const others: RoomNode[] = []
  for (const name of names)
    others.push(await stage.node(name, { command: ['join', invitation], host: hosts[name] }).ready())
  const keys: KeyChanger[] = []
  for (const name of changers) keys.push(await new KeyChanger(stage, name, invitation, hosts[name]).ready())
  const nodes = [ann, ...others]
  await see(nodes, ['Ann', ...names, ...changers])
  return { nodes, invitation, keys }
}

async function see(nodes: readonly RoomNode[], names: readonly string[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.sees(names)))
}

/** Each says a line, and all show all of them. */
async function chat(nodes: readonly RoomNode[], when: string): Promise<string[]> {
  const texts = nodes.map(({ name }) => `${name} ${when}`)
  for (const [at, node] of nodes.entries()) node.say(texts[at] ?? '')
  await Promise.all(nodes.map((node) => node.has(texts)))
  return texts
}

/** The same key, by way of these nodes. */
function through(invitation: string, nodes: readonly { address: string }[]): string {
  const read = parseInvitation(invitation)
  assert.ok(!('problem' in read))
  return formatInvitation({ ...read, addresses: nodes.map(({ address }) => address as Address) })
}

let strangers = 0

/** Somebody who is new comes with it. Returns the reason why not, if not. */
async function tries(stage: Stage, invitation: string, host?: Host): Promise<string | undefined> {
  const stranger = stage.node(`stranger ${++strangers}`, { command: ['join', invitation], host })
  await stranger.until(() => stranger.room !== '' || stranger.ended, 'an answer to the invitation')
  if (stranger.room !== '') {
    await stranger.kill()
    return undefined
  }
  assert.deepEqual(await stranger.over(), { code: 4, signal: null }, stranger.report())
  assert.equal(stranger.messages.length, 0, 'a stranger read something')
  return stranger.stderr
}

const hasAnother = 'ringleader: the room has another key: ask a member for a new invitation\n'
const neverOpens = /^ringleader: (the room has another key|this invitation does not open this room)/

test('a member that is killed while the key changes comes back by itself', async (context) => {
  const stage = await Stage.open(context)
  const { nodes, keys } = await open(stage, ['Bob', 'Cid'])
  const [ann, , cid] = nodes
  let [, bob] = nodes
  const [key] = keys
  assert.ok(ann && bob && cid && key)
  const said = await chat(nodes, 'at first')
  // At the same instant, when it may have the new key or not; and when it is gone for sure.
  for (const when of ['just then', 'before']) {
    bob.signal('SIGKILL')
    if (when === 'before') await bob.exit
    await key.changes()
    await bob.exit
    await see([ann, cid], ['Ann', 'Cid', 'Key'])
    said.push(...(await chat([ann, cid], `without Bob, who was killed ${when}`)))
    bob = await stage.node('Bob', { resume: true, home: bob.home }).ready()
    await see([ann, bob, cid], ['Ann', 'Bob', 'Cid', 'Key'])
    said.push(...(await chat([ann, bob, cid], `with Bob, who was killed ${when}`)))
    await bob.has(said)
  }
  await assertSameHistory(stage, [ann, bob, cid, key], said)
})

test('the leader is killed right behind a change: the room goes on under the new key', async (context) => {
  const stage = await Stage.open(context)
  const { nodes, invitation, keys } = await open(stage, ['Bob', 'Cid'])
  const [ann, ...rest] = nodes
  const [key] = keys
  assert.ok(ann && rest[0] && key)
  const said = await chat(nodes, 'at first')
  ann.onLine = (line) => {
    if (/"Key\(.*\) changed the key of the room"/.test(line)) ann.signal('SIGKILL')
  }
  await key.changes()
  assert.deepEqual(await ann.over(), { code: null, signal: 'SIGKILL' })
  await see(rest, ['Bob', 'Cid', 'Key'])
  said.push(...(await chat(rest, 'after Ann')))
  for (const node of rest) assert.equal(await tries(stage, through(invitation, [node])), hasAnother)
  const fresh = await key.ask('invite')
  for (const node of rest) assert.equal(await tries(stage, through(fresh, [node])), undefined)
  const back = await stage.node('Ann', { resume: true, home: ann.home }).ready()
  await back.has(said)
  await assertSameHistory(stage, [...rest, back, key], said)
})

test('a member that is frozen while the key changes has it when it goes on', async (context) => {
  const stage = await Stage.open(context)
  const { nodes, invitation, keys } = await open(stage, ['Bob', 'Cid'])
  const [ann, bob, cid] = nodes
  const [key] = keys
  assert.ok(ann && bob && cid && key)
  const said = await chat(nodes, 'at first')
  cid.signal('SIGSTOP')
  await key.changes()
  await see([ann, bob], ['Ann', 'Bob', 'Key'])
  said.push(...(await chat([ann, bob], 'meanwhile')))
  cid.signal('SIGCONT')
  await see(nodes, ['Ann', 'Bob', 'Cid', 'Key'])
  said.push(...(await chat(nodes, 'in the end')))
  await cid.has(said)
  assert.equal(await tries(stage, through(invitation, [cid])), hasAnother)
  assert.equal(await tries(stage, through(await key.ask('invite'), [cid])), undefined)
  await assertSameHistory(stage, [...nodes, key], said)
})

test('who is removed ends and does not come back, and what it said stays', async (context) => {
  const stage = await Stage.open(context)
  const { nodes, invitation, keys } = await open(stage, ['Bob', 'Cid'])
  const [ann, bob, cid] = nodes
  const [key] = keys
  assert.ok(ann && bob && cid && key)
  const said = await chat(nodes, 'at first')
  const leaves = `Bob(${bob.address})`
  await key.changes(`remove ${bob.id}`)
  assert.deepEqual(await bob.over(), { code: 4, signal: null })
  assert.match(bob.stderr, /^ringleader: this node was removed from the room by Key\(127\.0\.0\.1:\d+\)\n$/)
  await see([ann, cid], ['Ann', 'Cid', 'Key'])
  const removal = (who: string) => (text: string) =>
    text.startsWith('Key(') && text.endsWith(` removed ${who} from the room and changed its key`)
  for (const node of [ann, cid]) await node.until(() => node.notices.some(removal(leaves)), 'who removed Bob')
  // Cid is not there when that is done, and has a log that does not say so.
  const left = `Cid(${cid.address})`
  await cid.kill()
  await see([ann], ['Ann', 'Key'])
  await key.changes(`remove ${cid.id}`)
  await ann.until(() => ann.notices.some(removal(left)), 'who removed Cid')
  for (const gone of [bob, cid]) {
    const again = stage.node(gone.name, { resume: true, home: gone.home })
    assert.deepEqual(await again.over(), { code: 4, signal: null }, again.report())
    assert.match(again.stderr, /^ringleader: this node was removed from the room/)
    // Whoever has the new key is in, but not with this key of its own.
    const invited = stage.node(gone.name, {
      command: ['join', through(await key.ask('invite'), [ann])],
      home: gone.home,
    })
    assert.deepEqual(await invited.over(), { code: 4, signal: null }, invited.report())
  }
  assert.equal(await tries(stage, through(invitation, [ann])), hasAnother)
  said.push(...(await chat([ann], 'in the end')))
  await assertSameHistory(stage, [ann, key], said)
})

test('of two that remove each other at the same moment neither goes on alone', async (context) => {
  const stage = await Stage.open(context)
  const { nodes, keys } = await open(stage, ['Bob'], ['Key', 'Lock', 'Cog', 'Axle'])
  const [ann] = nodes
  assert.ok(ann)
  for (const pair of [keys.slice(0, 2), keys.slice(2)]) {
    // So that their links are older than the key.
    for (const key of pair) await key.changes()
    const ids = await Promise.all(pair.map((key) => key.ask('id')))
    for (const [at, key] of pair.entries()) key.say(`remove ${ids[1 - at]}`)
    const over = /^over this node was removed from the room by /
    await Promise.race(pair.map((key) => key.line(over)))
    const staying = (): string[] =>
      pair.filter(({ lines }) => !lines.some((line) => over.test(line))).map(({ name }) => name)
    const listed = (): string[] =>
      ann.members.map(({ name }) => name).filter((name) => pair.some((key) => key.name === name))
    await ann.until(() => listed().join() === staying().join(), 'nobody but those that have not ended')
  }
  await chat(nodes, 'in the end')
})

test('both sides of a cut change the key: one room again, and neither old key opens it', async (context) => {
  const network = Network.open(context, 2, 2)
  if (!network) return
  const stage = await Stage.open(context)
  const [a, b, c, d] = network.hosts
  assert.ok(a && b && c && d)
  const hosts = { Ann: a, Left: b, Bob: c, Right: d }
  const { nodes, invitation, keys } = await open(stage, ['Bob'], ['Left', 'Right'], hosts)
  const [ann, bob] = nodes
  const [left, right] = keys
  assert.ok(ann && bob && left && right)
  const said = await chat(nodes, 'at first')
  network.cut(true)
  await see([ann], ['Ann', 'Left'])
  await see([bob], ['Bob', 'Right'])
  await Promise.all([left.changes(), right.changes()])
  const made = [await left.ask('invite'), await right.ask('invite')]
  said.push(...(await chat([ann], 'on the left')), ...(await chat([bob], 'on the right')))
  network.cut(false)
  await see(nodes, ['Ann', 'Left', 'Bob', 'Right'])
  said.push(...(await chat(nodes, 'together again')))
  await Promise.all(nodes.map((node) => node.has(said)))
  const [present, other] = [await left.ask('invite'), await right.ask('invite')].map((text) =>
    through(text, [ann]),
  )
  assert.ok(present)
  assert.equal(present, other, 'one key')
  const former = made.filter((text) => through(text, [ann]) !== present)
  assert.equal(former.length, 1, 'the key of one of the two changes counts')
  for (const [node, host] of [
    [ann, d],
    [bob, a],
  ] as const) {
    assert.equal(await tries(stage, through(invitation, [node]), host), hasAnother)
    // Where nobody from that side was, its key may be unknown.
    const [text = ''] = former
    assert.match((await tries(stage, through(text, [node]), host)) ?? '', neverOpens)
    assert.equal(await tries(stage, through(present, [node]), host), undefined)
  }
  await assertSameHistory(stage, [...nodes, left, right], said)
})
