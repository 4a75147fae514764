/** A client in one channel of an IRC server, which sends a message to all but its author. */
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

export async function join({ port }, onMessage) {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  let isIn = () => {}
  const joined = new Promise((done) => (isIn = done))
  const lines = createInterface({ input: socket })
  lines.on('line', (line) => {
    const [first = '', command = ''] = line.split(' ', 2)
    if (first === 'PING') socket.write(`PONG ${command}\r\n`)
    else if (command === 'PRIVMSG') onMessage(line.slice(line.indexOf(' :') + 2))
    else if (command === '366') isIn(undefined)
    else if (command === '001') socket.write('JOIN #room\r\n')
  })
  socket.write(`NICK m${process.pid}\r\nUSER m 0 * :m\r\n`)
  await joined
  return {
    say(text) {
      socket.write(`PRIVMSG #room :${text}\r\n`)
    },
    async sayAll(texts) {
      for (let at = 0; at < texts.length; at += 256) {
        const some = texts.slice(at, at + 256)
        if (!socket.write(some.map((text) => `PRIVMSG #room :${text}\r\n`).join('')))
          await new Promise((done) => socket.once('drain', () => done(undefined)))
      }
    },
    leave: () => socket.destroy(),
  }
}
