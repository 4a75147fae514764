// Prompt and typed text on a modelled terminal: what stands where, also with wide characters and over
// several rows (terminal.md items 4, 5, 9).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { nameColour, usesColour } from '../../src/ui/terminal/colours.ts'
import { cellsOf } from '../../src/ui/terminal/cells.ts'
import { breakMark } from '../../src/ui/terminal/layout.ts'
import { PasteSplitter } from '../../src/ui/terminal/paste.ts'
import { Screen } from '../../src/ui/terminal/screen.ts'
import { FakeTerminal } from './fake-terminal.ts'

const noneLeftOut = (count: number) => assert.fail(`${count} notices left out`)

function screenOf(columns: number, height = 24): { terminal: FakeTerminal; screen: Screen } {
  const terminal = new FakeTerminal(columns, height)
  const screen = new Screen(terminal.output, noneLeftOut)
  screen.setPrompt('> Ann: ')
  return { terminal, screen }
}

test('a line that arrives is printed above prompt, text and cursor', async () => {
  const { terminal, screen } = screenOf(40)
  screen.setTyped('hello', 3)
  assert.equal(terminal.text, '> Ann: hello')
  screen.print('> Bob(1.2.3.4:5)[1]: hi')
  screen.print('> Bob(1.2.3.4:5)[2]: there')
  await terminal.shows((text) => text.endsWith('> Ann: hello'), 'the prompt again')
  assert.equal(terminal.text, '> Bob(1.2.3.4:5)[1]: hi\n> Bob(1.2.3.4:5)[2]: there\n> Ann: hello')
  assert.equal(terminal.beforeCursor, '> Ann: hel')
})

test('text over several rows is cleared and redrawn whole', async () => {
  const { terminal, screen } = screenOf(10)
  screen.setTyped('abcdefghijklmnopqrstuvwxyz', 5)
  assert.equal(terminal.text, '> Ann: abc\ndefghijklm\nnopqrstuvw\nxyz')
  assert.equal(terminal.row, 1)
  screen.print('new')
  await terminal.shows((text) => text.endsWith('xyz'), 'the text again')
  assert.equal(terminal.text, 'new\n> Ann: abc\ndefghijklm\nnopqrstuvw\nxyz')
  assert.deepEqual([terminal.row, terminal.column], [2, 2])
  screen.setTyped('', 0)
  assert.equal(terminal.text, 'new\n> Ann:')
})

test('a text that fills its row to the end puts the cursor on the next', () => {
  const { terminal, screen } = screenOf(10)
  for (const text of ['a', 'ab', 'abc', 'abcd']) screen.setTyped(text, text.length)
  assert.equal(terminal.text, '> Ann: abc\nd')
  screen.setTyped('abc', 3)
  assert.equal(terminal.text, '> Ann: abc')
  assert.deepEqual([terminal.row, terminal.column], [1, 0])
})

test('a wide character that does not fit goes to the next row', () => {
  const { terminal, screen } = screenOf(10)
  screen.setTyped('ab你好', 2)
  assert.equal(terminal.text, '> Ann: ab\n你好')
  assert.equal(terminal.beforeCursor, '> Ann: ab')
})

test('line breaks and control characters of the text being typed are shown harmless', () => {
  const { terminal, screen } = screenOf(60)
  screen.setTyped(`a${breakMark}b\u001b[2J\u202e`, 1)
  assert.equal(terminal.text, '> Ann: a⏎b\\u001b[2J\\u202e')
})

test('a text larger than the screen is cut around the cursor', () => {
  const { terminal, screen } = screenOf(20, 5)
  const text = Array.from({ length: 500 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('')
  for (const cursor of [0, 1, 250, 499, 500]) {
    screen.setTyped(text, cursor)
    assert.ok(terminal.rows.length <= 5, `${terminal.rows.length} rows`)
    if (cursor > 0) assert.equal(terminal.beforeCursor.at(-1), text[cursor - 1])
  }
})

test('the terminal shows exactly what is typed, edited and printed', async () => {
  const piece = fc.constantFrom('a', 'bc', ' ', '你', '好好', '👩', 'é', 'xyz '.repeat(5))
  const step = fc.record({
    text: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    prints: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 8, max: 40 }),
      fc.array(step, { maxLength: 8 }),
      async (columns, steps) => {
        const { terminal, screen } = screenOf(columns)
        let printed = 0
        for (const { text, at, prints } of steps) {
          const characters = Array.from(text)
          const cursor = characters.slice(0, Math.round(at * characters.length)).join('').length
          screen.setTyped(text, cursor)
          if (prints) {
            screen.print(`line ${printed++}`)
            screen.draw()
          }
          const fresh = new FakeTerminal(columns)
          const only = new Screen(fresh.output, noneLeftOut)
          only.setPrompt('> Ann: ')
          only.setTyped(text, cursor)
          const lines = Array.from({ length: printed }, (_, i) => `line ${i}`)
          assert.equal(terminal.text, [...lines, fresh.text].join('\n'))
          assert.deepEqual([terminal.row - printed, terminal.column], [fresh.row, fresh.column])
          assert.equal(
            fresh.rows
              .map((row) => row.join(''))
              .join('')
              .replaceAll(' ', ''),
            `> Ann: ${text}`.replaceAll(' ', ''),
          )
        }
      },
    ),
    { numRuns: 200 },
  )
})

