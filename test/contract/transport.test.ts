/** The contract of transports, against both adapters. */

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Address, Uid } from '../../src/core/model/ids.ts'
import type { Transport } from '../../src/peer/ports.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { MemoryNetwork, MemoryTransport } from '../transport/memory-transport.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import { directContract, Recorder, transportContract } from './transport.contract.ts'
import type { World } from './transport.contract.ts'

/** `use`: the machine has this IP address from now on. */
type Made = { transport: Transport; uid: Uid; use: (ip: string | undefined) => void }

function world(
  ips: readonly [string, string?],
  make: (port: number) => Promise<Made>,
  nobody: () => Promise<Address>,
): World {
  const made = new Map<Transport, Made>()
  return {
    async start({ port = 0 } = {}) {
      const one = await make(port)
      const { transport, uid } = one
      const recorder = new Recorder()
      const address = await transport.listen(recorder)
      made.set(transport, one)
      return { transport, uid, address, recorder }
    },
    nobody,
    ...(ips[1] !== undefined && {
      relocate: ({ transport }, n) => made.get(transport)?.use(n && ips[n - 1]),
    }),
    async end() {
      await Promise.all([...made.keys()].map((transport) => transport.stop()))
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

// Only Linux has all of 127.0.0.0/8.
const second = process.platform === 'linux' ? '127.0.0.2' : undefined
for (const [name, ip, written, other] of [
  ['TLS over IPv4', '127.0.0.1', '127.0.0.1', second],
  ['TLS over IPv6', '::1', '[::1]', undefined],
] as const) {
  for (const contract of [transportContract, directContract])
    contract(name, async () =>
      world(
        [ip, other],
        async (port) => {
          const identity = await mintIdentity()
          let now: string | undefined = ip
          const ipNow = () => Promise.resolve(now)
          const options = { identity, ip, port, connectMs: 10_000, ipNow, watchAddressMs: 5 }
          const use = (next: string | undefined) => (now = next)
          return { transport: new TlsTransport(options), uid: identity.uid, use }
        },
        async () => `${written}:${await freePort(ip)}` as Address,
      ),
    )
}

for (const contract of [transportContract, directContract])
  contract('memory', async () => {
    const network = new MemoryNetwork()
    let last = 0
    return world(
      ['127.0.0.1', '127.0.0.2'],
      async (port) => {
        const uid = (++last).toString(16).padStart(32, '0') as Uid
        const transport = new MemoryTransport(network, { uid, ip: '127.0.0.1', port })
        return { transport, uid, use: (ip) => transport.use(ip) }
      },
      async () => '127.0.0.1:3999' as Address,
    )
  })
