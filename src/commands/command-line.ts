/**
 * What a command line means: a command and its flags, or what is printed instead.
 */

import type { PartFilter } from '../wire/part-search.ts'
import type { DemoFlags } from './demo.ts'
import type { LabFlags } from './lab-flags.ts'
import type { Format } from '../chat/message-line.ts'

/** The shells that completion is for. */
export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export type ChatFlags = {
  /** Create a room, or (without `fresh`) resume the home's. */
  leader: boolean
  fresh: boolean
  /** A new room is a locked one. */
  locked: boolean
  /** Of a new room. */
  title: string | undefined
  /** As a person gave it, and right. */
  invitation: string | undefined
  /** Show the invitation to a new room as a QR code, too. */
  qr: boolean
  /** Where files are stored that are fetched; undefined: the default. */
  files: string | undefined
  /** Others may knock. */
  knocks: boolean
  /** Serve the page: at this port, or the first free one; undefined: not until /web. */
  web: number | 'any' | undefined
  /** Where the page listens, an IP address; undefined: loopback. */
  webHost: string | undefined
  /** Other members may ask what this node sees. */
  watch: boolean
  /** A file that takes what the page shows. */
  trace: string | undefined
  /** As given: an IP, a host name or a network interface, without brackets. */
  address: string | undefined
  /** As given: an IP or a host name, with or without a port. */
  advertise: string | undefined
  /** 0: any free port; undefined: 4000 or the next free one. */
  port: number | undefined
  name: string | undefined
  /** port 1-65535. */
  neighbor: { host: string; port: number } | undefined
  verbose: boolean
  /** A folder, or 'none' for memory only. */
  home: string | undefined
  profile: string | undefined
  /** A room that the home holds: the beginning of its id, or of its title. */
  room: string | undefined
  /** A file, or 'none'. */
  log: string | undefined
  json: boolean
  format: Format | undefined
  history: number | 'all' | undefined
  stay: boolean
  /** Unit: ms. */
  timeoutMs: number
  copies: number | undefined
  color: boolean | undefined
  /** Tell the local network of the room; undefined: of an open one. */
  announce: boolean | undefined
}

/** Which home a command reads. */
export type KeptFlags = Pick<ChatFlags, 'home' | 'profile' | 'port'>

export type CommandLine =
  | { command: 'chat'; flags: ChatFlags }
  /** given: an invitation or the address of a member; '-': the first line of stdin; undefined: ask for it. */
  | { command: 'join'; given: string | undefined; file: string | undefined; flags: ChatFlags }
  | {
      command: 'history'
      flags: KeptFlags &
        Pick<ChatFlags, 'room' | 'json' | 'format' | 'color'> & {
          /** Day and time instead of the Lamport timestamp. */
          time: boolean
          /** Print only what is meant; undefined: all. */
          filter: PartFilter | undefined
          /** Verify it instead of printing it. */
          verify: boolean
        }
    }
  | {
      command: 'say'
      flags: KeptFlags &
        Pick<ChatFlags, 'address' | 'name' | 'neighbor' | 'timeoutMs'> & {
          /** A file with an invitation. */
          invitation: string | undefined
          /** Undefined: stdin has it; '': there is only a file. */
          text: string | undefined
          /** A file that is offered, and served until somebody has it. */
          file: string | undefined
        }
    }
  | { command: 'rooms'; flags: KeptFlags & { json: boolean } }
  | {
      command: 'doctor'
      flags: KeptFlags &
        Pick<ChatFlags, 'address' | 'neighbor' | 'json'> & {
          /** An invitation, or the address of a member; or a file with one. */
          given: string | undefined
          invitation: string | undefined
          /** The port that a node would listen on. */
          listen: number | undefined
          timeoutMs: number | undefined
        }
    }
  | { command: 'lab'; flags: LabFlags }
  | { command: 'nearby'; flags: { json: boolean; timeoutMs: number | undefined } }
  | { command: 'forget'; flags: KeptFlags & { room: string; yes: boolean } }
  /** A unit that runs a chat. words: its flags as they were given. creates: they leave it to the unit to add -l. */
  | { command: 'service'; flags: ChatFlags; words: readonly string[]; creates: boolean }
  | { command: 'completion'; shell: Shell }
  | { command: 'demo'; flags: DemoFlags }
  | {
      command: 'replay'
      flags: { file: string; web: number | 'any' | undefined; export: 'shiviz' | undefined }
    }
  | { command: 'version' }
  /** Nothing to do but to print: help (code 0, to stdout) or what is wrong (code 2, to stderr). */
  | { command: 'print'; text: string; code: 0 | 2 }
