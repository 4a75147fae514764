// A file whose source is frozen while it is fetched, with real processes on loopback.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

import { createRoom, type Message } from '../../src/index.ts'
import { leaveAfter, scratch, within } from './support.ts'

const holder = fileURLToPath(new URL('./file-holder.js', import.meta.url))
const address = '127.0.0.1'

/** A member in a process of its own; see file-holder.ts. */
function hold(context: TestContext, options: object) {
  const child = spawn(process.execPath, [holder, JSON.stringify({ address, ...options })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const says = async (line: string): Promise<void> => {
    assert.equal((await within(lines.next(), `a holder says ${line}`)).value, line)
  }
  return { child, says }
}

test(
  'a source that is frozen half-way is left for another holder',
  { skip: process.platform === 'win32' },
  async (context) => {
    const dir = await scratch(context)
    const ann = leaveAfter(context, await createRoom({ name: 'Ann', address }))
    const neighbor = ann.self.address
    const bytes = randomBytes(48 * 1024 * 1024)
    await writeFile(join(dir, 'a.bin'), bytes)
    const offered = within(
      new Promise<Message>((resolve) => ann.on('message', (message) => message.file && resolve(message))),
      'the offer comes',
    )
    const second = hold(context, { name: 'Second', neighbor, fetch: join(dir, 'second') })
    await second.says('in')
    const first = hold(context, { name: 'First', neighbor, offer: join(dir, 'a.bin') })
    await first.says('in')
    await first.says('here')
    await second.says('here')
    const { file, author } = await offered
    const from = new Set<string | undefined>()
    const { path } = await within(
      ann.files.receive(file!, {
        folder: join(dir, 'ann'),
        author,
        progress: (progress) => {
          from.add(progress.from)
          if (progress.from === 'First') first.child.kill('SIGSTOP')
        },
      }),
      'the file comes',
    )
    assert.ok(bytes.equals(await readFile(path)))
    assert.deepEqual([...from].slice(0, 2), ['First', 'Second'])
  },
)
