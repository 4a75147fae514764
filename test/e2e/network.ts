// Hosts of their own for real programs: network namespaces on two switches, and a cable between them that can
// be pulled. Knows iproute2's `ip`; needs the rights to make namespaces, and says why where it may not.
import { execFileSync } from 'node:child_process'
import type { TestContext } from 'node:test'

/** A host: its address, and the command line that runs something there. */
export type Host = {
  readonly address: string
  readonly command: readonly string[]
}

/** A host that is a network namespace. */
export type NamespaceHost = Host & { readonly namespace: string }

export type NetworkOptions = {
  /** Each host has these interfaces before its card, the name with an address and a prefix length. */
  others?: (host: number) => readonly (readonly [nic: string, address: string])[]
}

/** Nobody is there: the default route only names a card. */
const gateway = '10.77.0.254'

/** Networks of this process: the cards of one may still go when the next is made. */
let made = 0

export class Network {
  readonly hosts: NamespaceHost[] = []
  /** In the names of all that is made, so that two networks can stand side by side. */
  readonly #tag: string
  readonly #made: string[][] = []

  private constructor(tag: string) {
    this.#tag = tag
  }

  /** So many hosts on the left switch and on the right. Undefined where this may not be made: the test is skipped. */
  static open(
    context: TestContext,
    left: number,
    right: number,
    options: NetworkOptions = {},
  ): Network | undefined {
    const network = new Network(`rl${process.pid % 100_000}${'abcdefghij'[made++ % 10]}`)
    context.after(() => network.close())
    try {
      network.#build(left, right, options)
    } catch (error) {
      context.skip(`no network namespaces here: ${(error as Error).message.split('\n').join(' ')}`)
      return undefined
    }
    return network
  }

  #build(left: number, right: number, { others }: NetworkOptions): void {
    const tag = this.#tag
    for (const side of ['a', 'b']) {
      this.#ip(`link add ${tag}${side} type bridge`, `link del ${tag}${side}`)
      this.#ip(`link set ${tag}${side} up`)
    }
    this.#ip(`link add ${tag}x type veth peer name ${tag}y`, `link del ${tag}x`)
    this.#ip(`link set ${tag}x master ${tag}a up`)
    this.#ip(`link set ${tag}y master ${tag}b up`)
    for (let i = 1; i <= left + right; i++) {
      const name = `${tag}n${i}`
      const address = `10.77.0.${i}`
      this.#ip(`netns add ${name}`, `netns del ${name}`)
      for (const [nic, own] of others?.(i) ?? []) {
        // Its other end stays in the host: it is up, and leads nowhere.
        this.#ip(`-n ${name} link add ${nic} type veth peer name ${nic}x`)
        this.#ip(`-n ${name} link set ${nic}x up`)
        this.#ip(`-n ${name} addr add ${own} dev ${nic}`)
        this.#ip(`-n ${name} link set ${nic} up`)
      }
      this.#ip(`link add ${tag}v${i} type veth peer name e0 netns ${name}`)
      this.#ip(`link set ${tag}v${i} master ${tag}${i <= left ? 'a' : 'b'} up`)
      this.#ip(`-n ${name} addr add ${address}/24 dev e0`)
      this.#ip(`-n ${name} link set e0 up`)
      this.#ip(`-n ${name} link set lo up`)
      this.#ip(`-n ${name} route add default via ${gateway} dev e0`)
      this.hosts.push({ address, command: ['ip', 'netns', 'exec', name], namespace: name })
    }
  }

  /** The card of a host has this address, `10.77.0.x`, and no other; undefined: none. A lease changes in one go. */
  setAddress({ namespace }: NamespaceHost, address: string | undefined): void {
    this.#ip(`-n ${namespace} addr flush dev e0`)
    if (address === undefined) return
    this.#ip(`-n ${namespace} addr add ${address}/24 dev e0`)
    this.#ip(`-n ${namespace} route add default via ${gateway} dev e0`)
  }

  /**
   * On its way to and from this host every packet of more than `bytes` is lost, and no router says so. Unit: bytes of
   * IP. Default: all pass.
   */
  narrow(host: NamespaceHost, bytes = 1500): void {
    // A packet that is still to be cut into segments passes any link: each host cuts its own.
    for (const { namespace } of this.hosts) this.#ip(`-n ${namespace} link set e0 gso_max_segs 1`)
    this.#ip(`link set ${this.#tag}v${this.hosts.indexOf(host) + 1} mtu ${bytes}`)
  }

  /** The switches pass on no packet to a group, as some that are wireless do. */
  dropMulticast(): void {
    const ports = [...this.hosts.keys()].map((at) => `${this.#tag}v${at + 1}`)
    for (const port of [...ports, `${this.#tag}x`, `${this.#tag}y`])
      this.#ip(`link set ${port} type bridge_slave mcast_flood off`)
  }

  /** Pulls the cable between the switches, or puts it back. */
  cut(isCut: boolean): void {
    this.#ip(`link set ${this.#tag}x ${isCut ? 'down' : 'up'}`)
  }

  #ip(command: string, undo?: string): void {
    execFileSync('ip', command.split(' '), { stdio: 'pipe' })
    if (undo !== undefined) this.#made.push(undo.split(' '))
  }

  close(): void {
    for (const undo of this.#made.splice(0).reverse()) execFileSync('ip', undo, { stdio: 'pipe' })
  }
}
