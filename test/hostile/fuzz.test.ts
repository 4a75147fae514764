// The kept corpus of the fuzzer, and changes of it that fast-check makes: nothing that comes over a link breaks the
// decoder, nor a core in office or one that follows. `npm run fuzz` goes on from here.
import { test } from 'node:test'
import fc from 'fast-check'
import { corpusOf, targets } from './fuzz-targets.ts'
import type { TargetName } from './fuzz-targets.ts'

const runs: Readonly<Record<TargetName, number>> = { decoder: 20_000, handshake: 4000 }

for (const name of Object.keys(targets) as TargetName[]) {
  const { seeds, inputs, run } = targets[name]
  const corpus = [...seeds, ...corpusOf(name)]

  test(`${name}: whatever was kept`, () => {
    for (const input of corpus) run(input)
  })

  test(`${name}: ${runs[name]} changes of it`, () => {
    fc.assert(fc.property(inputs(corpus), run), { numRuns: runs[name] })
  })
}
