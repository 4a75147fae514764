/**
 * /msg, /reply, /keep, /unkeep and /away: what is said to one person alone.
 */

import { escapeName, escapeText } from '../../chat/escape.ts'
import { shortFingerprintOf } from '../../chat/fingerprint.ts'
import { plural } from '../../chat/notices.ts'
import type { DirectCommand } from '../../chat/direct-commands.ts'
import type { Room } from '../../peer/room.ts'
import { Incoming } from './incoming-privates.ts'
import type { People, Person } from './people.ts'
import type { Printer } from './printer.ts'

/** Private messages that /msg lists. */
const listed = 20
/** Messages that did not arrive, for /keep. */
const failedMax = 16
/** Words that a name can have. */
const nameWordsMax = 16

type Failed = { readonly to: Person; readonly text: string }

export type PrivateAnswersParts = {
  people: Pick<People, 'find' | 'reachable' | 'showAny'>
  printer: () => Pick<Printer, 'notice' | 'private' | 'away'>
  isIgnored: (id: string) => boolean
  /** Resolves when more may be printed. */
  drained: () => Promise<void>
  /** How many are on their way has changed. */
  changed: () => void
}

export class PrivateAnswers {
  readonly #parts: PrivateAnswersParts
  /** Who wrote last, or was written to. */
  #last: Person | undefined
  /** The same when the line began that is being typed: whoever writes meanwhile is not meant by it. */
  #meant: Person | undefined
  #failed: Failed[] = []
  /** Node id to why it is away, as the person here was told. */
  readonly #told = new Map<string, string>()
  /** They never reject. */
  readonly #underWay = new Set<Promise<void>>()
  readonly #incoming: Incoming

  constructor(parts: PrivateAnswersParts) {
    this.#parts = parts
    this.#incoming = new Incoming(parts.drained, parts.printer)
  }

  /** A person begins to type. */
  lineBegan(): void {
    this.#meant = this.#last
  }

  /** On their way. */
  get waiting(): number {
    return this.#underWay.size
  }

  /** Resolves when nothing is on its way, and it was said what became of each. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  begin(room: Room): void {
    const { isIgnored, printer } = this.#parts
    const { readProblem } = room.direct
    // Behind the first lines of the room.
    if (readProblem !== undefined)
      queueMicrotask(() => printer().notice(`the private messages of before are not there: ${readProblem}`))
    room.direct.on('private', (message) => {
      // Who is ignored learns nothing of it.
      if (isIgnored(message.with.id)) return
      this.#last = message.with
      this.#incoming.take(message, true)
    })
    room.direct.on('delivered', (message) => this.#incoming.take(message, false))
    room.direct.on('away', ({ id, text }) => {
      this.#told.delete(id)
      printer().away(id, text)
    })
  }

  /** Rejects as the room does. */
  async to(command: DirectCommand, room: Room): Promise<void> {
    const tell = (text: string): void => this.#parts.printer().notice(text)
    switch (command.type) {
      case 'msg':
        return command.rest === '' ? this.#list(room) : this.#say(room, command.rest)
      case 'reply': {
        const to = this.#meant ?? this.#last
        if (!to) return tell('nobody has written to you alone yet: /msg Bob and words begin')
        return this.#send(room, to, command.text)
      }
      case 'keep':
        return this.#keep(room)
      case 'unkeep':
        return this.#unkeep(room, command.word)
      case 'away':
        return tell(setAway(room, command.text))
    }
  }

