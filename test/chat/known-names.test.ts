// Who is told apart from whom, and how; and whom a typed name means.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownNames } from '../../src/chat/known-names.ts'
import { meantBy } from '../../src/chat/who-is-meant.ts'

const bob = { id: '3f2a91c4'.repeat(4), name: 'Bob' }
const other = { id: '77aa0000'.repeat(4), name: 'B\u043eb' }

test('a name gets a piece of the key as soon as another looks like it, and keeps it', () => {
  const names = new KnownNames()
  assert.equal(names.meet(bob), true)
  assert.equal(names.meet(bob), false)
  assert.equal(names.pieceOf(bob), '')
  assert.equal(names.meet(other), true)
  assert.equal(names.pieceOf(bob), '[3f2a]')
  assert.equal(names.pieceOf(other), '[77aa]')
  assert.deepEqual(names.othersLike(bob), [other])
  assert.equal(names.pieceOf({ ...bob, name: 'Robert' }), '')
})

test('one key under several names that look alike is one', () => {
  const names = new KnownNames()
  names.meet(bob)
  names.meet({ ...bob, name: 'bob' })
  assert.equal(names.pieceOf(bob), '')
})

test('a visit under a name that is already another\u2019s has a piece, and gives none; a member gets one, whoever was first', () => {
  const names = new KnownNames()
  const visits = [1, 2, 3].map((n) => ({ id: `${n}`.repeat(32), name: 'Bob' }))
  names.meet(bob)
  names.meet(visits[0]!, true)
  assert.equal(names.pieceOf(bob), '')
  assert.equal(names.pieceOf(visits[0]!), '[1111]')
  // Seen again as a member, it counts.
  names.meet(visits[0]!)
  assert.equal(names.pieceOf(bob), '[3f2a]')
  // What was shown without a piece was said with one key.
  const later = new KnownNames()
  for (const visit of visits) later.meet(visit, true)
  assert.deepEqual(
    visits.map((visit) => later.pieceOf(visit)),
    ['', '[2222]', '[3333]'],
  )
  assert.equal(later.meet(bob), true)
  assert.equal(later.pieceOf(bob), '[3f2a]')
})

test('a piece is as long as it takes', () => {
  const names = new KnownNames()
  names.meet(bob)
  const near = { id: `3f2a91c4${'0'.repeat(24)}`, name: 'Bob' }
  names.meet(near)
  assert.equal(names.pieceOf(bob), '[3f2a91c43f2a]')
  assert.equal(names.pieceOf(near), '[3f2a91c40000]')
})

test('a name that imitates a piece always has one', () => {
  const names = new KnownNames()
  for (const name of ['Ann\uff3b3f2a\uff3d', 'Ann\u27e63f2a\u27e7', 'Ann{3f2a}'])
    assert.equal(names.pieceOf({ id: other.id, name }), '[77aa]')
})

test('what is remembered is bounded, and so is what people are told of one name', () => {
  const names = new KnownNames()
  for (let i = 0; i < 40; i++) names.meet({ id: String(i).padStart(32, '0'), name: 'Bob' })
  assert.equal(names.othersLike(bob).length, 16)
  assert.equal(names.othersLike(bob).at(-1)?.id, '39'.padStart(32, '0'))
  for (let i = 0; i < 3000; i++) names.meet({ id: other.id, name: `n-${i}` })
  assert.equal(names.othersLike(bob).length, 0)
  names.meet(bob)
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => names.mayTell('Bob')),
    [true, true, true, true, false],
  )
})

test('a typed word means a name or the beginning of a fingerprint; a whole one is never a name', () => {
  const liar = { id: 'e'.repeat(32), name: bob.id }
  const short = { id: 'd'.repeat(32), name: '3f2a' }
  const all = [bob, other, liar, short]
  assert.deepEqual(meantBy('bob', all), [bob, other])
  assert.deepEqual(meantBy('Bob[3f2a]', all), [bob])
  assert.deepEqual(meantBy('3f2a', all), [bob, short])
  assert.deepEqual(meantBy('3F2A 91c4', all), [bob])
  assert.deepEqual(meantBy(bob.id, all), [bob])
  assert.deepEqual(meantBy('3f2', all), [])
})
