/** What people give as an address: what the terminal (-a, -na) and the library make of it. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { parseCommandLine } from '../../src/commands/flags.ts'
import { canonicalIp } from '../../src/core/model/address.ts'
import { RingleaderError, type ErrorCode } from '../../src/peer/errors.ts'
import {
  anyPort,
  defaultPorts,
  findFreePort,
  resolveAdvertised,
  resolveMember,
  resolveMemberIp,
  resolveOwnIp,
  resolvePair,
} from '../../src/transport/hosts.ts'
import { isOurs } from '../../src/transport/interfaces.ts'
import { chooseIp } from '../../src/transport/own-ip.ts'

const named = (code: ErrorCode) => (error: unknown) =>
  error instanceof RingleaderError && error.code === code && !error.message.includes('\n')

/** What the terminal takes, given with -a; undefined: a usage error. */
function flag(host: string): string | undefined {
  const line = parseCommandLine(['-a', host])
  if (line.command === 'chat') return line.flags.address
  assert.ok(line.command === 'print' && line.code === 2, host)
  return undefined
}

test('addresses and names resolve to one spelling', async () => {
  const cases = [
    ['192.168.1.5', '192.168.1.5'],
    ['::ffff:192.168.1.5', '192.168.1.5'],
    ['::FFFF:c0a8:105', '192.168.1.5'],
    ['[::ffff:192.168.1.5]', '192.168.1.5'],
    ['FD00:0::5', 'fd00::5'],
    ['[::1]', '::1'],
    ['localhost', '127.0.0.1'],
  ] as const
  for (const [host, ip] of cases) {
    assert.equal(await resolveOwnIp(host), ip)
    assert.equal(await resolveMemberIp(host), ip)
    assert.equal(await resolveOwnIp(flag(host) ?? 'refused'), ip, 'the terminal agrees')
  }
  assert.equal(await resolveMember('127.0.0.1:4000'), '127.0.0.1:4000')
  assert.equal(await resolveMember('[FD00::5]:4000'), '[fd00::5]:4000')
  assert.equal(await resolveMember('[::ffff:192.168.1.5]:4000'), '192.168.1.5:4000')
  assert.equal(await resolveMember('localhost:4000'), '127.0.0.1:4000')
})

test('an address that names no single machine is a usage error', async () => {
  const hosts = [
    ...['0.0.0.0', '::', '[::]', '0:0::0', '::ffff:0.0.0.0', 'fe80::1%eth0', '[fe80::1%eth0]', 'host%1'],
    ...['127.1', '0', '1.2.3', '256.1.1.1', '127.0.0.1.', '0x7f000001', '0x7f.1', '2130706433'],
    ...['', '[]', 'a b', 'a/b', 'host:4000', '[host', '1.2.3.4:5', 'fd00:::5'],
  ]
  for (const host of hosts) {
    await assert.rejects(resolveOwnIp(host), named('ERR_USAGE'), host)
    await assert.rejects(resolveMemberIp(host), named('ERR_USAGE'), host)
    assert.equal(flag(host), undefined, `the terminal agrees on ${host}`)
  }
  const addresses = [
    '127.0.0.1',
    'fd00::5:4000',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    ':1',
    '0.0.0.0:1',
    '127.1:1',
  ]
  for (const text of addresses) await assert.rejects(resolveMember(text), named('ERR_USAGE'), text)
})

/** The member that the terminal asks, given with -na and -np; undefined: a usage error. */
function neighbor(...words: string[]): string | undefined {
  const line = parseCommandLine(['-na', ...words])
  if (line.command === 'chat') return `${line.flags.neighbor?.host} ${line.flags.neighbor?.port}`
  assert.ok(line.command === 'print' && line.code === 2, words.join(' '))
  return undefined
}

test('a member is given as every line shows it, with or without its port', () => {
  const cases = [
    ['192.168.1.6:4001', '192.168.1.6 4001'],
    ['192.168.1.6', '192.168.1.6 4000'],
    ['[fd00::1]:4001', 'fd00::1 4001'],
    ['[fd00::1]', 'fd00::1 4000'],
    ['fd00::1', 'fd00::1 4000'],
    ['ann-laptop.local:4001', 'ann-laptop.local 4001'],
    ['ann-laptop.local', 'ann-laptop.local 4000'],
  ] as const
  for (const [text, expected] of cases) assert.equal(neighbor(text), expected)
  assert.equal(neighbor('192.168.1.6', '-np', '4001'), '192.168.1.6 4001')
  assert.equal(neighbor('192.168.1.6:4001', '-np', '4001'), '192.168.1.6 4001')
  assert.equal(neighbor('192.168.1.6:4001', '-np', '4002'), undefined)
  for (const text of [
    '1.2.3.4:',
    '1.2.3.4:0',
    '1.2.3.4:70000',
    'h:x',
    ':4000',
    '0.0.0.0:1',
    '127.1:1',
    '[::]:1',
  ])
    assert.equal(neighbor(text), undefined, text)
})

