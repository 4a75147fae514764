// The simulator as a program: what it prints, and its exit codes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { mutantNamed } from '../../sim/mutants/all-mutants.ts'
import { makeCopy, removeCopy } from '../../sim/mutants/copies.ts'
import { parseOptions } from '../../sim/run/command-line.ts'
import { makePlan } from '../../sim/run/plan.ts'
import { planText, readPlan } from '../../sim/run/saved-plan.ts'
import { Progress } from '../../sim/terminal.ts'

type Answer = { readonly code: number | null; readonly out: string; readonly err: string }

function sim(...args: string[]): Answer {
  return program('main', args)
}

function program(name: string, args: readonly string[]): Answer {
  return programOf(`build/sim/${name}.js`, args)
}

function programOf(file: string, args: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  return { code: status, out: stdout, err: stderr }
}

test('the result begins with ok and the seeds, and says what was played', () => {
  const { code, out } = sim('--seed', '3', '--seeds', '3', '--nodes', '3')
  assert.equal(code, 0, out)
  const lines = out.trimEnd().split('\n')
  assert.match(lines[0] ?? '', /^ok: 3 seeds \(3 to 5\), no violation, [\d.]+ s, commit \w+$/)
  assert.match(lines[1] ?? '', /^played: \d+ (s|min) of room time, \d+ messages, \d+ faults, \d+ steps, /)
  assert.match(
    lines[2] ?? '',
    /^covered: \d+ of \d+ kinds of faults, \d+ of \d+ rules \(--coverage lists them\)$/,
  )
  assert.equal(lines.length, 3)
})

test('--coverage lists the faults that struck, and the rules that were taken or never taken', () => {
  const { code, out } = sim('--seed', '3', '--nodes', '3', '--coverage')
  assert.equal(code, 0, out)
  assert.match(out, /^ok: 1 seed \(3\), /)
  assert.match(out, /^faults: /m)
  assert.match(out, /^rules taken: .*FOLLOW \(\d+\)/m)
  assert.match(out, /^rules never taken: /m)
})

test('a failure begins with the invariant and the line that repeats it, and so does the result', async (context) => {
  const copy = makeCopy(mutantNamed('one-holder-is-enough') ?? assert.fail('no such mutant'))
  context.after(() => removeCopy(copy))
  const saved = join(copy, 'small.json')
  const play = (...args: string[]): Answer => programOf(join(copy, 'sim', 'main.js'), args)
  const { code, out } = play('--seed', '1', '--seeds', '60', '--save', saved)
  assert.equal(code, 12, out.slice(-2000))
  const [first = '', sentence, detail, repeat] = out.split('\n')
  const seed = /^failed: seed (\d+): S9 at \d+ ms$/.exec(first)?.[1] ?? assert.fail(first)
  assert.match(sentence ?? '', /^ {2}S9: a message is shown as sent only when /)
  assert.match(detail ?? '', /^ {4}at \d+ ms, step \d+, n\d+: /)
  assert.equal(repeat, `repeat: npm run sim -- --seed ${seed}`)
  assert.match(out, /\nshrunk from \d+ to \d+ actions; then this happens:\n {2}S9: /)
  const result = out.slice(out.indexOf('\nfailed: 1 of '))
  assert.match(result, new RegExp(`^\\nfailed: 1 of \\d+ seeds? \\(1(?: to ${seed})?\\), `))
  assert.match(result, new RegExp(`\\n  seed ${seed}: S9; repeat: npm run sim -- --seed ${seed}\\n`))
  const again = play('--replay', saved, '--no-shrink')
  assert.equal(again.code, 12, again.out.slice(-2000))
  assert.match(again.out, new RegExp(`^failed: seed ${seed}: S9 `))
})

test('--replay refuses every file that --save did not write', async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'ringleader-sim-'))
  context.after(() => rm(dir, { recursive: true }))
  const plan = makePlan(7)
  assert.deepEqual(readPlan(planText(plan)), plan)
  const [action] = plan.actions
  for (const wrong of [
    'null',
    '{ "actions": [] }',
    'no JSON',
    JSON.stringify({ ...plan, nodes: 1e9 }),
    JSON.stringify({ ...plan, actions: [{ ...action, what: 'earthquake' }] }),
    JSON.stringify({ ...plan, actions: [null] }),
  ]) {
    assert.equal(readPlan(wrong), undefined, wrong)
    const file = join(dir, 'case.json')
    await writeFile(file, wrong)
    const { code, err } = sim('--replay', file)
    assert.equal(code, 2)
    assert.equal(err, `sim: ${file} is not a case that --save wrote\n`)
  }
})

test('progress is shown on a terminal, from the first second on, ten times a second at most, and is wiped', () => {
  let now = 0
  const written: string[] = []
  const screen = { isTTY: true, columns: 20, write: (text: string) => written.push(text) }
  const progress = new Progress(screen, () => now)
  progress.show(() => 'too early')
  progress.wipe()
  now = 1000
  progress.show(() => 'a line that is longer than the terminal is wide')
  now = 1050
  progress.show(() => 'too soon')
  now = 1100
  progress.show(() => 'two')
  progress.wipe()
  progress.wipe()
  assert.deepEqual(written, ['\r\u001b[Ka line that is long', '\r\u001b[Ktwo', '\r\u001b[K'])
  const pipe = new Progress({ ...screen, isTTY: false }, () => now)
  now = 9000
  pipe.show(() => 'not a terminal')
  pipe.wipe()
  assert.equal(written.length, 3)
})

test('--verbose prints every step, with the names of frames in PROTOCOL.md', () => {
  const { code, out } = sim('--seed', '3', '--nodes', '3', '--fault', 'crash', '--verbose')
  assert.equal(code, 0, out.slice(-2000))
  assert.match(out, / n2 > send \d+ FOLLOW /)
  assert.match(out, / n1 < received \d+ HELLO n2/)
})

test('a wrong option gives one line', () => {
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

test('a mistake is reported on stderr with exit code 2', () => {
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

test('the searches print how much they saw, and refuse unknown names and options', () => {
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

test('a script is played, and errors name file and line', async (context) => {
  const dir = await mkdtemp(join(tmpdir(), 'ringleader-sim-'))
  context.after(() => rm(dir, { recursive: true }))
  const file = join(dir, 'story.txt')
  const play = async (commands: string): Promise<Answer> => {
    await writeFile(file, `# A story.\nnodes 3\n${commands}\n`)
    return sim('--script', file)
  }
  const good = await play('crash n1\nstabilize\nexpect leader=n3\n')
  assert.equal(good.code, 0, good.err)
  assert.match(
    good.out,
    /^# A story\.\nnodes 3\ncrash n1\nstabilize\nexpect leader=n3\n----\n {4}0 n1 crashes\n/,
  )
  assert.match(good.out, /as expected: leader=n3\n$/)
  // What is printed is a script with its output, and playing it once more changes nothing.
  await writeFile(file, good.out)
  assert.deepEqual(sim('--script', file), good)
  const changed = await play(
    `${good.out.slice(good.out.indexOf('crash')).trimEnd().replace('n1 crashes', 'n1 sings')}`,
  )
  assert.equal(changed.code, 1)
  assert.match(
    changed.err,
    /story\.txt:7: the output is not the expected one:\n- {5}0 n1 sings\n\+ {5}0 n1 crashes\n/,
  )
  const open = await play('crash n1\n----')
  assert.equal(open.code, 0, open.err)
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
