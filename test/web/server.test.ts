// The server of the page: who gets in, what it answers, and where it ends.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, test } from 'node:test'
import { createRoom, joinRoom, type Room } from '../../src/index.ts'
import { RoomRoutes } from '../../src/ui/web/room-routes.ts'
import { WebServer } from '../../src/ui/web/web-server.ts'
import { Browser } from './browser.ts'

const page = new Map([['/', { type: 'text/html; charset=utf-8', bytes: Buffer.from('<p>the page') }]])
const rooms: Room[] = []
const servers: WebServer[] = []
after(async () => {
  for (const server of servers) await server.close()
  for (const room of rooms) await room.leave({ waitMs: 0 })
})

async function open(name: string, neighbor?: string, options: { watch?: boolean } = {}): Promise<Room> {
  const common = { name, address: '127.0.0.1', ...options }
  const room = neighbor === undefined ? await createRoom(common) : await joinRoom({ ...common, neighbor })
  rooms.push(room)
  return room
}

async function serve(room: Room, port = 0, key?: Buffer): Promise<{ server: WebServer; browser: Browser }> {
  const routes = new RoomRoutes({ room: () => room, version: '1' })
  const server = await WebServer.listen({ host: '127.0.0.1', port, page, routes: routes.answer, key })
  servers.push(server)
  const browser = new Browser(server.port)
  return { server, browser }
}

test('only who has a token that was not used gets in; all others get 403, and nothing of the room', async () => {
  const { server, browser } = await serve(await open('Ann'))
  const address = server.mintAddress()
  const token = new URL(address).searchParams.get('token') ?? ''
  assert.ok(Buffer.from(token, 'base64url').length >= 24)
  const refused = async (what: string, asked: Promise<{ status: number; body: string }>): Promise<void> => {
    const { status, body } = await asked
    assert.deepEqual({ status, body }, { status: 403, body: '' }, what)
  }
  for (const path of ['/events', '/messages', '/about', '/page.js', '/nothing', '/events?token=x'])
    await refused(path, browser.get(path))
  // A person reads how to get in, and not whether the token was one.
  const { body: how } = await browser.get('/')
  assert.match(how, /Type \/web in the terminal/)
  for (const path of ['/', '/?token=', '/?token=x']) {
    const { status, body } = await browser.get(path)
    assert.deepEqual({ status, body }, { status: 403, body: how }, path)
  }
  for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1:1', 'localhost'])
    await refused(host, browser.get(`/?token=${token}`, { host }))
  const entered = await browser.enter(address)
  assert.equal(entered.status, 303)
  assert.equal(entered.headers.location, '/')
  assert.match(
    String(entered.headers['set-cookie']?.[0]),
    /^ringleader-\d+=\S+; HttpOnly; SameSite=Strict; Path=\/$/,
  )
  const used = await new Browser(server.port).get(`/?token=${token}`)
  assert.deepEqual({ status: used.status, body: used.body }, { status: 403, body: how })
  assert.equal((await browser.get(`/?token=${token}`)).status, 303, 'it is in already')
  const shown = await browser.get('/')
  assert.equal(shown.body, '<p>the page')
  assert.match(String(shown.headers['content-security-policy']), /^default-src 'none'; script-src 'self'/)
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    assert.equal((await browser.get('/about', { host: `${host}:${server.port}` })).status, 200)
  await refused('another host', browser.get('/about', { host: `evil.example:${server.port}` }))
  await refused('another origin', browser.get('/about', { origin: 'http://evil.example' }))
  for (const origin of [
    'null',
    'http://evil.example',
    `http://localhost:${server.port}`,
    `https://127.0.0.1:${server.port}`,
  ])
    await refused(origin, browser.post('/say', { text: 'x' }, { origin }))
  await refused(
    'no origin',
    browser.ask('POST', '/say', { 'content-type': 'application/json' }, '{"text":"x"}'),
  )
  await refused('another cookie', browser.get('/about', { cookie: `ringleader-${server.port}=x` }))
})

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64url')

