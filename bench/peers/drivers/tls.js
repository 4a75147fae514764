/**
 * The ceiling: the same bytes through bare TLS 1.3 to a process that sends each chunk on to all, with nothing else around them.
 * A frame is a length of 4 bytes and the text.
 */
import { connect } from 'node:tls'

export async function join({ port }, onMessage) {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1.3' })
  await new Promise((done, failed) => socket.once('secureConnect', done).once('error', failed))
  socket.setNoDelay(true)
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32BE(at)
      if (bytes.length - at - 4 < length) break
      onMessage(bytes.toString('latin1', at + 4, at + 4 + length))
      at += 4 + length
    }
    rest = bytes.subarray(at)
  })
  const frame = (text) => {
    const bytes = Buffer.allocUnsafe(4 + text.length)
    bytes.writeUInt32BE(text.length)
    bytes.latin1Write(text, 4)
    return bytes
  }
  return {
    say(text) {
      socket.write(frame(text))
    },
    async sayAll(texts) {
      for (let at = 0; at < texts.length; at += 256)
        if (!socket.write(Buffer.concat(texts.slice(at, at + 256).map(frame))))
          await new Promise((done) => socket.once('drain', done))
    },
    leave: () => socket.destroy(),
  }
}
