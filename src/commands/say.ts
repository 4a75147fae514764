/**
 * `ringleader say <text>`: says something in a room and leaves. The node is a visit: it keeps nothing, prints nothing,
 * and no notice shows that it comes and goes.
 */

import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { escapeText } from '../chat/escape.ts'
import { formatInvitation } from '../chat/invitation.ts'
import type { Address } from '../core/model/ids.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import type { Room } from '../peer/room.ts'
import { findLastRoom, listRooms, roomPath } from '../store/home/home.ts'
import { lockPathOf, readLock } from '../store/home/lock-file.ts'
import { readRunning } from '../store/home/running-node.ts'
import { ConnectingLines } from '../ui/terminal/connecting.ts'
import { within } from '../ui/terminal/chat-ending.ts'
import { splitAddress } from '../ui/terminal/printer.ts'
import { findName, findPlace } from './chat.ts'
import { recall } from './coming-back.ts'
import { chooseKept } from './default-home.ts'
import { signalCodes } from './end-process.ts'
import { textOf, wayTo } from './given-invitation.ts'
import type { Way } from './given-invitation.ts'
import { commandOf } from './shell-words.ts'
import type { CommandLine } from './command-line.ts'

type SayFlags = Extract<CommandLine, { command: 'say' }>['flags']

/** So long one member of the home's room may be silent before the next is asked. Unit: ms. */
const askMs = 1500
/** So many members of the home's room are asked. */
const askedMax = 8
/** How long leaving may take. Unit: ms. */
const leaveMs = 2000
/** As for a line of a pipe (cli.md). Unit: bytes. */
const textBytesMax = 65_536

/** Resolves to the exit code; rejects with an error that has one. */
export async function say(flags: SayFlags): Promise<number> {
  const text = flags.text ?? (await readAll())
  const { file } = flags
  if (file !== undefined) await checkReadable(file)
  if (file === undefined && text.trim() === '')
    throw usageError('there is nothing to say: give a text, or - and the text on stdin')
  const room = await enter(flags)
  // Before, there is nobody to say goodbye to, and a signal ends the process by itself.
  for (const [signal, code] of Object.entries(signalCodes))
    process.once(signal, () => void within(500, room.leave({ waitMs: 0 })).then(() => process.exit(code)))
  const until = performance.now() + flags.timeoutMs
  const saying = file === undefined ? room.say(text) : sayFile(room, text, file)
  const said = saying.then(
    () => undefined,
    (error: unknown) => error as Error,
  )
  let error: Error | undefined = file === undefined ? notSent() : notFetched(file)
  await within(
    flags.timeoutMs,
    said.then((failure) => (error = failure)),
  )
  await room.leave({ waitMs: Math.min(leaveMs, Math.max(0, until - performance.now())) })
  if (error) throw error
  return 0
}

/** Before anything is said: who repeats the command would say it again. */
async function checkReadable(path: string): Promise<void> {
  try {
    await (await open(path, 'r')).close()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : (code ?? String(error))
    throw new RingleaderError('ERR_FILE', `${path} cannot be read: ${why}`, { cause: error })
  }
}

/** Resolves when the text is sent, the file is offered, and another member has it whole. */
async function sayFile(room: Room, text: string, path: string): Promise<void> {
  if (text.trim() !== '') await room.say(text)
  const fetched = new Set<string>()
  let wake = (): void => {}
  room.files.on('fetched', ({ hash }) => {
    fetched.add(hash)
    wake()
  })
  const { file } = await room.files.offer(path)
  while (!fetched.has(file.hash)) await new Promise<void>((resolve) => (wake = resolve))
}

function notFetched(path: string): RingleaderError {
  const what = `${path} was offered, but no member has fetched it in time: offer it again with a longer --timeout, and let one /accept it`
  return new RingleaderError('ERR_NOT_SENT', what)
}

function notSent(): RingleaderError {
  const what =
    'said, but not known as sent in time, and not kept: look whether it is there, else say it again'
  return new RingleaderError('ERR_NOT_SENT', what)
}

/** All of stdin as one text, without the line breaks at its end. */
async function readAll(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    // A few bytes of line breaks may still go.
    if (bytes > 2 * textBytesMax) break
  }
  process.stdin.destroy()
  const all = Buffer.concat(chunks)
  if (bytes <= 2 * textBytesMax && !isUtf8(all))
    throw usageError('the text on stdin is not UTF-8: convert it first (iconv)')
  const text = all.toString('utf8').replace(/[\r\n]+$/, '')
  if (Buffer.byteLength(text) <= textBytesMax) return text
  throw usageError(`a message has at most ${textBytesMax} bytes: split it`)
}

/** Through the member that is named, or those of an invitation, or else through a member of the home's last room. */
async function enter(flags: SayFlags): Promise<Room> {
  if (flags.neighbor) return join(flags, { invitation: undefined, neighbor: flags.neighbor }, lastName(flags))
  if (flags.invitation !== undefined)
    return join(flags, wayTo(await textOf(flags.invitation)), lastName(flags))
  const { dir, words } = chooseKept(flags)
  const { room } = await findLastRoom(dir)
  const running = readRunning(dir)
  const book = (await listRooms(dir)).find((held) => held.room === room)?.book ?? []
  const others = book.filter(({ left }) => !left).map(({ addr }) => String(addr))
  const asked = [...new Set([...(running ? [running.address] : []), ...others])].slice(0, askedMax)
  if (room === undefined || asked.length === 0)
    throw usageError(
      room === undefined
        ? `${dir} holds no room: name a member of one with -na`
        : `nobody else was in the last room of ${dir}: name a member with -na, or go back to it with: ${commandOf(words)}`,
    )
  const { name } = recall({ dir })
  const key = (await readLock(lockPathOf(roomPath(dir, room))))?.keys.at(-1)
  // What a home notes is a hint, and may be long past: anybody may be there now. Who refuses one visit decides nothing.
  let refusal: unknown
  for (const address of asked) {
    const { host, port } = splitAddress(address)
    try {
      const invitation = key && formatInvitation({ room, key, addresses: [address as Address] })
      const entered = await join(flags, { neighbor: { host, port: Number(port) }, invitation }, name, askMs)
      if (entered.id === room) return entered
      // Another room has this address now.
      await entered.leave({ waitMs: 0 })
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code === 'ERR_USAGE' || code === 'ERR_ADDRESS_NOT_OURS') throw error
      if (code !== 'ERR_UNREACHABLE') refusal = error
    }
  }
  if (refusal !== undefined) throw refusal
  throw new RingleaderError('ERR_UNREACHABLE', `nobody of the room answers at ${asked.join(', ')}`)
}

/** The name of the home, if there is one: a visit needs none. */
function lastName(flags: SayFlags): string | undefined {
  try {
    return recall(chooseKept(flags)).name
  } catch {
    return undefined
  }
}

async function join(
  flags: SayFlags,
  { neighbor, invitation }: Way,
  lastName: string | undefined,
  timeoutMs?: number,
): Promise<Room> {
  const { address } = flags
  const place = await findPlace({ address, neighbor, port: 0 }, 0)
  const { joinRoom } = await import('../index.ts')
  const lines = new ConnectingLines(false, (text) =>
    process.stderr.write(`ringleader: ${escapeText(text)}\n`),
  )
  try {
    return await joinRoom({
      name: findName(flags.name ?? lastName),
      ...(address === undefined ? {} : { address }),
      port: place.port,
      ...(invitation === undefined ? { neighbor: place.neighbor ?? '' } : { invitation }),
      visit: true,
      onConnecting: (progress) => lines.hear(progress),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
  } finally {
    lines.stop()
  }
}
