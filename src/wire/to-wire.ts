/**
 * Turns a frame of the core into the message of the schema that carries it. Trusts the core: only the size
 * of the whole is checked, by the codec.
 */

import type { Frame } from '../core/model/frames.ts'
import { wellFormed, writeHex } from './fields.ts'
import { protocolVersionMax, protocolVersionMin } from './limits.ts'
import { bytesOfUnique } from './hex.ts'
import {
  writeBook,
  writeCompared,
  writeHeads,
  writeMember,
  writePoint,
  writeVid,
  writeView,
} from './members.ts'
import { encodePart } from './part-codec.ts'
import { encodeRecords } from './record-columns.ts'
import type { Envelope } from './schema.ts'
import { byeReasons, knockStates, roles, statuses } from './word-numbers.ts'

/** Plain literals, no spreads: objects made by spreading are encoded ten times as slowly. */
export function toWire(frame: Frame): Envelope {
  switch (frame.type) {
    case 'hello':
      return {
        hello: {
          versionMin: protocolVersionMin,
          versionMax: protocolVersionMax,
          room: writeHex(frame.room),
          uid: writeHex(frame.uid),
          inc: writeHex(frame.inc),
          name: wellFormed(frame.name),
          addr: frame.addr,
          visit: frame.visit,
        },
      }
    case 'info':
      return {
        info: {
          versionMin: protocolVersionMin,
          versionMax: protocolVersionMax,
          room: writeHex(frame.room),
          uid: writeHex(frame.uid),
          inc: writeHex(frame.inc),
          name: wellFormed(frame.name),
          addr: frame.addr,
          status: statuses.indexOf(frame.status),
          term: frame.term,
          leader: frame.leader && writeMember(frame.leader),
          many: frame.many,
          copies: frame.copies,
          visit: frame.visit,
        },
      }
    case 'follow':
      return {
        follow: {
          frontier: writeHeads(frame.frontier),
          after: writeHex(frame.after),
          role: roles.indexOf(frame.role),
          disk: frame.disk,
          name: wellFormed(frame.name),
          book: writeBook(frame.book),
          cut: frame.rest?.cut,
          digests: frame.rest && bytesOfUnique(frame.rest.digests.join('')),
        },
      }
    case 'followOk':
      return {
        followOk: {
          frontier: writeHeads(frame.frontier),
          term: frame.term,
          book: writeBook(frame.book),
          differing: Uint8Array.from(frame.differing),
        },
      }
    case 'held':
      return { held: { heads: writeHeads(frame.heads), done: frame.done } }
    case 'lacks':
      return { lacks: { points: frame.points.map(writePoint) } }
    case 'redirect':
      return { redirect: { leader: writeMember(frame.leader), view: writeView(frame.view) } }
    case 'wait':
      return { wait: {} }
    case 'up':
      return { up: { records: encodeRecords(frame.records) } }
    case 'upDone':
      return { upDone: {} }
    case 'rec':
      return { rec: { pos: frame.pos, safe: frame.safe, records: encodeRecords(frame.records) } }
    case 'synced':
      return { synced: { pos: frame.pos } }
    case 'stored':
      return { stored: { pos: frame.pos } }
    case 'safe':
      return { safe: { pos: frame.pos } }
    case 'submit':
      return { submit: { parts: frame.parts.map(encodePart) } }
    case 'nack':
      return { nack: {} }
    case 'view':
      return { view: { view: writeView(frame.view), book: writeBook(frame.book) } }
    case 'bye':
      return { bye: { reason: byeReasons.indexOf(frame.reason) } }
    case 'leave':
      return { leave: {} }
    case 'resign':
      return { resign: { term: frame.term } }
    case 'link':
      return { link: { vid: writeVid(frame.vid) } }
    case 'linkOk':
      return { linkOk: { vid: writeVid(frame.vid) } }
    case 'refer':
      return { refer: { prev: writeMember(frame.prev), vid: writeVid(frame.vid) } }
    case 'ping':
      return { ping: { nonce: frame.nonce, vid: writeVid(frame.vid), safe: frame.safe } }
    case 'pong':
      return { pong: { nonce: frame.nonce } }
    case 'suspect':
      return { suspect: { uid: writeHex(frame.uid), inc: writeHex(frame.inc), refused: frame.refused } }
    case 'elect':
      return {
        elect: {
          term: frame.term,
          uid: writeHex(frame.candidate.uid),
          inc: writeHex(frame.candidate.inc),
        },
      }
    case 'elected':
      return {
        elected: {
          term: frame.term,
          winner: writeMember(frame.winner),
          list: frame.list.map(writeMember),
        },
      }
    case 'stale':
      return { stale: { term: frame.term } }
    case 'alive':
      return { alive: { leader: writeMember(frame.leader) } }
    case 'probe':
      return { probe: { leader: writeMember(frame.leader), many: frame.many, open: frame.open } }
    case 'move':
      return { move: { term: frame.term, many: frame.many, members: frame.members.map(writeMember) } }
    case 'moveOk':
      return { moveOk: { term: frame.term, pos: frame.pos } }
    case 'busy':
      return { busy: {} }
    case 'moved':
      return { moved: { leader: writeMember(frame.leader) } }
    case 'key':
      return { key: { key: writeHex(frame.key) } }
    case 'changed':
      return { changed: { part: encodePart(frame.part) } }
    case 'knock':
      return { knock: { name: wellFormed(frame.name) } }
    case 'admitted':
      return { admitted: { room: writeHex(frame.room), key: writeHex(frame.key) } }
    case 'knocking':
      return {
        knocking: {
          door: writeHex(frame.door),
          uid: writeHex(frame.uid),
          name: wellFormed(frame.name),
          addr: frame.addr,
          state: knockStates.indexOf(frame.state),
          ...(frame.by && { by: writeHex(frame.by) }),
        },
      }
    case 'answer':
      return {
        answer: {
          door: writeHex(frame.door),
          uid: writeHex(frame.uid),
          admit: frame.admit,
          ...(frame.by && { by: writeHex(frame.by) }),
        },
      }
    case 'check':
      return { check: {} }
    case 'checkPoint':
      return { checkPoint: { nonce: frame.nonce } }
    case 'checked':
      return { checked: { nonce: frame.nonce, digest: bytesOfUnique(frame.digest) } }
    case 'chains':
      return { chains: { nonce: frame.nonce, points: frame.points.map(writePoint) } }
    case 'chainsAt':
      return { chainsAt: { nonce: frame.nonce, chains: frame.chains.map(bytesOfUnique) } }
    case 'checkDone':
      return {
        checkDone: {
          nonce: frame.nonce,
          digest: bytesOfUnique(frame.digest),
          members: frame.members.map(writeCompared),
        },
      }
  }
}
