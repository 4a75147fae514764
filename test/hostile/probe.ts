// Loaded into a member by NODE_OPTIONS=--import: at SIGUSR2 it collects garbage and writes one line about the
// process to stderr. Adds nothing to the program but that.
import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  process.on('SIGUSR2', () => {
    collect()
    // Finalizers ran in between: what they held goes now.
    setImmediate(() => {
      collect()
      const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage()
      const files = readdirSync('/proc/self/fd').length
      process.stderr.write(`probe ${JSON.stringify({ heapUsed, external, arrayBuffers, rss, files })}\n`)
    })
  })
}
