/**
 * Writes down what is done to a world as the commands of a protocol script, so that a shrunk run becomes a
 * script. What has no command becomes a comment.
 */

import type { Observer, SimNode, World } from '../world/world.ts'

type Deed = { readonly atMs: number; readonly command: string }

export class Journal implements Observer {
  readonly #world: World
  readonly #deeds: Deed[] = []

  constructor(world: World) {
    this.#world = world
  }

  told(command: string): void {
    this.#deeds.push({ atMs: this.#world.now, command })
  }

  /** The script: commands with the time between them. The first node has created its room. */
  script(): string[] {
    const { nodes } = this.#world
    const lines = isRising(nodes) ? [] : [`uids ${byUid(nodes).join(' ')}`]
    const memory = nodes.filter((node) => node.memory)
    if (memory.length > 0) lines.push(`memory ${memory.map(({ index }) => `n${index}`).join(' ')}`)
    lines.push('nodes 1')
    let atMs = 0
    for (const { atMs: when, command } of this.#joined()) {
      if (when > atMs) lines.push(`run ${when - atMs}ms`)
      atMs = when
      lines.push(command)
    }
    return lines
  }

  /** Cuts of one moment between the same sides become one command. */
  #joined(): Deed[] {
    const deeds: Deed[] = []
    for (const deed of this.#deeds) {
      const last = deeds.at(-1)
      const [, from, to] = /^cut (n\d+) \| (n\d+) oneway$/.exec(deed.command) ?? []
      const [, left, right] = /^cut (n\d+) \| ([n\d ]+) oneway$/.exec(last?.command ?? '') ?? []
      const isMore = from !== undefined && from === left && last?.atMs === deed.atMs
      if (isMore)
        deeds[deeds.length - 1] = { atMs: deed.atMs, command: `cut ${from} | ${right} ${to} oneway` }
      else deeds.push(deed)
    }
    return deeds
  }
}

/** The names of machines of their own, from the smallest uid on. */
function byUid(nodes: readonly SimNode[]): string[] {
  const own = nodes.filter((node) => nodes.find(({ uid }) => uid === node.uid) === node)
  return own.sort((a, b) => (a.uid < b.uid ? -1 : 1)).map(({ index }) => `n${index}`)
}

function isRising(nodes: readonly SimNode[]): boolean {
  return nodes.every(({ uid }, i) => i === 0 || uid >= (nodes[i - 1]?.uid ?? ''))
}
