/** Which address of a machine a node uses: at its start, and when the network changes. No real network is asked. */

import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import type { Address } from '../../src/core/model/ids.ts'
import { ownIps } from '../../src/transport/interfaces.ts'
import type { NetworkView } from '../../src/transport/interfaces.ts'
import { chooseIp, OwnIpWatch, reachProblem } from '../../src/transport/own-ip.ts'
import type { Others } from '../../src/transport/own-ip.ts'

/** A machine: its interfaces with one address each, and for each prefix of a target the source of the route to it. */
class Machine implements NetworkView {
  nics: Record<string, string> = {}
  routes: Record<string, string> = {}

  constructor(nics: Record<string, string>, routes: Record<string, string> = {}) {
    this.nics = { lo: '127.0.0.1', ...nics }
    this.routes = routes
  }

  ips = () => {
    const list = Object.entries(this.nics).map(([nic, address]) => {
      const info = { address, internal: address === '127.0.0.1' } as NetworkInterfaceInfo
      return [nic.replace(/#.*/, ''), [info]] as const
    })
    return list.flatMap(([nic, infos]) => ownIps({ [nic]: [...infos] }))
  }

  routeTo = (ip: string): Promise<string | undefined> => {
    const ours = Object.values(this.nics).find((own) => own === ip)
    const longest = Object.keys(this.routes)
      .filter((prefix) => ip.startsWith(prefix))
      .sort((a, b) => b.length - a.length)[0]
    return Promise.resolve(ours ?? (longest === undefined ? undefined : this.routes[longest]))
  }
}

/** The default route: all of IPv4. */
const anywhere = ''

/** Docker's bridge comes first, a VPN second. */
const laptop = () =>
  new Machine(
    { docker0: '172.17.0.1', tun0: '10.8.0.6', wlan0: '192.168.1.5' },
    { '172.17.': '172.17.0.1', '10.8.': '10.8.0.6', '192.168.1.': '192.168.1.5', [anywhere]: '192.168.1.5' },
  )

test('with a neighbour, the address is that of the route to it', async () => {
  assert.equal(await chooseIp({ neighbor: '192.168.1.6' }, laptop()), '192.168.1.5')
  assert.equal(await chooseIp({ neighbor: '10.8.0.1' }, laptop()), '10.8.0.6')
  assert.equal(await chooseIp({ neighbor: '172.17.0.2' }, laptop()), '172.17.0.1')
  assert.equal(await chooseIp({ neighbor: '127.0.0.1' }, laptop()), '127.0.0.1')
  assert.equal(
    await chooseIp({ neighbor: '192.168.1.5' }, laptop()),
    '192.168.1.5',
    'a member on this machine',
  )
})

test('without one, that of the default route; else a global one, link-local and docker-like ones last', async () => {
  assert.equal(await chooseIp({}, laptop()), '192.168.1.5')
  const nics = { br_x: '169.254.3.4', docker0: '172.17.0.1', 'br-12ab': '172.18.0.1', eth0: '192.168.1.5' }
  const machine = new Machine(nics)
  assert.equal(await chooseIp({}, machine), '192.168.1.5')
  delete machine.nics['eth0']
  assert.equal(await chooseIp({}, machine), '172.17.0.1')
  machine.nics = { lo: '127.0.0.1', eth0: '169.254.3.4' }
  assert.equal(await chooseIp({}, machine), '169.254.3.4')
  machine.nics = { lo: '127.0.0.1', eth0: 'fe80::1' }
  assert.equal(await chooseIp({}, machine), '127.0.0.1', 'fe80:: cannot be used without a zone')
  machine.nics = { eth0: 'fd00::5', eth1: '192.168.1.5' }
  assert.equal(await chooseIp({}, machine), '192.168.1.5')
  assert.equal(
    await chooseIp({ family: 'ipv6' }, machine),
    'fd00::5',
    'the room that it goes back to is of IPv6',
  )
  assert.equal(
    await chooseIp({ neighbor: 'fd00::6' }, machine),
    'fd00::5',
    'no route: at least of its family',
  )
})

test('an address that others cannot use is named as such', () => {
  const machine = new Machine({ docker0: '172.17.0.1', eth0: '192.168.1.5', eth1: '169.254.3.4' })
  assert.match(reachProblem('127.0.0.1', machine) ?? '', /no network address/)
  assert.match(reachProblem('172.17.0.1', machine) ?? '', /docker0.*containers/)
  assert.match(reachProblem('169.254.3.4', machine) ?? '', /same cable/)
  assert.equal(reachProblem('192.168.1.5', machine), undefined)
})

test('who goes back to a room takes the address that leads to its members', async () => {
  const known = ['10.8.0.1:4000', '10.8.0.2:4000'] as Address[]
  assert.equal(await chooseIp({ known }, laptop()), '10.8.0.6')
  assert.equal(await chooseIp({ known: [...known, '8.8.8.8:4000' as Address] }, laptop()), '192.168.1.5')
  const container = ['172.17.0.3:4000'] as Address[]
  const here = ['127.0.0.1:4000', '127.0.0.1:4001'] as Address[]
  assert.equal(await chooseIp({ known: here }, laptop()), '127.0.0.1', 'a room within this machine')
  assert.equal(await chooseIp({ known: container }, laptop()), '192.168.1.5', 'not that of a container')
})

function watch(machine: Machine, ip: string, options: { isGiven?: boolean; others?: Others } = {}) {
  const { isGiven = false, others = { addresses: [], missing: true } } = options
  return new OwnIpWatch({ ip, isGiven, others: () => others, network: machine })
}

const there: Others = { addresses: ['192.168.1.6:4000' as Address], missing: false }

test('a lease that changes: the new address of the same interface', async () => {
  for (const isGiven of [false, true]) {
    const machine = laptop()
    const own = watch(machine, '192.168.1.5', { isGiven, others: there })
    assert.equal(await own.now(true), '192.168.1.5')
    machine.nics['wlan0'] = '192.168.1.77'
    machine.routes = { '192.168.1.': '192.168.1.77' }
    assert.equal(await own.now(true), '192.168.1.77')
    machine.nics['wlan0'] = '10.0.0.4'
    assert.equal(await own.now(true), '10.0.0.4', 'and once more')
  }
})

test('while a lease changes there is no address for a moment: the VPN does not take its place', async () => {
  const machine = laptop()
  const own = watch(machine, '192.168.1.5', { others: there })
  delete machine.nics['wlan0']
  machine.routes = { [anywhere]: '10.8.0.6' }
  assert.equal(await own.now(false), undefined)
  machine.nics['wlan0'] = '192.168.1.77'
  assert.equal(await own.now(false), '192.168.1.77')
  delete machine.nics['wlan0']
  assert.equal(await own.now(false), undefined)
  assert.equal(await own.now(true), '10.8.0.6', 'it stays away')
})

test('from Wi-Fi to cable; but not to a container bridge, nor to another interface than the one that was given', async () => {
  const machine = laptop()
  const own = watch(machine, '192.168.1.5', { others: there })
  const given = watch(machine, '192.168.1.5', { isGiven: true, others: there })
  machine.nics = { lo: '127.0.0.1', docker0: '172.17.0.1' }
  machine.routes = { '172.17.': '172.17.0.1' }
  assert.equal(await own.now(true), undefined)
  machine.nics['eth0'] = '192.168.1.9'
  machine.routes['192.168.1.'] = '192.168.1.9'
  assert.equal(await own.now(true), '192.168.1.9')
  assert.equal(await given.now(true), undefined)
  machine.nics['wlan0'] = '192.168.1.5'
  assert.equal(await given.now(true), '192.168.1.5', 'it is back')
  assert.equal(await own.now(true), '192.168.1.9', 'and who has moved stays')
})

test('a start before the network: from 127.0.0.1, and from docker0, to the first address that others reach', async () => {
  for (const first of ['127.0.0.1', '172.17.0.1']) {
    const machine = new Machine({ docker0: '172.17.0.1' })
    const own = watch(machine, first)
    machine.nics['wlan0'] = '192.168.1.5'
    assert.equal(await own.now(true), '192.168.1.5')
  }
  const machine = new Machine({ wlan0: '192.168.1.5' })
  assert.equal(
    await watch(machine, '127.0.0.1', { isGiven: true }).now(true),
    '127.0.0.1',
    'it was asked for',
  )
  const here: Others = { addresses: ['127.0.0.1:4001' as Address], missing: false }
  assert.equal(await watch(machine, '127.0.0.1', { others: here }).now(true), '127.0.0.1', 'others are there')
  const gone = { ...here, missing: true }
  assert.equal(await watch(machine, '127.0.0.1', { others: gone }).now(true), '127.0.0.1', 'and were there')
})

test('where the system does not list its addresses, the node stays', async () => {
  const machine = new Machine({})
  machine.nics = {}
  assert.equal(await watch(machine, '192.168.1.5').now(true), '192.168.1.5')
})

test('a VPN comes up: only who misses the others moves to where they are', async () => {
  const addresses = ['10.8.0.1:4000' as Address]
  const machine = new Machine({ wlan0: '192.168.1.5' }, { [anywhere]: '192.168.1.5' })
  const lonely = watch(machine, '192.168.1.5', { others: { addresses, missing: true } })
  const busy = watch(machine, '192.168.1.5', { others: { addresses, missing: false } })
  assert.equal(await lonely.now(true), '192.168.1.5')
  machine.nics['tun0'] = '10.8.0.6'
  machine.routes['10.8.'] = '10.8.0.6'
  assert.equal(await lonely.now(true), '10.8.0.6')
  assert.equal(await busy.now(true), '192.168.1.5')
})
