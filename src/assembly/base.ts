/**
 * Opens and closes what a node needs before it is in any room: its home (on disk or none), its key and its
 * sockets, in the right order.
 */

import { join } from 'node:path'
import type { Inc } from '../core/model/ids.ts'
import type { HomePort } from '../peer/ports.ts'
import { Switchboard } from '../peer/entry/switchboard.ts'
import { freshInc, openHome, type Home } from '../store/home/home.ts'
import { setFilesAside } from '../store/home/set-aside.ts'
import { defaultIp, resolveOwnIp } from '../transport/hosts.ts'
import { identityFile, loadOrMintIdentity, mintIdentity, type Identity } from '../transport/identity.ts'
import { TlsTransport } from '../transport/tls.ts'
import type { Checked } from './options.ts'

/** A home that is locked, and the sockets of its key. Always `close` it, also after an error. */
export class Base {
  readonly home: Home | undefined
  readonly identity: Identity
  readonly transport: TlsTransport
  readonly switchboard: Switchboard
  readonly homePort: HomePort

  private constructor(home: Home | undefined, identity: Identity, ip: string, port: number) {
    this.home = home
    this.identity = identity
    this.transport = new TlsTransport({ identity, ip, port })
    this.switchboard = new Switchboard(this.transport)
    const inc: Inc = home?.inc ?? freshInc(0)
    this.homePort = {
      uid: identity.uid,
      inc,
      mintInc: async (above) => (home ? home.mintInc(above) : freshInc(above)),
    }
  }

  /** Takes the home and its key. Rejects as openHome, loadOrMintIdentity and resolveOwnIp do. */
  static async open(options: Checked): Promise<Base> {
    const { home: dir, host, port } = options
    const ip = host === undefined ? defaultIp() : await resolveOwnIp(host)
    const home = dir === undefined ? undefined : await openHome(dir)
    try {
      const identity = home ? await loadOrMintIdentity(home.dir) : await mintIdentity()
      return new Base(home, identity, ip, port)
    } catch (error) {
      home?.close()
      throw error
    }
  }

  /**
   * 2.12: with its history a home loses its identity: its next start is another node. The old key is set aside, not
   * destroyed.
   */
  async retireIdentity(): Promise<void> {
    if (this.home === undefined) return
    await setFilesAside(join(this.home.dir, identityFile))
  }

  async close(): Promise<void> {
    try {
      await this.transport.stop()
    } finally {
      this.home?.close()
    }
  }
}
