/**
 * The player of protocol scripts: a mistake gives one clear line with file and line, an expectation can fail,
 * and a script needs no expected output.
 */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { commands } from '../../sim/script/all-commands.ts'
import { differenceOf, parseScript } from '../../sim/script/parse-script.ts'
import { describeFrame } from '../../sim/watch/describe.ts'
import { runScript } from '../../sim/script/play-script.ts'
import { ScriptError } from '../../sim/script/words.ts'
import { samples } from '../wire/samples.ts'

function mistake(text: string): string {
  try {
    runScript('a.txt', text)
  } catch (error) {
    if (error instanceof ScriptError) return error.message
    throw error
  }
  return 'none'
}

const mistakes: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['an unknown command', 'nodes 2\nfrobnicate n1\n----\n', /^a\.txt:2: unknown command "frobnicate"$/],
  ['an unknown node', '# x\nnodes 2\ncrash n7\n----\n', /^a\.txt:3: there is no node "n7"$/],
  ['an unknown moment', 'nodes 2\ncrash n1@lunch\n----\n', /^a\.txt:2: "lunch" is no known moment$/],
  ['an unknown frame', 'nodes 2\ndrop ELEPHANT\n----\n', /^a\.txt:2: "ELEPHANT" is no frame's name$/],
  ['an unknown selection', 'log everything\n----\n', /^a\.txt:1: "everything" selects nothing/],
  ['an unknown option', 'nodes 2 sugar 3\n----\n', /nodes takes no "sugar"$/],
  ['an unknown expectation', 'nodes 2\nexpect luck\n----\n', /^a\.txt:2: "luck" is no expectation$/],
  [
    'a count of an unknown frame',
    'nodes 2\nexpect RECC<=3\n----\n',
    /^a\.txt:2: "RECC<=3" is no expectation$/,
  ],
  [
    'a knows without a state',
    'nodes 2\nexpect knows(n1,n2)\n----\n',
    /^a\.txt:2: knows takes two nodes, and/,
  ],
  [
    'a knows of an unknown node',
    'nodes 2\nexpect knows(n9,n1,left)\n----\n',
    /^a\.txt:2: there is no node "n9"$/,
  ],
  ['a bad duration', 'nodes 2\nrun 3h\n----\n', /^a\.txt:2: "3h" is no duration/],
  ['bad hex', 'nodes 2\ninject n1 n2 xy\n----\n', /^a\.txt:2: that is not hex$/],
  ['a quote that is not closed', 'nodes 2\nsay n1 "a b\n', /^a\.txt:2: a quote is opened and not closed$/],
  ['no node at all', 'nodes 0\n', /^a\.txt:1: "0" is no number of nodes \(a whole number from 1 to 200\)$/],
  ['more nodes than can be played', 'nodes 1e9\n', /^a\.txt:1: "1e9" is no number of nodes/],
  ['a second nodes in a block', 'nodes 2\nnodes 2\n', /^a\.txt:2: nodes stands once in a block$/],
  ['a wrong option of nodes', '# x\nnodes 2 copies none\n', /^a\.txt:2: "none" is no value of copies/],
  ['a bad number of schedules', '# x\nschedules many\nnodes 2\n', /^a\.txt:2: "many" is no number of sched/],
  [
    'a bad delay of schedules',
    'schedules 3 delay 5 1\nnodes 2\n',
    /^a\.txt:1: a delay of 5 at least and 1 at/,
  ],
  [
    'boundaries that are never armed',
    'boundaries n2\nnodes 2\nrepeat 0\narm\ndisarm\nend\n',
    /:1: the line "arm"/,
  ],
  ['an end without repeat', 'nodes 2\nend\n', /^a\.txt:2: unknown command "end"$/],
  ['a join of a node that runs', 'nodes 2\njoin n2\n', /^a\.txt:2: n2 runs already$/],
  ['a name twice in uids', 'uids n1 n1\nnodes 2\n', /^a\.txt:1: uids names a node twice$/],
  ['a repeat without end', 'nodes 2\nrepeat 2\nrun 1\n----\n', /^a\.txt:2: repeat without end$/],
  [
    'a pause at a moment that only a crash can have',
    'nodes 2\npause n2@MOVE_OK 3s\n----\n',
    /^a\.txt:2: "MOVE_OK" is no/,
  ],
  ['a pause without end', 'nodes 2\npause n2\n----\n', /^a\.txt:2: "n2" is no duration/],
  ['a wake of a node that is awake', 'nodes 2\nwake n2\n----\n', /^a\.txt:2: n2 does not stand still$/],
  ['a disk in an unknown condition', 'nodes 2\ndisk n2 soft\n----\n', /^a\.txt:2: a disk becomes/],
  ['a stranger that knows nobody', 'nodes 2\nstranger n3\n----\n', /^a\.txt:2: there is no node ""$/],
  [
    'a stranger with a used name',
    'nodes 2\nstranger n2 knows n1\n----\n',
    /^a\.txt:2: the next new node is n3$/,
  ],
  ['a relocate of an unknown node', 'nodes 2\nrelocate n7\n----\n', /^a\.txt:2: there is no node "n7"$/],
  ['a moment that never comes', 'nodes 2\ncrash n2@MOVE_OK\nexpect rest\n----\n', /never came$/],
]

