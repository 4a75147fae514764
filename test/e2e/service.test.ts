// A node as a service: the unit for systemd, the examples for containers, and what containers do to a program: it is
// process 1, and nothing but its home can be written.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parseCommandLine } from '../../src/commands/flags.ts'
import { Program, Stage } from './harness.ts'

const main = resolve('dist/main.js')
/** From the signal to the end. Unit: ms. Source: cli.md. */
const endMs = 1000
/** The same with a second signal; one alone waits for 600 ms. Unit: ms. */
const hurriedMs = 500

function works(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0
}

const hasNamespaces = works('unshare', '--pid', '--fork', '--mount', '--mount-proc', 'true')
const needs = hasNamespaces ? false : 'needs the right to make namespaces'

/** A node whose process is number 1 of its namespace; `prepare`: shell commands in a mount namespace of its own. */
function contained(stage: Stage, name: string, flags: readonly string[], prepare = 'true'): Program {
  const script = `${prepare} && exec "$0" "$@"`
  const args = [
    '--pid',
    '--fork',
    '--kill-child',
    '--mount',
    '--mount-proc',
    'sh',
    '-c',
    script,
    process.execPath,
    main,
  ]
  const words = ['-a', '127.0.0.1', '-n', name, '--stay', ...flags]
  const child = spawn('unshare', [...args, ...words], {
    cwd: stage.dir,
    env: { PATH: process.env['PATH'], HOME: '/nowhere' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end()
  const program = new Program(name, child)
  stage.adopt(program)
  return program
}

/** The process of a node that is number 1 somewhere, as it is numbered here. */
function childOf(program: Program): number {
  const pid = String(program.child.pid)
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

test(
  'process 1 without a terminal says goodbye at SIGTERM, and ends within a second',
  { skip: needs },
  async (context) => {
    const stage = await Stage.open(context)
    const ann = await stage.node('Ann').ready()
    const enter = async (home: string): Promise<Program> => {
      const flags = ['--home', join(stage.dir, home), '--log', 'none', ...stage.entry({ through: ann })]
      const node = contained(stage, 'Box', flags)
      await node.line(/is in the room/)
      await ann.sees(['Ann', 'Box'])
      return node
    }
    const one = await enter('one')
    const from = performance.now()
    process.kill(childOf(one), 'SIGTERM')
    assert.equal((await one.over()).code, 143, one.report())
    assert.ok(performance.now() - from < endMs, `${performance.now() - from} ms`)
    await ann.sees(['Ann'])
    assert.ok(ann.notices.some((text) => /^Box\(.*\) left$/.test(text)))

    // A second signal does not wait for an answer to the goodbye.
    const two = await enter('two')
    ann.signal('SIGSTOP')
    const [pid, since] = [childOf(two), performance.now()]
    const signals = setInterval(() => {
      // The process behind `unshare` may be gone before that is.
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGINT')
    }, 25)
    void two.exit.then(() => clearInterval(signals))
    assert.equal((await two.over()).code, 130, two.report())
    assert.ok(performance.now() - since < hurriedMs, `${performance.now() - since} ms`)
    ann.signal('SIGCONT')
  },
)

test('nothing but the home need be writable', { skip: needs }, async (context) => {
  const stage = await Stage.open(context)
  const home = join(stage.dir, 'home')
  const prepare = `mkdir -p ${home} && mount --bind ${home} ${home} && mount --rbind / /mnt && mount -o remount,ro,bind / `
  const frozen = `${prepare} && mount -o remount,ro,bind ${stage.dir} 2>/dev/null; ! touch ${stage.dir}/x 2>/dev/null`
  const node = contained(stage, 'Box', ['-l', '--home', home], frozen)
  await node.until(() => node.lines.length > 2 || node.ended !== undefined, 'the room')
  if (node.ended) return context.skip(`the root cannot be made read-only here: ${node.stderr}`)
  assert.match(
    node.stderr,
    /^ringleader: the log chat_\d+\.log cannot be written \(EROFS\); going on without it\n$/,
  )
  const say = await stage.run(['say', '-n', 'ci', '-na', '127.0.0.1', '-np', portOf(node), 'hello'])
  assert.equal(say.code, 0, say.stderr)
  await node.line(/\]: hello$/)
  process.kill(childOf(node), 'SIGTERM')
  assert.equal((await node.over()).code, 143)
  assert.match(await stage.history(home), /\]: hello\n$/)
})

function portOf(node: Program): string {
  return / -np (\d+)$/.exec(node.lines.find((line) => line.includes('others join')) ?? '')?.[1] ?? ''
}

test('the unit runs a node with the flags given, in a profile of its own', async (context) => {
  const stage = await Stage.open(context)
  const name = 'A"b$HOME 50%\\n'
  const { code, stdout } = await stage.run([
    'service',
    '-n',
    name,
    '-na',
    '192.168.1.5',
    '--copies',
    '2',
    '-l',
  ])
  assert.deepEqual([code, stdout], [2, ''])
  const made = await stage.run(['service', '-n', name, '-na', '192.168.1.5'])
  assert.equal(made.code, 0)
  assert.ok(
    made.stdout.includes(
      `ExecStart=${process.execPath} ${main} -n "A\\"b$$HOME 50%%\\\\n" -na 192.168.1.5 ` +
        '-P service --stay --history 0 --log none -v\n',
    ),
    made.stdout,
  )
  assert.ok(made.stdout.includes(`\nEnvironment=XDG_DATA_HOME=${join(stage.dir, 'data')}\n`))
  const own = await stage.run(['service', '-P', 'x', '-l', '--stay', '--history', '5', '--log', 'l', '-v'])
  assert.match(own.stdout, /main\.js -P x -l --stay --history 5 --log l -v\n/)
  assert.match(
    (await stage.run(['service'])).stdout,
    /main\.js -P service -l --stay --history 0 --log none -v\n/,
  )
  // Goes back to the room of its home, and makes none.
  for (const words of [['-L'], ['-vL'], ['--not-leader']]) {
    const { stdout: without } = await stage.run(['service', '-n', 'Ann', ...words])
    assert.match(without, /^ExecStart=.* -n Ann .*-P service --stay/m)
    assert.doesNotMatch(without, / -l\b/)
  }
  const random = await stage.run(['service', '-n', 'Ann', '-p', '0'])
  assert.deepEqual([random.code, random.stdout], [2, ''])
  assert.match(random.stderr, /-p 0 is another port at each start/)
  for (const words of [['demo'], ['history'], ['--nwe'], ['-np', '1'], ['--help', 'x', '-z']])
    assert.equal(
      (await stage.run(['service', ...words])).stdout.includes('[Service]'),
      false,
      words.join(' '),
    )
  if (!works('systemd-analyze', '--version')) return
  const path = join(stage.dir, 'ringleader.service')
  writeFileSync(path, made.stdout)
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' })
  assert.doesNotMatch(verified.stderr, /ringleader\.service/)
})

const advertised = '192.168.1.5:4000'

/** The words of the compose example's command. */
function composed(): string[] {
  const compose = readFileSync('examples/compose.yaml', 'utf8')
  return (/command: >-\n([^]*?)\n {4}\w/.exec(compose)?.[1] ?? '').trim().split(/\s+/)
}

/** As `docker compose` hands them over: with the value of ADVERTISE. */
function filledIn(words: readonly string[]): string[] {
  return words.map((word) => word.replace(/^\$\{ADVERTISE:\?\w+:\w+\}$/, advertised))
}

test('the examples for containers give flags that there are', () => {
  const docker = readFileSync('examples/Dockerfile', 'utf8')
  const inDocker = /docker run .* ringleader (.*)$/m.exec(docker)?.[1] ?? ''
  for (const words of [composed(), inDocker.trim().split(/\s+/)]) {
    assert.ok(words.includes('--advertise') && words.includes('--stay'), words.join(' '))
    const line = parseCommandLine(filledIn(words))
    assert.ok(line.command === 'chat', words.join(' '))
    assert.equal(line.flags.advertise, advertised)
  }
})

test('the node of the compose example tells others the address that is advertised', async (context) => {
  const stage = await Stage.open(context)
  // The port may be taken on the machine of the test.
  const words = filledIn(composed()).map((word, at, all) => (all[at - 1] === '-p' ? '0' : word))
  const node = stage.start('cellar', ['-a', '127.0.0.1', ...words])
  await node.line(/^\/\/\/ others join with: .* -na 192\.168\.1\.5 -np 4000$/)
  node.signal('SIGTERM')
  assert.equal((await node.over()).code, 143, node.report())
})
