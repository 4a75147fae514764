/**
 * A node of js-libp2p in a mesh of gossipsub: no server, encrypted (Noise) and signed by each author; nothing is kept and nothing is
 * ordered. All dial the first one, which floods what it hears.
 */
// js-libp2p asks for it, and Node.js has it from 22 on.
if (!('withResolvers' in Promise)) {
  const promises = /** @type {any} */ (Promise)
  promises.withResolvers = () => {
    /** @type {any} */
    const made = {}
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    return made
  }
}
const { createLibp2p } = await import('libp2p')
const { tcp } = await import('@libp2p/tcp')
const { noise } = await import('@chainsafe/libp2p-noise')
const { yamux } = await import('@chainsafe/libp2p-yamux')
const { identify } = await import('@libp2p/identify')
const { gossipsub } = await import('@chainsafe/libp2p-gossipsub')
const { multiaddr } = await import('@multiformats/multiaddr')

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export async function join({ neighbor }, onMessage) {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      pubsub: gossipsub({
        emitSelf: true,
        allowPublishToZeroTopicPeers: true,
        D: 8,
        Dlo: 6,
        Dhi: 16,
        maxOutboundBufferSize: 1 << 26,
      }),
    },
  })
  const { pubsub } = node.services
  pubsub.addEventListener('message', ({ detail }) => onMessage(decoder.decode(detail.data)))
  pubsub.subscribe('room')
  if (neighbor) {
    await node.dial(multiaddr(neighbor))
    while (pubsub.getSubscribers('room').length === 0) await new Promise((done) => setTimeout(done, 20))
    // The mesh is made at a heartbeat, one a second; until then it hears through gossip alone, which is bounded.
    await new Promise((done) => setTimeout(done, 1500))
  }
  const say = async (text) => void (await pubsub.publish('room', encoder.encode(text)))
  return {
    said: { address: node.getMultiaddrs()[0].toString() },
    // When it is sent is not known.
    say: (text) => void say(text),
    async sayAll(texts) {
      for (let at = 0; at < texts.length; at += 256) await Promise.all(texts.slice(at, at + 256).map(say))
    },
    leave: () => node.stop(),
  }
}
