// A member in a process of its own that offers a file or fetches one, to be stopped: file-holder.js <options as JSON>, those of
// joinRoom and `offer`, a path, or `fetch`, a folder. Prints `in` when it is in, and `here` when it has offered or fetched.
import { joinRoom, type JoinOptions } from '../../src/index.ts'

const {
  offer,
  fetch: folder,
  ...options
} = JSON.parse(process.argv[2] ?? '{}') as JoinOptions & {
  offer?: string
  fetch?: string
}
const room = await joinRoom(options)
if (folder !== undefined)
  room.on('message', ({ file, author }) => {
    if (file) void room.files.receive(file, { folder, author }).then(() => process.stdout.write('here\n'))
  })
process.stdout.write('in\n')
if (offer !== undefined) {
  await room.files.offer(offer)
  process.stdout.write('here\n')
}
