// The line editor by itself: pastes with and without marks, lost marks, editing by clusters and words.

import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineEditor } from '../../src/ui/terminal/editor.ts'
import { breakMark } from '../../src/ui/terminal/layout.ts'
import { clusterEnd, clusterStart, wordEnd, wordStart } from '../../src/ui/terminal/words.ts'
import type { TestContext } from 'node:test'

class Edited {
  typed = ''
  cursor = 0
  entered: string[] = []
  interrupts = 0
  readonly places: number[] = []
  readonly #input = new PassThrough()
  readonly #editor: LineEditor

  constructor(context: TestContext) {
    this.#editor = new LineEditor(this.#input, {
      changed: (typed, cursor) => Object.assign(this, { typed, cursor }),
      entered: (text) => this.entered.push(text),
      interrupted: (typed) => {
        if (typed === '') this.interrupts += 1
        return typed !== ''
      },
      suspended: () => {},
      cleared: () => {},
      ended: () => {},
      refused: () => {},
      placed: (column) => this.places.push(column),
      completes: (typed, cursor, step) =>
        typed.startsWith('A') ? { typed: step > 0 ? 'Ann: ' : 'Abe: ', cursor: cursor + 4 } : undefined,
    })
    context.after(() => this.#editor.close())
  }

  type(...chunks: string[]): this {
    for (const chunk of chunks) this.#input.emit('data', Buffer.from(chunk))
    return this
  }

  expectPlace(): void {
    this.#editor.expectPlace()
  }

  /** The text with its line breaks, and `|` where the cursor stands. */
  get shown(): string {
    const { typed, cursor } = this
    return `${typed.slice(0, cursor)}|${typed.slice(cursor)}`.replaceAll(breakMark, '\n')
  }
}

const pasteOn = '\u001b[200~'
const pasteOff = '\u001b[201~'
const alt = '\u001b'
const [left, right, ctrlLeft, ctrlRight, del] = [
  '\u001b[D',
  '\u001b[C',
  '\u001b[1;5D',
  '\u001b[1;5C',
  '\u001b[3~',
]
const [ctrlC, ctrlD, ctrlW, ctrlY, undo, backspace] = [
  '\u0003',
  '\u0004',
  '\u0017',
  '\u0019',
  '\u001f',
  '\u007f',
]

function withClock(context: TestContext): (ms: number) => void {
  context.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
  return (ms) => {
    context.mock.timers.tick(ms)
    context.mock.timers.tick(1)
  }
}

test('a paste whose end is lost is taken after a second without input', (context) => {
  const pass = withClock(context)
  const edited = new Edited(context).type(`${pasteOn}one\ntwo`)
  pass(900)
  edited.type(' more')
  pass(900)
  assert.equal(edited.shown, '|')
  pass(200)
  assert.equal(edited.shown, 'one\ntwo more|')
  edited.type('!\r')
  assert.deepEqual(edited.entered, ['one\ntwo more!'])
  // The end that comes late is no text.
  edited.type(`${pasteOff}next\r`)
  assert.deepEqual(edited.entered.slice(1), ['next'])
})

test('half an end mark that stays alone is no text', (context) => {
  const pass = withClock(context)
  const edited = new Edited(context).type(`${pasteOn}one\u001b[20`)
  pass(1100)
  assert.equal(edited.shown, 'one|')
})

test('half a begin mark that stays alone holds no key up for ever', (context) => {
  const pass = withClock(context)
  const edited = new Edited(context).type('\u001b[2')
  pass(1100)
  edited.type('~', 'x')
  assert.equal(edited.shown, 'x|')
})

test('Ctrl-C in a paste whose end is lost takes what came, and does not interrupt', (context) => {
  withClock(context)
  const edited = new Edited(context).type(`${pasteOn}one`, ctrlC)
  assert.equal(edited.shown, 'one|')
  edited.type(ctrlC)
  assert.equal(edited.shown, '|')
  assert.equal(edited.interrupts, 0)
  edited.type(ctrlC)
  assert.equal(edited.interrupts, 1)
})

test('Ctrl-C inside a paste that has its end is text', (context) => {
  const edited = new Edited(context).type(`${pasteOn}a${ctrlC}b${pasteOff}`)
  assert.equal(edited.typed, `a${ctrlC}b`)
})

test('many lines that come at once, unmarked, are one text, however they are cut into pieces', (context) => {
  const pass = withClock(context)
  const lines = Array.from({ length: 40 }, (_, i) => `\tline ${i}`)
  const text = `${lines.join('\r')}\r`
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 10, max: text.length }), { maxLength: 6 }), (cuts) => {
      const edited = new Edited(context)
      let from = 0
      for (const at of [...new Set(cuts)].sort((a, b) => a - b).concat(text.length)) {
        edited.type(text.slice(from, at))
        from = at
        pass(20)
      }
      assert.deepEqual(edited.entered, [])
      pass(60)
      assert.deepEqual(edited.entered, [lines.join('\n')])
    }),
    { numRuns: 50 },
  )
})

test('a last line without its end stays to be edited', (context) => {
  const pass = withClock(context)
  const edited = new Edited(context).type('1\n2\n3\n4\n5\n6')
  pass(60)
  assert.deepEqual(edited.entered, [])
  assert.equal(edited.shown, '1\n2\n3\n4\n5\n6|')
})