test('an open page comes back to its node with a ticket, and to no other server', async () => {
  const room = await open('Ann')
  const key = Buffer.alloc(32, 7)
  const { server, browser } = await serve(room, 0, key)
  const { port } = server
  assert.equal((await browser.get('/ticket')).status, 403, 'only a page that is in gets one')
  await browser.enter(server.mintAddress())
  const { word, secret } = JSON.parse((await browser.get('/ticket')).body) as Record<string, string>
  assert.ok(word && secret)
  const greet = async (nonce = 'n1'): Promise<Record<string, string> | undefined> => {
    const { status, body } = await browser.get(`/return?word=${word}&nonce=${nonce}`)
    return status === 200 ? (JSON.parse(body) as Record<string, string>) : undefined
  }
  const prove = (greeting: string, proof: string, headers = {}) =>
    browser.ask('POST', `/return?word=${word}&nonce=n1&greeting=${greeting}&proof=${proof}`, {
      origin: browser.origin,
      ...headers,
    })
  // Another key, and none: it cannot show that it is the node, and lets nobody in.
  for (const other of [Buffer.alloc(32, 8), undefined]) {
    await servers.pop()?.close()
    await serve(room, port, other)
    assert.equal((await browser.get('/about')).status, 403, 'the cookie is of a server that is gone')
    const { greeting = 'x', proof } = (await greet()) ?? {}
    assert.notEqual(proof, hmac(secret, `node n1 ${greeting}`))
    assert.equal((await prove(greeting, hmac(secret, `page n1 ${greeting}`))).status, 403)
  }
  // The same key at another port: who listens here cannot pass its word on.
  await servers.pop()?.close()
  const { browser: elsewhere } = await serve(room, 0, key)
  const passed = JSON.parse((await elsewhere.get(`/return?word=${word}&nonce=n1`)).body) as Record<
    string,
    string
  >
  assert.notEqual(passed['proof'], hmac(secret, `node n1 ${passed['greeting']}`))
  await serve(room, port, key)
  const { greeting = '', proof } = (await greet()) ?? {}
  assert.equal(proof, hmac(secret, `node n1 ${greeting}`))
  const right = hmac(secret, `page n1 ${greeting}`)
  assert.equal((await prove(greeting, right, { origin: 'http://evil.example' })).status, 403)
  assert.equal((await prove('made-up', hmac(secret, 'page n1 made-up'))).status, 403)
  const entered = await prove(greeting, right)
  assert.equal(entered.status, 200)
  assert.equal((await prove(greeting, right)).status, 403, 'once')
  browser.cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
  assert.equal((await browser.get('/about')).status, 200)
  const { greeting: wrong = '' } = (await greet()) ?? {}
  assert.equal((await prove(wrong, right)).status, 403)
})

