/** A node's transport in a process of its own, to be killed or stopped. Prints its address, then replies to nothing. */

import { mintIdentity } from '../../src/transport/identity.ts'
import { TlsTransport } from '../../src/transport/tls.ts'

const transport = new TlsTransport({ identity: await mintIdentity(), ip: '127.0.0.1', port: 0 })
const nothing = () => undefined
const address = await transport.listen({
  accepted: nothing,
  opened: nothing,
  received: nothing,
  heard: nothing,
  drained: nothing,
  closed: nothing,
  refused: nothing,
  knocked: nothing,
  addressLost: nothing,
  addressBack: nothing,
  addressMoved: nothing,
})
process.send!(address)
process.on('disconnect', () => process.exit())
