// npm run fuzz -- [decoder | handshake] [seconds]: changes what the corpus holds at random, and keeps in it whatever
// reaches code that nothing before has reached. Coverage is that of V8, asked for after each batch of inputs.
import { appendFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { Coverage } from './coverage.ts'
import { corpusOf, corpusPath, targets } from './fuzz-targets.ts'
import type { TargetName } from './fuzz-targets.ts'

const batchSize = 500
/** What is longer is tried in this run only, so that the corpus stays small. Unit: bytes. */
const keptBytesMax = 700
/** What counts as reached: the code that reads from the wire and judges what was read. */
const covered = ['core', 'wire', 'lib'].map((folder) => resolve('build/src', folder))

const [given = 'decoder', seconds = '60'] = process.argv.slice(2)
const usage = 'usage: npm run fuzz -- [decoder | handshake] [seconds]\n'
if (given === '--help' || given === '-h') {
  process.stdout.write(usage)
  process.exit(0)
}
if (!Object.hasOwn(targets, given) || !(Number(seconds) > 0)) {
  process.stderr.write(usage)
  process.exit(2)
}
const name = given as TargetName
const target = targets[name]
const coverage = new Coverage(covered)
await coverage.start()

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
await coverage.hasNews(true)
const until = performance.now() + Number(seconds) * 1000
let [inputs, kept] = [0, 0]
for (let seed = Date.now() % 2 ** 31; performance.now() < until; seed++) {
  const batch = fc.sample(target.inputs(corpus), { numRuns: batchSize, seed })
  for (const input of batch) run(input)
  inputs += batch.length
  if (!(await coverage.hasNews(false))) continue
  // Which of them it was: each once more.
  for (const input of batch) {
    run(input)
    if (!(await coverage.hasNews(true))) continue
    corpus.push(input)
    kept++
    if (input.length <= keptBytesMax)
      appendFileSync(corpusPath(name), `${Buffer.from(input).toString('hex')}\n`)
  }
}
coverage.stop()
process.stdout.write(
  `ok     ${name}: ${inputs} inputs, ${kept} of them new, ${coverage.size} characters of code reached\n`,
)
