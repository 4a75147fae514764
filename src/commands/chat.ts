/**
 * `ringleader [flags]`: runs a chat in this terminal or pipe. Turns flags into a room and a ChatRun.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { systemName } from '../assembly/system-name.ts'
import { checkName } from '../chat/own-name.ts'
import { within } from '../ui/terminal/chat-ending.ts'
import { ChatRun } from '../ui/terminal/chat-run.ts'
import { usesColour } from '../ui/terminal/colours.ts'
import type { ChatSetup } from '../ui/terminal/chat-setup.ts'
import { TraceFile } from '../ui/web/trace-file.ts'
import { unblock } from '../ui/terminal/unblock.ts'
import { formatAddress } from '../core/model/address.ts'
import type { Address } from '../core/model/ids.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import { anyPort, defaultPorts, findFreePort, resolvePair } from '../transport/hosts.ts'
import { homeInUse, linesAtStart, recall, rememberSelf, returnLine, tellWhereabouts } from './coming-back.ts'
import { defaultFiles } from './default-files.ts'
import { awaitsPort, chooseHome } from './default-home.ts'
import type { ChosenHome, HomeFlags } from './default-home.ts'
import { findHomes, otherHomes } from './other-homes.ts'
import { allFlushed, endBySignal, endWithoutThreads, signalCodes } from './end-process.ts'
import { isContinuable } from './job-control.ts'
import { keptPage, seenPlace, useSettings } from './kept-settings.ts'
import { LogFile } from './log-file.ts'
import { PageHost, pageLine } from './web.ts'
import type { JoinOptions, Room } from '../peer/room.ts'
import type { ChatFlags } from './command-line.ts'

/** Messages said earlier that are printed at the start on a terminal. */
const terminalHistory = 100
/** At the end the room may take so long to let go of its files. Unit: ms. */
const letGoMs = 200
/** At the end the log may take so long to be written; after a signal `letGoMs`. Unit: ms. */
const logMs = 2000

/** home false: nothing is kept on disk. */
type RoomFlags = Omit<ChatFlags, 'home'> & HomeFlags

type Place = { ip: string; port: number; neighbor: Address | undefined }

/**
 * Rejects with a RingleaderError. Where no port is given: `last`, the one that the home was last at, if it is free; else
 * the first free one from `from` on.
 */
export async function findPlace(
  flags: Pick<RoomFlags, 'address' | 'neighbor' | 'port'>,
  from: number,
  last?: number,
): Promise<Place> {
  const { neighbor, address } = flags
  const { ip, neighborIp } = await resolvePair(address, neighbor?.host)
  const isHere = neighborIp === ip
  const ports = flags.port === 0 ? anyPort : { first: from, last: defaultPorts.last }
  // The neighbour may be down, and its port free: this node must not take it.
  const except = isHere ? neighbor?.port : undefined
  const port =
    flags.port || (await lastPort(flags, ip, last, except)) || (await findFreePort(ip, ports, except))
  if (isHere && neighbor?.port === port)
    throw usageError(`${formatAddress(ip, port)} is this node itself: -na and -np name another member`)
  return { ip, port, neighbor: neighbor && neighborIp ? formatAddress(neighborIp, neighbor.port) : undefined }
}

async function lastPort(
  flags: Pick<RoomFlags, 'port'>,
  ip: string,
  last: number | undefined,
  except: number | undefined,
): Promise<number | undefined> {
  if (flags.port !== undefined || last === undefined) return undefined
  return findFreePort(ip, { first: last, last }, except).catch(() => undefined)
}

/** The name given, or that of the system's user. Throws ERR_USAGE. */
export function findName(given: string | undefined): string {
  if (given !== undefined) return given
  const system = systemName()
  if (system === undefined) throw usageError('the system knows no name of this user: give one with -n')
  const checked = checkName(system)
  if ('name' in checked) return checked.name
  throw usageError('your system user name cannot be a name in the room: give one with -n')
}

