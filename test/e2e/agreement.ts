// What must be true of the output of several nodes of one room: the same messages, each once, in one order.
// It reads the messages of --json only.
import assert from 'node:assert/strict'
import { compareSaid } from '../../src/chat/message-line.ts'
import { deadlineMs, type MessageObject, type RoomNode, type Stage } from './harness.ts'

/** A node of any kind that has a home. */
type Keeper = Pick<RoomNode, 'home' | 'name'>

function shape({ ts, id, name, text }: MessageObject): string {
  return `${ts} ${id} ${name}: ${text}`
}

/** No message twice at any; those of each author in the order they were said. */
export function assertOnce(nodes: readonly RoomNode[]): void {
  for (const { name, messages } of nodes) {
    const ids = new Set(messages.map(({ id }) => id))
    assert.equal(ids.size, messages.length, `${name} printed a message twice`)
    if (messages.some(({ late }) => late)) continue
    const last = new Map<string, string>()
    for (const { id } of messages) {
      const [author = ''] = id.split(':')
      const before = last.get(author)
      assert.ok(before === undefined || compareSaid(before, id) < 0, `${name}: ${id} after ${before}`)
      last.set(author, id)
    }
  }
}

/** Each printed all of `texts`, once, and all printed what they printed in one order. */
export function assertAgreement(nodes: readonly RoomNode[], texts: readonly string[]): void {
  assertOnce(nodes)
  for (const node of nodes) {
    const counts = new Map<string, number>()
    for (const text of node.texts()) counts.set(text, (counts.get(text) ?? 0) + 1)
    const wrong = texts.filter((text) => counts.get(text) !== 1)
    assert.deepEqual(wrong.slice(0, 5), [], `${node.name}: ${wrong.length} lines lost or doubled`)
  }
  const [first, ...others] = nodes
  assert.ok(first)
  for (const other of others)
    assert.deepEqual(other.messages.map(shape), first.messages.map(shape), `${other.name} and ${first.name}`)
}

/** How often each text stands in what `ringleader history` printed. */
function countTexts(printed: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of printed.split('\n')) {
    const text = line.replace(/^> .*?\)\[\d+\]: /, '')
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

/** A message is shown before it is on disk here: asks again until `texts` are there. */
async function storedAt(stage: Stage, { home, name }: Keeper, texts: readonly string[]): Promise<string> {
  const until = performance.now() + deadlineMs
  for (;;) {
    const printed = await stage.history(home)
    const counts = countTexts(printed)
    const missing = texts.filter((text) => !counts.has(text))
    if (missing.length === 0) return printed
    assert.ok(performance.now() < until, `not on the disk of ${name}: ${missing.slice(0, 5).join(', ')}`)
  }
}

/** `ringleader history` prints the same bytes for all, and every one of `texts` once. */
export async function assertSameHistory(
  stage: Stage,
  nodes: readonly Keeper[],
  texts: readonly string[],
): Promise<void> {
  const printed = await Promise.all(nodes.map((node) => storedAt(stage, node, texts)))
  const first = printed[0] ?? ''
  for (const [at, other] of printed.entries())
    assert.equal(other, first, `${nodes[at]?.name} and ${nodes[0]?.name}`)
  const counts = countTexts(first)
  assert.deepEqual(
    texts.filter((text) => counts.get(text) !== 1).map((text) => `${text}: ${counts.get(text) ?? 0} times`),
    [],
  )
}

/** The leader and its two neighbours in the ring, then the rest. */
export function aroundLeader(nodes: readonly RoomNode[]): { three: RoomNode[]; rest: RoomNode[] } {
  const ring = inRing(nodes)
  const three = [ring[0], ring[1], ring.at(-1)].filter((node) => node !== undefined)
  return { three, rest: ring.filter((node) => !three.includes(node)) }
}

/** In ring order, the leader first. */
export function inRing(nodes: readonly RoomNode[]): RoomNode[] {
  const members = nodes[0]?.members ?? []
  const at = members.findIndex(({ leader }) => leader)
  return [...members.slice(at), ...members.slice(0, at)].map(({ id }) => {
    const node = nodes.find((other) => other.id === id)
    assert.ok(node, `${id} is not one of ours`)
    return node
  })
}
