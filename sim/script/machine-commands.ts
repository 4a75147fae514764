/**
 * The commands of protocol scripts for machines: their disks, clocks and addresses, restarts and copies.
 */

import type { Address, RoomId } from '../../src/core/model/ids.ts'
import { nextBelow } from '../../src/lib/prng.ts'
import { Disk } from '../world/disk.ts'
import { relocate } from '../faults/machine-faults.ts'
import type { Commands } from './command.ts'
import type { Stage } from './stage.ts'
import { countOf, durationOf, fail, flag, newNode, nodeOf, nodesOf, numberOf, option } from './words.ts'
import type { SimNode } from '../world/world.ts'

/** By name. */
export const machineCommands: Commands = {
  /**
   * restart n2 n3 [disk=old|damaged|lost] [apart 50ms] [shuffled | permuted]. old: as at `backup`. damaged:
   * the history is set aside and with it the identity. lost: the whole home is gone; it joins `via` another.
   * permuted: each schedule takes the next order, so that n! schedules take all.
   */
  restart(stage, words) {
    const { world } = stage
    const apart = durationOf(option(words, 'apart') ?? '0')
    const via = option(words, 'via')
    const isShuffled = flag(words, 'shuffled')
    const isPermuted = flag(words, 'permuted')
    const disk = words.find((word) => word.startsWith('disk='))
    if (disk) flag(words, disk)
    let nodes = nodesOf(stage, words).filter((node) => !node.state)
    if (isShuffled || isPermuted) {
      let index = stage.seed - 1
      nodes = arrange(nodes, (bound) => {
        const drawn = isShuffled ? nextBelow(world.prng, bound) : index % bound
        index = Math.floor(index / bound)
        return drawn
      })
    }
    for (const node of nodes) {
      if (node.memory) fail(`${node.name} keeps nothing that it could go on from`)
      if (disk) replaceDisk(stage, node, disk.slice(5))
      world.start(node, via === undefined ? 'resume' : { join: nodeOf(stage, via) })
      if (apart > 0) world.runFor(isShuffled ? nextBelow(world.prng, apart) : apart)
    }
  },
  /** clone n3 as n6: another machine gets a copy of n3's home, identity and all. */
  clone(stage, words) {
    const from = nodeOf(stage, words[0])
    if (words[1] !== 'as') fail('clone takes a node, "as", and the next new node')
    const node = newNode(stage, words[2], from.uid)
    stage.world.replaceDisk(node, from.disk.copy())
  },
  /** backup n3: keeps a copy of the disk for restart disk=old. */
  backup(stage, words) {
    for (const node of nodesOf(stage, words)) stage.backups.set(node, node.disk.copy())
  },
  /** slow n5 1000: it reads 1000 bytes a second; 0: as fast as they arrive. */
  slow(stage, words) {
    nodeOf(stage, words[0]).readBytesPerSecond = countOf(words[1], 'number of bytes', 0, 1e9)
  },
  /** far n4 n5 150ms: these machines stand so far away from the others, one way. */
  far(stage, words) {
    const farMs = durationOf(words.pop())
    for (const node of nodesOf(stage, words)) node.farMs = farMs
  },
  /** clock n3 x10: its timers run ten times as late; clock n3 +1h: its wall clock is that far ahead. */
  clock(stage, words) {
    const node = nodeOf(stage, words[0])
    const word = words[1] ?? ''
    if (word.startsWith('x')) {
      const factor = numberOf(word.slice(1), 'factor')
      if (!(factor >= 0.1 && factor <= 1000)) fail(`"${word}" is no factor from 0.1 to 1000`)
      node.timerFactor = factor
    } else node.wallOffsetMs = (word.startsWith('-') ? -1 : 1) * durationOf(word.replace(/^[+-]/, ''))
  },
  /** disk n3 full | free; disk n3 slow 100ms: a commit takes 100 ms. */
  disk(stage, words) {
    const node = nodeOf(stage, words[0])
    if (words[1] === 'slow') node.fsyncMs = durationOf(words[2])
    else if (words[1] === 'full' || words[1] === 'free') stage.world.setDiskFull(node, words[1] === 'full')
    else fail('a disk becomes full, free or slow')
  },
  /** relocate n3 [silent]: the machine gets another address; its connections break, or lead nowhere. */
  relocate(stage, words) {
    const silent = flag(words, 'silent')
    for (const node of nodesOf(stage, words)) {
      const [, second] = node.addr.split('.')
      relocate(stage.world, node, node.addr.replace(/^10\.\d+/, `10.${Number(second) + 1}`) as Address, {
        silent,
      })
    }
  },
  /** stranger n4 knows n1: a machine of another room, which has n1's address in its book. */
  stranger(stage, words) {
    const { uid, addr, name } = nodeOf(stage, option(words, 'knows'))
    const node = newNode(stage, words[0])
    node.room = 'e'.repeat(32) as RoomId
    node.disk.book = [{ uid, addr, name, left: false }]
    stage.world.start(node, 'resume')
  },
}

/** Takes nodes out one by one, each the one that `draw` says of those left. */
function arrange(nodes: readonly SimNode[], draw: (bound: number) => number): SimNode[] {
  const left = [...nodes]
  const order: SimNode[] = []
  while (left.length > 0) order.push(...left.splice(draw(left.length), 1))
  return order
}

function replaceDisk(stage: Stage, node: SimNode, how: string): void {
  if (how === 'old') {
    stage.world.replaceDisk(node, stage.backups.get(node)?.copy() ?? fail(`${node.name} has no backup`))
    return
  }
  if (how !== 'damaged' && how !== 'lost') fail(`a disk is old, damaged or lost, not "${how}"`)
  const fresh = new Disk()
  // The address book and the lock stand in files of their own.
  if (how === 'damaged') Object.assign(fresh, { book: node.disk.book, lock: node.disk.lock })
  stage.world.replaceDisk(node, fresh)
  // A second identity of this machine: as large as the first, but another.
  node.uid = `${node.uid.slice(0, 4)}${'1'.repeat(28)}` as SimNode['uid']
}
