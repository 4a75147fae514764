// A room in a process of its own, to be killed: node-process.js <options as JSON>. Prints `in <address>`
// when it is in, then says `hello <n>` without end, and prints `sent <n>` for each that is sent.
import { createRoom, joinRoom } from '../../src/index.ts'

const { neighbor, pauseMs, ...options } = JSON.parse(process.argv[2] ?? '{}') as {
  neighbor?: string
  pauseMs: number
  name: string
  address: string
  home: string
}
const room = await (neighbor === undefined ? createRoom(options) : joinRoom({ ...options, neighbor }))
process.stdout.write(`in ${room.self.address}\n`)
for (let n = 1; ; n++) {
  await room.say(`hello ${n}`)
  process.stdout.write(`sent ${n}\n`)
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
}
