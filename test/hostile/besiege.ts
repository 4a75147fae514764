// A room of real programs that chat while somebody attacks: says lines, measures how long they take to be shown,
// and judges at the end that nothing was lost, nobody ended, and every home opens again.
import assert from 'node:assert/strict'
import { stat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, type TestContext } from 'node:test'
import { assertAgreement } from '../e2e/agreement.ts'
import type { NodeFlags, RoomNode } from '../e2e/harness.ts'
import { Stage } from '../e2e/harness.ts'
import { Foe } from './attacker.ts'
import type { Target } from './rounds.ts'

/** What a member says of itself after its garbage is collected. Unit: bytes; files: descriptors. */
export type Probe = { heapUsed: number; external: number; arrayBuffers: number; rss: number; files: number }

/** How long an attacked room has to show a line. Far above what it takes, as other work may load the machine. Unit: ms. */
const promptMs = 20_000

export class Besieged {
  readonly stage: Stage
  readonly nodes: readonly RoomNode[]
  /** Every line that must be everywhere at the end. */
  readonly said: string[] = []
  /** From saying to being shown at another member. Unit: ms. */
  readonly delays: number[] = []
  readonly #saidAt = new Map<string, number>()
  /** The texts that each was shown. */
  readonly #shown = new Map<RoomNode, Set<string>>()
  #turn = 0

  private constructor(stage: Stage, nodes: readonly RoomNode[]) {
    this.stage = stage
    this.nodes = nodes
    for (const node of nodes) {
      const shown = new Set<string>()
      this.#shown.set(node, shown)
      node.onMessage = ({ text, own }, atMs) => {
        shown.add(text)
        const from = this.#saidAt.get(text)
        if (from !== undefined && !own) this.delays.push(atMs - from)
      }
    }
  }

  /** A room of these names; the first leads. `isLocked`: the others have an invitation of the first. */
  static async open(
    context: TestContext,
    names: readonly string[] = ['Ann', 'Bob'],
    { isLocked = false, ...given }: NodeFlags & { isLocked?: boolean } = {},
  ): Promise<Besieged> {
    const stage = await Stage.open(context)
    const nodes: RoomNode[] = []
    for (const name of names) {
      const command = nodes[0] ? ['join', invitationOf(nodes[0])] : ['create']
      const entry = isLocked ? { command } : { through: nodes[0] }
      nodes.push(await stage.node(name, { ...probed, ...given, ...entry }).ready())
    }
    await Promise.all(nodes.map((node) => node.sees(names)))
    return new Besieged(stage, nodes)
  }

  /** What an attacker is told. */
  target(): Target {
    return {
      room: this.ann.room,
      addresses: this.nodes.map(({ address }) => address),
      members: this.nodes.map(({ id, name }) => ({ id, name })),
    }
  }

  get ann(): RoomNode {
    return this.#nth(0)
  }

  get bob(): RoomNode {
    return this.#nth(1)
  }

