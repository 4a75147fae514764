// What the README shows works: its library example runs as it stands, and the files that it and the other
// documents link to are there.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

import { within } from './support.ts'

test('the library example of the README runs', async (context) => {
  const readme = await readFile('README.md', 'utf8')
  const example = /```js\n([^]*?)```/.exec(readme)?.[1] ?? ''
  assert.ok(example.includes("from 'ringleader'"))
  // Inside the package, its own name means what `npm run build` made.
  const file = join('build', `readme-example-${process.pid}.mjs`)
  await writeFile(file, example)
  context.after(() => rm(file, { force: true }))
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] })
  context.after(() => child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
  const code = await within(new Promise((resolve) => child.on('close', resolve)), 'the example ends')
  assert.equal(code, 0, text)
  assert.match(text, /^\d+ Ann hello\n\d+ Echo You said: hello\n$/)
})

test('documents link to files that exist', async () => {
  for (const document of ['README.md', 'CHANGELOG.md', 'docs/ARCHITECTURE.md', 'docs/PROTOCOL.md']) {
    const text = await readFile(document, 'utf8')
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '')
    for (const link of links.filter((target) => !target.includes('://')))
      assert.ok(existsSync(join(dirname(document), link)), `${document} links to ${link}`)
  }
})

test('CI runs the test command of the README, and then the slow tests', async () => {
  const [readme, run] = await Promise.all([readFile('README.md', 'utf8'), readFile('.ci/run', 'utf8')])
  const commands = run.trim().split('\n').slice(-2)
  assert.ok(readme.split('\n').includes(commands[0] ?? ''), commands[0])
  assert.equal(commands[1], 'npm run test:slow')
})