test('an interface name is an address of this machine', { skip: process.platform !== 'linux' }, async () => {
  assert.equal(flag('lo'), 'lo')
  assert.equal(await resolveOwnIp('lo'), '127.0.0.1')
  assert.deepEqual(await resolvePair('lo', undefined), { ip: '127.0.0.1', neighborIp: undefined })
  assert.deepEqual(await resolvePair(undefined, '127.0.0.1'), { ip: '127.0.0.1', neighborIp: '127.0.0.1' })
  assert.deepEqual(await resolvePair(undefined, 'localhost'), { ip: '127.0.0.1', neighborIp: '127.0.0.1' })
})

test('an advertised address has the family of the one that is listened on, and perhaps a port', async () => {
  const taken = [
    ['203.0.113.9', { ip: '203.0.113.9' }],
    ['203.0.113.9:4100', { ip: '203.0.113.9', port: 4100 }],
    ['localhost:4100', { ip: '127.0.0.1', port: 4100 }],
  ] as const
  for (const [text, expected] of taken) {
    assert.deepEqual(await resolveAdvertised(text, '10.0.0.2'), expected)
    const line = parseCommandLine(['-l', '--advertise', text])
    assert.equal(line.command === 'chat' && line.flags.advertise, text, 'the terminal agrees')
  }
  assert.deepEqual(await resolveAdvertised('[2001:db8::1]:4100', 'fd00::2'), {
    ip: '2001:db8::1',
    port: 4100,
  })
  for (const text of ['2001:db8::1', '0.0.0.0', 'a b', '1.2.3.4:0', 'no-such-host.invalid'])
    await assert.rejects(resolveAdvertised(text, '10.0.0.2'), named('ERR_USAGE'), text)
  assert.equal(parseCommandLine(['-l', '--advertise', '1.2.3.4:0']).command, 'print')
})

test('a name that cannot be found: our address is not ours, a member is unreachable', async () => {
  await assert.rejects(resolveMemberIp('no-such-laptop.local'), /mDNS on both machines/)
  const name = 'no-such-host.invalid'
  assert.equal(flag(name), name)
  await assert.rejects(resolveOwnIp(name), named('ERR_ADDRESS_NOT_OURS'))
  await assert.rejects(resolveOwnIp('nosuch0'), /no network interface that has an address/)
  await assert.rejects(resolveMemberIp(name), named('ERR_UNREACHABLE'))
  await assert.rejects(resolveMember(`${name}:4000`), named('ERR_UNREACHABLE'))
})

test('the default address is one of ours', async () => {
  const ip = await chooseIp({})
  assert.equal(canonicalIp(ip), ip)
  assert.ok(isOurs(ip))
  assert.ok(isOurs('127.0.0.1') && isOurs('::1'))
  assert.ok(!isOurs('203.0.113.1'))
})

test('the first free port is found, past those in use and never the one excepted', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const last = Math.min(port + 20, 65_535)
  try {
    const found = await findFreePort('127.0.0.1', { first: port, last })
    assert.ok(found > port && found <= last)
    assert.ok((await findFreePort('127.0.0.1', { first: found, last }, found)) > found)
    await assert.rejects(findFreePort('127.0.0.1', { first: port, last: port }), named('ERR_PORT_IN_USE'))
    await assert.rejects(findFreePort('127.0.0.1', { first: 4100, last: 4099 }), named('ERR_PORT_IN_USE'))
    await assert.rejects(findFreePort('203.0.113.1'), named('ERR_ADDRESS_NOT_OURS'))
    const any = await findFreePort('127.0.0.1', anyPort)
    assert.ok(any > 0 && any !== port)
    const usual = await findFreePort('127.0.0.1')
    assert.ok(usual >= defaultPorts.first && usual <= defaultPorts.last)
  } finally {
    taken.close()
  }
})
