/**
 * A file that moves while people chat: how fast it is, what a message takes meanwhile, from said to heard, and the same where the
 * member that offers it, which also leads, is killed half-way and another has the file. Three members on loopback, 50 messages a second.
 *
 * --mb <n>: size of the file in MB (default 1000).
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spread, type Bench } from './measure.ts'
import { Member } from './member.ts'

const everyMs = 20
const quietS = 3

async function makeFile(path: string, mb: number): Promise<void> {
  writeFileSync(path, '')
  for (let done = 0; done < mb; done += 10) await appendFile(path, randomBytes(Math.min(10, mb - done) * 1e6))
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** What messages of these take until all of them heard them, while `work` runs. Unit: ms. */
async function chatDuring(members: readonly Member[], work: () => Promise<void>): Promise<number[]> {
  for (const member of members) await member.asked({ do: 'time' }, 'ready')
  let n = 0
  const timer = setInterval(
    () => members[n++ % members.length]?.ask({ do: 'say', messages: 1, bytes: 100 }),
    everyMs,
  )
  await work().finally(() => clearInterval(timer))
  // What was said last arrives.
  await new Promise((done) => setTimeout(done, 1000))
  const heard = await Promise.all(members.map((member) => member.asked({ do: 'latencies' }, 'latencies')))
  return heard.flatMap(({ us }) => (us as number[]).map((one) => one / 1000))
}

export const files: Bench = async (flags, report) => {
  const mb = flags.get('mb') ?? 1000
  const dir = mkdtempSync(join(tmpdir(), 'ringleader-bench-'))
  const members: Member[] = []
  try {
    let neighbor: unknown
    for (const name of ['n0', 'n1', 'n2']) {
      const member = new Member('ringleader', { name, home: join(dir, name), neighbor }, [])
      members.push(member)
      const { address } = await member.told('in')
      neighbor ??= address
    }
    const [source, first, second] = members as [Member, Member, Member]
    const path = join(dir, 'file.bin')
    await makeFile(path, mb)
    const from = performance.now()
    await source.asked({ do: 'offer', path }, 'offer')
    report(`offered (hashed): ${(mb / ((performance.now() - from) / 1000)).toFixed(0)} MB/s`)
    const chatters = [first, second]
    const wait = (): Promise<void> => new Promise((done) => setTimeout(done, quietS * 1000))
    report(`messages while nothing moves: ${spread(await chatDuring(chatters, wait))}`)

    const fetched: [what: string, ms: number, path: string][] = []
    const fetch = async (member: Member, name: string, what: string): Promise<void> => {
      const { ms, path: got } = await member.asked({ do: 'fetch', folder: join(dir, name) }, 'fetch')
      fetched.push([what, Number(ms), String(got)])
    }
    report(
      `messages while it is fetched: ${spread(await chatDuring(chatters, () => fetch(first, 'a', 'fetched')))}`,
    )

    const killHalfWay = async (): Promise<void> => {
      for (;;) if (Number((await second.told('progress'))['part']) > 0.5) return source.kill()
    }
    const both = async (): Promise<void> => {
      await Promise.all([fetch(second, 'b', 'fetched, its source killed half-way'), killHalfWay()])
    }
    report(`messages while it is fetched, and its source killed: ${spread(await chatDuring(chatters, both))}`)
    const hash = await hashOf(path)
    for (const [what, ms, got] of fetched) {
      const isSame = (await hashOf(got)) === hash
      report(
        `${what}: ${(mb / (ms / 1000)).toFixed(0)} MB/s, ${isSame ? 'the same bytes' : 'NOT the same bytes'}`,
      )
    }
  } finally {
    await Promise.all(members.map((member) => member.end())).catch(() => members.forEach((one) => one.kill()))
    rmSync(dir, { recursive: true, force: true })
  }
}
