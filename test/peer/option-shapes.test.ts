// What a program in JavaScript may give wrongly, and what it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoom, diagnose, joinRoom, nearbyRooms } from '../../src/index.ts'

const given = (options: unknown): never => options as never

test('an option that is misspelled, of another function, or of another type is refused, and opens nothing', async () => {
  const cases: [() => Promise<unknown>, RegExp][] = [
    [() => createRoom(given({ lockd: true })), /createRoom has no option lockd: did you mean locked\?/],
    [() => createRoom(given({ neighbor: '127.0.0.1:1' })), /createRoom has no option neighbor: joinRoom has/],
    [() => joinRoom(given({ locked: true })), /joinRoom has no option locked: createRoom has/],
    [() => joinRoom(given({ constructor: 1 })), /joinRoom has no option constructor$/],
    [() => createRoom(given({ locked: 'yes' })), /locked is true or false/],
    [() => createRoom(given({ name: 5 })), /name is a string/],
    [() => createRoom(given({ address: 5 })), /address is a string/],
    [() => createRoom(given({ onLog: 'x' })), /onLog is a function/],
    [() => createRoom(given({ home: 5 })), /home is a string or false/],
    [() => createRoom(given({ home: true })), /home is a string or false/],
    [() => createRoom(given(null)), /createRoom takes an object/],
    [() => joinRoom(given('127.0.0.1:4000')), /joinRoom takes an object/],
    [() => joinRoom(given({ neighbor: 4000 })), /neighbor is a string/],
    [() => diagnose(given({ neighbor: 5 })), /neighbor is a string/],
    [() => nearbyRooms(given({ timeoutMs: '1' })), /timeoutMs is a number/],
  ]
  for (const [call, message] of cases) await assert.rejects(call, { code: 'ERR_USAGE', message })
})
