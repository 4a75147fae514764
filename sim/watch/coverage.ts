/**
 * Counts which rules of the protocol a run took, by name, from the frames, timers, log lines and effects that
 * show each.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Observer, SimNode } from '../world/world.ts'

/** Each rule with what shows that it was taken. The section is PROTOCOL.md's. */
export const rules: Readonly<Record<string, string>> = {
  '2.1 a disk put back from a copy: fresh counter': 'effect mintInc',
  '2.2 D2 NACK': 'nack',
  '2.2 D5 a stream that begins in the store': 'effect seek',
  '2.2 D5 records read back from the store': 'effect readLog',
  '2.4 FOLLOW': 'follow',
  '2.4 REDIRECT': 'redirect',
  '2.4 WAIT': 'wait',
  '2.4 upload of what the leader lacks': 'up',
  '2.4 HELD, where digests differ': 'held',
  '2.4 LACKS': 'lacks',
  '2.4 SYNCED': 'synced',
  '2.5 SUBMIT': 'submit',
  '2.5 STORED': 'stored',
  '2.5 SAFE': 'safe',
  '2.6 a silent link is asked once more': 'ping asked',
  '2.6 SUSPECT, silent': 'suspect silent',
  '2.6 SUSPECT, refused': 'suspect refused',
  '2.6 a dropped member is put out': 'timer evict',
  '2.6 pause rule': 'paused',
  '2.7 N1 a dead candidate': 'timer dial',
  '2.7 N2 LINK_OK': 'linkOk',
  '2.7 N2 REFER': 'refer',
  '2.7 N3 a view from a neighbour': 'view',
  '2.8 the election starts where the gap was': 'log election-started leader lost',
  '2.8 the backup timer starts it': 'timer backup',
  '2.8 a term fails': 'log election-started timeout',
  '2.8 ELECT': 'elect',
  '2.8 STALE': 'stale',
  '2.8 ALIVE': 'alive',
  '2.8 a token waits for the leader': 'timer hold',
  '2.9 ELECTED': 'elected',
  '2.9 the lap is lost': 'timer lap',
  '2.9 gathering ends by time': 'timer gather',
  '2.10 LEAVE': 'leave',
  '2.10 RESIGN': 'resign',
  '2.11 PROBE': 'probe',
  '2.11 bridge': 'follow bridge',
  '2.11 MOVE': 'move',
  '2.11 MOVE_OK': 'moveOk',
  '2.11 BUSY': 'busy',
  '2.11 MOVED': 'moved',
  '2.11 a move is not answered': 'timer move',
  '2.12 nobody found: solo office': 'timer search',
  '2.12 the disk is full': 'log disk full',
  '2.4 a joiner gives up': 'timer give-up',
  '2.19 CHECK': 'check',
  '2.19 CHECK_POINT': 'checkPoint',
  '2.19 CHECK_DONE': 'checkDone',
}

export class Coverage implements Observer {
  readonly counts = new Map<string, number>()

  #note(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
  }

  stepped(node: SimNode, event: Event, effects: readonly Effect[]): void {
    if (event.type === 'timerFired' && event.name !== 'heartbeat')
      this.#note(`timer ${beforeColon(event.name)}`)
    else if (event.type === 'woke' && node.state?.role.type === 'office' && node.state.role.pauseNonce !== 0)
      this.#note('paused')
    for (const effect of effects) {
      if (effect.type === 'send') this.#noteFrame(effect.frame)
      else if (effect.type === 'log') {
        const { line } = effect
        this.#note(`log ${line.type}`)
        if (line.type === 'election-started') this.#note(`log election-started ${line.why}`)
        else if (line.type === 'disk') this.#note(`log disk ${line.state}`)
      } else if (effect.type === 'mintInc' || effect.type === 'seek' || effect.type === 'readLog')
        this.#note(`effect ${effect.type}`)
    }
  }

  #noteFrame(frame: Frame): void {
    if (frame.type === 'ping') {
      if (frame.nonce !== 0) this.#note('ping asked')
      return
    }
    this.#note(frame.type)
    if (frame.type === 'suspect') this.#note(frame.refused ? 'suspect refused' : 'suspect silent')
    else if (frame.type === 'follow' && frame.role === 'bridge') this.#note('follow bridge')
  }
}

function beforeColon(name: string): string {
  const at = name.indexOf(':')
  return at < 0 ? name : name.slice(0, at)
}
