/**
 * What the page can do: it holds the laboratory, what is selected, and the clock while it plays, and tells the page to paint.
 */

import {
  cases,
  firstRoomIds,
  followStory,
  goals,
  objectives,
  playStory,
  roomOf,
  story,
  storyOpening,
} from '../engine/cases.ts'
import type { Case, GoalName } from '../engine/cases.ts'
import { scriptOf, shivizOf } from '../engine/exports.ts'
import { Lab } from '../engine/lab.ts'
import type { Found } from '../engine/lab.ts'
import { linkOf, opensLink } from '../engine/link.ts'
import type { OpenedLink } from '../engine/link.ts'
import { roomsOf } from '../engine/opening.ts'
import type { Opening, RoomOpening } from '../engine/opening.ts'
import { entriesMax } from '../engine/run.ts'
import type { Flight, Scene, Weight } from '../engine/tape.ts'
import { candidateOf, frameName } from '../engine/words.ts'

/** How much virtual time passes in a moment of real time. */
export const speeds = [1 / 1000, 1 / 300, 1 / 100, 1 / 30, 1 / 10, 1 / 3, 1, 3, 10]

/** Where nothing happens for so long, the clock jumps. Unit: real ms. */
const quietMs = 600

/** How long the run of a link is played before the page is painted. Unit: real ms. */
const pieceMs = 60

/** Most entries that are passed over between two pictures. */
const skippedMax = 400

export const tabs = ['Log', 'Counts', 'Node', 'Rules', 'Goals'] as const
export type Tab = (typeof tabs)[number]
export type Dialog = 'room' | 'help' | 'keep' | undefined

export type Prediction = { readonly said: number | undefined; readonly verdict: string | undefined }

const firstRoom: RoomOpening = roomOf(firstRoomIds)

export class Controller {
  readonly lab = new Lab(firstRoom)
  scene: Scene = this.lab.scene
  /** A node, by number. */
  selected = 1
  /** A frame on its way. */
  flight: Flight | undefined
  detail: Weight = 2
  speed = 2
  isPlaying = false
  /** While it plays. Unit: virtual ms. */
  clockMs = 0
  tab: Tab = 'Log'
  dialog: Dialog
  notice: { readonly text: string; readonly isBad: boolean } | undefined
  storyAt: number | undefined
  theCase: Case | undefined
  objective: number | undefined
  prediction: Prediction | undefined
  /** An entry whose causal past is shown. */
  hovered: number | undefined
  untilMs = 1000
  link = ''
  /** The run of a link that is being played. */
  #linked: ReturnType<typeof opensLink> | undefined
  #quietSinceMs = 0
  #frameMs: number | undefined
  readonly #paint: () => void

  constructor(paint: () => void) {
    this.#paint = paint
  }

  /** Something changed: the page is painted at once. */
  changed(): void {
    this.scene = this.lab.scene
    if (!this.scene.nodes[this.selected]) this.selected = 1
    if (this.flight && !this.scene.flights.includes(this.flight)) this.flight = undefined
    this.#judgePrediction()
    this.#paint()
  }

  say(text: string | undefined, isBad = false): void {
    this.notice = text === undefined ? undefined : { text, isBad }
  }

  // Time

  step(isForward: boolean, weight: Weight = this.detail): void {
    this.pause()
    this.say(undefined)
    if (isForward) this.#tellFound(this.lab.forward(weight))
    else this.lab.back(weight)
    this.#tellTrouble()
    this.changed()
  }

  seek(at: number): void {
    this.pause()
    this.lab.seek(at)
    this.changed()
  }

  runUntil(goal: GoalName): void {
    this.pause()
    const came = this.lab.until(goals[goal], 60_000, 30_000)
    this.say(came ? undefined : 'That did not happen within a minute of virtual time.', !came)
    this.#tellTrouble()
    this.changed()
  }

  runToClock(): void {
    this.pause()
    this.lab.toClock(this.untilMs)
    this.changed()
  }