test('what a page says is in the room; mistakes are answered with a sentence', async () => {
  const room = await open('Ann')
  const { server, browser } = await serve(room)
  await browser.enter(server.mintAddress())
  const { id } = JSON.parse((await browser.post('/say', { text: 'hello', action: true })).body)
  const told: string[] = []
  for await (const message of room.messages()) {
    told.push(`${message.id} ${message.text} ${message.action}`)
    break
  }
  assert.deepEqual(told, [`${id} hello true`])
  const wrong: [string, unknown, Record<string, string>, number, RegExp][] = [
    ['/say', { text: '' }, {}, 400, /empty|at least/i],
    ['/say', { text: 7 }, {}, 400, /text must be a string/],
    ['/say', '{', {}, 400, /not JSON/],
    ['/say', '[]', {}, 400, /no JSON object/],
    ['/say', { text: 'x' }, { 'content-type': 'text/plain' }, 415, /application\/json/],
    ['/say', { text: 'x'.repeat(70_000) }, {}, 413, /longer than/],
    ['/do', { command: 'rename', name: '' }, {}, 400, /name/],
    ['/do', { command: 'admit', number: 9 }, {}, 400, /knock/],
    ['/do', { command: 'fly' }, {}, 400, /command must be/],
    ['/act', { what: 'kill' }, {}, 404, /demo/],
    ['/nothing', {}, {}, 404, /nothing here/],
  ]
  for (const [path, body, headers, status, sentence] of wrong) {
    const answer = await browser.post(path, body, headers)
    assert.equal(answer.status, status, `${path} ${JSON.stringify(body).slice(0, 60)}: ${answer.body}`)
    assert.match(JSON.parse(answer.body).error, sentence)
  }
  assert.equal((await browser.post('/do', { command: 'rename', name: 'Zoe' })).status, 200)
  assert.equal(room.self.name, 'Zoe')
  assert.equal((await browser.post('/do', { command: 'title', title: 'Tea' })).status, 200)
  assert.equal((await browser.get('/state?node=x')).status, 404)
  assert.equal(JSON.parse((await browser.get(`/state?node=${room.self.id}`)).body).status, 'open')
  const record = JSON.parse((await browser.get(`/record?id=${id}`)).body)
  assert.deepEqual(
    [record.id, record.author, record.stamper, record.aseq],
    [id, room.self.id, room.self.id, 1],
  )
  assert.equal((await browser.get('/record?id=x')).status, 400)
})

test('a page that goes watches no more, also while nobody says anything', { timeout: 20_000 }, async () => {
  const room = await open('Ann')
  const { server, browser } = await serve(room)
  await browser.enter(server.mintAddress())
  let watching = 0
  const watch = room.watching.watch.bind(room.watching)
  let stopped: () => void = () => {}
  const allStopped = new Promise<void>((resolve) => (stopped = resolve))
  room.watching.watch = (...args) => {
    const stop = watch(...args)
    watching++
    return () => {
      stop()
      if (--watching === 0) stopped()
    }
  }
  const streams = Array.from({ length: 3 }, () => browser.stream('/events?ring=1'))
  for (const stream of streams)
    await stream.until(() => stream.events.some(({ type }) => type === 'live'), 'it is live')
  assert.equal(watching, 3)
  for (const stream of streams) stream.end()
  await allStopped
})

test('a stream begins with what is, and goes on after the last event; earlier ones come in pages', async () => {
  const room = await open('Ann')
  for (let n = 1; n <= 30; n++) await room.say(`m${n}`)
  const { server, browser } = await serve(room)
  await browser.enter(server.mintAddress())
  const first = browser.stream('/events?last=10')
  await first.until(() => first.events.some(({ type }) => type === 'live'), 'it is live')
  const types = first.events.map(({ type }) => type)
  assert.deepEqual(types.slice(0, 3), ['ready', 'members', 'leader'])
  const texts = (events: { type: string; text: string }[]): string[] =>
    events.filter(({ type }) => type === 'message').map(({ text }) => text)
  assert.deepEqual(
    texts(first.events),
    Array.from({ length: 10 }, (_, i) => `m${21 + i}`),
  )
  await room.say('now')
  await first.until(() => texts(first.events).includes('now'), 'a new message')
  assert.equal(first.events.find(({ type, text }) => type === 'message' && text === 'now')?.history, false)
  first.end()
  await room.say('while away')
  const again = browser.stream('/events', { 'last-event-id': first.ids.at(-1) ?? '' })
  await again.until(() => texts(again.events).length === 1, 'what was missed')
  assert.deepEqual(texts(again.events), ['while away'])
  await again.until(() => again.events.some(({ type }) => type === 'live'), 'it is live again')
  again.end()
  const [oldest] = first.events.filter(({ type }) => type === 'message')
  const before = JSON.parse((await browser.get(`/messages?before=${oldest.id}&last=5`)).body)
  assert.deepEqual(texts(before), ['m16', 'm17', 'm18', 'm19', 'm20'])
  assert.deepEqual(JSON.parse((await browser.get(`/messages?before=${before[0].id}`)).body).length, 15)
  assert.equal((await browser.get('/messages?before=x')).status, 400)
  const found = JSON.parse((await browser.get('/search?words=m2')).body)
  assert.deepEqual(
    texts(found.found).sort(),
    ['m2', ...Array.from({ length: 10 }, (_, i) => `m2${i}`)].sort(),
  )
  assert.equal((await browser.get('/search?words=')).status, 400)
  assert.equal((await browser.get('/search?older=x')).status, 410)
})

