/**
 * Runs one chat, from the first prompt to the exit code: connects a room, a source of input (prompt or pipe)
 * and a printer.
 */

import { parseTyped } from '../../chat/commands.ts'
import { escapeText } from '../../chat/escape.ts'
import { showWho } from '../../chat/message-line.ts'
import { answersTo, logTextOf, noticeOf, noticeWords } from '../../chat/notices.ts'
import { Answers } from './answers.ts'
import { paint } from './colours.ts'
import { Ending, exitCode, isDamage, leaveRoom, noneLeft, within } from './chat-ending.ts'
import { ConnectingLines } from './connecting.ts'
import { EarlierPages } from './earlier-pages.ts'
import { FileAnswers } from './file-answers.ts'
import { Ignoring } from './ignoring.ts'
import { InteractivePrompt } from './interactive-prompt.ts'
import { LockAnswers } from './lock-answers.ts'
import { NoticeOrder } from '../notice-order.ts'
import { lineBytesMax, readLines } from './pipe.ts'
import { People } from './people.ts'
import { asideWaitMs, Posting } from './posting.ts'
import { PrivateAnswers } from './private-answers.ts'
import { Progress } from './progress.ts'
import { drawQr } from './qr.ts'
import { Printed } from './printed.ts'
import { JsonPrinter, leftOutText, lostText, TextPrinter, unsentText } from './printer.ts'
import { ScreenSettings } from './screen-settings.ts'
import { showMessages } from './message-printing.ts'
import { StreamSink, whenJoined, whenTaken, type Sink } from './stdio.ts'
import { titleAnswer } from './title-answer.ts'
import { Unread } from './unread.ts'
import { isReaderGone, lostOutputText } from './write-errors.ts'
import type { LockCommand, Request } from '../../chat/commands.ts'
import type { Display } from '../../chat/display.ts'
import type { Left, Message, Room } from '../../peer/room.ts'
import type { ChatSetup, KnownPeople, OnLog } from './chat-setup.ts'
import type { Printer } from './printer.ts'

/** Where there is no screen to fill. */
const historyPage = 20
/** A notice is shown when opening the room takes longer. Unit: ms. */
const patienceMs = 1000
/** How long leaving waits for a room that is not open yet, and for lines not yet printed. Unit: ms. */
const [openWaitMs, showWaitMs] = [2000, 2000]

