/** A subscriber and publisher of one subject of a NATS server: core, nothing is kept. */
import { connect, StringCodec } from 'nats'

const codec = StringCodec()

export async function join({ port }, onMessage) {
  const nats = await connect({ servers: `127.0.0.1:${port}` })
  nats.subscribe('room', { callback: (_error, message) => onMessage(codec.decode(message.data)) })
  await nats.flush()
  const say = (text) => {
    nats.publish('room', codec.encode(text))
  }
  return {
    say,
    async sayAll(texts) {
      for (const text of texts) say(text)
      await nats.flush()
    },
    leave: () => nats.close(),
  }
}
