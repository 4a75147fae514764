// A QR code in half blocks: what is drawn is the code, the right way round on either ground.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'uqr'
import { drawQr } from '../../src/ui/terminal/qr.ts'

const text = `ringleader://192.168.1.5:4000/${'9'.repeat(32)}#${'Ab-_'.repeat(7)}`

/** The rows of drawn modules, two for each line. */
function rowsOf(lines: readonly string[]): boolean[][] {
  return lines.flatMap((line) => [
    [...line].map((character) => '\u2588\u2580'.includes(character)),
    [...line].map((character) => '\u2588\u2584'.includes(character)),
  ])
}

test('on a light ground the dark half is drawn, on a dark ground the light half', async () => {
  const { data, size } = encode(text, { border: 2, boostEcc: true })
  const light = rowsOf(await drawQr(text, 'light'))
  const dark = rowsOf(await drawQr(text))
  assert.equal(light.length, size + 1)
  assert.deepEqual(light.slice(0, size), data)
  assert.deepEqual(
    dark.slice(0, size),
    data.map((row) => row.map((isDark) => !isDark)),
  )
})

test('an invitation with one address fits a window of 80 columns and 24 rows', async () => {
  const lines = await drawQr(text)
  assert.ok(lines.length < 24, String(lines.length))
  assert.ok(lines.every((line) => [...line].length === 41))
})
