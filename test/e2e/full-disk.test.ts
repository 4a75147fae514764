// Output that cannot be written (cli.md, "Exit codes"): a reader that is gone is no error, a full disk is one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, openSync, closeSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { tinyDisks } from '../store/tiny-disk.ts'
import { Stage, within } from './harness.ts'

const main = resolve('dist/main.js')
const skip = existsSync('/dev/full') ? false : 'needs /dev/full'
const newDisk = tinyDisks()

/** The program with a file as stdout. */
async function printTo(
  stage: Stage,
  path: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stderr: string }> {
  const fd = openSync(path, 'w')
  const child = spawn(process.execPath, [main, ...args], {
    cwd: stage.dir,
    env: { PATH: process.env['PATH'], HOME: stage.dir, XDG_DATA_HOME: join(stage.dir, 'data') },
    stdio: ['pipe', fd, 'pipe'],
  })
  closeSync(fd)
  child.stdin?.end(input)
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await within(
    new Promise<number | null>((done) => child.on('close', done)),
    args.join(' '),
  ).finally(() => child.kill('SIGKILL'))
  return { code, stderr }
}

const words = ['-a', '127.0.0.1', '-n', 'Ann', '--log', 'none']
const full = /^ringleader: stdout cannot be written \(ENOSPC[^\n]*\): what was printed is not complete\n$/

test(
  'every command tells of a stdout that cannot be written, and exits with 1',
  { skip },
  async (context) => {
    const stage = await Stage.open(context)
    assert.equal((await stage.run(['-l', ...words], 'one\n')).code, 0)
    for (const args of [['history'], ['history', '--json'], ['rooms'], ['--help'], ['--version']]) {
      const { code, stderr } = await printTo(stage, '/dev/full', args)
      assert.equal(code, 1, args.join(' '))
      assert.match(stderr, full)
    }
    for (const args of [words, [...words, '--json'], [...words, '--stay']]) {
      const { code, stderr } = await printTo(stage, '/dev/full', args, 'two\n')
      assert.equal(code, 1, args.join(' '))
      assert.match(stderr, full)
    }
    assert.deepEqual(await printTo(stage, '/dev/null', ['history']), { code: 0, stderr: '' })
  },
)

test('a history that fits a disk in part only is no success', async (context) => {
  const disk = newDisk(64)
  if (!disk) return context.skip('may not mount a small disk here')
  const stage = await Stage.open(context)
  assert.equal((await stage.run(['-l', ...words], `${'x'.repeat(60_000)}\n${'y'.repeat(30_000)}\n`)).code, 0)
  const path = join(disk, 'out')
  const { code, stderr } = await printTo(stage, path, ['history'])
  assert.match(stderr, full)
  assert.equal(code, 1)
  const whole = await stage.run(['history'])
  assert.ok(statSync(path).size < whole.stdout.length)
  assert.ok(whole.stdout.startsWith(readFileSync(path, 'utf8')))
})
