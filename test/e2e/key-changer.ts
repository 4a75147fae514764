// A member of a locked room in a process of its own that changes the key when told to: key-changer.js <options as JSON>,
// those of joinRoom. Prints `in <address>` when it is in. Each line of its input is answered by one line: `rekey`
// and `remove <node id>` by `done` or the code of the error, `invite` by an invitation, `id` by its node id. When the room ends it
// prints `over` and the message of the error.
import { createInterface } from 'node:readline'
import { joinRoom, RingleaderError, type JoinOptions } from '../../src/index.ts'

const room = await joinRoom(JSON.parse(process.argv[2] ?? '{}') as JoinOptions)
process.stdout.write(`in ${room.self.address}\n`)

room.on('close', (error) => process.stdout.write(`over ${error?.message ?? ''}\n`))

async function answer(line: string): Promise<string> {
  if (line === 'invite') return room.invitation()
  if (line === 'id') return room.self.id
  const [, id] = line.split(' ')
  try {
    await room.rekey(id === undefined ? {} : { remove: [id] })
    return 'done'
  } catch (error) {
    return error instanceof RingleaderError ? error.code : String(error)
  }
}
for await (const line of createInterface(process.stdin)) process.stdout.write(`${await answer(line)}\n`)
await room.leave()
