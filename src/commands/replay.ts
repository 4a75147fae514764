/**
 * `ringleader replay <file>`: shows a recorded run on the page, or writes it for ShiViz.
 */

import { createReadStream } from 'node:fs'
import { toShiviz } from '../chat/shiviz.ts'
import { headProblem, readTraceLine, type TracedEvent } from '../chat/trace-format.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import { StreamSink } from '../ui/terminal/stdio.ts'
import { ReplayRoutes } from '../ui/web/replay-routes.ts'
import { signalCodes } from './end-process.ts'
import { version } from './version.ts'
import { listenWeb, pageLine } from './web.ts'

/** A longer line is none of a trace. Unit: characters. */
const lineMax = 1024 * 1024
/** A longer trace is not read. */
const eventsMax = 2_000_000

export type ReplayFlags = {
  file: string
  web: number | 'any' | undefined
  export: 'shiviz' | undefined
}

/** Resolves to the exit code. Rejects with a RingleaderError: ERR_USAGE names the line that is wrong. */
export async function replay({ file, web, export: kind }: ReplayFlags): Promise<number> {
  const { events, isCut } = await readTrace(file)
  if (isCut) process.stderr.write(`ringleader: ${file}: the last line is not whole, and left out\n`)
  if (kind === 'shiviz') {
    const sink = new StreamSink(process.stdout)
    for (const lines of toShiviz(events)) {
      sink.print(lines.slice(0, -1))
      await sink.drained()
    }
    return 0
  }
  const tell = (text: string): void => void process.stdout.write(`${text}\n`)
  const routes = new ReplayRoutes(events, version())
  let server
  try {
    server = await listenWeb({ port: web, host: undefined }, routes.answer, tell)
  } catch (error) {
    throw new RingleaderError('ERR_PORT_IN_USE', (error as Error).message)
  }
  tell(pageLine(server.mintAddress()))
  tell('Ctrl-C ends it')
  const code = await new Promise<number>((resolve) => {
    for (const [signal, number] of Object.entries(signalCodes)) process.once(signal, () => resolve(number))
  })
  await server.close()
  return code
}

/** `isCut`: the process that wrote it was ended in a line. */
async function readTrace(file: string): Promise<{ events: TracedEvent[]; isCut: boolean }> {
  const events: TracedEvent[] = []
  let number = 0
  let rest = ''
  const wrong = (what: string): RingleaderError => usageError(`${file}:${number}: ${what}`)
  const take = (text: string): void => {
    number++
    const head = number === 1 ? headProblem(text) : undefined
    if (head !== undefined) throw wrong(head)
    if (number === 1) return
    const read = readTraceLine(text)
    if ('problem' in read) throw wrong(read.problem)
    if (events.length >= eventsMax) throw wrong(`more than ${eventsMax} events: cut the trace into pieces`)
    events.push(read.event)
  }
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
      if (rest.length > lineMax) {
        number++
        throw wrong(number === 1 ? 'this is no trace of Ringleader' : 'the line is longer than 1 MiB')
      }
    }
  } catch (error) {
    if (error instanceof RingleaderError) throw error
    throw usageError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}): name the file of a trace`,
    )
  }
  if (number === 0) {
    number = 1
    throw wrong(headProblem(rest) ?? 'the trace has no line that is whole')
  }
  return { events, isCut: rest !== '' }
}
