// The simulator as a program: what it prints, and its exit codes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseOptions } from '../../sim/run/command-line.ts'

type Answer = { readonly code: number | null; readonly out: string; readonly err: string }

function sim(...args: string[]): Answer {
  return program('main', args)
}

function program(name: string, args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`build/sim/${name}.js`, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  return { code: status, out: stdout, err: stderr }
}

test('a good seed: its last line is a summary', () => {
  const { code, out } = sim('--seed', '3', '--seeds', '3', '--nodes', '3')
  assert.equal(code, 0, out)
  const lines = out.trimEnd().split('\n')
  assert.match(lines.at(-1) ?? '', /^sim: ok: 3 seeds, 0 violations/)
  assert.ok(lines.some((line) => line.startsWith('faults: ')))
  assert.ok(lines.some((line) => line.startsWith('rules taken: ')))
})

test('every step is printed on request, and names frames as PROTOCOL.md does', () => {
  const { code, out } = sim('--seed', '3', '--nodes', '3', '--fault', 'crash', '--verbose')
  assert.equal(code, 0, out.slice(-2000))
  assert.match(out, / n2 > send \d+ FOLLOW /)
  assert.match(out, / n1 < received \d+ HELLO n2/)
})

test('whoever asks for what is not there gets one line', () => {
  for (const [args, said] of [
    [['--fault', 'crash,earthquake'], /^unknown fault earthquake; --list names all$/],
    [['--fault='], /^unknown fault \(nothing\)/],
    [['--seed', 'seven'], /^--seed takes a whole number .* not seven$/],
    [['--seed', '-1'], /^--seed takes a whole number/],
    [['--nodes', '0'], /^--nodes takes a whole number from 1 to 200, not 0$/],
    [['--seeds'], /^--seeds needs a value$/],
    [['--sead', '1'], /^unknown option --sead/],
  ] as const) {
    const answer = parseOptions(args)
    assert.ok(typeof answer === 'string', args.join(' '))
    assert.match(answer, said)
  }
})

test('such a line goes to stderr, and the exit code is 2', () => {
  for (const [args, said] of [
    [['--fault', 'earthquake'], /^sim: unknown fault earthquake; --list names all\n$/],
    [['--replay', 'package.json'], /^sim: package.json is not a case that --save wrote\n$/],
  ] as const) {
    const { code, out, err } = sim(...args)
    assert.equal(code, 2)
    assert.match(err, said)
    assert.equal(out, '')
  }
})

test('help has examples; the list names the faults', () => {
  const help = sim('--help')
  assert.equal(help.code, 0)
  assert.match(help.out, /npm run sim -- --seeds 500/)
  const list = sim('--list')
  assert.equal(list.code, 0)
  assert.match(list.out, /^faults: reset, .*crash-leader/)
})

test('the searches tell how much they saw, and refuse what is not there', () => {
  const { code, out } = program('search/search-program', ['--states', '500', 'E1 Chang-Roberts, four', 'E4'])
  assert.equal(code, 0, out)
  assert.match(out, /^complete {2}4243 states, depth 14, .* E1 Chang-Roberts, four nodes/)
  assert.match(out, /\nbounded {3}500 states, depth \d+, \d+ ends that come to rest, .* E4 two nodes/)
  for (const [args, said] of [
    [['--states', 'many'], /^search: --states takes a whole number from 1 to \d+, not many\n$/],
    [['E1', 'E9'], /^search: no search has "E9" in its name; --list names all\n$/],
    [['--deep'], /^search: unknown option --deep; --help lists all\n$/],
  ] as const) {
    const refused = program('search/search-program', args)
    assert.equal(refused.code, 2)
    assert.match(refused.err, said)
    assert.equal(refused.out, '')
  }
})

test('a script is played, and one with a mistake is refused by file and line', async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'ringleader-sim-'))
  context.after(() => rm(dir, { recursive: true }))
  const file = join(dir, 'story.txt')
  const play = async (commands: string): Promise<Answer> => {
    await writeFile(file, `# A story.\nnodes 3\n${commands}\n----\n`)
    return sim('--script', file)
  }
  const good = await play('crash n1\nstabilize\nexpect leader=n3')
  assert.equal(good.code, 0, good.err)
  assert.match(good.out, /as expected: leader=n3/)
  const mistaken = await play('crash n1\nexplode n2')
  assert.equal(mistaken.code, 2)
  assert.equal(mistaken.err, `${file}:4: unknown command "explode"\n`)
  const unmet = await play('crash n1\nstabilize\nexpect leader=n2')
  assert.equal(unmet.code, 1)
  assert.match(unmet.err, /:5: expected leader=n2, but /)
  const missing = sim('--script', join(dir, 'none.txt'))
  assert.equal(missing.code, 2)
  assert.match(missing.err, /^sim: cannot read .*none.txt: /)
})
