// No example rots: each js and ts block of the documents, and each @example of a docstring, is compiled against
// the built library and run as a program of its own, in an empty folder. What a line says behind `// prints:` is
// what the program must have printed by its end.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'

import { createRoom, type Room } from '../../src/index.ts'
import { scratch, within } from '../e2e/support.ts'
import { blocksOf, docstringExamples, documents, type Block } from './documents.ts'

const written = [...documents.flatMap((file) => blocksOf(file)), ...docstringExamples()].filter(
  ({ language }) => ['js', 'ts', 'javascript', 'typescript'].includes(language),
)

/**
 * The class of the guide that follows the order, in a room that was in two parts: what Ann said alone comes late to
 * Bob, before what he had read, and takes the job from him.
 */
const lateExample: Block = {
  where: 'docs/guide/build.md, with a late message,',
  file: 'test',
  language: 'ts',
  text: `import { createRoom, joinRoom, type Message, type Room } from 'ringleader'
${/^class Jobs [^]*?^}$/m.exec(readFileSync('docs/guide/build.md', 'utf8'))?.[0]}
const portOf = (room: Room): number => Number(room.self.address.split(':')[1])
const [address, copies] = ['127.0.0.1', 1]
const ann = await createRoom({ name: 'Ann', address, home: './ann', copies })
const bob = await joinRoom({ name: 'Bob', address, home: './bob', neighbor: ann.self.address })
await bob.leave()
await ann.say('claim dishes')
await ann.leave()

const alone = await createRoom({ name: 'Bob', address, home: './bob', port: portOf(bob) })
const jobs = new Jobs()
let owner: string | undefined
const decided = new Promise<void>((resolve) => {
  void jobs.follow(alone, () => {
    if (jobs.owners.get('dishes') === owner) return
    owner = jobs.owners.get('dishes')
    console.log(owner) // prints: Bob, Ann
    if (owner === 'Ann') resolve()
  })
})
await alone.say('I am first') // so that what Bob claims has a larger timestamp than what Ann claimed
await alone.say('claim dishes')
const back = await joinRoom({ name: 'Ann', address, home: './ann', port: portOf(ann), neighbor: alone.self.address })
await decided
await back.leave()
await alone.leave()
`,
}

const examples = [...written, lateExample]

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
let compiled: Awaited<ReturnType<typeof run>> | undefined

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
  const tsc = await realpath(join('node_modules', '.bin', 'tsc'))
  // `npm run build` makes no declarations (prepack bundles them): the examples are checked against fresh ones.
  const types = join(process.cwd(), folder, 'types')
  const declared = await run([
    ...[tsc, '-p', 'tsconfig.build.json', '--declaration', '--emitDeclarationOnly', '--outDir', types],
  ])
  assert.equal(declared.code, 0, declared.all)
  const options = {
    ...{ module: 'NodeNext', target: 'ES2023', strict: true, skipLibCheck: true, types: ['node'] },
    paths: { ringleader: [join(types, 'index.d.ts')] },
  }
  const config = { compilerOptions: options, include: ['*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  compiled = await run([tsc, '-p', folder])
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

test('all examples compile', () => {
  const told = compiled?.all ?? ''
  const where = told.replace(
    /\S*example-(\d+)\.ts/g,
    (_, index: string) => examples[Number(index)]?.where ?? '',
  )
  assert.equal(compiled?.code, 0, where)
})

describe('each example runs', { concurrency: 4 }, () => {
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
})
