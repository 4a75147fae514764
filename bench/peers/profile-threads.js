/**
 * Loaded before anything else into each thread of a member (NODE_OPTIONS, `--import`): profiles it until the parent asks the member to leave, and
 * writes `<file of the thread>-<pid>-<thread>.cpuprofile` into the folder PROFILE_FOLDER.
 */

import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { basename, join } from 'node:path'
import { isMainThread, threadId } from 'node:worker_threads'

const session = new Session()
session.connect()
session.post('Profiler.enable')
// The threads of a member are short of time already.
session.post('Profiler.setSamplingInterval', { interval: 1000 })
session.post('Profiler.start')

const channel = new BroadcastChannel('profile')

function write() {
  session.post('Profiler.stop', (/** @type {unknown} */ error, /** @type {any} */ result) => {
    if (error || !result) return
    const kind = basename(process.argv[1] ?? 'thread').replace(/\.js$/, '')
    const path = join(process.env['PROFILE_FOLDER'] ?? '.', `${kind}-${process.pid}-${threadId}.cpuprofile`)
    writeFileSync(path, JSON.stringify(result.profile))
  })
}

if (isMainThread) {
  // The threads of the room are ended with it, and hear of it before.
  // @ts-ignore A name that only member.js knows.
  globalThis.beforeLeaving = async () => {
    channel.postMessage('stop')
    await new Promise((done) => setTimeout(done, 500))
  }
  process.once('exit', write)
} else channel.onmessage = write
// Behind onmessage, which would keep the thread alive.
// @ts-ignore A channel of Node's, which the types of the page hide.
channel.unref()
