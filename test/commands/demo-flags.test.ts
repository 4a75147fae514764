// What `ringleader demo` tells of the hops of a token, and the flags that choose its nodes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../../src/commands/flags.ts'
import { hopsOf } from '../../src/commands/demo/hops.ts'
import type { LogLine } from '../../src/index.ts'

const idOf = (uid: string): string => uid.slice(0, 1)

function witness(name: string, ...lines: object[]) {
  return { name, log: lines.map((line, i) => ({ at: 100 + i, line: line as LogLine })) }
}

test('each hop is told with the comparison that decided', () => {
  const token = (candidate: string, own: string, verdict: string, sentMax?: string) => ({
    type: 'election-token',
    term: 2,
    candidate,
    own,
    verdict,
    ...(sentMax !== undefined && { sentMax }),
  })
  const early = { name: 'Ann', log: [{ at: 50, line: token('1x', '2x', 'replaced') as unknown as LogLine }] }
  const texts = hopsOf(
    [
      early,
      witness('Bob', token('7x', '4x', 'pass on'), token('3x', '9x', 'replaced')),
      witness('Cleo', token('4x', '2x', 'dropped', '9x'), token('9x', '9x', 'elected')),
      witness('Dan', token('7x', '4x', 'held'), token('7x', '4x', 'old')),
    ],
    100,
    idOf,
  ).map(({ text }) => text)
  assert.deepEqual(texts, [
    'Bob gets the token: 7 > 4: pass on',
    'Bob gets the token: 3 < 9: replaced',
    'Cleo gets the token: 4 < 9: dropped',
    'Cleo gets the token: 9 = 9: elected',
    'Dan gets the token: 7: asks its leader first',
    'Dan gets the token: 7: of term 2, too old',
  ])
})

test('where no comparison is logged, who sends whose token on', () => {
  const line = { type: 'election-candidate', term: 2, who: { uid: '7x' } }
  assert.deepEqual(hopsOf([witness('Bob', line)], 0, idOf), [
    { at: 100, text: 'Bob sends the token on as 7' },
  ])
})

test('the demo takes 3 to 9 nodes, and an id for each', () => {
  const line = parseCommandLine(['demo', '--ids', '5,1,4', '--step'])
  assert.ok(line.command === 'demo')
  const { nodes, ids, step } = line.flags
  assert.deepEqual({ nodes, ids, step }, { nodes: undefined, ids: [5, 1, 4], step: true })
  for (const [words, why] of [
    [['--nodes', '2'], /3 to 9/],
    [['--ids', '1,2'], /3 to 9 nodes/],
    [['--ids', '1,2,2'], /none twice/],
    [['--ids', '1,2,3', '--nodes', '4'], /different numbers/],
  ] as [string[], RegExp][]) {
    const wrong = parseCommandLine(['demo', ...words])
    assert.ok(wrong.command === 'print' && wrong.code === 2)
    assert.match(wrong.text, why)
  }
})
