// The pipe reader: lines from any chunks, limits, bad UTF-8 (cli.md, "stdin not a terminal").

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lineBytesMax, readLines } from '../../src/ui/terminal/pipe.ts'
import type { PipeLine } from '../../src/ui/terminal/pipe.ts'

async function* cut(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0
  for (const length of lengths) {
    yield bytes.subarray(from, from + length)
    from += length
  }
  yield bytes.subarray(from)
}

async function read(bytes: Buffer | string, lengths: readonly number[] = []): Promise<PipeLine[]> {
  const lines: PipeLine[] = []
  for await (const line of readLines(cut(Buffer.from(bytes as string), lengths))) lines.push(line)
  return lines
}

test('empty lines are skipped but counted, CR is dropped, the last line needs no line break', async () => {
  assert.deepEqual(await read('one\r\n\n\r\n two \nthree\rfour'), [
    { number: 1, text: 'one' },
    { number: 4, text: ' two ' },
    { number: 5, text: 'three\rfour' },
  ])
  assert.deepEqual(await read(''), [])
  assert.deepEqual(await read('\n\n'), [])
})

test('the first line that is not UTF-8 is named', async () => {
  const told = async (...lines: number[][]): Promise<string[]> => {
    const what: string[] = []
    async function* chunks() {
      for (const line of lines) yield Uint8Array.from([...line, 0x0a])
    }
    for await (const _ of readLines(chunks(), (text) => what.push(text)));
    return what
  }
  assert.deepEqual(await told([0x61], [0xc3, 0xb6]), [])
  assert.deepEqual(await told([0x61], [0xe4], [0xff]), [
    'line 2 is not UTF-8: what cannot be read is sent as U+FFFD; convert the input first (iconv)',
  ])
  assert.match((await told([0xff, 0xfe, 0x61, 0x00]))[0] ?? '', /UTF-16, not UTF-8/)
})

test('bad UTF-8 becomes U+FFFD, a byte order mark stays', async () => {
  assert.deepEqual(await read(Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x62, 0xe4, 0x0a, 0xbd, 0x0a])), [
    { number: 1, text: '\ufeffa\ufffdb\ufffd' },
    { number: 2, text: '\ufffd' },
  ])
})

test('a line of the longest length is taken, one byte more is not, and the next line is read', async () => {
  const longest = 'x'.repeat(lineBytesMax)
  const lines = await read(
    `${longest}\r\n${longest}y\n${longest}yz\n${'z'.repeat(300_000)}\nnext\n${longest}y`,
  )
  assert.deepEqual(
    lines.map(({ number, text }) => [number, text?.length]),
    [
      [1, lineBytesMax],
      [2, undefined],
      [3, undefined],
      [4, undefined],
      [5, 4],
      [6, undefined],
    ],
  )
})

test('lines do not depend on how the input is cut', async () => {
  const word = fc.oneof(
    fc.constantFrom('\n', '\r', '\r\n', '//exit', '你', '👩', '\u0000'),
    fc.string({ maxLength: 5 }),
    fc.uint8Array({ maxLength: 4 }),
    fc.constant('x'.repeat(lineBytesMax - 2)),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 30 }),
      fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 20 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 200 }),
      async (words, coarse, fine) => {
        const bytes = Buffer.concat(words.map((part) => Buffer.from(part as string)))
        const expected: PipeLine[] = []
        // The oracle: split the whole at once.
        let from = 0
        for (let number = 1; from < bytes.length; number++) {
          const at = bytes.indexOf(0x0a, from)
          let line = bytes.subarray(from, at < 0 ? bytes.length : at)
          from = at < 0 ? bytes.length : at + 1
          if (line.at(-1) === 0x0d) line = line.subarray(0, -1)
          if (line.length > lineBytesMax) expected.push({ number, text: undefined })
          else if (line.length > 0) expected.push({ number, text: line.toString('utf8') })
        }
        assert.deepEqual(await read(bytes, coarse), expected)
        assert.deepEqual(await read(bytes, fine), expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('nothing more is read while a line is being dealt with', async () => {
  let given = 0
  async function* chunks(): AsyncGenerator<Buffer> {
    for (; given < 10; given++) yield Buffer.from(`line ${given}\n`)
  }
  const lines = readLines(chunks())
  assert.deepEqual(await lines.next(), { done: false, value: { number: 1, text: 'line 0' } })
  assert.equal(given, 0)
  await lines.return()
})
