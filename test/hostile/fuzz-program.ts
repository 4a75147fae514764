// npm run fuzz -- [decoder | handshake] [seconds]: changes what the corpus holds at random, and keeps in it whatever
// reaches code that nothing before has reached. Coverage is that of V8, asked for after each batch of inputs.
import { appendFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { corpusOf, corpusPath, targets } from './fuzz-targets.ts'
import type { TargetName } from './fuzz-targets.ts'

const batchSize = 500
/** What is longer is tried in this run only, so that the corpus stays small. Unit: bytes. */
const keptBytesMax = 700
/** What counts as reached: the code that reads from the wire and judges what was read. */
const covered = ['core', 'wire', 'lib'].map((folder) => resolve('build/src', folder))

const [given = 'decoder', seconds = '60'] = process.argv.slice(2)
if (!(given in targets) || !(Number(seconds) > 0)) {
  process.stderr.write('usage: npm run fuzz -- [decoder | handshake] [seconds]\n')
  process.exit(2)
}
const name = given as TargetName
const target = targets[name]
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** Blocks that were reached since it was last asked. */
async function reached(): Promise<string[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => covered.some((folder) => url.startsWith(`file://${folder}`)))
    .flatMap(({ url, functions }) =>
      functions.flatMap(({ ranges }) =>
        ranges
          .filter(({ count }) => count > 0)
          .map(({ startOffset, endOffset }) => `${url} ${startOffset}-${endOffset}`),
      ),
    )
}

function run(input: Uint8Array): void {
  try {
    target.run(input)
  } catch (error) {
    appendFileSync(corpusPath(name), `${Buffer.from(input).toString('hex')}\n`)
    process.stderr.write(`${name} broke, and its input is kept in ${corpusPath(name)}:\n`)
    process.stderr.write(`${Buffer.from(input).toString('hex')}\n${(error as Error).stack}\n`)
    process.exit(1)
  }
}

const corpus: Uint8Array[] = [...target.seeds, ...corpusOf(name)]
for (const input of corpus) run(input)
const known = new Set(await reached())
const until = performance.now() + Number(seconds) * 1000
let [inputs, kept] = [0, 0]
for (let seed = Date.now() % 2 ** 31; performance.now() < until; seed++) {
  const batch = fc.sample(target.inputs(corpus), { numRuns: batchSize, seed })
  for (const input of batch) run(input)
  inputs += batch.length
  const news = (await reached()).filter((block) => !known.has(block))
  if (news.length === 0) continue
  // Which of them it was: each once more.
  for (const input of batch) {
    run(input)
    const own = (await reached()).filter((block) => !known.has(block))
    if (own.length === 0) continue
    for (const block of own) known.add(block)
    corpus.push(input)
    kept++
    if (input.length <= keptBytesMax)
      appendFileSync(corpusPath(name), `${Buffer.from(input).toString('hex')}\n`)
  }
}
session.disconnect()
process.stdout.write(`ok     ${name}: ${inputs} inputs, ${kept} of them new, ${known.size} blocks reached\n`)
