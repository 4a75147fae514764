/**
 * The exhaustive searches as a program, one on each core.
 */

import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import { Progress, refuse, say } from '../terminal.ts'
import type { Found } from './all-searches.ts'
import { searches } from './all-searches.ts'

const help = `Plays small rooms in every order of events, and checks the protocol's invariants after every step.

  npm run search -- [options] [part of a name ...]

  --states N   give each search up after N states (default 400000); more finds more, and needs more memory
  --list       the searches by name
  --help       this text

Each line says whether everything within the bounds was seen (complete) or N states of it (bounded), and the
most steps of one run. Some searches also let time pass wherever nothing is under way: those are the ends.

Examples:
  npm run search                        all of them: minutes
  npm run search -- E1 "data plane: 2"  those whose name has one of these in it
  npm run search -- --states 5000000 E4

Exit codes: 0 all held, 2 the command line is wrong, 11 a room did not come to rest, 12 a safety invariant
was broken.`

type Job = { readonly name: string; readonly statesMax: number }
type Answer = { readonly name: string; readonly found: Found; readonly seconds: number }

/** What to search, or one line that says what is wrong with what was asked. */
function jobsOf(args: readonly string[]): readonly Job[] | string {
  const parts: string[] = []
  let statesMax = 400_000
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ''
    if (word === '--states') {
      const value = args[++i] ?? 'nothing'
      statesMax = /^\d+$/.test(value) ? Number(value) : 0
      if (!(statesMax >= 1 && statesMax <= 1e9))
        return `--states takes a whole number from 1 to ${1e9}, not ${value}`
    } else if (word.startsWith('-')) return `unknown option ${word}; --help lists all`
    else parts.push(word)
  }
  const names = Object.keys(searches)
  const strange = parts.find((part) => !names.some((name) => name.includes(part)))
  if (strange !== undefined) return `no search has "${strange}" in its name; --list names all`
  const chosen = names.filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
  return chosen.map((name) => ({ name, statesMax }))
}

function tell({ name, found, seconds }: Answer): void {
  const { states, depth, ends, complete } = found
  const rests = ends === undefined ? '' : `, ${ends} ends that come to rest`
  say(
    `${complete ? 'complete' : 'bounded '}  ${states} states, depth ${depth}${rests}, ${seconds.toFixed(1)} s  ${name}`,
  )
}

/** Searches in worker threads, one a core, and prints each result in the order of the table. Returns an exit code. */
async function searchAll(jobs: readonly Job[]): Promise<number> {
  const began = performance.now()
  const waiting = [...jobs]
  const answers = new Map<string, Answer>()
  const told = [...jobs]
  let code = 0
  const progress = new Progress()
  const show = (): void =>
    progress.show(() => {
      const seconds = ((performance.now() - began) / 1000).toFixed(0)
      return `${answers.size} of ${jobs.length} searches done, ${seconds} s`
    })
  const tellFinished = (): void => {
    progress.wipe()
    for (let next = told[0]; next && answers.has(next.name); next = told[0]) {
      told.shift()
      tell(answers.get(next.name) as Answer)
    }
  }
  const ticking = setInterval(show, 1000)
  const workOne = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { name, found, seconds } = await answerOf(job)
      answers.set(name, { name, found, seconds })
      tellFinished()
      if (!found.violation) continue
      const { what, trace } = found.violation
      say(`\n${name}:\n${what}\n\n${trace.map((line, i) => `${i + 1}. ${line}`).join('\n')}\n`)
      code = Math.max(code, what.startsWith('no rest') ? 11 : 12)
      waiting.length = 0
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, workOne))
  clearInterval(ticking)
  progress.wipe()
  say(`${answers.size} searches in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  return code
}

async function answerOf(job: Job): Promise<Answer> {
  // A run may be thousands of steps deep.
  const limits = { stackSizeMb: 64, maxOldGenerationSizeMb: 8192 }
  const worker = new Worker(fileURLToPath(import.meta.url), { resourceLimits: limits })
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.on('message', resolve)
      worker.on('error', reject)
      worker.postMessage(job)
    })
  } finally {
    await worker.terminate()
  }
}

function work({ name, statesMax }: Job): Answer {
  const began = performance.now()
  const found = searches[name]?.(statesMax)
  if (!found) throw new Error(`no search ${name}`)
  return { name, found, seconds: (performance.now() - began) / 1000 }
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    say(help)
    return 0
  }
  if (args.includes('--list')) {
    for (const name of Object.keys(searches)) say(name)
    return 0
  }
  const jobs = jobsOf(args)
  if (typeof jobs !== 'string') return await searchAll(jobs)
  return refuse('search', jobs)
}

if (isMainThread) process.exitCode = await main(process.argv.slice(2))
else parentPort?.once('message', (job: Job) => parentPort?.postMessage(work(job)))
