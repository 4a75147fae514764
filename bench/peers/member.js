/**
 * One member of a fan-out, in a process of its own: member.js <driver> <options as JSON>. It hears all that is said, itself
 * included. The parent tells it over IPC what to do, one thing at a time:
 *
 *     {do: 'count', total}                          replies {did: 'ready'}, and {did: 'counted', at} when so many more were heard
 *     {do: 'say', messages, bytes}                  says them as fast as it may; replies {did: 'said'}
 *     {do: 'pace', perSecond, seconds, bytes}       says them evenly; replies {did: 'said', sentUs}
 *     {do: 'time'}                                  replies {did: 'ready'}: latencies are noted from now on
 *     {do: 'latencies'}                             replies {did: 'latencies', us}: from said to heard, since the last time
 *     {do: 'offer', path}, {do: 'fetch', folder}    of a driver with files: replies {did: 'offer'}, and {did: 'progress', part} and
 *                                                   {did: 'fetch', path, ms}
 *     {do: 'cpu'}                                   replies {did: 'cpu', us, rssMb, threads}: of this process so far, and us by thread
 *
 * Times are of the monotonic clock, which all processes of a machine share. Unit: us.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const [, , driverName, options] = process.argv
// Its threads for files are there from the first file on.
await readFile(new URL(import.meta.url))
/** Those of Node itself: what it collects garbage, compiles and reads files in. */
const nodeThreads = new Set(threadIds())
const driver = await import(new URL(`drivers/${driverName}.js`, import.meta.url).href)

/** A driver is given so many texts at a time: those of a long burst would be most of the memory that is measured. */
const textsAtOnce = 16_384

/** So many heard in all, and at how many the parent is told. */
let heard = 0
let wanted = Infinity
/** @type {number[]} */
let latencies = []
let isTimed = false

function nowUs() {
  return Number(process.hrtime.bigint() / 1000n)
}

function tell(/** @type {object} */ message) {
  process.send?.(message)
}

/** Of this process, in the order in which they were started. None where the system does not say. */
function threadIds() {
  try {
    return readdirSync('/proc/self/task').map(Number)
  } catch {
    return []
  }
}

/** Of a thread so far; 0 where it has just ended, or the system does not say. */
function nsOf(/** @type {number} */ id) {
  try {
    return Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'latin1').split(' ')[0])
  } catch {
    return 0
  }
}

/** So far, by kind of thread. Unit: us. */
function cpuByThread() {
  /** @type {Record<string, number>} */
  const us = {}
  const own = threadIds().filter((id) => !nodeThreads.has(id))
  for (const id of threadIds()) {
    const at = own.indexOf(id)
    const named = driver.threads?.[Math.min(at, driver.threads.length - 1)] ?? 'other'
    const kind = id === process.pid ? 'main' : at < 0 ? 'node' : named
    // In ns; `stat` counts in hundredths of a second.
    us[kind] = (us[kind] ?? 0) + nsOf(id) / 1000
  }
  return us
}

/** The text that was said, or its bytes. It begins with the time at which it was said. */
function onMessage(/** @type {string} */ text) {
  heard++
  if (isTimed) latencies.push(nowUs() - Number(text.slice(0, 16)))
  if (heard >= wanted) {
    wanted = Infinity
    tell({ did: 'counted', at: nowUs() })
  }
}

function textOf(/** @type {number} */ bytes) {
  return String(nowUs()).padStart(16, '0').padEnd(bytes, 'x').slice(0, Math.max(bytes, 1))
}

const room = await driver.join(JSON.parse(options ?? '{}'), onMessage)

/** Says at this pace, and returns how long each took until it was sent, where the driver knows. */
async function pace(
  /** @type {{perSecond: number, seconds: number, bytes: number}} */ { perSecond, seconds, bytes },
) {
  /** @type {number[]} */
  const sentUs = []
  /** @type {Promise<void>[]} */
  const all = []
  const count = perSecond * seconds
  const start = nowUs()
  for (let n = 0; n < count;) {
    const due = Math.min(count, Math.floor(((nowUs() - start) * perSecond) / 1e6) + 1)
    for (; n < due; n++) {
      const at = nowUs()
      const sent = room.say(textOf(bytes))
      if (sent) all.push(Promise.resolve(sent).then(() => void sentUs.push(nowUs() - at)))
    }
    const next = start + (n * 1e6) / perSecond
    await new Promise((done) => setTimeout(done, Math.max(0, (next - nowUs()) / 1000)))
  }
  await Promise.all(all)
  return sentUs
}

process.on('message', (/** @type {any} */ ask) => {
  void (async () => {
    if (ask.do === 'count') {
      wanted = heard + ask.total
      tell({ did: 'ready' })
    } else if (ask.do === 'say') {
      for (let left = ask.messages; left > 0; left -= textsAtOnce) {
        const length = Math.min(left, textsAtOnce)
        await room.sayAll(Array.from({ length }, () => textOf(ask.bytes)))
      }
      tell({ did: 'said' })
    } else if (ask.do === 'pace') {
      tell({ did: 'said', sentUs: await pace(ask) })
    } else if (ask.do === 'time') {
      isTimed = true
      latencies = []
      tell({ did: 'ready' })
    } else if (ask.do === 'latencies') {
      isTimed = false
      tell({ did: 'latencies', us: latencies })
    } else if (ask.do === 'cpu') {
      const { user, system } = process.cpuUsage()
      tell({ did: 'cpu', us: user + system, rssMb: process.memoryUsage.rss() / 1e6, threads: cpuByThread() })
    } else if (room.asked?.[ask.do]) {
      tell({ did: ask.do, ...(await room.asked[ask.do](ask, tell)) })
    } else if (ask.do === 'leave') {
      // @ts-ignore Of profile-threads.js.
      await globalThis.beforeLeaving?.()
      await room.leave()
      process.exit(0)
    }
  })()
})
process.on('disconnect', () => process.exit(1))
tell({ did: 'in', ...room.said })
