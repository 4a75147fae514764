/**
 * The identities of PROTOCOL.md section 2.1 as types that cannot be mixed up.
 * How they are written and compared stands here.
 */

/** A node for ever: the first 16 bytes of SHA-256 over its public key, as 32 lower-case hex digits. */
export type Uid = string & { readonly __uid: unique symbol }

/**
 * One process of a node: 12 hex digits of boot counter, then 16 of random bytes minted at boot.
 * Fixed width, so that comparing the strings compares the counters first.
 */
export type Inc = string & { readonly __inc: unique symbol }

/** A room for ever: 16 random bytes as 32 hex digits; the empty string where none is known yet. */
export type RoomId = string & { readonly __room: unique symbol }

/** Where a node listens: `192.168.1.5:4000` or `[fd00::5]:4000`. */
export type Address = string & { readonly __address: unique symbol }

/** A connection, as this process numbers it. Never reused within a process. */
export type LinkId = number & { readonly __link: unique symbol }

/** A namespace `E` (2.1): the stamper's uid and inc, as `uid.inc`. */
export type Namespace = string & { readonly __namespace: unique symbol }

/** What a member of a locked room knows and others do not (2.20): 16 random bytes as 32 hex digits. */
export type RoomKey = string & { readonly __roomKey: unique symbol }

/** Names a room key without telling it: the first 16 bytes of a hash over it, as 32 hex digits. */
export type RoomKeyId = string & { readonly __roomKeyId: unique symbol }

export const noRoom = '' as RoomId

/** 2.20: whether a room is locked. The first bit of its id says so, so nobody can offer it as an open one. */
export function isLocked(room: RoomId): boolean {
  return room >= '8'
}

/** Stands for a link that is not dialled yet: links are numbered from 1. */
export const noLink = 0 as LinkId

export function namespaceOf(uid: Uid, inc: Inc): Namespace {
  return `${uid}.${inc}` as Namespace
}

export function splitNamespace(namespace: Namespace): { uid: Uid; inc: Inc } {
  return { uid: namespace.slice(0, 32) as Uid, inc: namespace.slice(33) as Inc }
}

/** `counter` is a whole number from 1 to bootMax, `nonce` 16 hex digits. */
export function makeInc(counter: number, nonce: string): Inc {
  return (counter.toString(16).padStart(12, '0') + nonce) as Inc
}

/** How many times the node had been started, this process included. */
export function bootCounter(inc: Inc): number {
  return Number.parseInt(inc.slice(0, 12), 16)
}

/** 2.1: the same counter with other random bytes means that two processes hold one identity. */
export function isClone(a: Inc, b: Inc): boolean {
  return a !== b && bootCounter(a) === bootCounter(b)
}
