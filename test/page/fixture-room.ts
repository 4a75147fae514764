// A room that exists only on paper: members, a history of any length, and what happens in its ring, as RoomEvents.
import type {
  FrameEvent,
  MessageEvent,
  NodeEvent,
  NodeName,
  RoomEvent,
  TokenEvent,
} from '../../src/chat/room-event.ts'

const known: readonly [string, string][] = [
  ['Ann', '7f3a'],
  ['Bob', '3ac1'],
  ['Cem', 'c2d4'],
  ['Dan', '5e90'],
  ['Eve', '9d07'],
]
const sayings = [
  'good morning',
  'Is the build green?',
  'It is. The last run took four minutes on two cores, and nothing was skipped.',
  'see https://example.org/notes?id=7 for what we said yesterday',
  'lunch at twelve?',
  'Yes. I bring the cake, and whoever wins the next election cuts it.',
  'I read the log again: the token of Eve was replaced at the second hop, so the largest id came home after four hops, as it should.',
  'ok',
]
/** Wall time of the first message of a history. */
const begunAt = Date.UTC(2026, 10, 27, 8, 0)

export class FixtureRoom {
  /** In ring order. */
  members: NodeName[]
  leader: string
  readonly self: string
  term = 3
  lamport: number
  count: number
  at = Date.now()
  readonly #special: readonly Partial<MessageEvent>[]
  readonly #all: readonly NodeName[]
  readonly #said = new Map<number, MessageEvent>()

  /** special: messages at the end of the history, instead of the usual ones. */
  constructor(size: number, history: number, special: readonly Partial<MessageEvent>[] = []) {
    this.#special = special
    this.members = Array.from({ length: size }, (_, i) => nodeOf(i))
    this.#all = [...this.members]
    this.leader = this.members[0]?.id ?? ''
    this.self = this.members[1]?.id ?? ''
    this.count = history
    this.lamport = history + 20
  }

  nameOf(id: string): NodeName {
    return this.#all.find((node) => node.id === id) ?? { id, name: '', address: '' }
  }