/** Call `run` once. `signalled`, `release` and `resume` are for the signals of the process. */
export class ChatRun {
  readonly #setup: ChatSetup
  readonly #ending = new Ending()
  readonly #prompt: InteractivePrompt | undefined
  readonly #sink: Sink
  readonly #errors: Sink
  readonly #printer: Printer
  readonly #pages = new EarlierPages()
  readonly #people = new People()
  readonly #answers = new Answers(
    this.#pages,
    this.#people,
    ({ author }) => this.#ignores(author),
    () => this.#setup.web?.(),
  )
  readonly #locks = new LockAnswers(this.#people)
  readonly #privates = new PrivateAnswers({
    people: this.#people,
    printer: () => this.#printer,
    isIgnored: (id) => this.#ignores(id),
    drained: () => this.#sink.drained(),
    changed: () => this.#showPrompt(),
  })
  readonly #files = new FileAnswers({
    folder: () => this.#setup.files,
    show: (who) => this.#people.showAny(who),
    tell: (text) => this.#printer.notice(text),
    changed: () => {
      this.#showPrompt()
      return this.hasPrompt
    },
  })
  readonly #progress = new Progress()
  readonly #settings: ScreenSettings
  readonly #ignoring: Ignoring
  /** Members of each room as the home knew them before this start. */
  #known: KnownPeople = new Map()
  #room: Room | undefined
  #opened: Promise<Room | undefined> = Promise.resolve(undefined)
  #shown: Promise<void> = Promise.resolve()
  /** Resolves when the room that is open has ended. */
  #closed: Promise<void> = Promise.resolve()
  readonly #posting: Posting
  #unread: Unread | undefined
  #hadFailures = false
  /** The room was open once. */
  #hasOpened = false
  readonly #printed = new Printed()
  readonly #order = new NoticeOrder(
    () => this.#room?.self.id,
    (notice) =>
      this.#printer.notice(
        noticeWords(notice, this.#people.pieceOf) +
          answersTo(notice.line, this.#canAnswer, this.#people.othersLike),
      ),
  )

  constructor(setup: ChatSetup) {
    this.#setup = setup
    const { input, output, json, canDraw, outputColour } = setup
    const isTerminal = output.isTTY === true
    this.#settings = new ScreenSettings(setup.format, (why) =>
      this.#printer.notice(`the setting cannot be kept (${why}): it is forgotten when you leave`),
    )
    this.#ignoring = new Ignoring(this.#settings, this.#people)
    // Only notices were left out: messages wait in the room.
    const leftOut = (count: number): void => this.#printer.notice(leftOutText(count))
    if (input.isTTY === true && isTerminal && !json && canDraw)
      this.#prompt = new InteractivePrompt(
        input,
        output,
        {
          began: () => this.#privates.lineBegan(),
          entered: (text) => this.#typed(text),
          ended: () => this.#ending.finish({ type: 'asked' }),
          interrupted: () => this.#answers.interrupt() || this.#files.interrupt() || this.signalled(130),
          suspended: setup.suspend,
          told: (text) => this.#printer.notice(text),
          leftOut,
          cleared: () => this.#pages.cleared(),
          completes: (typed, cursor, step) =>
            this.#people.complete(
              this.#room,
              { typed, cursor, step, words: this.#files.numbersFor(typed.slice(0, cursor)) },
              (id) => this.#ignores(id),
            ),
        },
        outputColour ? (prompt) => paint(prompt, 1) : undefined,
      )
    // Programs at a pipe rely on every object. Only on a terminal are notices left out.
    this.#sink = this.#prompt ?? new StreamSink(output, isTerminal ? leftOut : undefined, true)
    this.#errors = new StreamSink(setup.errors, (count) => this.#complain(leftOutText(count)))
    this.#printer = json
      ? new JsonPrinter(this.#sink)
      : new TextPrinter(this.#sink, {
          isTerminal,
          hasColour: outputColour,
          display: () => this.#display,
          pieceOf: this.#people.pieceOf,
        })
    output.on('error', (error) =>
      this.#ending.finish({ type: 'unread', error: isReaderGone(error, isTerminal) ? undefined : error }),
    )
    setup.errors.on('error', () => {})
    this.#posting = new Posting({
      opened: () => this.#opened,
      room: () => this.#room,
      closed: () => this.#closed,
      ended: this.#ending.first,
      rejoins: setup.rejoins,
      taken: (id) => this.#progress.taken(id),
      changed: () => this.#showPrompt(),
      failed: (why) => this.#printer.notice(`not sent: ${why}`),
    })
    void this.#ending.first.then(() => {
      this.#prompt?.leaving()
      this.#order.flush()
    })
    this.#showPrompt()
  }

  /** A signal came; a second one ends the process at once. code: 128 + its number. */
  signalled(code: number): void {
    if (this.#ending.end?.type === 'signal') this.#setup.exitNow(code)
    else this.#ending.finish({ type: 'signal', code })
  }

  /** Whether there is a prompt, and so a terminal to be given back and taken again. */
  get hasPrompt(): boolean {
    return this.#prompt !== undefined
  }

  /** Shows a problem that does not end the chat. */
  warn(text: string): void {
    if (this.#prompt) this.#printer.notice(text)
    else this.#complain(text)
  }

  /** What the home keeps, and how to keep it there once the room is open. */
  useSettings(kept: Display, keep: (display: Display) => Promise<void>): void {
    this.#settings.use(kept)
    const opened = this.#opened
    void opened.then((room) => {
      if (room) this.#settings.keepWith(keep)
    })
  }

  /** Whether a person can type commands. */
  get #canAnswer(): boolean {
    return this.#setup.input.isTTY === true
  }

  /** Whom the home knows, read before the room is opened, which adds those who are there now. */
  useKnown(known: KnownPeople): void {
    this.#known = known
  }

  /** Programs get every message. */
  #ignores(author: string): boolean {
    return !this.#setup.json && this.#ignoring.has(author)
  }

  get #display(): Display {
    const { display } = this.#settings
    return this.#setup.canNotify ? display : { ...display, osc9: false }
  }

  /** The process is about to be stopped: leaves the terminal as it was found. */
  release(): void {
    this.#prompt?.release()
  }

  /** The process was stopped and goes on. */
  resume(): void {
    this.#prompt?.resume()
  }

  /** Resolves to the exit code when all is over and the terminal is as it was found. */
  async run(): Promise<number> {
    const { input, output, timeoutMs } = this.#setup
    this.#open()
    const waiting = setTimeout(() => {
      if (this.#prompt) this.#printer.notice('looking for the room; what you type is sent when it is found')
    }, patienceMs)
    void this.#opened.finally(() => clearTimeout(waiting))
    // Who leaves before the room is open still sends what was typed, if the room opens soon.
    const given = this.#ending.first.then(async (end) => {
      if (end.type === 'asked') await within(openWaitMs, Promise.race([this.#opened, this.#ending.urgent]))
      return this.#room
    })
    let left = noneLeft
    if (await Promise.race([this.#opened, given])) {
      if (!this.#prompt) void this.#readInput()
      await this.#ending.first
      const urgent = this.#ending.urgent.then(() => undefined)
      const room = this.#room ?? (await Promise.race([this.#opened, urgent]))
      if (room)
        left = await leaveRoom(room, this.#ending, {
          posted: () => Promise.all([this.#posting.settled(), this.#privates.settled()]),
          shown: () => this.#progress.settled().then(whenJoined),
          timeoutMs,
        })
      await within(
        this.#ending.isUrgent ? 100 : showWaitMs,
        Promise.all([this.#shown, this.#settings.settled()]),
      )
    }
    this.#unread?.flush()
    this.#sayGoodbye()
    await this.#prompt?.close(this.#ending.urgent.then(() => within(100, whenTaken(output))))
    if (!input.destroyed) input.destroy()
    if (!output.destroyed && !this.#prompt) await within(100, whenTaken(output))
    return this.#finalCode(left)
  }

  /** To a person who left the room; a signal other than Ctrl-C's leaves no time to read. */
  #sayGoodbye(): void {
    const { end } = this.#ending
    const isPerson = end?.type === 'asked' || (end?.type === 'signal' && end.code === 130)
    const text = isPerson && this.#prompt && this.#hasOpened ? this.#setup.atEnd() : undefined
    if (text !== undefined) this.#printer.notice(text)
  }

  #open(): void {
    const lines = new ConnectingLines(this.hasPrompt, (text) => {
      if (!this.#ending.end) this.warn(text)
    })
    this.#opened = this.#setup
      .open(
        (entry) => this.#log(entry),
        (progress) => lines.hear(progress),
      )
      .then(
        (room) => this.#enter(room),
        (error: unknown) => {
          lines.stop()
          this.#ending.finish({ type: 'over', error: error as Error })
          return undefined
        },
      )
  }

  #finalCode(left: Left): number {
    const end = this.#ending.end
    const code = exitCode(end, left.unsent + this.#posting.waiting, this.#hadFailures)
    if (end?.type === 'over' && end.error) {
      this.#complain(end.error.message)
      if (this.#posting.waiting > 0) this.#complain(unsentText(noneLeft, this.#posting.waiting))
    } else if (end?.type === 'unread' && end.error) this.#complain(lostOutputText(end.error))
    else if (code === 5) this.#complain(unsentText(left, this.#posting.waiting))
    return code
  }

  /** Called in the same tick in which the room opens, so that no event is missed. */
  #enter(room: Room): Room {
    this.#room = room
    const print = this.#printer
    room.on('members', (members) => {
      print.members(members)
      this.#tellChanges(room)
      this.#showPrompt()
    })
    room.on('leader', (leader) => print.leader(leader))
    room.on('notice', (notice) => {
      this.#locks.heard(notice)
      this.#order.hear(notice)
    })
    room.on('knock', (knock) => print.knock(knock))
    room.on('title', (title) => print.title(title))
    room.on('sent', ({ id }) => {
      print.sent(id)
      this.#showPrompt()
    })
    room.on('pending', () => this.#posting.pending())
    this.#privates.begin(room)
    this.#files.begin(room)
    this.#closed = new Promise((resolve) => {
      room.on('close', (error) => {
        if (error && isDamage(error) && this.#setup.rejoins && !this.#ending.end) this.#rejoin(room, error)
        else if (error || !this.#ending.end) this.#ending.finish({ type: 'over', error })
        resolve()
      })
    })
    this.#introduce(room)
    if (!this.#hasOpened) for (const text of this.#setup.atStart) print.notice(text)
    this.#hasOpened = true
    this.#order.begin(room.leader?.id)
    this.#people.knew(this.#known.get(room.id) ?? [])
    this.#tellChanges(room)
    this.#showPrompt()
    const { history, input, output, json } = this.#setup
    const [sink, printer, progress, ending] = [this.#sink, this.#printer, this.#progress, this.#ending]
    const isHidden = ({ author }: Message): boolean => !json && this.#ignoring.hides(author)
    // Where a room is joined anew after damage, the lines of before are on the screen.
    const seen = this.#prompt && this.#printed.isEmpty ? this.#setup.seenIn?.(room.id) : undefined
    if (seen) this.#unread = new Unread(seen, history === 'all' ? room.size : Math.min(history, room.size))
    const parts = { history, printed: this.#printed, output, sink, printer, isHidden, progress, ending }
    this.#shown = showMessages(room, parts, (message) => {
      // Only who types can ask for earlier pages.
      if (input.isTTY === true) this.#pages.printed(message)
      const offered = input.isTTY === true ? this.#files.shown(message) : undefined
      if (offered !== undefined) setImmediate(() => printer.notice(offered))
      if (output.isTTY === true && !json) this.#people.heard(message)
      const rule = this.#unread?.take(message)
      if (rule !== undefined) printer.rule(rule)
    }).catch(async (error: unknown) => {
      // The room ends by itself, sets the history aside and says how to rejoin.
      if (isDamage(error)) await within(asideWaitMs, this.#closed)
      if (this.#room === room) ending.finish({ type: 'over', error: error as Error })
    })
    return room
  }

  /** The first lines of the room. */
  #introduce(room: Room): void {
    const { invites } = this.#setup
    const invitation = invites && room.locked ? room.invitation() : undefined
    this.#printer.opened(room, invitation)
    if (invites !== 'qr' || invitation === undefined) return
    void drawQr(invitation).then((drawing) => this.#draw(drawing))
  }

  #tellChanges(room: Room): void {
    for (const text of this.#people.changed(room, (id) => this.#ignores(id))) this.#printer.notice(text)
  }

  /** The history is set aside: joins through the neighbour as another node, and prints what is missing. */
  #rejoin(room: Room, error: Error): void {
    this.#printer.notice(`${error.message}; joining the room anew`)
    if (room.unsent > 0) this.#failed(lostText(room.unsent))
    this.#room = undefined
    this.#open()
    this.#showPrompt()
  }

  #log({ ts, line }: Parameters<OnLog>[0]): void {
    const text = `${ts}: ${logTextOf(line)}`
    this.#setup.log(text)
    // Without a room there is nobody else to tell what goes wrong on the way into it.
    const isOfNote = line.type === 'error' || (line.type === 'moved' && line.own === true)
    const told = this.#room || !isOfNote ? undefined : noticeOf(line)
    if (told !== undefined && !this.#ending.end) this.warn(told)
    if (!this.#setup.verbose) return
    if (this.#setup.output.isTTY === true && !this.#setup.json) this.#sink.note(text)
    else this.#errors.note(text)
  }

  #showPrompt(): void {
    if (!this.#prompt) return
    const self = this.#room?.self ?? this.#setup
    const sending = (this.#room?.unsent ?? 0) + this.#posting.waiting + this.#privates.waiting
    const away = this.#room?.direct.away === undefined ? '' : ' away'
    this.#prompt.setPrompt(
      `> ${showWho(self)}${away}${this.#files.progress}${sending > 0 ? ` ${sending} sending` : ''}: `,
    )
  }

  /** Prints an error on stderr. */
  #complain(text: string): void {
    const line = `ringleader: ${escapeText(text)}`
    this.#errors.print(this.#setup.errorColour ? paint(line, 31) : line)
  }

  /** Handles a text entered on a terminal. */
  #typed(text: string): void {
    // What comes after /quit or Ctrl-D is meant for the shell.
    if (text.trim() === '' || this.#ending.end) return
    const request = parseTyped(text)
    if (request.type !== 'say' && request.type !== 'act') void this.#answer(request)
    else if (!this.#posting.queue(request.text, request.type === 'act')) {
      this.#printer.notice('the room cannot keep up: this message was not taken, send it again in a moment')
      this.#prompt?.giveBack(text)
    }
  }

  async #answer(request: Exclude<Request, { type: 'say' | 'act' }>): Promise<void> {
    if (request.type === 'quit') return this.#ending.finish({ type: 'asked' })
    if (request.type === 'local') return this.#printer.notice(request.text)
    if (request.type === 'display')
      return this.#printer.notice(this.#settings.change(request.command, request.word))
    if (request.type === 'clear' && this.#prompt) return this.#prompt.clear()
    if (request.type === 'clear') return this.#printer.notice('this terminal cannot be cleared')
    const room = this.#room
    if (!room) return this.#printer.notice('the room is not open yet: try again in a moment')
    if (request.type === 'ignore') return this.#printer.notice(this.#ignoring.ignore(room, request.name))
    if (request.type === 'title') return this.#tellIf(titleAnswer(request.title, room))
    if (request.type === 'unignore') return this.#printer.notice(this.#ignoring.unignore(request.name))
    const { format, timestamp } = this.#display
    const isTerminal = this.#setup.output.isTTY === true
    const style = { format, timestamp, isTerminal, pieceOf: isTerminal ? this.#people.pieceOf : undefined }
    const page = this.#prompt?.pageFree ?? { rows: historyPage, columns: Infinity }
    const tell = (text: string): void => this.#printer.notice(text)
    try {
      if (request.type === 'lock') return await this.#answerLock(request.command, room)
      if (request.type === 'files') return await this.#files.to(request.command, room)
      if (request.type === 'direct')
        return await this.#privates.to(request.command, room).finally(() => this.#showPrompt())
      const answer = await this.#answers.to(request, room, page, style, tell)
      this.#printer.notice(answer.text, answer.isEscaped)
    } catch (error) {
      if (!this.#ending.end) tell((error as Error).message)
    }
    this.#showPrompt()
  }

  #tellIf(text: string | undefined): void {
    if (text !== undefined) this.#printer.notice(text)
  }

  async #answerLock(command: LockCommand, room: Room): Promise<void> {
    const { columns = 80, rows = 24, isTTY } = this.#setup.output
    const size = isTTY === true && !this.#setup.json ? { columns, rows } : undefined
    const { text, drawing } = await this.#locks.to(command, room, size)
    this.#tellIf(text)
    if (drawing) this.#draw(drawing)
  }

  #draw(drawing: readonly string[]): void {
    // Its own colours: what is drawn is light on dark, whatever the terminal's ground is.
    const inked = drawing.map((line) => (this.#setup.outputColour ? paint(paint(line, 97), 40) : line))
    this.#sink.note(inked.join('\n'))
  }

  /** Input without a prompt: a pipe, a file, or a terminal that cannot be drawn on. */
  async #readInput(): Promise<void> {
    const { input, stay } = this.#setup
    const isTerminal = input.isTTY === true
    let isAsked = false
    try {
      for await (const { number, text } of readLines(input, (what) => this.#complain(what))) {
        if (this.#ending.end) return
        isAsked = text === '//exit'
        if (isAsked) break
        if (text === undefined) this.#failed(`line ${number} is longer than ${lineBytesMax} bytes: not sent`)
        else if (isTerminal) this.#typed(text)
        else
          await this.#posting.pipe(text, (error) => this.#failed(`line ${number} not sent: ${error.message}`))
        if (isTerminal) await this.#posting.settled()
      }
    } catch {
      // The terminal or the other end of the pipe is gone. This counts as the end of the input.
    }
    await this.#posting.piped()
    if (isTerminal || isAsked) this.#ending.finish({ type: 'asked' })
    else if (!stay) this.#ending.finish({ type: 'input' })
  }

  #failed(text: string): void {
    if (this.#ending.end) return
    this.#hadFailures = true
    this.#complain(text)
  }
}
