// A member that says more than any honest program would: flooder.js <neighbour> <messages a second>. It runs the core as
// it is, and gives it messages without waiting for any to be sent. Prints `in` when it is in the room, floods from
// the first line on its input until its end, and prints how many it said.
import { initialState, step } from '../../src/core/index.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Address } from '../../src/core/model/ids.ts'
import { systemClock } from '../../src/assembly/system-clock.ts'
import { discover } from '../../src/peer/entry/discovery.ts'
import { Switchboard } from '../../src/peer/entry/switchboard.ts'
import { Loop } from '../../src/peer/loop.ts'
import { freshInc } from '../../src/store/home/home.ts'
import { openMemoryStore } from '../../src/store/memory-store.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { createNotary } from '../../src/transport/signatures.ts'
import { TlsTransport } from '../../src/transport/tls.ts'

const [target = '', rate = '10000'] = process.argv.slice(2)
const identity = await mintIdentity()
const transport = new TlsTransport({ identity, ip: '127.0.0.1', port: 0 })
const switchboard = new Switchboard(transport)
const addr = await transport.listen(switchboard)
const self = { uid: identity.uid, inc: freshInc(0), name: 'flooder', addr }
const found = await discover({
  transport,
  switchboard,
  clock: systemClock,
  self,
  target: target as Address,
  timeoutMs: 5000,
})
const { room, copies, leader, contact, known } = found
const store = openMemoryStore({ room, copies })
const durable = store.durable
const state = initialState({
  ...self,
  room,
  copies,
  durable,
  seed: 1,
  config: defaultConfig,
  notary: createNotary(identity),
  stored: store.stored,
})
const loop = new Loop({
  step: (event) => step(state, event),
  transport,
  store,
  home: { uid: self.uid, inc: self.inc, mintInc: (above) => Promise.resolve(freshInc(above)) },
  clock: systemClock,
  sink: {
    perform(effect) {
      if (effect.type === 'entered') process.stdout.write('in\n')
      if (effect.type === 'stop') process.exit(3)
    },
    persisting() {},
    committed() {},
    broken(error) {
      throw error
    },
    blocked() {},
    knocked() {},
    closed: () => false,
    refused() {},
    addressLost() {},
    addressMoved() {},
    addressBack() {},
  },
})
store.attach(loop.storeSink)
switchboard.attach(loop.transportSink)
const contacts = [target as Address]
const through = contact.uid
loop.feed({ type: 'started', mode: 'join', contacts, through, known, ...(leader ? { leader } : {}) })

let said = 0
function flood(): void {
  const startedAt = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * Number(rate)) / 1000
    while (said < due)
      loop.feed({
        type: 'said',
        messages: [{ text: `flood ${++said}: about as long as people write`, kind: 'message' }],
        wall: Date.now(),
      })
  }, 5)
  process.stdin.once('end', () => {
    clearInterval(timer)
    process.stdout.write(`said ${said}\n`)
    process.exit(0)
  })
}
process.stdin.once('data', flood)
