// Invitations to locked rooms: what is written is read again, and what is wrong is named.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatInvitation, isInvitation, parseInvitation } from '../../src/chat/invitation.ts'
import { formatAddress } from '../../src/core/model/address.ts'
import type { Address, RoomId, RoomKey } from '../../src/core/model/ids.ts'

const hex = (digits: string) =>
  fc.array(fc.constantFrom(...digits), { minLength: 1, maxLength: 1 }).map(([digit]) => digit ?? '')
const hex31 = fc.array(hex('0123456789abcdef'), { minLength: 31, maxLength: 31 }).map((all) => all.join(''))
const room = fc.tuple(hex('89abcdef'), hex31).map((parts) => parts.join('') as RoomId)
const key = fc.tuple(hex('0123456789abcdef'), hex31).map((parts) => parts.join('') as RoomKey)
const address = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65_535 }))
  .filter(([ip]) => ip !== '0.0.0.0' && !/^[0:.]+$/.test(ip))
  .map(([ip, port]) => formatAddress(ip, port))
const invitation = fc.record(
  { room, key, addresses: fc.array(address, { minLength: 1, maxLength: 8 }) },
  { noNullPrototype: true },
)

const given = {
  room: '8f2a91c407bde5128f2a91c407bde512' as RoomId,
  key: '00112233445566778899aabbccddeeff' as RoomKey,
  addresses: ['192.168.1.5:4000', '[fd00::5]:4001'] as Address[],
}
const line = 'ringleader://192.168.1.5:4000,fd00::5.4001/8f2a91c407bde5128f2a91c407bde512#'

function problemOf(text: string): string {
  const read = parseInvitation(text)
  assert.ok('problem' in read, text)
  return read.problem
}

test('an invitation is one word for a shell, and the same for ever', () => {
  assert.equal(formatInvitation(given), `${line}ABEiM0RVZneImaq7zN3u_4Ql2yeD`)
})

test('what is written is read again, and no character of it means anything to a shell', () => {
  fc.assert(
    fc.property(invitation, (one) => {
      const text = formatInvitation(one)
      assert.match(text, /^[\w:/.,#-]+$/)
      assert.deepEqual(parseInvitation(text), one)
      assert.ok(isInvitation(text))
    }),
  )
})

test('what stands around it, line breaks in it, brackets and capitals do not matter', () => {
  fc.assert(
    fc.property(
      invitation,
      fc.constantFrom(
        ['', ''],
        [' ', '\n'],
        ['"', '"'],
        ["'", "'"],
        ['<', '>'],
        ['  ringleader join ', '\r\n'],
        ['/// others join with: ringleader join ', ''],
        ['come in: ', '. See you'],
        ['(', '), she wrote'],
      ),
      fc.nat(),
      (one, [before, after], at) => {
        const text = formatInvitation(one)
        const cut = at % text.length
        const pasted = `${before}${text.slice(0, cut)}\r\n  ${text.slice(cut)}${after}`
        assert.deepEqual(parseInvitation(pasted), one)
      },
    ),
  )
  const text = formatInvitation(given)
  assert.deepEqual(parseInvitation(text.replace('fd00::5.4001', '[fd00::5]:4001')), given)
  assert.deepEqual(parseInvitation(text.replace('ringleader', 'RingLeader').replace('8f2a', '8F2A')), given)
})

test('a slip in the room, and one in the key, are told apart', () => {
  const text = formatInvitation(given)
  const [start, end] = [text.indexOf('/8f') + 1, text.indexOf('#')]
  for (let at = start; at < end; at++) {
    const other = text[at] === '9' ? 'a' : '9'
    assert.match(
      problemOf(text.slice(0, at) + other + text.slice(at + 1)),
      /^the room of the invitation is mistyped/,
    )
  }
  for (let at = end + 1; at < text.length; at++) {
    const other = text[at] === 'Q' ? 'R' : 'Q'
    const problem = problemOf(text.slice(0, at) + other + text.slice(at + 1))
    assert.match(problem, /^the key of the invitation is mistyped$|or its key$/)
  }
})

test('every part that is missing or wrong is named', () => {
  const text = formatInvitation(given)
  const key = text.slice(text.indexOf('#') + 1)
  for (const [wrong, problem] of [
    ['', /^no invitation was given$/],
    ['nonsense', /^this is not an invitation: one begins with ringleader:\/\//],
    ['https://example.org/', /^this is not an invitation/],
    ['192.168.1.5:4000', /^this is not an invitation/],
    ['ringleader://192.168.1.5:4000', /cut short: it ends before the room/],
    [text.replace(',fd00::5.4001', ',fd00::5'), /^address 2 of the invitation is wrong \("fd00::5"\)/],
    [text.replace('192.168.1.5:4000,', ''), undefined],
    [text.replace('192.168.1.5:4000', '192.168.1.5'), /^address 1 /],
    [text.replace('192.168.1.5:4000', '192.168.1.5:0'), /^address 1 /],
    [text.replace('192.168.1.5:4000', '0.0.0.0:4000'), /^address 1 /],
    [text.replace(':4000', ':70000'), /^address 1 /],
    [text.slice(0, text.indexOf('#') - 4), /room of the invitation is cut short: 28 of 32 digits/],
    [text.replace('07bd', ''), /room of the invitation is cut short: 28 of 32 digits/],
    [text.replace('07bd', '07bx'), /room of the invitation is mistyped: it is not 32 hex digits/],
    [text.slice(0, text.indexOf('#')), /it ends before the key/],
    [text.slice(0, -8), /key of the invitation is cut short: 20 of 28 characters/],
    [`${text}x`, /key of the invitation is too long: 29 characters/],
    [text.replace(key, key.replace('M', '!')), /key of the invitation is mistyped: a character/],
    [`${text}#`, /key of the invitation is mistyped: a character/],
    [formatInvitation({ ...given, room: given.room.replace('8', '7') as RoomId }), /is an open one/],
  ] as const)
    if (problem) assert.match(problemOf(wrong), problem)
    else assert.ok(!('problem' in parseInvitation(wrong)))
})

test('a text that may go on says so, and no other does', () => {
  fc.assert(
    fc.property(invitation, fc.nat(), (one, at) => {
      const text = formatInvitation(one)
      const read = parseInvitation(text.slice(0, at % text.length))
      // An address that is cut short is a wrong one or a shorter one.
      assert.ok('problem' in read && (read.isCut || read.problem.startsWith('address')), JSON.stringify(read))
    }),
  )
  for (const wrong of [
    'nonsense',
    `${formatInvitation(given)}x`,
    formatInvitation(given).replace('#A', '#B'),
  ]) {
    const read = parseInvitation(wrong)
    assert.ok('problem' in read && !read.isCut, wrong)
  }
})

test('any text is read or refused in one line without control characters', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, hasScheme) => {
      const read = parseInvitation(hasScheme ? `ringleader://${text}` : text)
      if ('problem' in read) assert.doesNotMatch(read.problem, /\n/)
    }),
  )
})