for (const [name, text, message] of mistakes) {
  test(`a script with ${name} is refused`, () => assert.match(mistake(text), message))
}

const two = 'nodes 2\n'
// Two halves of a room that have not met again, with different histories.
const torn = `${two}say n2 z\ncut n1 | n2\nsay n1 a\nrun 4s\nsay n2 c\nrun 1s\n`
const stuck = 'nodes 3\nmark\nhold ELECT\ncrash n1\nrun 5s\n'

const unmet: readonly (readonly [setting: string, expectation: string, message: RegExp])[] = [
  [two, 'leader=n2', /but in office: n1$/],
  [two, 'one-ring(3)', /but 2 nodes run$/],
  [two, 'down(n1)', /but n1 runs$/],
  [two, 'ring=n2,n1', /but it is n1,n2$/],
  [`${two}say n2 a\n`, 'clock<=0', /but clock is [1-9]\d*$/],
  [two, 'awake(n3)', /but n3 is not$/],
  [`${two}say n2 a\n`, 'sent(a)', /but it is not$/],
  [two, 'unsent(a)', /but nobody said it$/],
  [`${two}say n2 a\nstabilize\n`, 'unsent(a)', /but it was shown as sent$/],
  [two, 'talk>=1', /but talk is 0$/],
  [`${two}crash n2\n`, 'knows(n2,n1,there)', /but n2 does not run$/],
  [two, 'knows(n1,n2,died)', /but n1 has it as there$/],
  [`${two}relocate n2\n`, 'knows(n1,n2,there)', /but n1 knows 10\.0\.0\.2:4000 of it$/],
  [`${two}say n2 a\n`, 'nothing-lost', /but n1 lacks "a" of n2$/],
  [`${torn}say n2 d\nrun 1s\nmark\nheal\nstabilize\n`, 'clean', /but S17: n\d took in/],
  [torn, 'same', /but L3: at place/],
  [torn, 'once(b)', /but n\d has "b" 0 times$/],
  [torn, 'order(c,a)', /but n\d has/],
  [torn, 'rest', /but L2: /],
  [stuck, 'no-timer', /but fired: backup/],
  [stuck, 'ELECT<=0', /but ELECT is [1-9]/],
  [stuck, 'offices>=9', /but offices is \d$/],
]

for (const [setting, expectation, message] of unmet) {
  test(`expect ${expectation} can fail`, () => {
    const said = mistake(`${setting}expect ${expectation}\n----\n`)
    assert.ok(said.includes(`expected ${expectation}, but`), said)
    assert.match(said, message)
  })
}

test('a failing schedule says how to repeat it', () => {
  assert.match(
    mistake('schedules 3\nnodes 2\nexpect leader=n2\n----\n'),
    /^a\.txt:3: .* \(repeat: schedules 1 from 1\)$/,
  )
})

test('a script needs no line of ----, and its output then stands behind the commands', () => {
  const text = '# A story.\nnodes 3\n\n# Its end.\ncrash n1\nexpect down(n1)\n\n'
  const played = runScript('a.txt', text)
  assert.equal(
    played,
    '# A story.\nnodes 3\n\n# Its end.\ncrash n1\nexpect down(n1)\n----\n    0 n1 crashes\n    0 as expected: down(n1)\n',
  )
  assert.equal(runScript('a.txt', played), played)
  assert.equal(differenceOf('a.txt', text, played), undefined)
  assert.equal(differenceOf('a.txt', played, played), undefined)
})

