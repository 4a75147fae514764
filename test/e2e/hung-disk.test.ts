// A disk that hangs does not keep the program: it ends within seconds and says why (cli.md, exit codes).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

import { Program, Stage, within } from './harness.ts'
import { hungDisk } from './hung-disk.ts'

const skip = process.platform === 'win32' ? 'there are no pipes with names' : false
const here = ['-a', '127.0.0.1', '-p', '0']

/** A program alone in its room, whose disk hangs while it writes a message. */
async function hanging(stage: Stage): Promise<{ program: Program; args: string[] }> {
  const { env, hang } = await hungDisk(await mkdtemp(join(stage.dir, 'disk-')))
  const args = [...here, '-n', 'n1', '--home', join(stage.dir, 'home'), '--stay']
  const program = stage.start('n1', ['-l', ...args], { env })
  program.say('first')
  await program.line(/: first$/)
  await hang()
  program.say('second')
  return { program, args }
}

test(
  '//exit ends the program although the disk hangs, by SIGKILL, and says why on stderr',
  { skip },
  async (context) => {
    const stage = await Stage.open(context)
    const { program, args } = await hanging(stage)
    program.say('//exit')
    const end = await within(program.exit, 'the end', 15_000)
    assert.deepEqual(end, { code: null, signal: 'SIGKILL' }, program.report())
    assert.match(program.stderr, /^ringleader: the disk does not answer: [^\n]+\n$/)
    const again = stage.start('again', args)
    await again.line(/: first$/)
    again.say('//exit')
    assert.equal((await again.over()).code, 0, again.report())
  },
)

test('a signal ends the program although the disk hangs', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const { program } = await hanging(stage)
  program.signal('SIGTERM')
  const { code, signal } = await within(program.exit, 'the end', 5000)
  assert.ok(code === 143 || signal === 'SIGTERM', program.report())
})

const script = `
const { createRoom } = await import(process.argv[1])
const room = await createRoom({ name: 'bot', address: '127.0.0.1', home: process.argv[2] })
await room.say('first')
room.on('close', (error) => console.log('closed', error?.code))
console.log('hang')
process.stdin.on('data', async () => {
  await room.post('second')
  const { unsent } = await room.leave({ waitMs: 0 })
  console.log('left', unsent)
  await createRoom({ name: 'bot', address: '127.0.0.1', home: process.argv[2] }).catch(({ code }) => console.log(code))
})
`

test('the library: leave resolves, close says why, and the home stays locked', { skip }, async (context) => {
  const stage = await Stage.open(context)
  const { env, hang } = await hungDisk(await mkdtemp(join(stage.dir, 'disk-')))
  const words = ['--input-type=module', '-e', script, resolve('dist/index.js'), join(stage.dir, 'home')]
  const bot = new Program('bot', spawn(process.execPath, words, { env: { ...process.env, ...env } }))
  stage.adopt(bot)
  await bot.line(/^hang$/)
  await hang()
  bot.say('go on')
  await bot.line(/^ERR_HOME_IN_USE$/)
  assert.deepEqual(bot.lines.slice(1), ['closed ERR_COMMIT_FAILED', 'left 1', 'ERR_HOME_IN_USE'])
  await bot.kill()
})
