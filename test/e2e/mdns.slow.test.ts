// A member that is named as its machine is in the local network: `ann-laptop.local`. The system looks such names up by
// mDNS; here two real responders do, in network namespaces.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Stage } from './harness.ts'
import type { Host, NamespaceHost } from './network.ts'
import { Network } from './network.ts'

/** Whether this machine has avahi, and looks names in .local up through it. */
function hasMdns(): boolean {
  try {
    execFileSync('bash', ['-c', 'command -v avahi-daemon && grep -q "^hosts:.*mdns" /etc/nsswitch.conf'])
    return true
  } catch {
    return false
  }
}

/** The responder has a /run of its own, and ends with the program that is run beside it. */
const beside = `mount -t tmpfs none /run && mkdir /run/avahi-daemon
avahi-daemon -f "$1" --no-drop-root --no-chroot --no-rlimits > "$1.log" 2>&1 &
until grep -q "Server startup complete" "$1.log"; do sleep 0.1; done
shift; exec "$@"`

async function named(stage: Stage, host: NamespaceHost, name: string): Promise<Host> {
  const config = join(stage.dir, `${name}.conf`)
  const lines = ['[server]', `host-name=${name}`, 'use-ipv6=no', 'enable-dbus=no', 'allow-interfaces=e0']
  await writeFile(config, `${lines.join('\n')}\n`)
  const isolated = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  return {
    address: host.address,
    command: [...host.command, ...isolated, 'bash', '-c', beside, 'bash', config],
  }
}

test('a member is found by its name in .local', { skip: !hasMdns() && 'no avahi here' }, async (context) => {
  const network = Network.open(context, 1, 1)
  if (!network) return
  const stage = await Stage.open(context)
  const [first, second] = network.hosts
  assert.ok(first && second)
  const ann = await stage
    .node('ann', {
      host: await named(stage, first, 'ann-laptop'),
      address: false,
      flags: ['--announce'],
    })
    .ready()
  const host = await named(stage, second, 'bob-laptop')
  const bob = await stage
    .node('bob', { host, address: false, through: `ann-laptop.local:${ann.port}` })
    .ready()
  assert.match(bob.address, /^10\.77\.0\.2:/)
  bob.say('found you')
  await ann.has(['found you'])
  // Both share the port with the responder of the system.
  const nearby = await stage.runOn(host, 'nearby')
  assert.match(nearby.lines.join('\n'), /open, with ann\(10\.77\.0\.1:\d+\)/)
})