test('the first line that differs from the expected output is named, and open output is not compared', () => {
  const played = runScript('a.txt', 'nodes 2\nsay n1 x\n----\n\ncrash n1\n----\n')
  const lines = played.split('\n')
  const at = lines.indexOf('----', lines.indexOf('----') + 1) + 2
  const text = 'nodes 2\nsay n1 x\n----\n\ncrash n1\n----\n    0 n1 sings\n'
  assert.deepEqual(differenceOf('a.txt', text, played), {
    at: 7,
    expected: '    0 n1 sings',
    found: lines[at - 1],
  })
  const more = `${text.replace('sings', 'crashes')}    9 more\n`
  assert.deepEqual(differenceOf('a.txt', more, played), { at: 8, expected: '    9 more', found: '' })
})

const vocabulary: readonly string[] = [
  ...Object.keys(commands),
  ...[
    'repeat',
    'end',
    'schedules',
    'boundaries',
    '----',
    '',
    '#',
    '"',
    '|',
    '@',
    '-',
    '=',
    '0',
    '1',
    '2',
    '3',
  ],
  ...['9999999999', '0.5', '1ms', '2s', '3h', 'x10', '+1h', 'n1', 'n2', 'n3', 'n4', 'n1..n3', 'all', 'but'],
  ...['leader', 'rest', 'each', 'any', 'via', 'from', 'to', 'for', 'p', 'until', 'within', 'times', 'every'],
  ...[
    'oneway',
    'dial',
    'silent',
    'hurried',
    'apart',
    'shuffled',
    'permuted',
    'disk=old',
    'disk=lost',
    'full',
  ],
  ...['disk=damaged', 'free', 'slow', 'knows', 'as', 'order', 'falling', 'copies', 'delay', 'batchBytes'],
  ...['ELECT', 'REC', 'VIEW', 'n2@ELECT', 'any@open', 'n1@sent-to(n2)', 'n2@holding-LINK', 'leader=n2'],
  ...[
    'one-ring(2)',
    'same',
    'rest',
    'ELECT<=3',
    'knows(n1,n2,there)',
    'held(x@n2)',
    'order(a,b)',
    '0a',
    'ff00',
  ],
]

/** Commands of the scripts beside this file, but for those that take long. */
const usual: readonly (readonly string[])[] = readdirSync(join(process.cwd(), 'test', 'protocol'))
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => {
    const text = readFileSync(join(process.cwd(), 'test', 'protocol', name), 'utf8')
    return parseScript(name, text).flatMap(({ block }) => block?.lines ?? [])
  })
  .map(({ words }) => words)
  .filter(([name = '', ...words]) => {
    if (['nodes', 'schedules', 'boundaries', 'repeat', 'uids'].includes(name)) return false
    return !words.some((word) => /\d{3}|[1-9]\d+s|min/.test(word))
  })

test('any script is played, or refused in one line that names the place', () => {
  const word = fc.constantFrom(...vocabulary)
  const line = fc.oneof(
    fc.array(word, { maxLength: 5 }),
    fc.constantFrom(...usual),
    // A usual command with one word replaced or added.
    fc
      .tuple(fc.constantFrom(...usual), fc.nat({ max: 4 }), word)
      .map(([words, at, other]) => [...words.slice(0, at), other, ...words.slice(at + 1)]),
  )
  const script = fc
    .tuple(
      fc.constantFrom('', 'nodes 2', 'nodes 3', 'schedules 2\nnodes 3'),
      fc.array(line, { maxLength: 8 }),
    )
    .map(([first, lines]) => [first, ...lines.map((words) => words.join(' '))].join('\n'))
  fc.assert(
    fc.property(script, (text) => {
      try {
        runScript('a.txt', text)
      } catch (error) {
        assert.ok(error instanceof ScriptError, String(error))
        assert.match(error.message, /^a\.txt:\d+: [^\n]+$/)
        assert.notEqual(error.why, 'crash')
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  )
})

test('the same script gives the same output', () => {
  const text = 'log all\nnodes 4\nsay each\ncrash n1\nstabilize\n----\n'
  assert.equal(runScript('a.txt', text), runScript('a.txt', text))
  assert.equal(runScript('a.txt', runScript('a.txt', text)), runScript('a.txt', text))
})

test('every frame is described in one line', () => {
  for (const frame of Object.values(samples)) {
    const line = describeFrame(frame, (uid) => uid.slice(0, 4))
    assert.match(line, /^[A-Z_]+( \S.*)?$/)
    assert.doesNotMatch(line, /undefined|object|NaN/)
  }
})
