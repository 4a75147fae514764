/**
 * A newcomer to a room of single lines, each a part of its own with its own seal: from its start until it is in the room, all
 * verified and stored. --parts <n>: default 100,000. --times: default 3.
 */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { namespaceOf, type Address, type RoomId } from '../src/core/model/ids.ts'
import type { Chain, PartId, StampedRecord } from '../src/core/model/records.ts'
import { noChain } from '../src/core/model/records.ts'
import { openHome } from '../src/store/home/home.ts'
import { openSqliteStore } from '../src/store/room/sqlite-store.ts'
import { loadOrMintIdentity } from '../src/transport/identity.ts'
import { createNotary } from '../src/transport/signatures.ts'
import * as codec from '../src/wire/codec.ts'
import { Stage } from '../test/e2e/harness.ts'
import { count, percentile, type Bench } from './measure.ts'

const room = '00112233445566778899aabbccddeeff' as RoomId
const addr = '127.0.0.1:4000' as Address

/** A home whose node has said all of it, alone. */
async function fillParts(dir: string, parts: number): Promise<void> {
  const home = await openHome(dir)
  const identity = await loadOrMintIdentity(dir)
  const notary = createNotary(identity)
  const store = await openSqliteStore({ path: home.roomPath(room), room, codec, create: { copies: 1 } })
  const { uid: author } = identity
  const { inc } = home
  const namespace = namespaceOf(author, inc)
  let committed: () => void = () => undefined
  store.attach({ committed: () => committed(), blocked() {}, freed() {}, failed: console.error })
  let chain: Chain = noChain
  let before = '' as PartId
  for (let s = 1; s <= parts; s++) {
    const entries = [
      {
        kind: 'message' as const,
        after: 0,
        text: `line ${s} of a long history, about as long as people write`,
      },
    ]
    const at = { before, lc: 2 * s - 1, wall: 1_763_800_000_123 + s, name: 'filler', addr }
    const part = notary.sign(room, { author, inc, namespace, aseq: s, entries, ...at })
    before = part.id
    const record: StampedRecord = { stamper: author, stamperInc: inc, namespace, s, ts: 2 * s, part }
    chain = notary.extend(chain, record)
    record.seal = notary.seal(room, namespace, s, chain)
    store.persist(s, { records: [{ pos: s, record, fresh: true, chain }], outboxPut: [], outboxDrop: [] })
    if (s % 1000 === 0) await new Promise<void>((resolve) => (committed = resolve))
  }
  await home.setLastRoom(room)
  await store.close()
  home.close()
}

export const joinParts: Bench = async (flags, report) => {
  const parts = flags.get('parts') ?? 100_000
  const stage = await Stage.open()
  try {
    const home = join(stage.dir, `parts-${parts}`)
    await fillParts(home, parts)
    await cp(home, `${home}-n1`, { recursive: true })
    const one = await stage.node('n1', { home: `${home}-n1`, flags: ['--history', '0'] }).ready()
    const times: number[] = []
    for (let round = 1; round <= (flags.get('times') ?? 3); round++) {
      const at = performance.now()
      const late = stage.node(`late${round}`, { through: one, flags: ['--history', '0'] })
      await late.until(() => late.room !== '', 'being in the room', 120_000)
      times.push(performance.now() - at)
      await late.kill()
      await one.sees(['n1'])
    }
    const all = times.map((ms) => ms.toFixed(0)).join(', ')
    report(`${count(parts)} parts held after median ${percentile(times, 0.5).toFixed(0)} ms (${all})`)
  } finally {
    await stage.close()
  }
}
