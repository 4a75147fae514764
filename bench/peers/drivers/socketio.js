/** A socket.io client; the server, socketio-server.js, sends each message on to all. */
import { io } from 'socket.io-client'

export async function join({ port }, onMessage) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] })
  socket.on('said', onMessage)
  await new Promise((done) => socket.on('connect', () => done()))
  const say = (text) => new Promise((done) => socket.emit('say', text, () => done(undefined)))
  return {
    say,
    sayAll: (texts) => Promise.all(texts.map(say)),
    leave: () => void socket.close(),
  }
}
