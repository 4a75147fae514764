/**
 * /send, /accept, /stop and /files: numbers the files that are offered, and fetches those that a person asks for.
 */

import { homedir } from 'node:os'
import { basename } from 'node:path'
import { escapeText } from '../../chat/escape.ts'
import { sizeText } from '../../lib/size-text.ts'
import type { FileCommand } from '../../chat/file-commands.ts'
import type { Message, OfferedFile, Room } from '../../peer/room.ts'

/** Offers that are remembered; beyond them the oldest is forgotten. */
const offersMax = 200
/** Of who has fetched what. */
const toldMax = 2000
/** As in the text of an offer (wire/offer.ts). */
const offerWords = '"offers the file"'
/** A search that takes longer is told of. Unit: ms. */
const patienceMs = 1000
/** How often progress is told where there is no prompt that shows it. Unit: ms. */
const tellEveryMs = 10_000

type Offer = {
  readonly number: number
  readonly file: OfferedFile
  readonly author: string
  readonly from: string
  readonly own: boolean
  state: 'offered' | 'fetching' | 'here'
  done: number
  signal: { aborted: boolean } | undefined
}

export type FileAnswersParts = {
  folder: () => string
  /** `Ann`, with a piece where names look alike. */
  show: (who: { id: string; name: string }) => string
  tell: (text: string) => void
  /** The progress has changed. False: nobody is shown it, and a notice tells it now and then. */
  changed: () => boolean
}

export class FileAnswers {
  readonly #parts: FileAnswersParts
  readonly #offers = new Map<number, Offer>()
  #count = 0
  /** Offers that are not on the screen were looked for. */
  #hasAll = false
  /** Who was told of as having fetched what. */
  readonly #told = new Set<string>()
  /** What is being read to be offered. */
  #reading: { name: string; done: number; size: number } | undefined

  constructor(parts: FileAnswersParts) {
    this.#parts = parts
  }

