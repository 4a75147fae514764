// The fields of a log line are described by the table above its type, so typedoc is told not to ask for more.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

test('typedoc.json lists each field of a log line', () => {
  const source = readFileSync('src/core/model/log-line.ts', 'utf8')
  const type = source.slice(source.indexOf('export type LogLine'))
  const fields = new Set(
    [...type.matchAll(/\b(\w+)\??: /g)].map(([, field]) => `ringleader.LogLine.__type.${field}`),
  )
  const { intentionallyNotDocumented: listed } = JSON.parse(readFileSync('typedoc.json', 'utf8')) as {
    intentionallyNotDocumented: string[]
  }
  assert.ok(fields.size > 10)
  assert.deepEqual(
    [...fields].filter((field) => !listed.includes(field)),
    [],
  )
})
