// A stream of events gives way to the room once what was is told, and ends with its reader.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { EventStream } from '../../src/ui/web/event-stream.ts'

async function open(context: TestContext): Promise<{ stream: EventStream; leave: () => void }> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const answered = once(server, 'request') as Promise<[unknown, ServerResponse]>
  const asked = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  asked.on('response', (response) => response.on('error', () => {}).resume()).on('error', () => {})
  asked.end()
  const [, response] = await answered
  return { stream: new EventStream(response), leave: () => void asked.destroy() }
}

/** Sends so many messages as fast as it goes, and waits as who pulls them does. Resolves to how often it had to, and how long. */
async function pull(
  stream: EventStream,
  count: number,
): Promise<{ full: number; sentMs: number; waitedMs: number }> {
  let [full, waitedMs] = [0, 0]
  const begunAt = performance.now()
  for (let i = 0; i < count; i++) {
    stream.send('{}', String(i))
    if (!stream.isFull) continue
    full++
    const at = performance.now()
    await stream.taken()
    waitedMs += performance.now() - at
  }
  return { full, sentMs: performance.now() - begunAt - waitedMs, waitedMs }
}

test('what was comes at once; of what happens, each 500 messages but the first 1,000 are followed by a rest', async (context) => {
  const { stream, leave } = await open(context)
  assert.equal((await pull(stream, 2000)).full, 0)
  stream.giveWay()
  assert.equal((await pull(stream, 1000)).full, 2)
  const { full, sentMs, waitedMs } = await pull(stream, 500)
  assert.equal(full, 1)
  // A machine that takes so long for 500 messages is not hurried by them.
  if (sentMs < 400) assert.ok(waitedMs >= Math.min(7 * sentMs, 490), `${waitedMs} ms behind ${sentMs} ms`)
  // Who waits is let go when the reader leaves.
  const last = pull(stream, 500)
  leave()
  await stream.closed
  assert.equal((await last).full, 1)
})