const doubtful = ['❤️', '1️⃣', '👍🏽', '👩‍👩‍👧', '🇩🇪', 'क्षि', 'की', 'é', '…', '🫩', '\u200f', '\t', '你', 'ab', ' ']

for (const count of ['joined', 'first', 'apart', 'wide', 'narrow'] as const)
  test(`no row of a message is erased and none of the text is left where a terminal counts ${count}`, async () => {
    const step = fc.record({
      pieces: fc.array(fc.constantFrom(...doubtful), { maxLength: 30 }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 12, max: 40 }),
        fc.array(step, { minLength: 1, maxLength: 6 }),
        async (columns, steps) => {
          const terminal = new FakeTerminal(columns, 24, count)
          const screen = new Screen(terminal.output, noneLeftOut)
          screen.setPrompt('> Ann: ')
          for (const [i, { pieces, at }] of steps.entries()) {
            const before = pieces.slice(0, Math.round(at * pieces.length)).join('')
            screen.setTyped(pieces.join(''), before.length)
            screen.print(`line ${i}`)
            screen.draw()
            const cursorText = terminal.beforeCursor
            assert.ok(
              `> Ann: ${before.replaceAll('\t', '    ')}`.endsWith(cursorText.trimStart()) ||
                cursorText === '',
              cursorText,
            )
          }
          screen.setTyped('', 0)
          const lines = steps.map((_, i) => `line ${i}`)
          assert.equal(terminal.text, [...lines, '> Ann:'].join('\n'))
        },
      ),
      { numRuns: 100 },
    )
  })

test('what all terminals count alike is known to the column, and the rest within its bounds', () => {
  for (const [text, least, most] of [
    ['a', 1, 1],
    ['ü', 1, 1],
    ['ж', 1, 1],
    ['你', 2, 2],
    ['한', 2, 2],
    ['。', 2, 2],
    ['क', 1, 1],
    ['❤️', 1, 3],
    ['की', 1, 2],
    ['👩‍👧', 1, 5],
  ] as const) {
    const cells = cellsOf(text)
    assert.equal(cells.length, 1, text)
    assert.deepEqual([cells[0]?.least, cells[0]?.most], [least, most], text)
  }
  // Marks without end on one letter are taken apart.
  assert.equal(cellsOf(`a${'\u0903'.repeat(500)}`).length, 501)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const cells = cellsOf(text)
      assert.equal(cells.map((cell) => cell.text).join(''), text)
      const least = cells.reduce((sum, cell) => sum + cell.least, 0)
      const most = cells.reduce((sum, cell) => sum + cell.most, 0)
      assert.ok(least <= stringWidth(text) && stringWidth(text) <= most, `${least} to ${most}`)
    }),
  )
})

/** 57 columns of prompt and text below a message, on 40 columns; then the terminal is 20 wide. */
function narrowed(rows: readonly string[]): { terminal: FakeTerminal; screen: Screen } {
  const terminal = new FakeTerminal(40)
  const screen = new Screen(terminal.output, noneLeftOut)
  screen.setPrompt('> Ann: ')
  screen.print('line 0')
  screen.setTyped('x'.repeat(50), 50)
  assert.deepEqual([terminal.row, terminal.column], [2, 17])
  terminal.rows = rows.map((row) => Array.from(row))
  terminal.row = rows.length - 1
  terminal.columns = 20
  Object.assign(terminal.output, { columns: 20 })
  terminal.output.emit('resize')
  assert.equal(terminal.asked, 1)
  assert.deepEqual(
    terminal.rows,
    rows.map((row) => Array.from(row)),
    'nothing is drawn before the reply',
  )
  return { terminal, screen }
}

const cutRows = ['line 0', `> Ann: ${'x'.repeat(13)}`, 'x'.repeat(17)]
const drawnAnew = `line 0\n> Ann: ${'x'.repeat(13)}\n${'x'.repeat(20)}\n${'x'.repeat(17)}`

test('a terminal that cut its rows: nothing above them is erased', () => {
  const { terminal, screen } = narrowed(cutRows)
  terminal.column = 17
  screen.placed(17)
  assert.equal(terminal.text, drawnAnew)
})

