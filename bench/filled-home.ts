/**
 * A home with a long history, for the benchmarks that need one. Knows that lines piped into a lonely creator
 * are the plainest way to make one.
 */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from '../test/e2e/harness.ts'

/** Every so many lines the pipe waits for its reader. */
const linesAtOnce = 5000

/** Makes a home of a room with `messages` messages of about 60 bytes. Answers its path and what it took. */
export async function fillHome(stage: Stage, messages: number): Promise<{ home: string; ms: number }> {
  const home = join(stage.dir, `filled-${messages}`)
  const at = performance.now()
  const program = stage.start('filler', [
    ...['-l', '-a', '127.0.0.1', '-p', '0', '-n', 'filler', '--home', home, '--log', 'none'],
    ...['--copies', '1', '--timeout', '600'],
  ])
  // Nobody needs these lines twice.
  program.onLine = () => (program.lines.length = 0)
  for (let from = 1; from <= messages; from += linesAtOnce) {
    const to = Math.min(messages, from + linesAtOnce - 1)
    let text = ''
    for (let n = from; n <= to; n++) text += `line ${n} of a long history, about as long as people write\n`
    if (!program.child.stdin.write(text)) await new Promise((done) => program.child.stdin.once('drain', done))
  }
  program.child.stdin.end()
  const { code } = await program.exit
  if (code !== 0) throw new Error(`filling ${home}: ${code} ${program.stderr}`)
  return { home, ms: performance.now() - at }
}

/** A copy to be used up. */
export async function copyHome(home: string, to: string): Promise<string> {
  await cp(home, to, { recursive: true })
  return to
}