  addNode(): RoomEvent[] {
    const node = nodeOf(this.#all.length)
    ;(this.#all as NodeName[]).push(node)
    this.members.push(node)
    return [
      { type: 'notice', text: `${node.name} is in the room` },
      this.membersEvent(),
      ...this.nodeEvents(),
    ]
  }

  /** Message `index` of the room, from 0. */
  message(index: number): MessageEvent {
    const said = this.#said.get(index)
    if (said) return { ...said, history: true }
    const author = this.#all[(index * 7 + (index >> 2)) % this.#all.length] ?? nodeOf(0)
    const base: MessageEvent = {
      type: 'message',
      ts: index + 20,
      id: `${author.id}:1:${index}`,
      author: author.id,
      name: author.name,
      address: author.address,
      text: sayings[(index * 5 + (index >> 3)) % sayings.length] ?? '',
      time: new Date(begunAt + index * 97_000).toISOString(),
      late: false,
      history: true,
      own: author.id === this.self,
      action: false,
    }
    const special = this.#special[index - (this.count - this.#special.length - this.#said.size)]
    return special ? { ...base, ...special } : base
  }

  /** Events with which a stream begins. */
  begin(from: number, isRing: boolean): RoomEvent[] {
    const messages = Array.from({ length: this.count - from }, (_, i) => this.message(from + i))
    const ready: RoomEvent = {
      type: 'ready',
      room: 'f'.repeat(32),
      locked: true,
      title: 'Kitchen',
      ...this.nameOf(this.self),
    }
    const ring: RoomEvent[] = isRing
      ? [
          ...this.members.map(({ id }): RoomEvent => ({ type: 'watched', node: id, state: 'on' })),
          ...this.nodeEvents(),
        ]
      : []
    return [
      ready,
      this.membersEvent(),
      { type: 'leader', term: this.term, ...this.nameOf(this.leader) },
      ...ring,
      ...messages,
    ]
  }

  membersEvent(): RoomEvent {
    return {
      type: 'members',
      members: this.members.map((node) => ({ ...node, leader: node.id === this.leader })),
    }
  }

  nodeEvents(): NodeEvent[] {
    const { members } = this
    return members.map(({ id }, i) => ({
      type: 'node',
      ...this.#seen(id),
      status: id === this.leader ? 'open' : 'following',
      term: this.term,
      leader: this.leader,
      next: members[(i + 1) % members.length]?.id ?? null,
      previous: members.at(i - 1)?.id ?? null,
      participant: false,
      sentMax: null,
      view: { ver: 4, members: members.map((node) => node.id) },
      size: this.count,
      safe: this.count,
    }))
  }

  /** Somebody says something: what crosses the links, and the message. */
  say(author: string, text: string, action = false): { message: MessageEvent; events: RoomEvent[] } {
    this.lamport += 2
    const index = this.count++
    const { name, address } = this.nameOf(author)
    const message: MessageEvent = {
      type: 'message',
      ts: this.lamport,
      id: `${author}:1:${index}`,
      author,
      name,
      address,
      text,
      time: new Date().toISOString(),
      late: false,
      history: false,
      own: author === this.self,
      action,
    }
    this.#said.set(index, message)
    this.at = Date.now()
    const carried = { messages: [message.id], count: 1 }
    const submit = author === this.leader ? [] : this.#frame(author, this.leader, 'SUBMIT', carried)
    const others = this.members.filter(({ id }) => id !== this.leader)
    const records = others.flatMap(({ id }) => this.#frame(this.leader, id, 'REC', carried))
    return { message, events: [...submit, ...records, message] }
  }

  heartbeat(): RoomEvent[] {
    return this.members.flatMap(({ id }, i) =>
      this.#frame(id, this.members[(i + 1) % this.members.length]?.id ?? id, 'PING', {}),
    )
  }

  /** A member dies; if it led, the others elect. `starters`: how many begin. */
  kill(id: string, starters = 2): RoomEvent[] {
    const gone = this.nameOf(id)
    const place = this.members.findIndex((node) => node.id === id)
    if (place < 0 || this.members.length < 2) return []
    this.at = Date.now()
    this.members = this.members.filter((node) => node.id !== id)
    const events: RoomEvent[] = [
      { type: 'watched', node: id, state: 'gone' },
      { type: 'notice', text: `${gone.name} (${gone.address}) is gone: its connection broke` },
      this.membersEvent(),
      ...this.nodeEvents(),
    ]
    if (id !== this.leader) return events
    this.term++
    const winner = this.#elect(place, starters, events)
    this.leader = winner
    events.push(
      { type: 'leader', term: this.term, ...this.nameOf(winner) },
      this.membersEvent(),
      ...this.nodeEvents(),
      { type: 'notice', text: `${this.nameOf(winner).name} is the leader now: the largest id came home` },
    )
    return events
  }

  /** Chang and Roberts, one token at a time. Returns who won. */
  #elect(place: number, starters: number, events: RoomEvent[]): string {
    const ids = this.members.map(({ id }) => id)
    const sent = new Map<number, string>()
    const queue: { to: number; from: number; candidate: string }[] = []
    const send = (from: number, candidate: string): void => {
      sent.set(from, candidate)
      const to = (from + 1) % ids.length
      events.push(...this.#frame(ids[from] ?? '', ids[to] ?? '', 'ELECT', { term: this.term, candidate }))
      queue.push({ from, to, candidate })
    }
    for (let i = 0; i < Math.min(starters, ids.length); i++) {
      const from = (place - 1 + i + ids.length) % ids.length
      if (!sent.has(from)) send(from, ids[from] ?? '')
    }
    for (let token = queue.shift(); token; token = queue.shift()) {
      const { from, to, candidate } = token
      const own = ids[to] ?? ''
      const before = sent.get(to)
      const say = (verdict: TokenEvent['verdict'], rest: { sentMax?: string } = {}): void => {
        events.push({
          type: 'token',
          ...this.#seen(own),
          from: ids[from] ?? '',
          term: this.term,
          candidate,
          verdict,
          ...rest,
        })
      }
      if (candidate === own) {
        say('elected')
        for (let i = 0; i < ids.length; i++)
          events.push(
            ...this.#frame(
              ids[(to + i) % ids.length] ?? '',
              ids[(to + i + 1) % ids.length] ?? '',
              'ELECTED',
              {
                term: this.term,
                candidate: own,
              },
            ),
          )
        return own
      }
      const larger = candidate > own ? candidate : own
      if (before !== undefined && larger <= before) say('dropped', { sentMax: before })
      else {
        say(larger === candidate ? 'pass on' : 'replaced')
        send(to, larger)
      }
    }
    throw new Error('no token came home')
  }

  /** Both ends tell it. */
  #frame(from: string, to: string, frame: string, rest: Partial<FrameEvent>): FrameEvent[] {
    return [
      { type: 'frame', ...this.#seen(from), way: 'sent', peer: to, frame, ...rest },
      { type: 'frame', ...this.#seen(to), way: 'received', peer: from, frame, ...rest },
    ]
  }

  #seen(node: string): { node: string; at: number; lamport: number } {
    this.at += 0.4
    return { node, at: this.at, lamport: this.lamport }
  }
}

function nodeOf(index: number): NodeName {
  const [name, start] = known[index] ?? [`Member ${index + 1}`, hash(index).toString(16).padStart(4, '0')]
  const rest = Array.from({ length: 7 }, (_, i) =>
    hash(index * 8 + i + 1000)
      .toString(16)
      .padStart(4, '0'),
  )
  return { id: `${start}${rest.join('')}`.slice(0, 32), name, address: `192.168.1.${index + 2}:4000` }
}

/** 16 bits that look drawn. */
function hash(value: number): number {
  let x = Math.imul(value + 1, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b)
  return (x ^ (x >>> 13)) & 0xffff
}