  togglePlay(): void {
    if (this.isPlaying) this.pause()
    else {
      this.#linked = undefined
      this.isPlaying = true
      this.say(undefined)
      this.clockMs = this.lab.atMs
      this.#quietSinceMs = performance.now()
      this.#frameMs = undefined
      requestAnimationFrame(this.#frame)
    }
    this.changed()
  }

  /** What a person does gives up a link that is still being played. */
  pause(): void {
    this.isPlaying = false
    this.#linked = undefined
  }

  faster(by: 1 | -1): void {
    this.speed = Math.max(0, Math.min(speeds.length - 1, this.speed + by))
    this.changed()
  }

  readonly #frame = (nowMs: number): void => {
    if (!this.isPlaying) return
    const { lab } = this
    const from = lab.at
    this.clockMs += Math.min(50, nowMs - (this.#frameMs ?? nowMs)) * (speeds[this.speed] ?? 1)
    this.#frameMs = nowMs
    lab.toClock(this.clockMs)
    let isVivid = false
    for (let at = from + 1; at <= lab.at; at++)
      isVivid ||= (lab.run.tape.entry(at)?.weight ?? 0) >= this.detail
    if (isVivid) this.#quietSinceMs = performance.now()
    else if (performance.now() - this.#quietSinceMs > quietMs) this.#skip()
    this.#tellTrouble()
    this.changed()
    requestAnimationFrame(this.#frame)
  }

  /** To what comes next; where the room is at rest, nothing does. */
  #skip(): void {
    const { lab } = this
    const found = lab.forward(this.detail, skippedMax)
    this.clockMs = lab.atMs
    if (found === 'event') {
      this.#quietSinceMs = performance.now()
    } else if (found !== 'pause') {
      this.pause()
      this.#tellFound(found)
    }
  }

  #tellFound(found: Found): void {
    if (found === 'end')
      this.say(
        this.lab.length >= entriesMax
          ? `A run has ${entriesMax} events at most: begin another (a), or act in its past.`
          : 'Nothing can happen any more: no node runs.',
      )
    else if (found === 'rest')
      this.say('At rest: only life signs follow. Act (k, m, j), or show all events (e).')
    else if (found === 'pause') this.say('No such event yet. Step again to look further, or show more (e).')
  }

  #tellTrouble(): void {
    const { trouble } = this.lab.run
    if (trouble !== undefined) this.say(trouble, true)
  }

  // Acts

  act(command: string): void {
    this.pause()
    try {
      const isBranch = this.lab.act(command)
      const { from, number } = this.lab.branch
      this.say(
        isBranch
          ? `The run forks: this is branch ${number}, from event ${from?.at}. The old future stays.`
          : undefined,
      )
    } catch (error) {
      this.say(messageOf(error), true)
    }
    this.changed()
  }

  /** The selected node, as scripts name it. */
  get who(): string {
    return `n${this.selected}`
  }

  get view() {
    return this.scene.nodes[this.selected]
  }

  get isDown(): boolean {
    return this.view?.doing === 'down' || this.view?.doing === 'stopped'
  }

  get isFrozen(): boolean {
    return !this.isDown && (this.view?.pausedUntil ?? 0) > this.lab.run.sinceMs + this.scene.atMs
  }

  get isCut(): boolean {
    return this.scene.cuts.some(([from]) => from === this.selected)
  }

  kill(): void {
    this.act(`crash ${this.who}`)
  }

  freeze(): void {
    this.act(this.isFrozen ? `wake ${this.who}` : `pause ${this.who} 1min`)
  }

  restart(): void {
    if (this.view?.doing === 'stopped') this.act(`join ${this.who} via leader`)
    else this.act(`restart ${this.who}`)
  }

  cutNode(): void {
    this.act(this.isCut ? `heal ${this.who}` : `cut ${this.who} | rest`)
  }

  cutLink(): void {
    const next = this.view?.next
    if (next === undefined) {
      this.say('This node has no next.', true)
      this.changed()
      return
    }
    const isCut = this.scene.cuts.some(([from, to]) => from === this.selected && to === next)
    this.act(isCut ? `heal ${this.who} | n${next}` : `cut ${this.who} | n${next}`)
  }

  speak(): void {
    const count = this.lab.run.acts.filter(({ command }) => command.startsWith('say')).length + 1
    this.act(`say ${this.who} message-${count}`)
  }

  join(): void {
    const last = this.scene.nodes.findLast(
      (node) => node && node.doing !== 'down' && node.doing !== 'stopped',
    )
    if (last) this.act(`join n${this.scene.nodes.length} via n${last.index}`)
  }

  /** What can be selected of the frames on their way: tokens first. */
  get flights(): Flight[] {
    const weight = ({ frame }: Flight): number => (candidateOf(frame) === undefined ? 1 : 0)
    return shownFlights(this.scene).sort((a, b) => weight(a) - weight(b) || a.sentBy - b.sentBy)
  }

  selectFlight(by: 1 | -1): void {
    const { flights } = this
    const at = this.flight ? flights.indexOf(this.flight) : by > 0 ? -1 : 0
    this.flight = flights[(at + by + flights.length) % Math.max(1, flights.length)]
    if (!this.flight) this.say('No message is on its way.')
    this.changed()
  }

  harmFlight(how: 'lose' | 'late' | 'twice'): void {
    const flight = this.flight ?? this.flights[0]
    if (!flight) {
      this.say('No message is on its way.', true)
      this.changed()
      return
    }
    const { from, to, frame } = flight
    this.act(`${how} ${frameName(frame.type)} n${from} n${to}${how === 'late' ? ' 20ms' : ''}`)
  }

  selectNode(index: number): void {
    if (this.prediction && this.prediction.said === undefined && this.lab.isAtEnd) {
      const view = this.scene.nodes[index]
      if (view && view.doing !== 'down') this.prediction = { said: view.id, verdict: undefined }
    }
    this.selected = index
    this.changed()
  }

  selectNext(by: 1 | -1): void {
    const count = this.scene.nodes.length - 1
    this.selected = ((this.selected - 1 + by + count) % count) + 1
    this.changed()
  }

  predict(): void {
    if (this.prediction?.said === undefined) this.selectNode(this.selected)
  }

  #judgePrediction(): void {
    const said = this.prediction?.said
    const { entry } = this.lab
    if (!this.prediction || this.prediction.verdict !== undefined || !entry || !goals.leader(entry)) return
    // There is a leader, and no answer was given: the question is withdrawn.
    if (said === undefined) {
      this.prediction = undefined
      return
    }
    const winner = entry.views[0]?.id
    const verdict =
      winner === said
        ? `You said ${said}: right.`
        : `You said ${said}; it is ${winner}, the largest id that runs.`
    this.prediction = { said, verdict }
  }