test('a burst gives way to the room, and all of it comes, in order', async () => {
  const room = await open('Ann')
  const { server, browser } = await serve(room)
  await browser.enter(server.mintAddress())
  const stream = browser.stream('/events?last=0')
  await stream.until(() => stream.events.some(({ type }) => type === 'live'), 'the room')
  const texts = Array.from({ length: 4000 }, (_, i) => `message ${i}`)
  for (const text of texts) await room.say(text)
  const told = (): unknown[] => stream.events.filter(({ type }) => type === 'message').map(({ text }) => text)
  await stream.until(() => told().length >= texts.length, 'all of it')
  assert.deepEqual(told(), texts)
  stream.end()
})

test('the 17th stream is refused; a port in use means the next one', async () => {
  const room = await open('Ann')
  const { server, browser } = await serve(room)
  await browser.enter(server.mintAddress())
  const streams = Array.from({ length: 16 }, () => browser.stream('/events'))
  for (const stream of streams) await stream.until(() => stream.events.length > 0, 'it begins')
  const answer = await browser.get('/events')
  assert.equal(answer.status, 503)
  assert.match(JSON.parse(answer.body).error, /16 pages are open/)
  for (const stream of streams) stream.end()
  const next = await serve(room, server.port)
  assert.ok(next.server.port > server.port && next.server.port < server.port + 20)
})

test('the ring is seen through the node, and through members that tell; one that refuses is named', async () => {
  const ann = await open('Ann')
  const bob = await open('Bob', ann.self.address)
  const cid = await open('Cid', ann.self.address, { watch: false })
  const { server, browser } = await serve(ann)
  await browser.enter(server.mintAddress())
  const stream = browser.stream('/events?ring=1')
  const has = (want: object): boolean =>
    stream.events.some((event) => Object.entries(want).every(([key, value]) => event[key] === value))
  await stream.until(() => has({ type: 'watched', node: bob.self.id, state: 'on' }), 'Bob tells')
  await stream.until(() => has({ type: 'watched', node: cid.self.id, state: 'refused' }), 'Cid refuses')
  await stream.until(() => has({ type: 'node', node: bob.self.id, leader: ann.self.id }), "Bob's state")
  await bob.say('a secret')
  await stream.until(() => has({ type: 'frame', node: bob.self.id, frame: 'SUBMIT', way: 'sent' }), 'sent')
  await stream.until(
    () => has({ type: 'frame', node: ann.self.id, frame: 'SUBMIT', way: 'received' }),
    'received',
  )
  await stream.until(
    () => has({ type: 'frame', node: bob.self.id, frame: 'REC', way: 'received' }),
    'ordered',
  )
  const ring = stream.events.filter(({ type }) => type !== 'message')
  assert.ok(!JSON.stringify(ring).includes('a secret'))
  assert.ok(!ring.some(({ frame }) => frame === 'PING' || frame === 'PONG'))
  const state = JSON.parse((await browser.get(`/state?node=${bob.self.id}`)).body)
  assert.equal(state.node, bob.self.id)
  const refused = await browser.get(`/state?node=${cid.self.id}`)
  assert.equal(refused.status, 404)
  assert.match(JSON.parse(refused.body).error, /Cid does not tell/)
  stream.end()
})
