/** PUBLISH and SUBSCRIBE of a channel of a Redis server; nothing is kept. */
import { createClient } from 'redis'

export async function join({ port }, onMessage) {
  const [reader, writer] = [0, 1].map(() => createClient({ url: `redis://127.0.0.1:${port}` }))
  await Promise.all([reader.connect(), writer.connect()])
  await reader.subscribe('room', onMessage)
  const say = async (text) => void (await writer.publish('room', text))
  return {
    say,
    sayAll: (texts) => Promise.all(texts.map(say)),
    leave: () => Promise.all([reader.close(), writer.close()]),
  }
}
