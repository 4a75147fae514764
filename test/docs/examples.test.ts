// No example rots: each js and ts block of the documents, and each @example of a docstring, is compiled against
// the built library and run as a program of its own, in an empty folder. What a line says behind `// prints:` is
// what the program must have printed by its end.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'

import { createRoom, type Room } from '../../src/index.ts'
import { scratch, within } from '../e2e/support.ts'
import { blocksOf, docstringExamples, documents } from './documents.ts'

const examples = [...documents.flatMap((file) => blocksOf(file)), ...docstringExamples()].filter(
  ({ language }) => ['js', 'ts', 'javascript', 'typescript'].includes(language),
)

/** Where an example reads on for ever, it is told to stop. */
const endless: readonly [file: string, was: string, is: string][] = [
  ['docs/cli.md', '/* history, then live; or since: a message id */', 'break'],
]

/** What the examples call the address of a room that is there already. */
const exampleAddress = '127.0.0.1:4000'

// Inside the package, its own name means what `npm run build` made.
const folder = join('build', `examples-${process.pid}`)
const nameOf = (index: number): string => `example-${index}`
let room: Room | undefined

function run(
  command: readonly string[],
  cwd = '.',
): Promise<{ code: number | null; out: string; all: string }> {
  return within(
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, command, {
        cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 25_000,
      })
      let [out, all] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (more: string) => {
        out += more
        all += more
      })
      child.stderr.setEncoding('utf8').on('data', (more: string) => (all += more))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, out, all }))
    }),
    basename(command.at(-1) ?? ''),
  )
}

/** What `// prints:` says, one entry a line of output. */
function expectedOf(text: string): string[] {
  return [...text.matchAll(/\/\/ prints: (.*)$/gm)].flatMap(([, list]) => (list ?? '').split(', '))
}

before(async () => {
  room = await createRoom({ name: 'Ann', address: '127.0.0.1' })
  await mkdir(folder, { recursive: true })
  for (const [index, { file, text }] of examples.entries()) {
    let program = text.replaceAll(exampleAddress, room.self.address)
    for (const [where, was, is] of endless) if (where === file) program = program.replace(was, is)
    await writeFile(join(folder, `${nameOf(index)}.ts`), program)
  }
  const options = { module: 'NodeNext', target: 'ES2023', strict: true, skipLibCheck: true, types: ['node'] }
  const config = { compilerOptions: options, include: ['*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
})

after(async () => {
  await room?.leave({ waitMs: 0 })
  await rm(folder, { recursive: true, force: true })
})

test('there are examples in the README, in the documents and in docstrings', () => {
  for (const part of ['README.md', 'docs/', 'src/index.ts', 'src/peer/room.ts'])
    assert.ok(
      examples.some(({ file }) => file.startsWith(part)),
      part,
    )
  for (const [file, was] of endless)
    assert.ok(
      examples.some((example) => example.file === file && example.text.includes(was)),
      was,
    )
})

test('all examples compile', async () => {
  const tsc = await realpath(join('node_modules', '.bin', 'tsc'))
  const { code, all } = await run([tsc, '-p', folder])
  const where = all.replace(
    /\S*example-(\d+)\.ts/g,
    (_, index: string) => examples[Number(index)]?.where ?? '',
  )
  assert.equal(code, 0, where)
})

for (const [index, { where, text }] of examples.entries()) {
  test(`the example at ${where} runs`, async (context: TestContext) => {
    const program = join(process.cwd(), folder, `${nameOf(index)}.js`)
    const { code, out, all } = await run([program], await scratch(context))
    assert.equal(code, 0, all)
    const expected = expectedOf(text)
    if (expected.length > 0) assert.deepEqual(out.trimEnd().split('\n'), expected)
    assert.equal(all, out, 'nothing on stderr')
  })
}
