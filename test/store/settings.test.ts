// The settings in a home: kept, read back, set aside when damaged.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultSettings, mendSettings, readSettings, writeSettings } from '../../src/store/home/settings.ts'
import { scratch } from '../e2e/support.ts'
import type { Settings } from '../../src/store/home/settings.ts'

test('what was kept is read back, and only its owner can read it', async (context) => {
  const home = await scratch(context)
  assert.deepEqual(await readSettings(home), defaultSettings)
  assert.deepEqual(await readSettings(join(home, 'none')), defaultSettings)
  const chosen: Settings = {
    format: 'short',
    timestamp: 'datetime',
    bell: false,
    osc9: false,
    ignored: [{ id: 'b'.repeat(32), name: 'Bob' }],
  }
  for (const settings of [chosen, defaultSettings, { ...chosen, timestamp: undefined }]) {
    await writeSettings(home, settings)
    assert.deepEqual(await readSettings(home), settings)
  }
  assert.equal(statSync(join(home, 'settings.json')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(home), ['settings.json'])
})

test('fields of a later version are no damage', async (context) => {
  const home = await scratch(context)
  writeFileSync(join(home, 'settings.json'), '{"format":"short","theme":"dark"}')
  assert.deepEqual(await readSettings(home), { ...defaultSettings, format: 'short' })
  assert.equal(await mendSettings(home), undefined)
})

test('a damaged file is set aside with a note, and what of it can be read counts', async (context) => {
  const home = await scratch(context)
  const path = join(home, 'settings.json')
  const damaged: [string, Partial<Settings>][] = [
    ['', {}],
    ['{"format":"sh', {}],
    ['null', {}],
    ['[]', {}],
    ['"short"', {}],
    ['{"format":"short","bell":"off","timestamp":7}', { format: 'short' }],
    ['{"bell":false,"osc9":null}', { bell: false }],
    ['{"ignored":"Bob"}', {}],
    [
      `{"ignored":[7,{"id":"b","name":"Bob"},{"id":"${'c'.repeat(32)}","name":"Cid"}]}`,
      { ignored: [{ id: 'c'.repeat(32), name: 'Cid' }] },
    ],
  ]
  for (const [text, expected] of damaged) {
    writeFileSync(path, text)
    assert.deepEqual(await readSettings(home), { ...defaultSettings, ...expected })
    assert.equal(readFileSync(path, 'utf8'), text, 'reading changes nothing')
    const note = await mendSettings(home)
    const [, aside = ''] = /settings\.json is damaged and was set aside as (\S+): /.exec(note ?? '') ?? []
    assert.equal(readFileSync(aside, 'utf8'), text)
    assert.deepEqual(await readSettings(home), defaultSettings)
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (bytes) => {
      writeFileSync(path, bytes)
      const settings = await readSettings(home)
      assert.deepEqual(Object.keys(settings).sort(), Object.keys(defaultSettings).sort())
    }),
    { numRuns: 50 },
  )
})

test('a file that cannot be read is named', async (context) => {
  const home = await scratch(context)
  mkdirSync(join(home, 'settings.json'))
  assert.deepEqual(await readSettings(home), defaultSettings)
  assert.match((await mendSettings(home)) ?? '', /settings\.json cannot be read \(EISDIR\)/)
})
