/** The contract of transports, against both adapters. */

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Address, Uid } from '../../src/core/model/ids.ts'
import type { Transport } from '../../src/peer/ports.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { MemoryNetwork, MemoryTransport } from '../transport/memory-transport.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import { Recorder, transportContract } from './transport.contract.ts'
import type { World } from './transport.contract.ts'

type Made = { transport: Transport; uid: Uid }

function world(make: (port: number) => Promise<Made>, nobody: () => Promise<Address>): World {
  const made: Transport[] = []
  return {
    async start({ port = 0 } = {}) {
      const { transport, uid } = await make(port)
      const recorder = new Recorder()
      const address = await transport.listen(recorder)
      made.push(transport)
      return { transport, uid, address, recorder }
    },
    nobody,
    async end() {
      await Promise.all(made.map((transport) => transport.stop()))
    },
  }
}

/** A port that was free a moment ago. */
async function freePort(ip: string): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, ip, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

for (const [name, ip, written] of [
  ['TLS over IPv4', '127.0.0.1', '127.0.0.1'],
  ['TLS over IPv6', '::1', '[::1]'],
] as const) {
  transportContract(name, async () =>
    world(
      async (port) => {
        const identity = await mintIdentity()
        return { transport: new TlsTransport({ identity, ip, port, connectMs: 10_000 }), uid: identity.uid }
      },
      async () => `${written}:${await freePort(ip)}` as Address,
    ),
  )
}

transportContract('memory', async () => {
  const network = new MemoryNetwork()
  let last = 0
  return world(
    async (port) => {
      const uid = (++last).toString(16).padStart(32, '0') as Uid
      return { transport: new MemoryTransport(network, { uid, ip: '127.0.0.1', port }), uid }
    },
    async () => '127.0.0.1:3999' as Address,
  )
})
