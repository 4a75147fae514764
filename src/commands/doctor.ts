/**
 * `ringleader doctor`: tries each thing that stands between this machine and a member, and says what is wrong first, and what to do.
 */

import { escapeText, toJsonLine } from '../chat/escape.ts'
import { diagnose, errorCodes } from '../index.ts'
import type { DiagnoseOptions, Hop } from '../index.ts'
import { usageError } from '../peer/errors.ts'
import { findLastRoom, listRooms } from '../store/home/home.ts'
import { readRunning } from '../store/home/running-node.ts'
import { chooseKept } from './default-home.ts'
import { textOf, wayTo } from './given-invitation.ts'
import type { CommandLine } from './command-line.ts'

type DoctorFlags = Extract<CommandLine, { command: 'doctor' }>['flags']

const marks = { ok: 'ok  ', failed: 'fail', unknown: ' ?  ' } as const

/** Resolves to the exit code; rejects with an error that has one. */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const { json, address, listen, timeoutMs } = flags
  const home = homeOf(flags)
  const { ok, hops, code } = await diagnose({
    ...(await memberOf(flags, home)),
    ...(address === undefined ? {} : { address }),
    ...(listen === undefined ? {} : { port: listen }),
    ...(home === undefined ? {} : { home }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onHop: (hop) =>
      process.stdout.write(json ? toJsonLine({ type: 'hop', ...hop }) + '\n' : `${lineOf(hop)}\n`),
  })
  const exitCode = code === undefined ? 0 : errorCodes[code]
  if (json)
    process.stdout.write(`${toJsonLine({ type: 'diagnosis', ok, ...(code && { code }), exitCode })}\n`)
  else if (ok && !hops.some(({ hop }) => hop === 'tcp'))
    process.stdout.write('name a member to look at the way there: ringleader doctor -na <address>\n')
  else if (ok) process.stdout.write('nothing is in the way\n')
  return exitCode
}

function lineOf({ hop, state, text, advice }: Hop): string {
  const what = `${marks[state]} ${hop.padEnd(7)}  ${escapeText(text)}`
  return advice === undefined ? what : `${what}\n     to do:   ${escapeText(advice)}`
}

/** A machine without a home folder has something to find out as well. */
function homeOf(flags: DoctorFlags): string | undefined {
  try {
    return chooseKept({ home: flags.home, profile: flags.profile, port: flags.port }).dir
  } catch {
    return undefined
  }
}

/** The one that is named, that of an invitation, or the first of the last room's address book. */
async function memberOf(
  flags: DoctorFlags,
  home: string | undefined,
): Promise<Pick<DiagnoseOptions, 'neighbor' | 'invitation'>> {
  const { neighbor, given, invitation } = flags
  if (given !== undefined || invitation !== undefined) {
    const way = wayTo(given ?? (await textOf(invitation ?? '')))
    if (way.invitation !== undefined) return { invitation: way.invitation }
    return { neighbor: joined(way.neighbor) }
  }
  if (neighbor) return { neighbor: joined(neighbor) }
  if (home === undefined) return {}
  const { room } = await findLastRoom(home).catch(() => ({ room: undefined }))
  const own = readRunning(home)?.address
  const held = (await listRooms(home).catch(() => [])).find((one) => one.room === room)
  const known = held?.book.find(({ addr, left }) => !left && addr !== own)?.addr
  if (known === undefined) return {}
  process.stderr.write(`looking at ${known}, a member of the room that this home was last in\n`)
  return { neighbor: known }
}

function joined({ host, port }: { host: string; port: number }): string {
  if (host === '') throw usageError('name a member with -na')
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
