/**
 * The library's types for what stands between this machine and a member of a room.
 */

import type { ErrorCode } from './errors.ts'

/** One thing that was tried. */
export type Hop = {
  /**
   * In this order: each needs those before it. `address`, `port`: those of this machine. `name`: the member's name is looked up. `route`: the system knows a way to it.
   * `tcp`, `tls`: it takes the connection, and proves a key. `version`: it speaks the same protocol. `room`: it lets this node in.
   * `clock`: of this machine. `mtu`: large packets arrive there.
   */
  hop: 'address' | 'port' | 'name' | 'route' | 'tcp' | 'tls' | 'version' | 'room' | 'clock' | 'mtu'
  /** unknown: it cannot be found out from here; the text says why. */
  state: 'ok' | 'failed' | 'unknown'
  /** What was found, in words for people. */
  text: string
  /** What to do; only where it failed. */
  advice?: string
}

/** What {@link diagnose} found. */
export type Diagnosis = {
  /** Nothing failed. */
  ok: boolean
  /** What was tried, up to the first that failed. */
  hops: Hop[]
  /** The code of the error that {@link joinRoom} would meet there; absent where nothing failed. */
  code?: ErrorCode
}

/** Options of {@link diagnose}. */
export type DiagnoseOptions = {
  /** As in {@link RoomOptions}: where a node would be. */
  address?: string
  /** The port that it would listen on. Default: 4000, or the next that is free. */
  port?: number
  /** The member to reach, as `IP:port`, `host:port` or `[IPv6]:port`. Default: the first of `invitation`; without either, only this machine is looked at. */
  neighbor?: string
  /** Shown where the room is locked. */
  invitation?: string
  /** A home: its keys are shown where the room is locked. It is only read, so a node may use it at the same time. */
  home?: string
  /** How long to wait for each reply. Unit: ms. Range: 100 to 60,000. Default 3000. */
  timeoutMs?: number
  /** Hears of each hop as soon as it is known. */
  onHop?: (hop: Hop) => void
}