  #list({ direct }: Room): void {
    const { printer, isIgnored } = this.#parts
    const all = [...direct.recent, ...direct.kept].filter(({ with: { id } }) => !isIgnored(id)).slice(-listed)
    if (all.length === 0)
      printer().notice('there are no private messages: /msg Bob and words say something to Bob alone')
    for (const message of all) printer().private(message, false)
  }

  async #say(room: Room, rest: string): Promise<void> {
    const meant = whoIsMeant(rest, (word) =>
      this.#parts.people.reachable(room, word).filter(({ id }) => id !== room.self.id),
    )
    const tell = (text: string): void => this.#parts.printer().notice(text)
    if ('several' in meant) {
      const lines = meant.several.map(
        (who) => `${this.#parts.people.showAny(who)} ${shortFingerprintOf(who.id)}`,
      )
      return tell(
        [
          'that can be several, and nothing was sent; give the beginning of the fingerprint instead:',
          ...lines,
        ].join('\n'),
      )
    }
    if (!('who' in meant)) {
      const word = /^\S+/.exec(rest)?.[0] ?? ''
      const found = this.#parts.people.reachable(room, word)
      if (found.some(({ id }) => id === room.self.id)) return tell('that is you, and nothing was sent')
      return tell(`nobody here is or was called ${escapeName(word)}, and nothing was sent; /names lists all`)
    }
    if (meant.text === '')
      return tell(`/msg needs what to say, as in /msg ${escapeName(meant.who.name)} hello`)
    await this.#send(room, meant.who, meant.text)
  }

  async #send(room: Room, to: Person, text: string): Promise<void> {
    this.#last = to
    const { people, printer } = this.#parts
    try {
      const sent = await this.#counted(room.direct.send(to.id, text))
      const { id, state, away } = sent
      const address = to.address ?? room.members.find((one) => one.id === to.id)?.address ?? ''
      const who = { id: to.id, name: to.name, address }
      printer().private({ id, with: who, text, time: new Date(), own: true, state }, false)
      this.#tellAway(to, away)
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string }
      const canKeep = code === 'ERR_UNREACHABLE'
      if (canKeep) this.#failed = [...this.#failed, { to, text }].slice(-failedMax)
      const what = escapeText(text.length > 60 ? `${text.slice(0, 60)}...` : text).replace(/\s+/g, ' ')
      printer().notice(
        `${message}; not delivered to ${people.showAny(to)}: ${what}` +
          (canKeep ? '\n/keep keeps it, and sends it when both of you are here' : ''),
      )
    }
  }

  /** Counts it as on its way until whoever waits for it has said what became of it. */
  #counted<T>(sending: Promise<T>): Promise<T> {
    const settled = sending
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        this.#underWay.delete(settled)
        this.#parts.changed()
      })
    this.#underWay.add(settled)
    this.#parts.changed()
    return sending
  }

  /** Once for each time that it is away. */
  #tellAway(to: Person, away: string | undefined): void {
    if (away === undefined) return void this.#told.delete(to.id)
    if (this.#told.get(to.id) === away) return
    this.#told.set(to.id, away)
    const shown = this.#parts.people.showAny(to)
    this.#parts.printer().notice(`${shown} is away${away === '' ? '' : `: ${away}`}; it has your message`)
  }

  async #keep(room: Room): Promise<void> {
    const { printer, people } = this.#parts
    if (this.#failed.length === 0) {
      const { kept } = room.direct
      if (kept.length === 0) printer().notice('nothing is kept')
      for (const message of kept) printer().private(message, false)
      return
    }
    for (let failed = this.#failed.shift(); failed; failed = this.#failed.shift()) {
      const { to } = failed
      const { state, away } = await this.#keepOne(room, failed)
      const shown = people.showAny(to)
      if (state === 'kept')
        printer().notice(
          `kept for ${shown}, and sent when both of you are here; /unkeep ${to.id.slice(0, 8)} ends that`,
        )
      else {
        printer().notice(`delivered to ${shown} after all`)
        this.#tellAway(to, away)
      }
    }
  }

  /** Rejects as the room does, and then it can be kept later. */
  async #keepOne(room: Room, failed: Failed): ReturnType<Room['direct']['send']> {
    try {
      return await this.#counted(room.direct.send(failed.to.id, failed.text, { keep: true }))
    } catch (error) {
      this.#failed.unshift(failed)
      throw error
    }
  }

  async #unkeep(room: Room, word: string): Promise<void> {
    const { printer, people } = this.#parts
    const ids = new Set(people.find(room, word).map(({ id }) => id))
    const kept = room.direct.kept.filter(
      ({ with: who }) => ids.has(who.id) || (word.length >= 4 && who.id.startsWith(word.toLowerCase())),
    )
    const several = new Set(kept.map(({ with: who }) => who.id))
    if (several.size > 1)
      return printer().notice(
        'that can be several: give the beginning of the fingerprint; /keep lists what is kept',
      )
    let count = 0
    for (const { id } of kept) if (await room.direct.drop(id)) count++
    printer().notice(
      count === 0 ? 'nothing is kept for anybody of that name' : `${plural(count, 'message')} kept no longer`,
    )
  }
}

function setAway({ direct }: Room, text: string): string {
  const isBack = text === '' && direct.away !== undefined
  direct.setAway(isBack ? undefined : text)
  if (isBack) return 'you are back, and the others are told'
  return 'you are away: /names shows it to the others, and who writes to you alone is told; /away alone when you are back'
}

type Meant = { who: Person; text: string } | { several: Person[] } | { nobody: true }

/**
 * Whom `rest` begins with, and the text behind it. A name may have spaces: where more words can mean another person than fewer
 * do, it is several.
 */
export function whoIsMeant(rest: string, find: (word: string) => readonly Person[]): Meant {
  const found = new Map<string, Person>()
  let text = ''
  const words = /(\S+)(\s*)/g
  for (let n = 0; n < nameWordsMax; n++) {
    const match = words.exec(rest)
    if (!match) break
    const end = match.index + (match[1]?.length ?? 0)
    const here = find(rest.slice(0, end))
    if (here.length === 0) continue
    for (const who of here) if (!found.has(who.id)) found.set(who.id, who)
    text = rest.slice(words.lastIndex)
  }
  const [who, ...others] = found.values()
  if (!who) return { nobody: true }
  return others.length > 0 ? { several: [who, ...others] } : { who, text }
}
