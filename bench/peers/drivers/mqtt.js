/** A topic of an MQTT broker (mosquitto), quality of service 1: delivered at least once; a message counts as sent when it is acknowledged. */
import { connectAsync } from 'mqtt'

export async function join({ port, qos = 1 }, onMessage) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`)
  client.on('message', (_topic, bytes) => onMessage(bytes.toString()))
  await client.subscribeAsync('room', { qos })
  const say = async (text) => void (await client.publishAsync('room', text, { qos }))
  return {
    say,
    async sayAll(texts) {
      // mosquitto drops what it has queued for a reader beyond 1000.
      for (let at = 0; at < texts.length; at += 256) await Promise.all(texts.slice(at, at + 256).map(say))
    },
    leave: () => client.endAsync(),
  }
}
