/** A member of a room: TLS, signatures and a history on disk (`home`), as by default. */
import { createRoom, joinRoom } from '../../../dist/index.js'

/** So many calls of `say` wait at a time; the room itself takes 1024. */
const window = 1024

export async function join({ name, home, neighbor }, onMessage) {
  const options = { name, home, address: '127.0.0.1', port: 0 }
  const room = neighbor ? await joinRoom({ ...options, neighbor }) : await createRoom(options)
  room.on('message', ({ text }) => onMessage(text))
  return {
    said: { address: room.self.address },
    say: (text) => room.say(text),
    async sayAll(texts) {
      for (let at = 0; at < texts.length; at += window)
        await Promise.all(texts.slice(at, at + window).map((text) => room.say(text)))
    },
    leave: () => room.leave(),
  }
}