  // Openings

  open(opening: Opening): boolean {
    this.pause()
    this.#leaveGuides()
    try {
      this.lab.open(opening)
      this.say(undefined)
      this.changed()
      return true
    } catch (error) {
      this.say(messageOf(error), true)
      this.changed()
      return false
    }
  }

  /** Another room, for the same objective if there is one. */
  openRoom(room: RoomOpening): void {
    const { objective } = this
    if (!this.open(room)) return
    this.objective = objective
    this.dialog = undefined
    this.changed()
  }

  #leaveGuides(): void {
    this.#linked = undefined
    this.storyAt = this.theCase = this.objective = this.prediction = undefined
    this.flight = undefined
    this.hovered = undefined
    this.selected = 1
    this.clockMs = 0
  }

  openCase(index: number): void {
    const one = cases[index]
    if (!one || !this.open(one.opening)) return
    for (const command of one.acts) this.lab.act(command)
    this.theCase = one
    this.prediction = { said: undefined, verdict: undefined }
    this.changed()
  }

  openStory(): void {
    if (this.open(storyOpening)) this.storyAt = -1
    this.changed()
  }

  /** Turns the story where it is open, and else goes one event on or back. */
  turn(by: 1 | -1): void {
    if (this.storyAt === undefined) this.step(by > 0)
    else this.storyStep(by)
  }

  storyStep(by: 1 | -1): void {
    if (this.storyAt === undefined) return
    const wanted = this.storyAt + by
    if (wanted < -1 || wanted >= story.length) return
    this.pause()
    this.say(undefined)
    if (by < 0) playStory(this.lab, wanted)
    else if (!followStory(this.lab, wanted))
      this.say('You had changed this run: the story goes on in its own.')
    this.storyAt = wanted
    this.selected = this.lab.entry?.node || this.selected
    this.changed()
  }

  openObjective(index: number): void {
    const one = objectives[index]
    if (!one || !this.open(one.opening)) return
    this.objective = index
    this.tab = 'Goals'
    this.changed()
  }

  openScript(name: string, text: string): void {
    try {
      const rooms = roomsOf(name, text)
      if (rooms.length === 0) throw new Error(`${name}: there is no command in it`)
      this.open({ kind: 'script', name, text, room: 0 })
    } catch (error) {
      this.say(messageOf(error), true)
    }
    this.dialog = undefined
    this.changed()
  }

  /** A long run is played in pieces, and what was shown before stays until it is there. */
  openFragment(fragment: string): void {
    this.pause()
    const pieces = opensLink(fragment, firstRoom)
    this.#linked = pieces
    this.#playLink(pieces)
  }

  #playLink(pieces: ReturnType<typeof opensLink>): void {
    if (this.#linked !== pieces) return
    const untilMs = performance.now() + pieceMs
    for (let next = pieces.next(); ; next = pieces.next()) {
      if (next.done) return this.#opened(next.value)
      if (performance.now() < untilMs) continue
      this.say(`The run of this link is played: ${Math.floor(100 * next.value)} %.`)
      this.changed()
      setTimeout(() => this.#playLink(pieces))
      return
    }
  }

  #opened({ lab, problem }: OpenedLink): void {
    this.pause()
    this.#leaveGuides()
    this.lab.take(lab)
    this.say(
      problem === undefined ? undefined : `${problem[0]?.toUpperCase()}${problem.slice(1)}.`,
      problem !== undefined,
    )
    this.changed()
  }

  // Keeping

  share(): void {
    this.pause()
    this.link = `${location.href.split('#')[0]}${linkOf(this.lab)}`
    history.replaceState(null, '', this.link)
    this.dialog = 'keep'
    this.changed()
  }

  get script(): string {
    return scriptOf(this.lab.run, this.lab.restAt(this.lab.at))
  }

  get shiviz(): string {
    return shivizOf(this.lab.run, this.lab.at)
  }
}

/** What a dead node has sent is drawn for so long. Unit: virtual ms. */
const orphanMs = 20

/** Frames that are worth to be drawn. */
export function shownFlights({ flights, nodes, atMs }: Scene): Flight[] {
  const dull = new Set(['ping', 'pong', 'hello', 'info', 'stored', 'safe'])
  return flights.filter(({ frame, from, sentAtMs }) => {
    // The kernel of a dead node sends no more than what was on the wire.
    if (nodes[from]?.doing === 'down' && atMs - sentAtMs > orphanMs) return false
    return !dull.has(frame.type) && !(frame.type === 'rec' && frame.records.length === 0)
  })
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  // A person did it, and knows of no file.
  return text.replace(/^lab:1: /, '')
}