  #nth(at: number): RoomNode {
    const node = this.nodes[at]
    assert.ok(node)
    return node
  }

  /** One line of `node`. */
  say(node: RoomNode, text = `line ${this.said.length + 1} of ${node.name}`): void {
    this.said.push(text)
    this.#saidAt.set(text, performance.now())
    node.say(text)
  }

  /** Everybody says a line, and everybody is shown all of them in time. */
  async chat(ms = promptMs): Promise<void> {
    const turn = ++this.#turn
    const texts = this.nodes.map((node) => `turn ${turn} of ${node.name}`)
    for (const [at, node] of this.nodes.entries()) this.say(node, texts[at])
    for (const node of this.nodes) {
      await node.until(() => texts.every((text) => this.#isShown(node, text)), `turn ${turn}`, ms)
    }
  }

  /** Everybody chats while `ms` pass. */
  async chatFor(ms: number): Promise<void> {
    const stop = this.talk(this.nodes, 50)
    await new Promise((resolve) => setTimeout(resolve, ms))
    stop()
    await this.chat()
  }

  #isShown(node: RoomNode, text: string): boolean {
    return this.#shown.get(node)?.has(text) ?? false
  }

  /** Says lines at a steady pace in the name of `speakers` until stopped. */
  talk(speakers: readonly RoomNode[], everyMs: number): () => void {
    let turn = 0
    const timer = setInterval(() => {
      const speaker = speakers[turn++ % speakers.length]
      if (speaker) this.say(speaker)
    }, everyMs)
    return () => clearInterval(timer)
  }

  /** Nobody ended, nobody wrote of an error, nothing was lost, and all show one order. */
  async holds(): Promise<void> {
    for (const node of this.nodes) {
      await node.until(
        () => this.said.every((text) => this.#isShown(node, text)),
        'every line that was said',
        2 * promptMs,
      )
      assert.equal(node.ended, undefined, node.report())
      assert.equal(withoutProbes(node.stderr), '', `${node.name} wrote to stderr`)
    }
    // What attackers said and is still on its way, as behind signatures that are being verified, comes to all.
    const until = performance.now() + promptMs
    const [first] = this.nodes
    while (
      this.nodes.some(({ messages }) => messages.length !== first?.messages.length) &&
      performance.now() < until
    )
      await new Promise((resolve) => setTimeout(resolve, 50))
    assertAgreement(this.nodes, this.said)
  }

  /** Each home opens, holds what was said, and its node goes back to the room and can be heard in it. */
  async reopens(): Promise<void> {
    for (const node of this.nodes) {
      node.say('//exit')
      const { code } = await node.over()
      assert.equal(code, 0, node.report())
    }
    const again: RoomNode[] = []
    const invitation = invitationOf(this.ann)
    for (const { name, home, port } of this.nodes) {
      await this.stage.history(home)
      const first = again[0]
      const entry = invitation ? { command: ['join', invitation] } : { through: first }
      // The first one is where it was: there the invitation leads.
      again.push(await this.stage.node(name, { home, ...(first ? entry : { resume: true, port }) }).ready())
    }
    const texts = again.map(({ name }) => `back: ${name}`)
    for (const [at, node] of again.entries()) node.say(texts[at] ?? '')
    await Promise.all(again.map((node) => node.has([...this.said, ...texts])))
    for (const node of again) await this.stage.history(node.home)
  }

  /** Notices that a person was shown. */
  notices(): string[] {
    return this.nodes.flatMap(({ notices }) => notices)
  }

  async logBytes(node: RoomNode): Promise<number> {
    return (await stat(this.logPath(node))).size
  }

  log(node: RoomNode): Promise<string> {
    return readFile(this.logPath(node), 'utf8')
  }

  /** The address book that a member keeps on disk. */
  async book(node: RoomNode): Promise<{ uid: string; name: string }[]> {
    const path = join(node.home, 'rooms', `${node.room}.json`)
    const text = await readFile(path, 'utf8').catch(() => '{"book":[]}')
    return (JSON.parse(text) as { book: { uid: string; name: string }[] }).book
  }

  /** Resolves when the book on disk, which is written later than the view is shown, has this node. */
  async keeps(node: RoomNode, uid: string): Promise<void> {
    const until = performance.now() + promptMs
    while (!(await this.book(node)).some((entry) => entry.uid === uid)) {
      assert.ok(performance.now() < until, `${uid} is not in the book of ${node.name}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  logPath(node: RoomNode): string {
    return join(this.stage.dir, `${node.name}.log`)
  }
}

const probePath = new URL('./probe.js', import.meta.url)
/** Flags of a member that can be asked how it is. */
export const probed: NodeFlags = {
  env: { NODE_OPTIONS: `--import=${pathToFileURL(probePath.pathname).href}` },
}

/** As the maker of a locked room prints it; empty: the room is open. */
function invitationOf({ lines }: RoomNode): string {
  return (JSON.parse(lines[0] ?? '{}') as { invitation?: string }).invitation ?? ''
}

function withoutProbes(stderr: string): string {
  return stderr.replaceAll(/^probe .*\n/gm, '')
}

/** Collects the garbage of a member and asks how it is. */
export async function probe(node: RoomNode): Promise<Probe> {
  const from = node.stderr.length
  node.signal('SIGUSR2')
  const line = await node.until(() => /^probe (.*)\n/m.exec(node.stderr.slice(from))?.[1], 'a probe')
  return JSON.parse(line) as Probe
}

/** The value below which this part of them lies. `part`: 0 to 1. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

/** One room and one attacker for all tests of a file. At its end the room must be as it was. */
export function besiegeFile(): { readonly room: Besieged; readonly foe: Foe } {
  const cleanups: (() => unknown)[] = []
  const siege = {} as { room: Besieged; foe: Foe }
  before(async () => {
    const context = { after: (undo: () => unknown) => void cleanups.push(undo) } as unknown as TestContext
    siege.foe = await Foe.mint()
    siege.room = await Besieged.open(context)
  })
  after(async () => {
    try {
      await siege.room.holds()
      await siege.room.reopens()
    } finally {
      for (const cleanup of cleanups) await cleanup()
    }
  })
  return siege
}
