/**
 * After the demo's play: makes the person at the terminal a member of the room, and has the four others
 * answer.
 */

import { userInfo } from 'node:os'
import { join } from 'node:path'
import { checkName } from '../../chat/own-name.ts'
import { splitAddress } from '../../ui/terminal/printer.ts'
import { chat } from '../chat.ts'
import type { Cast } from './cast.ts'
import { answers, welcome } from './script.ts'

/** Pause before an answer, as if a person typed it. Unit: ms. */
const thinkMs = 700

function guestName(): string {
  try {
    const checked = checkName(userInfo().username)
    if ('name' in checked) return checked.name
  } catch {
    // A user that the system does not know is still welcome.
  }
  return 'You'
}

/** Resolves to the exit code when the person has left. `homes` as the others'. */
export async function receiveGuest(
  cast: Cast,
  options: { leader: string; homes: string | undefined; color: boolean | undefined },
): Promise<number> {
  const name = guestName()
  const { host, port } = splitAddress(cast.player(options.leader).address)
  keepCompany(cast, name)
  const flags = {
    leader: false,
    fresh: false,
    address: host,
    advertise: undefined,
    port: 0,
    name,
    neighbor: { host, port: Number(port) },
    verbose: false,
    locked: false,
    invitation: undefined,
    qr: false,
    knocks: false,
    web: undefined,
    webHost: undefined,
    watch: true,
    trace: undefined,
    files: undefined,
    profile: undefined,
    room: undefined,
    home: options.homes === undefined ? (false as const) : join(options.homes, 'guest'),
    title: undefined,
    log: 'none',
    json: false,
    format: undefined,
    history: 3,
    stay: false,
    timeoutMs: 2000,
    copies: undefined,
    color: options.color,
    announce: false,
  }
  return chat(flags, { isGuest: true })
}

/** A greeting for the guest, and an answer, one after another, to the first things it says. */
function keepCompany(cast: Cast, guest: string): void {
  const waiting = [...answers]
  const ids = new Set(cast.players.map(({ id }) => id))
  const answered = new Set<string>()
  let isGreeted = false
  const say = (name: string, text: string, afterMs: number): void => {
    const speaker = cast.alive.find((player) => player.name === name && !player.hasEnded) ?? cast.alive[0]
    setTimeout(() => speaker?.order({ type: 'say', text }), afterMs).unref()
  }
  for (const { shown } of cast.players) for (const { id } of shown) answered.add(id)
  cast.listen(() => {
    const listener = cast.alive.find((player) => !player.hasEnded)
    if (!listener) return
    if (!isGreeted && listener.log.some(({ line }) => line.type === 'joined' && line.who.name === guest)) {
      isGreeted = true
      welcome(guest).forEach(({ name, text }, index) => say(name, text, thinkMs * (index + 1)))
    }
    for (const { id } of listener.shown.slice(-20)) {
      if (answered.has(id) || ids.has(id.slice(0, id.indexOf(':')))) continue
      answered.add(id)
      const answer = waiting.shift()
      if (answer) say(answer.name, answer.text, thinkMs)
    }
  })
}
