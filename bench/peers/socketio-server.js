/** socketio-server.js <port>: sends each message on to all. */
import { Server } from 'socket.io'

const server = new Server(Number(process.argv[2]), { transports: ['websocket'] })
server.on('connection', (socket) =>
  socket.on('say', (text, done) => {
    server.emit('said', text)
    done()
  }),
)