  /** What becomes of own offers is told. */
  begin({ files }: Room): void {
    const { tell, show } = this.#parts
    const nameOf = (hash: string, path: string): string | undefined => {
      const offers = [...this.#offers.values()].filter(({ file }) => file.hash === hash)
      const own = offers.find((offer) => offer.own)
      return offers.length > 0 && !own ? undefined : (own?.file.name ?? basename(path))
    }
    files.on('fetched', ({ hash, path, id, name }) => {
      const file = nameOf(hash, path)
      const which = `${hash} ${id}`
      if (file === undefined || this.#told.has(which)) return
      this.#told.add(which)
      const [oldest] = this.#told
      if (this.#told.size > toldMax && oldest !== undefined) this.#told.delete(oldest)
      tell(`${show({ id, name })} has fetched ${file}`)
    })
    files.on('unserved', ({ hash, path }) => {
      const file = nameOf(hash, path)
      if (file !== undefined)
        tell(
          `${file} has changed since you offered it, or is gone (${path}): nobody can fetch it from you; /send offers it as it is now`,
        )
    })
  }

  /** What Tab offers behind /accept or /stop: the numbers that it can take now; undefined: it is another command. */
  numbersFor(typed: string): string[] | undefined {
    const [, command] = /^\/(accept|stop)\s+\d*$/i.exec(typed) ?? []
    if (command === undefined) return undefined
    const state = command.toLowerCase() === 'stop' ? 'fetching' : 'offered'
    const fit = [...this.#offers.values()].filter((offer) => offer.state === state)
    return fit.map(({ number }) => String(number)).reverse()
  }

  /** For the prompt: ` photo.jpg 45 %`, or nothing. */
  get progress(): string {
    const all = [...this.#offers.values()].filter(({ state }) => state === 'fetching')
    const parts = all.map(({ file, done }) => ({ name: file.name, done, size: file.size }))
    if (this.#reading) parts.push(this.#reading)
    return parts
      .map(({ name, done, size }) => ` ${shortName(name)} ${Math.floor((done / size) * 100)} %`)
      .join('')
  }

  /** A message was shown. Returns what people are told of the file that it offers; undefined: it offers none. */
  shown(message: Message): string | undefined {
    const { file, author, name, own } = message
    if (!file) return undefined
    const known = [...this.#offers.values()].find(
      (offer) => offer.file.hash === file.hash && offer.file.name === file.name && offer.author === author,
    )
    const number = known?.number ?? ++this.#count
    if (!known) {
      this.#offers.set(number, {
        number,
        file,
        author,
        from: name,
        own,
        state: own ? 'here' : 'offered',
        done: 0,
        signal: undefined,
      })
      const oldest = [...this.#offers.values()].find(({ state }) => state !== 'fetching')
      if (this.#offers.size > offersMax && oldest) this.#offers.delete(oldest.number)
    }
    // Of what was offered before this node came, /files tells.
    if (own || message.history) return undefined
    return `${number}: ${escapeText(file.name)} (${sizeText(file.size)}): /accept ${number}`
  }

  async to(command: FileCommand, room: Room): Promise<void> {
    switch (command.type) {
      case 'send':
        return this.#send(command.path, room)
      case 'accept':
        if (!this.#offers.has(command.number)) await this.#findAll(room)
        return this.#accept(command.number, room)
      case 'stop':
        return this.#stop(command.number)
      case 'files':
        await this.#findAll(room)
        return this.#parts.tell(await this.#list(room))
    }
  }

  /** Ctrl-C. Returns whether something was being fetched: it ends, and goes on at the next /accept. */
  interrupt(): boolean {
    const fetching = [...this.#offers.values()].filter(({ signal }) => signal && !signal.aborted)
    for (const { signal } of fetching) signal!.aborted = true
    return fetching.length > 0
  }

  /** Those of the history that were not printed, the oldest first. */
  async #findAll(room: Room): Promise<void> {
    if (this.#hasAll) return
    const found: Message[] = []
    const patience = setTimeout(
      () => this.#parts.tell('looking through the history for files ...'),
      patienceMs,
    )
    try {
      for await (const message of room.search(offerWords)) {
        if (message.file) found.unshift(message)
        if (found.length === offersMax) break
      }
    } finally {
      clearTimeout(patience)
    }
    this.#hasAll = true
    for (const message of found) this.shown(message)
  }

  /** The room is over. */
  end(): void {
    for (const { signal } of this.#offers.values()) if (signal) signal.aborted = true
  }

  async #send(given: string, room: Room): Promise<void> {
    const path = pathOf(given)
    try {
      await room.files.offer(path, {
        progress: (done, size) => {
          this.#reading = { name: given.split('/').at(-1) ?? given, done, size }
          this.#parts.changed()
        },
      })
    } finally {
      this.#reading = undefined
      this.#parts.changed()
    }
  }

  async #accept(number: number, room: Room): Promise<void> {
    const { tell, folder, changed } = this.#parts
    const offer = this.#offers.get(number)
    if (!offer) return tell(`no file has number ${number}; /files lists them`)
    if (offer.own) return tell('that is your own file')
    const { file, author } = offer
    if (offer.state === 'fetching') return tell(`${file.name} is being fetched: ${percent(offer)}`)
    const signal = { aborted: false }
    offer.state = 'fetching'
    offer.signal = signal
    let told = performance.now()
    const began = told
    let first: number | undefined
    try {
      const { path } = await room.files.receive(file, {
        folder: folder(),
        author,
        signal,
        progress: ({ done, size, from }) => {
          first ??= done
          offer.done = done
          const now = performance.now()
          if (changed() || now - told < tellEveryMs || done === size) return
          told = now
          tell(`${file.name}: ${percent(offer)}${from === undefined ? '' : `, from ${from}`}`)
        },
      })
      offer.state = 'here'
      const seconds = (performance.now() - began) / 1000
      const rate = seconds > 1 ? `, ${sizeText((file.size - (first ?? 0)) / seconds)}/s` : ''
      tell(`${file.name} is here, verified: ${path} (${sizeText(file.size)}${rate})`)
    } catch (error) {
      offer.state = 'offered'
      const goesOn = offer.done > 0 ? `; ${percent(offer)} is here, and /accept ${number} goes on` : ''
      tell(`${(error as Error).message}${goesOn}`)
    } finally {
      offer.signal = undefined
      changed()
    }
  }

  /** How far it is. */
  async #how(offer: Offer, { files }: Room): Promise<string> {
    const { number, file, state } = offer
    if (state === 'fetching') return `${percent(offer)}, /stop ${number} ends it`
    const { path, done } = await files.held(file, { folder: this.#parts.folder() })
    offer.state = path === undefined ? 'offered' : 'here'
    if (path !== undefined) return `here: ${path}`
    if (done === 0) return `/accept ${number}`
    return `${percentOf(done, file.size)} is here, /accept ${number} goes on`
  }

  #stop(number: number): void {
    const { signal } = this.#offers.get(number) ?? {}
    if (signal) signal.aborted = true
    else this.#parts.tell(`no file with number ${number} is being fetched; /files lists them`)
  }

  async #list(room: Room): Promise<string> {
    const list = [...this.#offers.values()].map(async (offer) => {
      const { number, file, from, own } = offer
      const what = own ? 'yours' : `from ${from}: ${await this.#how(offer, room)}`
      return `${number}: ${escapeText(file.name)} (${sizeText(file.size)}), ${escapeText(what)}`
    })
    const lines = await Promise.all(list)
    return lines.length > 0
      ? ['files:', ...lines].join('\n')
      : 'no file was offered: /send photo.jpg offers one'
  }
}

function percentOf(done: number, size: number): string {
  return `${Math.floor((done / size) * 100)} %`
}

function percent({ done, file }: Offer): string {
  return percentOf(done, file.size)
}

function shortName(name: string): string {
  return escapeText(name.length > 20 ? `${name.slice(0, 17)}...` : name)
}

/** As a shell reads it: `~/`, quotes around it, spaces behind a backslash. */
export function pathOf(given: string): string {
  const [, quoted] = /^(?:"([^"]*)"|'([^']*)')$/.exec(given)?.filter((one) => one !== undefined) ?? []
  const plain = quoted ?? given.replace(/\\ /g, ' ')
  return plain.startsWith('~/') ? homedir() + plain.slice(1) : plain
}
