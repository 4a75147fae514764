/**
 * The commands of protocol scripts for one frame that is on its way: it is lost, comes late, or comes twice.
 */

import { frameName } from '../watch/describe.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Packet } from '../world/network.ts'
import type { SimNode } from '../world/world.ts'
import type { Commands } from './command.ts'
import { isFrameName } from './moments.ts'
import type { Stage } from './stage.ts'
import { durationOf, fail, nodeOf } from './words.ts'

type Found = {
  readonly from: SimNode
  readonly to: SimNode
  readonly packet: Packet
  readonly frame: Frame
}

/** `ELECT n3 n4`: the oldest frame of that name that is on its way from n3 to n4. */
function flightOf(stage: Stage, [name = '', from, to]: readonly string[]): Found {
  if (!isFrameName(name)) fail(`"${name}" is no frame's name`)
  const sender = nodeOf(stage, from)
  const receiver = nodeOf(stage, to)
  for (const { out } of sender.pipes.values()) {
    if (out.to.node !== receiver.index) continue
    for (const packet of out.queue) {
      const { frame, lost } = packet
      if (!lost && typeof frame === 'object' && frameName(frame.type) === name)
        return { from: sender, to: receiver, packet, frame }
    }
  }
  return fail(`no ${name} is on its way from ${sender.name} to ${receiver.name}`)
}

export const flightCommands: Commands = {
  /** lose ELECT n3 n4: the oldest such frame on its way does not arrive. TCP loses none: it is a bug that this plays. */
  lose(stage, words) {
    flightOf(stage, words).packet.lost = true
  },
  /** twice ELECT n3 n4: it comes a second time, behind what is on its way. */
  twice(stage, words) {
    const { from, to, frame } = flightOf(stage, words)
    stage.world.network.inject(from, to, frame)
  },
  /** late ELECT n3 n4 50ms: it, and all that follows it on its path, is so long on its way. */
  late(stage, words) {
    const forMs = durationOf(words.pop())
    const { from, to } = flightOf(stage, words)
    const { network } = stage.world
    if (network.cuts.isCut(from.index, to.index)) fail(`the path from ${from.name} to ${to.name} is cut`)
    network.setCut(from.index, to.index, true)
    stage.world.after(forMs, () => network.setCut(from.index, to.index, false))
  },
}