async function openRoom(
  flags: RoomFlags,
  place: Place,
  home: string | false,
  { onConnecting, ...options }: Required<Pick<JoinOptions, 'name' | 'onLog' | 'onConnecting'>>,
): Promise<Room> {
  const { createRoom, joinRoom } = await import('../index.ts')
  const common = {
    ...options,
    ...(flags.address === undefined ? {} : { address: flags.address }),
    ...(flags.advertise === undefined ? {} : { advertise: flags.advertise }),
    port: place.port,
    home,
    ...(flags.room === undefined ? {} : { room: flags.room }),
    knocks: flags.knocks,
    watch: flags.watch,
    announce: flags.announce ?? ('open' as const),
  }
  if (flags.leader)
    return createRoom({
      ...common,
      fresh: flags.fresh,
      locked: flags.locked,
      ...(flags.title === undefined ? {} : { title: flags.title }),
      ...(flags.copies === undefined ? {} : { copies: flags.copies }),
    })
  const { invitation } = flags
  if (invitation !== undefined) return joinRoom({ ...common, invitation, onConnecting })
  if (place.neighbor === undefined) return joinRoom(common)
  // Only a person can wait to be let in.
  const knock = process.stdin.isTTY === true && process.stdout.isTTY === true
  return joinRoom({ ...common, neighbor: place.neighbor, knock, onConnecting })
}

/** Whether another process took the port, or the home of that port, after it was found free. */
function wasOvertaken(error: unknown, flags: RoomFlags): boolean {
  if (flags.port !== undefined && flags.port > 0) return false
  const code = (error as { code?: unknown }).code
  return code === 'ERR_PORT_IN_USE' || (code === 'ERR_HOME_IN_USE' && awaitsPort(flags))
}

/** What people read instead of an error of the library: with the commands that help. isChosen: by --room. */
async function explain(error: unknown, chosen: ChosenHome, isChosen: boolean): Promise<unknown> {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const isOwn = chosen.type !== 'given' && chosen.type !== 'none'
  if (code === 'ERR_HOME_IN_USE' && isOwn) return homeInUse(chosen, process.argv.slice(2), error)
  if (code === 'ERR_NO_ROOM' && isOwn && !isChosen && (await findHomes()).homes.length > 0)
    return new RingleaderError('ERR_NO_ROOM', `${String(message)}; ${await otherHomes()}`, { cause: error })
  return error
}

/**
 * Resolves to the exit code. Rejects with a RingleaderError before anything was begun. isGuest: a home that does not
 * last, so that nothing is said or remembered about it.
 */
