/** One stream of a NATS server, kept in a file; each member consumes it in order. A message counts as sent when it is acknowledged. */
import { connect, StringCodec } from 'nats'

const codec = StringCodec()

export async function join({ port }, onMessage) {
  const nats = await connect({ servers: `127.0.0.1:${port}` })
  const manager = await nats.jetstreamManager()
  await manager.streams.add({ name: 'room', subjects: ['room'], storage: 'file' }).catch(() => {})
  const stream = nats.jetstream()
  const consumer = await stream.consumers.get('room')
  const messages = await consumer.consume({ callback: (message) => onMessage(codec.decode(message.data)) })
  const say = async (text) => void (await stream.publish('room', codec.encode(text)))
  return {
    say,
    sayAll: (texts) => Promise.all(texts.map(say)),
    async leave() {
      messages.stop()
      await nats.close()
    },
  }
}
