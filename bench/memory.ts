/**
 * What the library costs when nothing is done with it, and what a member keeps: the import, memory before and after a long burst, and
 * the processor at ten messages a second. Memory is what the system counts for the process (RSS).
 *
 * --members <n>: default 3. --messages <n>: of the burst, 100 bytes each, from the last member; default 1,000,000. --idle <n>: seconds
 * after it; default 30.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { percentile, type Bench } from './measure.ts'
import { Member, type Reply } from './member.ts'

const library = new URL('../../dist/index.js', import.meta.url).href
const bytes = 100
const imports = 7

type Used = { readonly us: number; readonly rssMb: number }

async function used(members: readonly Member[]): Promise<Used[]> {
  const replies: Reply[] = []
  for (const member of members) replies.push(await member.asked({ do: 'cpu' }, 'cpu'))
  return replies.map((reply) => ({ us: Number(reply['us']), rssMb: Number(reply['rssMb']) }))
}

/** Medians over some processes that do nothing else. */
function importCost(): { ms: number; mb: number } {
  const code = `const before = process.memoryUsage.rss(); const at = performance.now(); await import('${library}')
console.log(performance.now() - at, (process.memoryUsage.rss() - before) / 1e6)`
  const runs = Array.from({ length: imports }, () => {
    const args = ['--input-type=module', '-e', code]
    const [ms = NaN, mb = NaN] = execFileSync(process.execPath, args, { encoding: 'utf8' })
      .split(' ')
      .map(Number)
    return { ms, mb }
  })
  return {
    ms: percentile(
      runs.map(({ ms }) => ms),
      0.5,
    ),
    mb: percentile(
      runs.map(({ mb }) => mb),
      0.5,
    ),
  }
}

export const memory: Bench = async (flags, report) => {
  const count = flags.get('members') ?? 3
  const messages = flags.get('messages') ?? 1_000_000
  const idleS = flags.get('idle') ?? 30
  const { ms, mb } = importCost()
  report(`import before a room is opened: ${ms.toFixed(0)} ms, ${mb.toFixed(1)} MB (medians of ${imports})`)

  const dir = mkdtempSync(join(tmpdir(), 'ringleader-bench-'))
  const members: Member[] = []
  const show = (all: readonly Used[]): string => all.map(({ rssMb }) => rssMb.toFixed(0)).join(', ')
  try {
    let neighbor: unknown
    for (let n = 0; n < count; n++) {
      const member = new Member('ringleader', { name: `n${n}`, home: join(dir, `n${n}`), neighbor }, [])
      members.push(member)
      const { address } = await member.told('in')
      neighbor ??= address
    }
    const author = members[count - 1]
    if (!author) return
    report(`memory in MB, leader first, author last: in the room ${show(await used(members))}`)

    const seconds = 20
    const before = await used(members)
    await author.asked({ do: 'pace', perSecond: 10, seconds, bytes }, 'said')
    const after = await used(members)
    const parts = after.map(({ us }, at) => (((us - (before[at]?.us ?? 0)) / seconds / 1e6) * 100).toFixed(1))
    report(`10 messages a second: ${parts.join(', ')} % of a core`)

    await Promise.all(members.map((member) => member.asked({ do: 'count', total: messages }, 'ready')))
    const said = author.asked({ do: 'say', messages, bytes }, 'said')
    await Promise.all(members.map((member) => member.told('counted')))
    await said
    report(`behind a burst of ${messages} messages ${show(await used(members))}`)
    await new Promise((done) => setTimeout(done, idleS * 1000))
    report(`... and ${idleS} s later ${show(await used(members))}`)
  } finally {
    await Promise.all(members.map((member) => member.end())).catch(() => members.forEach((one) => one.kill()))
    rmSync(dir, { recursive: true, force: true })
  }
}
