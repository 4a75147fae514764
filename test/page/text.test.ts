// What a message becomes in the page: text, safe links, and nothing else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isMention, piecesOf, showText } from '../../page/model/text.ts'
import { bytesOf, readInput } from '../../page/model/outbox.ts'

const linksOf = (text: string): string[] =>
  piecesOf(text).flatMap((piece) => (piece.type === 'link' ? [piece.href] : []))

test('links are found, and end where their sentence does', () => {
  const cases: [string, string[]][] = [
    ['see https://a.example/b?c=d#e.', ['https://a.example/b?c=d#e']],
    ['(http://a.example/x)', ['http://a.example/x']],
    ['http://a.example/x_(y)', ['http://a.example/x_(y)']],
    ['HTTPS://A.example, http://b.example!', ['HTTPS://A.example', 'http://b.example']],
    ['two\nhttps://a.example\nlines', ['https://a.example']],
    ['https://ä.example/ß', ['https://ä.example/ß']],
    // What must not become one.
    ['javascript:alert(1)', []],
    ['data:text/html,<script>1</script>', []],
    ['xhttp://a.example ftp://a.example file:///etc/passwd', []],
    ['https://bank.example@evil.example/', []],
    ['https://bank.example\\@evil.example/', []],
    ['https://a.example/\u202egpj.exe', []],
    ['https://', []],
    [`https://a.example/${'x'.repeat(3000)}`, []],
  ]
  for (const [text, links] of cases) assert.deepEqual(linksOf(text), links, text)
})

test('a tower of marks is cut into low ones, and texts of people stay as they are', () => {
  for (const text of ['e\u0301', 'क्षि', '👨‍👩‍👧‍👦', `a${'\u0301'.repeat(30)}b${'\u0302'.repeat(30)}`])
    assert.equal(showText(text), text)
  const tower = showText(`a${'\u0301'.repeat(70)}b`)
  assert.equal(tower, `a${'\u0301'.repeat(30)}◌${'\u0301'.repeat(30)}◌${'\u0301'.repeat(10)}b`)
  // Each cluster is short, whatever extends it.
  for (const mark of ['\u0301', '\u200d', '\ufe0f', '\u0903', '\u{e0101}', '\u1ab0\u200d', '\u034f']) {
    const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(
      showText(`x${mark.repeat(500)}`),
    )
    for (const { segment } of clusters) assert.ok([...segment].length <= 31, mark)
  }
})

test('joined, the pieces of any text are the text as it is shown, and links are http or https', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('https://a.b/', ')', '@', ' ', '\u202e', '\n'),
  )
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('')
      const pieces = piecesOf(text)
      assert.equal(pieces.map((piece) => piece.text).join(''), showText(text))
      for (const href of linksOf(text)) assert.match(href, /^https?:\/\/[^/?#@\\]+/i)
    }),
    { numRuns: 100 },
  )
})

test('control and bidi characters are written out; tabs and line breaks stay', () => {
  assert.equal(showText('a\u202eb\u0000c\td\r\ne\u2028f'), 'a\\u202eb\\u0000c\td\ne\\u2028f')
})

test('own messages mention nobody', () => {
  assert.equal(isMention({ text: 'bob: look', own: false }, 'Bob'), true)
  assert.equal(isMention({ text: 'bob: look', own: true }, 'Bob'), false)
  assert.equal(isMention({ text: 'bobby', own: false }, 'Bob'), false)
})

test('what is typed is a text, an action, or a command that the page has not', () => {
  assert.deepEqual(readInput('/me waves\nand goes'), { text: 'waves\nand goes', action: true })
  assert.deepEqual(readInput('//quit'), { text: '/quit', action: false })
  assert.deepEqual(readInput('/quit now'), { unknown: '/quit' })
  assert.deepEqual(readInput('/etc/passwd'), { text: '/etc/passwd', action: false })
  assert.deepEqual(readInput('/'), { text: '/', action: false })
})

test('bytes are those of UTF-8', () => {
  for (const text of ['', 'a', 'ä€', '😀', '\ud800', 'x\udc00y', '😀'.repeat(9)])
    assert.equal(bytesOf(text), Buffer.byteLength(text), JSON.stringify(text))
})
