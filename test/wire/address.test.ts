/** Addresses have one spelling. */

import assert from 'node:assert/strict'
import { isIPv6, SocketAddress } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalIp, familyOf, formatAddress, parseAddress } from '../../src/core/model/address.ts'

test('spellings of IPv6 become one, as RFC 5952 has it', () => {
  const cases: [string, string | undefined][] = [
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['fd00::', 'fd00::'],
    ['::ffff:192.168.1.5', '192.168.1.5'],
    ['::ffff:c0a8:105', '192.168.1.5'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['192.168.1.5', '192.168.1.5'],
    ['fe80::1%eth0', undefined],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7::8', undefined],
    ['12345::', undefined],
    ['1.2.3.4::', undefined],
    ['1.2.3.256', undefined],
    ['1.2.3', undefined],
    ['', undefined],
    [':::', undefined],
    [':1', undefined],
  ]
  for (const [given, expected] of cases) assert.equal(canonicalIp(given), expected, given)
})

test('an address that the system takes as IPv6 we take too, with the same meaning', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/)), (text) => {
      const ours = canonicalIp(text)
      if (!text.includes(':')) return
      assert.equal(ours !== undefined, isIPv6(text), text)
      if (ours?.includes(':')) {
        const theirs = new SocketAddress({ address: text, family: 'ipv6' }).address
        assert.equal(canonicalIp(theirs), ours)
      }
    }),
    { numRuns: 2000 },
  )
})

test('an address and its parts', () => {
  assert.deepEqual(parseAddress('[fd00::5]:4000'), { ip: 'fd00::5', port: 4000 })
  assert.deepEqual(parseAddress('192.168.1.5:65535'), { ip: '192.168.1.5', port: 65_535 })
  assert.equal(formatAddress('FD00:0::5', 4000), '[fd00::5]:4000')
  assert.equal(familyOf(formatAddress('::1', 1)), 'ipv6')
  assert.equal(familyOf(formatAddress('10.0.0.1', 1)), 'ipv4')
  assert.throws(() => formatAddress('localhost', 1), RangeError)
})
