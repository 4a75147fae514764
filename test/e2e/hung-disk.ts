// A disk that hangs, for a program that is started with it: from `hang` on, the thread of its store does not come
// back from its next commit. Like a thread that waits for a disk, it is in a call of the system that does not end.
import { execFileSync } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// With each commit the store looks whether its files are still there.
const preload = (pipe: string): string => `
const { isMainThread } = require('node:worker_threads')
const { syncBuiltinESMExports } = require('node:module')
const fs = require('node:fs')
const { existsSync, openSync, statSync } = fs
if (!isMainThread) {
  fs.statSync = (...words) => {
    // Nobody ever opens the other end of the pipe, so this does not return.
    if (existsSync(${JSON.stringify(pipe)})) openSync(${JSON.stringify(pipe)}, 'r')
    return statSync(...words)
  }
  syncBuiltinESMExports()
}
`

/** `env`: for the program. `dir`: a scratch folder for this disk alone. */
export async function hungDisk(dir: string): Promise<{ env: NodeJS.ProcessEnv; hang: () => Promise<void> }> {
  const [pipe, script] = [join(dir, 'pipe'), join(dir, 'preload.cjs')]
  execFileSync('mkfifo', [`${pipe}.new`])
  await writeFile(script, preload(pipe))
  return { env: { NODE_OPTIONS: `--require=${script}` }, hang: () => rename(`${pipe}.new`, pipe) }
}
