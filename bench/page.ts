/**
 * The page in a browser, on a room on paper: size, time until it is ready, and script time a frame in a busy ring.
 * --nodes <n>: default 50. --rate <messages a second>: default 20. --seconds <s>: default 10.
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { launch } from '../test/page/browser.ts'
import { Fixture } from '../test/page/fixture-server.ts'
import { type Bench, percentile } from './measure.ts'

/** Sums what scripts take between two frames: callbacks of frames, and of events of the stream. */
const meter = `(() => {
  const frames = []
  let spent = 0
  const timed = (act) => function (...args) {
    const from = performance.now()
    try { return act.apply(this, args) } finally { spent += performance.now() - from }
  }
  const request = requestAnimationFrame
  globalThis.requestAnimationFrame = (act) => request(timed(act))
  const listen = EventSource.prototype.addEventListener
  EventSource.prototype.addEventListener = function (name, act, ...rest) { listen.call(this, name, timed(act), ...rest) }
  const tick = () => { frames.push(spent); spent = 0; request(tick) }
  request(tick)
  globalThis.scriptTimes = () => frames.splice(0)
})()`

export const page: Bench = async (flags, report) => {
  const nodes = flags.get('nodes') ?? 50
  const rate = flags.get('rate') ?? 20
  const seconds = flags.get('seconds') ?? 10
  const bytes = ['index.html', 'page.js', 'page.css']
    .map((name) => gzipSync(readFileSync(`dist/page/${name}`)).length)
    .reduce((sum, size) => sum + size, 0)
  report(`size, compressed: ${(bytes / 1000).toFixed(1)} kB`)
  const fixture = await Fixture.start({ nodes, history: 100_000 })
  const browser = await launch()
  try {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await opened.addInitScript(meter)
    const from = performance.now()
    await opened.goto(fixture.url)
    await opened.locator('.message').last().waitFor()
    report(`first message shown after ${Math.round(performance.now() - from)} ms, of 100,000 in the room`)
    fixture.chatter(rate)
    await opened.evaluate('new Promise((done) => setTimeout(done, 2000))')
    await opened.evaluate('scriptTimes()')
    await opened.evaluate(`new Promise((done) => setTimeout(done, ${seconds * 1000}))`)
    const times = await opened.evaluate<number[]>('scriptTimes()')
    const at = (share: number): string => percentile(times, share).toFixed(1)
    report(
      `${nodes} nodes, ${rate} messages/s: script time a frame ${at(0.5)} ms at the median, ${at(0.95)} ms at 95 %; ${(times.length / seconds).toFixed(0)} frames/s`,
    )
  } finally {
    await browser.close()
    await fixture.close()
  }
}
