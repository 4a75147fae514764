// What a home notes of a node while it runs: its last name and port, and where it listens now.
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { homeInUse, rememberSelf, returnLine, tellWhereabouts } from '../../src/commands/coming-back.ts'
import { readLastSelf } from '../../src/store/home/last-self.ts'
import { readRunning } from '../../src/store/home/running-node.ts'
import { scratch } from '../e2e/support.ts'
import { FakeRoom } from '../terminal/fake-room.ts'

test('a node that moves to another address or port is noted there, until it ends', async (context) => {
  const home = await scratch(context)
  const room = new FakeRoom()
  rememberSelf(home, room)
  tellWhereabouts(home, room)
  assert.equal(readRunning(home)?.address, '10.0.0.1:4000')
  assert.deepEqual(readLastSelf(home), { name: 'Ann', port: 4000 })
  room.listening = '10.0.0.9:4711'
  // Behind an advertised address there is only a line of the log.
  room.emit('log', { ts: 1, line: { type: 'error', text: 'this machine has another address' } })
  assert.deepEqual(readRunning(home), { pid: process.pid, address: '10.0.0.9:4711' })
  assert.deepEqual(readLastSelf(home), { name: 'Ann', port: 4711 })
  room.rename('Anna')
  room.emit('members', room.members)
  assert.deepEqual(readLastSelf(home), { name: 'Anna', port: 4711 })
  room.emit('close', undefined)
  room.listening = '10.0.0.9:4712'
  room.emit('log', { ts: 2, line: { type: 'error', text: 'too late' } })
  assert.equal(readRunning(home), undefined)
})

test('a command that is proposed again does not show the invitation that was given', () => {
  const chosen = { dir: '/nowhere', type: 'default', words: '' } as const
  const words = ['join', 'ringleader://10.0.0.1:4000/8f2a#secret', '-n', 'Bob']
  const { message } = homeInUse(chosen, words, undefined)
  assert.match(message, /start a second profile: ringleader -P second join '<invitation>' -n Bob$/)
})

test('the line to come back has every flag that no home remembers, from any folder', () => {
  const chosen = { dir: '/nowhere', type: 'profile', words: '-P b' } as const
  const none = {
    address: undefined,
    advertise: undefined,
    port: undefined,
    files: undefined,
    announce: undefined,
    knocks: true,
    log: undefined,
  }
  assert.equal(returnLine(chosen, none), 'to come back: ringleader -P b')
  assert.equal(
    returnLine(chosen, { ...none, files: 'my files', announce: false, knocks: false, log: 'none' }),
    `to come back: ringleader -P b --files '${resolve('my files')}' --log none --no-announce --no-knock`,
  )
  assert.equal(
    returnLine(chosen, { ...none, address: 'eth0', announce: true, log: '/tmp/log' }),
    'to come back: ringleader -P b -a eth0 --log /tmp/log --announce',
  )
})
