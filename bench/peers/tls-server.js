/** tls-server.js <port> <key file> <certificate file>: sends what each says on to all, itself included. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'

const [, , port, key, cert] = process.argv
const all = new Set()
createServer(
  { key: readFileSync(key ?? ''), cert: readFileSync(cert ?? ''), minVersion: 'TLSv1.3' },
  (socket) => {
    socket.setNoDelay(true)
    all.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let at = 0
      while (bytes.length - at >= 4 && bytes.length - at - 4 >= bytes.readUInt32BE(at))
        at += 4 + bytes.readUInt32BE(at)
      rest = bytes.subarray(at)
      const whole = bytes.subarray(0, at)
      if (whole.length === 0) return
      let isFull = false
      for (const one of all) isFull = !one.write(whole) || isFull
      // The slowest sets the pace.
      if (!isFull) return
      socket.pause()
      const slow = [...all].filter((one) => one.writableNeedDrain)
      let left = slow.length
      if (left === 0) socket.resume()
      for (const one of slow)
        one.once('drain', () => {
          left--
          if (left === 0) socket.resume()
        })
    })
    const gone = () => all.delete(socket)
    socket.on('close', gone).on('error', gone)
  },
).listen(Number(port), '127.0.0.1')
