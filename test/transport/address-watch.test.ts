// AddressWatch allows another interface from the second look without an address on, and reports a loss at the third.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressWatch } from '../../src/transport/address-watch.ts'

test('the second look may go to another interface, the third without an address says that it is lost', async () => {
  let now: string | undefined
  let own = '192.168.1.5'
  const asked: boolean[] = []
  const told: string[] = []
  const watch = new AddressWatch({
    look: async (isElsewhere) => {
      asked.push(isElsewhere)
      return now
    },
    own: () => own,
    lost: () => void told.push('lost'),
    back: () => void told.push('back'),
    moved: async (ip) => {
      own = ip
      told.push(`moved to ${ip}`)
    },
  })
  const looks = async (...found: (string | undefined)[]): Promise<void> => {
    for (const ip of found) {
      now = ip
      watch.tick()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await looks(own, undefined, undefined, undefined, undefined)
  assert.deepEqual(asked.splice(0), [false, false, true, true, true])
  assert.deepEqual(told.splice(0), ['lost'])
  await looks(own, undefined, own)
  assert.deepEqual(asked.splice(0), [true, false, true])
  assert.deepEqual(told.splice(0), ['back'])
  await looks('192.168.1.77', undefined)
  assert.deepEqual(asked.splice(0), [false, false])
  assert.deepEqual(told, ['moved to 192.168.1.77'])
})