test('a few lines that come at once are entered one by one; Enter alone never waits', (context) => {
  const pass = withClock(context)
  const edited = new Edited(context).type('one\r')
  assert.deepEqual(edited.entered, ['one'])
  edited.type('\r\r\r\r\r\r\r\r')
  edited.type('1\r\n2\n\t3\r')
  pass(60)
  assert.deepEqual(edited.entered.filter(Boolean), ['one', '1', '2', '\t3'])
  edited.type('2\rleft over', ctrlC)
  assert.deepEqual(edited.entered.at(-1), '2')
  assert.deepEqual([edited.shown, edited.interrupts], ['|', 0])
})

test('Alt-Enter, and Enter behind a backslash, begin a new line', (context) => {
  const edited = new Edited(context).type('one', `${alt}\r`, 'two\\\r', 'three')
  assert.equal(edited.shown, 'one\ntwo\nthree|')
  edited.type('\r', 'C:\\\\\r')
  assert.deepEqual(edited.entered, ['one\ntwo\nthree', 'C:\\\\'])
})

test('a reply of the terminal about its cursor is no key, and of several the last counts', (context) => {
  const edited = new Edited(context)
  edited.expectPlace()
  edited.expectPlace()
  edited.type('a\u001b[24;7Rb', '\u001b[24;9Rc')
  assert.equal(edited.shown, 'abc|')
  assert.deepEqual(edited.places, [8])
})

test('Tab completes or does nothing; it is never text, but a pasted tab is', (context) => {
  const edited = new Edited(context).type('A', '\t')
  assert.equal(edited.shown, 'Ann: |')
  edited.type('\u0015', 'A', '\u001b[Z')
  assert.equal(edited.shown, 'Abe: |')
  edited.type('\u0015', 'x\ty', '\t')
  assert.equal(edited.shown, 'xy|')
  edited.type(`${pasteOn}\tz${pasteOff}`)
  assert.equal(edited.shown, 'xy\tz|')
})

const family = '👩‍👩‍👧'
const editing: [string, string[], string][] = [
  ['left over a joined emoji', [`a${family}b`, left, left], `a|${family}b`],
  ['right over it', [`${family}b`, '\u0001', right], `${family}|b`],
  ['backspace takes it whole', [`a${family}`, backspace], 'a|'],
  ['delete takes it whole', [`a${family}b`, '\u0001', right, del], 'a|b'],
  ['Ctrl-D takes it whole', [`${family}b`, '\u0001', ctrlD], '|b'],
  ['backspace takes a letter with its marks', ['xक्षि', backspace], 'x|'],
  ['Ctrl-W takes a word with its umlauts', ['zwei wörter', ctrlW], 'zwei |'],
  ['Ctrl-W and what stands behind the word', ['zwei wörter!? ', ctrlW], 'zwei |'],
  ['Ctrl-W takes a Cyrillic word', ['привет мир', ctrlW, ctrlW], '|'],
  ['Ctrl-W in the middle', ['ein größer wort', ctrlLeft, ctrlW], 'ein |wort'],
  ['Ctrl-Y puts it back', ['zwei wörter', ctrlW, ctrlY], 'zwei wörter|'],
  ['Ctrl-_ undoes it', ['zwei wörter', ctrlW, undo], 'zwei |wörter'],
  ['Ctrl-Left by words', ['größe über alles', ctrlLeft, ctrlLeft], 'größe |über alles'],
  ['Alt-B and Alt-F', ['größe über', `${alt}b`, `${alt}b`, `${alt}f`], 'größe| über'],
  ['Ctrl-Right', ['größe über', '\u0001', ctrlRight], 'größe| über'],
  ['Alt-D', ['größe über', '\u0001', `${alt}d`], '| über'],
  ['Alt-Backspace', ['größe über', `${alt}${backspace}`], 'größe |'],
  ['a word ends at a line break', ['eins', `${alt}\r`, 'zwei', ctrlW, ctrlW], '|'],
]

for (const [what, chunks, expected] of editing)
  test(`editing: ${what}`, (context) => assert.equal(new Edited(context).type(...chunks).shown, expected))

test('clusters and words found near the cursor are those of the whole text', () => {
  const piece = fc.constantFrom('a', 'wörd', ' ', family, 'की', '你好', breakMark, '.', '🇩🇪', 'é')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), fc.nat(), (pieces, seed) => {
      const text = pieces.join('')
      const at = text.length === 0 ? 0 : seed % (text.length + 1)
      const cuts = [...new Intl.Segmenter().segment(text)].map(({ index }) => index)
      // Long runs of flags are cut into pairs from their beginning: the only thing that is not seen nearby.
      fc.pre(!/(?:\p{Regional_Indicator}{2}){3}/u.test(text))
      assert.equal(clusterStart(text, at), cuts.findLast((cut) => cut < at) ?? 0)
      assert.equal(clusterEnd(text, at), cuts.find((cut) => cut > at) ?? text.length)
      assert.ok(wordStart(text, at) < at || at === 0)
      assert.ok(wordEnd(text, at) > at || at === text.length)
    }),
  )
})