export async function chat(flags: RoomFlags, { isGuest = false } = {}): Promise<number> {
  const early = awaitsPort(flags) ? undefined : chooseHome(flags)
  const last = early && !isGuest ? recall(early) : {}
  const name = findName(flags.name ?? last.name)
  let place = await findPlace(flags, defaultPorts.first, last.port)
  let chosen = early ?? chooseHome(flags, place.port)
  const atStart = isGuest ? [] : await linesAtStart(chosen, flags)
  const { stdin, stdout, stderr, env } = process
  for (const stream of [stdout, stderr]) unblock(stream)
  const log =
    flags.log === 'none'
      ? undefined
      : new LogFile(
          () => flags.log ?? `chat_${place.port}.log`,
          (text) => run.warn(text),
        )
  const page = new PageHost({
    port: flags.web,
    host: flags.webHost,
    tell: (text) => run.warn(text),
    ...(chosen.dir !== false && keptPage(chosen.dir)),
  })
  const trace =
    flags.trace === undefined
      ? undefined
      : new TraceFile(flags.trace, (why) =>
          run.warn(`${flags.trace} takes no trace (${why}): the chat goes on without`),
        )
  let freed = Promise.resolve(true)
  let isOpened = true
  const openOnce: ChatSetup['open'] = async (onLog, onConnecting) => {
    for (;;) {
      chosen = chooseHome(flags, place.port)
      try {
        const mendSettings = await useSettings(run, chosen.dir)
        const room = await openRoom(flags, place, chosen.dir, { name, onLog, onConnecting })
        mendSettings()
        page.room = room
        void trace?.follow(room)
        if (flags.web !== undefined) setImmediate(() => void page.begin())
        if (chosen.dir === false || isGuest) return room
        // Pipes remember nothing.
        if (stdin.isTTY === true) rememberSelf(chosen.dir, room)
        tellWhereabouts(chosen.dir, room)
        return room
      } catch (error) {
        if (!wasOvertaken(error, flags)) throw await explain(error, chosen, flags.room !== undefined)
        place = await findPlace(flags, place.port < defaultPorts.last ? place.port + 1 : defaultPorts.first)
      }
    }
  }
  const run = new ChatRun({
    name,
    address: formatAddress(place.ip, place.port),
    open: (...listeners) => {
      const opening = openOnce(...listeners)
      freed = isFreed(opening)
      isOpened = false
      void opening.catch(() => {}).then(() => (isOpened = true))
      return opening
    },
    atStart,
    atEnd: () => (chosen.dir === false || isGuest ? undefined : returnLine(chosen, flags)),
    seenIn: (room) => (chosen.dir === false || isGuest ? undefined : seenPlace(chosen.dir, room)),
    files: flags.files ?? defaultFiles(),
    invites: flags.locked ? (flags.qr ? 'qr' : 'line') : undefined,
    rejoins: place.neighbor !== undefined,
    input: stdin,
    output: stdout,
    errors: stderr,
    json: flags.json,
    canDraw: env['TERM'] !== 'dumb',
    // The Linux console shows what it does not know.
    canNotify: env['TERM'] !== 'dumb' && env['TERM'] !== 'linux',
    format: flags.format,
    outputColour: usesColour({ flag: flags.color, isTerminal: stdout.isTTY === true, env }),
    errorColour: usesColour({ flag: flags.color, isTerminal: stderr.isTTY === true, env }),
    history: flags.history ?? (stdout.isTTY === true ? terminalHistory : 'all'),
    stay: flags.stay,
    timeoutMs: flags.timeoutMs,
    verbose: flags.verbose,
    log: (line) => log?.write(line),
    web: async () => pageLine(await page.address()),
    suspend: () => {
      if (isContinuable(process.pid)) process.kill(0, 'SIGTSTP')
      else run.warn('Ctrl-Z would stop this program for good: no shell is there that could continue it')
    },
    exitNow: (code) => endNow(code, () => run.release()),
  })
  const lastWords = (error: unknown): void => log?.lastWords(error)
  process.once('uncaughtExceptionMonitor', lastWords)
  const over = listen(run)
  const code = await run.run()
  over()
  await Promise.all([within(letGoMs, page.close()), trace?.close()])
  await within(code < 128 ? logMs : letGoMs, log?.close() ?? Promise.resolve())
  const isOver = await Promise.race([freed, delay(letGoMs, undefined)])
  // A room that is still being looked for keeps nothing from ending.
  if (isOver || (isOver === undefined && !isOpened && code < 128)) return code
  await allFlushed(code)
  return endWithoutThreads(code)
}

/** Resolves when a room is over and has let go of its files; to false when its disk failed, and so may hang. */
async function isFreed(opening: Promise<Room>): Promise<boolean> {
  const error = await opening.then(
    (room) => new Promise<Error | undefined>((resolve) => room.on('close', resolve)),
    (failure: Error) => failure,
  )
  return (error as { code?: unknown } | undefined)?.code !== 'ERR_COMMIT_FAILED'
}

/** Ends the process at once. */
function endNow(code: number, release: () => void): void {
  release()
  if (!endBySignal(code)) process.exit(code)
}

/** Passes signals to the chat until the returned function is called. From then on they end the process. */
function listen(run: ChatRun): () => void {
  let isOver = false
  for (const [signal, code] of Object.entries(signalCodes))
    process.on(signal, () => (isOver ? endNow(code, () => run.release()) : run.signalled(code)))
  const over = () => {
    isOver = true
  }
  process.on('exit', () => run.release())
  if (process.platform === 'win32' || !run.hasPrompt) return over
  process.on('SIGTSTP', () => {
    run.release()
    process.kill(process.pid, 'SIGSTOP')
  })
  process.on('SIGCONT', () => run.resume())
  return over
}
