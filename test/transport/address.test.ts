/** What people give as an address. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { canonicalIp } from '../../src/core/model/address.ts'
import { RingleaderError } from '../../src/peer/errors.ts'
import { defaultIp, findFreePort, isOurs, resolveAddress, resolveIp } from '../../src/transport/hosts.ts'

const named = (code: string) => (error: unknown) => error instanceof RingleaderError && error.code === code

test('addresses and names resolve to one spelling', async () => {
  assert.equal(await resolveIp('192.168.1.5'), '192.168.1.5')
  assert.equal(await resolveIp('FD00:0::5'), 'fd00::5')
  assert.equal(await resolveIp('[::1]'), '::1')
  assert.equal(await resolveIp('localhost', 'ipv4'), '127.0.0.1')
  assert.equal(await resolveAddress('127.0.0.1:4000'), '127.0.0.1:4000')
  assert.equal(await resolveAddress('[FD00::5]:4000'), '[fd00::5]:4000')
  assert.equal(await resolveAddress('localhost:4000', 'ipv4'), '127.0.0.1:4000')
})

test('what names no one machine, or nothing, is an error of usage', async () => {
  const hosts = [
    '0.0.0.0',
    '::',
    '[::]',
    'fe80::1%eth0',
    '',
    '1.2.3',
    '256.1.1.1',
    'a b',
    'no-such-host.invalid',
  ]
  for (const host of hosts) await assert.rejects(resolveIp(host), named('ERR_USAGE'), host)
  for (const text of ['127.0.0.1', 'fd00::5:4000', '127.0.0.1:0', '127.0.0.1:65536', ':1', '0.0.0.0:1']) {
    await assert.rejects(resolveAddress(text), named('ERR_USAGE'), text)
  }
})

test('the default address is one of ours', () => {
  assert.equal(canonicalIp(defaultIp()), defaultIp())
  assert.ok(isOurs(defaultIp()))
  assert.ok(isOurs('127.0.0.1') && isOurs('::1'))
  assert.ok(!isOurs('203.0.113.1'))
})

test('the first free port is found, past those in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const last = Math.min(port + 20, 65_535)
  try {
    assert.ok((await findFreePort('127.0.0.1', { first: port, last })) > port)
    await assert.rejects(findFreePort('127.0.0.1', { first: port, last: port }), named('ERR_PORT_IN_USE'))
    await assert.rejects(findFreePort('203.0.113.1'), named('ERR_ADDRESS_NOT_OURS'))
  } finally {
    taken.close()
  }
})
