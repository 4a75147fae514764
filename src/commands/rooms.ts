/**
 * `ringleader rooms`: lists the rooms that a home holds, last used first.
 */

import { escapeName, escapeText, toJsonLine } from '../chat/escape.ts'
import { isoOf } from '../chat/json-objects.ts'
import { showWho } from '../chat/message-line.ts'
import { plural } from '../chat/notices.ts'
import { StreamSink } from '../ui/terminal/stdio.ts'
import type { StoredRoom } from '../assembly/stored-history.ts'
import { chooseKept } from './default-home.ts'
import { otherHomes } from './other-homes.ts'
import { NoRoomError } from './no-room.ts'
import type { CommandLine } from './command-line.ts'

/** Of the last message so many characters are shown. */
const textMax = 60

/** Resolves to the exit code; rejects with an error that has one. */
export async function rooms(flags: Extract<CommandLine, { command: 'rooms' }>['flags']): Promise<number> {
  const { dir } = chooseKept(flags)
  const { listStored } = await import('../assembly/stored-history.ts')
  const found = await listStored(dir)
  if (found.length === 0) throw new NoRoomError(`${dir} holds no room; ${await otherHomes('rooms')}`)
  const sink = new StreamSink(process.stdout)
  for (const room of found) sink.print(flags.json ? roomObject(room) : roomLines(room))
  await sink.drained()
  return 0
}

function roomObject({ id, isLocked, isLast, path, book, held }: StoredRoom): string {
  const { title, count, last, problem } =
    'count' in held
      ? { ...held, problem: undefined }
      : { ...held, title: undefined, count: null, last: undefined }
  return toJsonLine({
    type: 'room',
    id,
    ...(title === undefined ? {} : { title }),
    current: isLast,
    locked: isLocked,
    path,
    members: book.map(({ name, addr, uid, left }) => ({ name, address: addr, id: uid, left })),
    messages: count,
    last: last ? { ts: last.ts, name: last.name, text: last.text, time: isoOf(last.time) } : null,
    ...(problem === undefined ? {} : { problem }),
  })
}

function roomLines({ short, isLocked, isLast, path, book, held }: StoredRoom): string {
  const others = book.map(
    ({ name, addr, left }) => `${showWho({ name, address: addr })}${left ? ' (left)' : ''}`,
  )
  return [
    `${isLast ? '*' : ' '} ${short}  ${titleIn(held)}${isLocked ? 'locked' : 'open'}, ${whatIsHeld(held)}`,
    `    with ${others.length > 0 ? others.join(', ') : 'nobody else'}`,
    `    in ${escapeText(path)}`,
  ].join('\n')
}

function titleIn(held: StoredRoom['held']): string {
  return 'count' in held && held.title !== undefined ? `"${escapeText(held.title)}", ` : ''
}

function whatIsHeld(held: StoredRoom['held']): string {
  if ('problem' in held) return escapeText(held.problem)
  const { count, last } = held
  if (!last) return 'no message'
  const [line = ''] = last.text.split('\n')
  const shown = [...line].slice(0, textMax).join('')
  const text = escapeText(shown.length < last.text.length ? `${shown}...` : shown)
  return `${plural(count, 'message')}, the last on ${timeOf(last.time)} by ${escapeName(last.name)}: ${text}`
}

/** In the time of this machine. */
function timeOf(time: Date): string {
  if (Number.isNaN(time.getTime())) return 'an unknown day'
  const two = (value: number) => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
}
