/** Rows of processes, packed: found by name, kept when the table grows, copied in pieces. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { makeInc, namespaceOf, type Namespace, type Uid } from '../../src/core/model/ids.ts'
import { ProcessTable } from '../../src/core/model/process-table.ts'

const columns = { numbers: 2, hash: true }

function processNumber(n: number): Namespace {
  const hex = createHash('sha256').update(String(n)).digest('hex')
  return namespaceOf(hex.slice(0, 32) as Uid, makeInc(n + 1, hex.slice(32, 48)))
}

function filled(count: number): ProcessTable {
  const table = new ProcessTable(columns, 7)
  for (let n = 0; n < count; n++) {
    const row = table.rowOf(processNumber(n))
    table.setNumber(row, 0, n * 2 ** 40)
    table.setNumber(row, 1, n + 0.5)
    table.setHash(row, createHash('sha256').update(`hash ${n}`).digest('hex'))
  }
  return table
}

test('a process is found by its name, with its numbers and its hash', () => {
  const table = filled(5000)
  assert.equal(table.size, 5000)
  for (let n = 0; n < 5000; n++) {
    const row = table.find(processNumber(n))
    assert.equal(row, n)
    assert.equal(table.number(row, 0), n * 2 ** 40)
    assert.equal(table.number(row, 1), n + 0.5)
    assert.equal(table.hash(row), createHash('sha256').update(`hash ${n}`).digest('hex'))
    assert.equal(table.processOf(row), processNumber(n))
    assert.equal(table.rowOf(processNumber(n)), row)
  }
  assert.equal(table.find(processNumber(5000)), -1)
  assert.equal(new ProcessTable(columns, 1).find(processNumber(1)), -1)
})

test('pieces of a table, put together, are the same table under another seed', () => {
  const table = filled(200)
  const pieces = [table.rows(0, 64), table.rows(64, 128), table.rows(128)]
  const join = <A extends Uint32Array | Float64Array>(arrays: A[]) => arrays.flatMap((array) => [...array])
  const joined = new ProcessTable(columns, 99, {
    size: 200,
    keys: Uint32Array.from(join(pieces.map(({ keys }) => keys))),
    numbers: Float64Array.from(join(pieces.map(({ numbers }) => numbers))),
    hashes: Uint32Array.from(join(pieces.map(({ hashes }) => hashes))),
  })
  assert.deepEqual(joined.rows(), table.rows())
  for (let n = 0; n < 200; n++) assert.equal(joined.find(processNumber(n)), n)
})

test('a copy does not change with the table that it was made from', () => {
  const table = filled(10)
  const copy = table.copy()
  table.setNumber(3, 0, -1)
  table.rowOf(processNumber(10))
  assert.equal(copy.number(3, 0), 3 * 2 ** 40)
  assert.equal(copy.size, 10)
  assert.equal(copy.find(processNumber(10)), -1)
})

test('rows compare as uid and inc do, and fall into 256 groups, the same in each process', () => {
  const table = filled(2000)
  const other = new ProcessTable(columns, 12345, table.rows())
  const sorted = Array.from({ length: 2000 }, (_, row) => row).sort((a, b) => table.compare(a, b))
  const names = sorted.map((row) => table.processOf(row))
  assert.deepEqual(names, [...names].sort())
  const groups = new Set<number>()
  for (let row = 0; row < 2000; row++) {
    const group = table.groupOf(row)
    assert.ok(Number.isInteger(group) && group >= 0 && group < 256)
    assert.equal(group, other.groupOf(row))
    groups.add(group)
  }
  assert.ok(groups.size > 200)
})