test('a terminal that wrapped its rows anew: all of them are erased', () => {
  // The prompt fills its row, so the column tells nothing for 57 columns; one more tells.
  const terminal = new FakeTerminal(40)
  const screen = new Screen(terminal.output, noneLeftOut)
  screen.setPrompt('> Ann: ')
  screen.print('line 0')
  screen.setTyped('x'.repeat(50), 50)
  terminal.rows = ['line 0', `> Ann: ${'x'.repeat(8)}`, 'x'.repeat(15), 'x'.repeat(15), 'x'.repeat(12)].map(
    (row) => Array.from(row),
  )
  terminal.row = 4
  terminal.column = 12
  terminal.columns = 15
  Object.assign(terminal.output, { columns: 15 })
  terminal.output.emit('resize')
  assert.equal(terminal.asked, 1)
  screen.placed(12)
  assert.equal(
    terminal.text,
    `line 0\n> Ann: ${'x'.repeat(8)}\n${'x'.repeat(15)}\n${'x'.repeat(15)}\n${'x'.repeat(12)}`,
  )
})

test('a terminal that does not reply: nothing above is erased, and what is typed meanwhile is there', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { terminal, screen } = narrowed(cutRows)
  screen.setTyped('x'.repeat(51), 51)
  context.mock.timers.tick(300)
  assert.equal(terminal.text, `${drawnAnew}x`)
  // A reply that comes late counts for nothing.
  screen.placed(3)
  assert.equal(terminal.text, `${drawnAnew}x`)
})

test('a message that comes before the reply erases no row above', async () => {
  const { terminal, screen } = narrowed(cutRows)
  terminal.column = 17
  screen.print('line 1')
  screen.draw()
  assert.equal(terminal.text, drawnAnew.replace('line 0', 'line 0\nline 1'))
  screen.placed(17)
  assert.equal(terminal.text, drawnAnew.replace('line 0', 'line 0\nline 1'))
})

test('pastes are found in input that is cut anywhere', () => {
  const text = 'ab\u001b[200~one\ntwo\u001b[20 x\u001b[201~cd\u001b[A\u001b[200~\u001b[201~'
  const all = (cuts: readonly number[]) => {
    const splitter = new PasteSplitter(1000)
    let keys = ''
    const pastes: string[] = []
    let from = 0
    for (const at of [...new Set(cuts)].sort((a, b) => a - b).concat(text.length)) {
      for (const piece of splitter.take(text.slice(from, at))) {
        if (piece.type === 'keys') keys += piece.text
        else pastes.push(piece.text)
      }
      from = at
    }
    return { keys, pastes }
  }
  // Only a cut directly after the Escape of an opening mark is not undone: Escape is a key of its own.
  const cutAfterEscape = [3, text.lastIndexOf('\u001b[200~') + 1]
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 10 }), (cuts) => {
      fc.pre(!cuts.some((cut) => cutAfterEscape.includes(cut)))
      assert.deepEqual(all(cuts), { keys: 'abcd\u001b[A', pastes: ['one\ntwo\u001b[20 x', ''] })
    }),
  )
})

test('of a paste over the limit only the beginning is kept', () => {
  const splitter = new PasteSplitter(5)
  assert.deepEqual(splitter.take('\u001b[200~abc'), [])
  assert.deepEqual(splitter.take('defgh'), [])
  assert.deepEqual(splitter.take('ijk\u001b[201~'), [{ type: 'paste', text: 'abcde', isCut: true }])
})

const colourTable: [Parameters<typeof usesColour>[0], boolean][] = [
  [{ flag: undefined, isTerminal: true, env: {} }, true],
  [{ flag: undefined, isTerminal: false, env: {} }, false],
  [{ flag: undefined, isTerminal: true, env: { NO_COLOR: '1' } }, false],
  [{ flag: undefined, isTerminal: true, env: { NO_COLOR: '' } }, true],
  [{ flag: undefined, isTerminal: true, env: { TERM: 'dumb' } }, false],
  [{ flag: undefined, isTerminal: false, env: { FORCE_COLOR: '1' } }, true],
  [{ flag: undefined, isTerminal: true, env: { FORCE_COLOR: '0' } }, false],
  [{ flag: undefined, isTerminal: false, env: { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' } }, true],
  [{ flag: false, isTerminal: true, env: { FORCE_COLOR: '1' } }, false],
  [{ flag: true, isTerminal: false, env: { NO_COLOR: '1', TERM: 'dumb' } }, true],
]

for (const [given, expected] of colourTable)
  test(`colour: ${JSON.stringify(given)}`, () => assert.equal(usesColour(given), expected))

test('a name has one of the sixteen colours, the same every time', () => {
  const seen = new Set<number>()
  for (let i = 0; i < 200; i++) {
    const id = i.toString(16).padStart(32, '0')
    assert.equal(nameColour(id), nameColour(id))
    seen.add(nameColour(id))
  }
  assert.ok(seen.size > 5)
  for (const code of seen) assert.ok((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
})
