/** A member of a room: TLS, signatures and a history on disk (`home`), as by default. */
import { createRoom, joinRoom } from '../../../dist/index.js'

/** Threads beside those of Node, in the order in which they are started; all further ones are of the last kind. */
export const threads = ['store', 'verifying']

export async function join({ name, home, neighbor }, onMessage) {
  const options = { name, home, address: '127.0.0.1', port: 0 }
  const room = neighbor ? await joinRoom({ ...options, neighbor }) : await createRoom(options)
  let offered
  room.on('message', ({ text, file, author }) => {
    if (file) offered = { file, author }
    else onMessage(text)
  })
  return {
    said: { address: room.self.address },
    say: (text) => room.say(text),
    sayAll: (texts) => Promise.all(texts.map((text) => room.say(text))),
    leave: () => room.leave(),
    asked: {
      offer: async ({ path }) => {
        await room.files.offer(path)
      },
      fetch: async ({ folder }, tell) => {
        const from = performance.now()
        const progress = ({ done, size }) => tell({ did: 'progress', part: done / size })
        const { path } = await room.files.receive(offered.file, { folder, author: offered.author, progress })
        return { path, ms: performance.now() - from }
      },
    },
  }
}
