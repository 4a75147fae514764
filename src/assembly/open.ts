/**
 * Opens a room: base, choice, store and session, in this order and concurrently where possible. Closes what
 * was opened when a step fails.
 */

import { randomInt } from 'node:crypto'
import { formatInvitation } from '../chat/invitation.ts'
import { logTextOf, noticeOf } from '../chat/notices.ts'
import { defaultConfig } from '../core/model/config.ts'
import { isLocked, type RoomId } from '../core/model/ids.ts'
import {
  claimsOf,
  initialState,
  nameOfKey,
  othersOf,
  peerOn,
  snapshot,
  standingOf,
  step,
} from '../core/index.ts'
import { RingleaderError } from '../peer/errors.ts'
import { Beside } from '../peer/direct/beside.ts'
import type { Store } from '../peer/ports.ts'
import { Session } from '../peer/session.ts'
import type { Home } from '../store/home/home.ts'
import type { FilePort } from '../peer/direct/file-port.ts'
import { openDiskFiles, sharedPathOf } from '../store/files/disk-files.ts'
import { openPrivateLines, privatePathOf } from '../store/home/private-lines.ts'
import { openMemoryStore } from '../store/memory-store.ts'
import { openSqliteStore, setAside } from '../store/room/sqlite-store.ts'
import { createNotary, Proven } from '../transport/signatures.ts'
import { ThreadVerifier } from '../transport/thread-verifier.ts'
import { decodePart, encodePart } from '../wire/codec.ts'
import { Announcing } from './announcing.ts'
import { Base } from './base.ts'
import { chooseByJoin, firstAsked } from './neighbor-choice.ts'
import { chooseHeld, lost, newRoomKey, type Choice, type Wish } from './room-choice.ts'
import { systemClock } from './system-clock.ts'
import type { Checked } from './options.ts'

const codec = { encodePart, decodePart }

/** How long what is beside the room may take to end. Unit: ms. */
const besideEndMs = 1500

/**
 * Opens a room. Resolves when the node is in the view and holds the history; what was opened is closed
 * again when it rejects. Every rejection is a RingleaderError, or a bug of ours.
 */
export async function openRoom(options: Checked, wish: Wish): Promise<Session> {
  try {
    return await openOnce(options, wish)
  } catch (error) {
    // The history and the key are set aside. Joining is the one way to go on: as another node, whose history
    // comes from the others.
    if (isDamage(error) && wish.type === 'join') return openOnce(options, wish)
    throw error
  }
}

/** Everything is closed again when it rejects; with ERR_DAMAGED the history is set aside, too. */
async function openOnce(options: Checked, wish: Wish): Promise<Session> {
  const base = await Base.open(options, {
    neighbor: wish.type === 'join' ? firstAsked(wish) : undefined,
    goesBack: !(wish.type === 'create' && wish.fresh),
  })
  let session: Session
  try {
    session = await startSession(base, options, wish)
  } catch (error) {
    await base.close()
    throw error
  }
  let ended: Error | undefined
  session.on('close', (error) => (ended = error))
  try {
    await session.entered
  } catch (error) {
    // The port and the home are free again when the promise rejects.
    await session.closed
    throw ended ?? error
  }
  // Once the caller listens.
  setImmediate(() => {
    const problem = base.problemAt(session.self.address)
    for (const text of [...(base.home?.notes ?? []), ...(problem === undefined ? [] : [problem])])
      session.note(text)
  })
  return session
}

async function startSession(base: Base, options: Checked, wish: Wish): Promise<Session> {
  const { transport, switchboard, home, homePort, identity } = base
  const { name, visit, knocks, onLog } = options
  // Before the store: a port that is in use leaves no new room behind.
  const at = await transport.listen(switchboard)
  const addr = base.addressFor(at)
  onLog?.({ ts: 0, line: { type: 'listening', addr } })
  let opened: { choice: Choice; store: Store }
  if (wish.type === 'join') {
    const choice = await chooseByJoin(base, { name, addr, ...(visit && { visit }) }, wish)
    opened = { choice, store: await openStore(base, choice) }
  } else opened = await openHeld(base, options, wish)
  const { choice, store } = opened
  const { inc } = homePort
  const path = home && home.roomPath(choice.room)
  let privates: Awaited<ReturnType<typeof openPrivateLines>> | undefined
  let disk: FilePort
  try {
    privates = path === undefined ? undefined : await openPrivateLines(privatePathOf(path))
    disk = await openDiskFiles(path === undefined ? undefined : sharedPathOf(path))
  } catch (error) {
    await store.close()
    throw error
  }
  const proven = new Proven()
  const verifier = new ThreadVerifier(store.stored.room, proven)
  const notary = createNotary(identity, proven)
  const state = initialState({
    uid: identity.uid,
    inc,
    name,
    ...(visit && { visit }),
    addr,
    room: store.stored.room,
    copies: store.stored.copies,
    durable: store.durable,
    seed: randomInt(2 ** 32),
    config: defaultConfig,
    notary,
    stored: store.stored,
    lock: store.stored.lock,
  })
  const beside = new Beside({
    transport,
    clock: systemClock,
    room: choice.room,
    self: { uid: identity.uid, inc, ...(visit && { visit }) },
    key: () => snapshot(state).key,
    members: () => session.members,
    privates,
    disk,
    offer: (offer) => session.post(offer, { offer: true }),
    watch: {
      standing: () => standingOf(state),
      peerOf: (link) => peerOn(state, link),
      logText: logTextOf,
      size: () => session.size,
      store,
      tells: options.watch,
    },
  })
  const session: Session = new Session({
    core: {
      step: (event) => step(state, event),
      glance: () => snapshot(state),
      unsent: () => state.outbox.map(({ part }) => part),
    },
    transport,
    store,
    home: homePort,
    clock: systemClock,
    self: { uid: identity.uid, inc, name, addr },
    listening: at,
    addressFor: (address) => base.addressFor(address),
    noticeOf,
    invitationOf: formatInvitation,
    newKey: newRoomKey,
    nameKey: (key) => nameOfKey(notary, key),
    knocks,
    direct: beside.talk,
    files: beside.files,
    watching: beside.watching,
    trace: beside.watching.trace,
    onLog,
    aside: { claims: (link, frame, ahead) => claimsOf(state, link, frame, ahead), verifier },
    entering: async () => home?.setLastRoom(choice.room),
    release: async (error) => {
      // A disk that hangs does not keep the room from ending.
      await Promise.race([
        beside.end(),
        new Promise((resolve) => systemClock.after(besideEndMs, () => resolve(undefined))),
      ]).catch(() => undefined)
      const [, closed] = await Promise.allSettled([
        transport.stop(),
        store.close(),
        verifier.stop(),
        announcing.stop(),
      ])
      // The disk hangs, whatever else ended the room. The store's thread may still write: the home stays locked until
      // this process ends.
      if (closed.status === 'rejected') return closed.reason as Error
      try {
        return isDamage(error) && home ? await putAside(base, home, choice.room, error) : error
      } finally {
        home?.close()
      }
    },
  })
  const announcing = new Announcing(session, (line) => session.report(line))
  session.entered.then(() => announcing.start(!visit && options.announce)).catch(() => {})
  session.on('members', () => beside.membersChanged())
  // Once the caller listens.
  void session.entered
    .then(() => setImmediate(() => setImmediate(() => beside.begin())))
    .catch(() => undefined)
  base.others = () => othersOf(state)
  store.attach(session.storeSink)
  switchboard.attach(session.transportSink)
  // The core tells whom to let into a locked room.
  if (!isLocked(choice.room)) transport.guard(undefined, false)
  session.start(choice.started)
  return session
}

async function openHeld(
  base: Base,
  { room }: Checked,
  wish: Exclude<Wish, { type: 'join' }>,
): Promise<{ choice: Choice; store: Store }> {
  const choice = await chooseHeld(base.home, wish, room)
  return { choice, store: await openStore(base, choice) }
}

/** A locked room is opened with its lock, or not at all. */
async function openStore(base: Base, choice: Choice): Promise<Store> {
  const { room, create, lock } = choice
  const { home } = base
  if (!home) return openMemoryStore({ room, copies: create?.copies ?? 3, ...(lock && { lock }) })
  if (lock) home.keepLock(room, lock)
  else if (isLocked(room) && !(await home.readLock(room))) throw noKey(home, room)
  const path = home.roomPath(room)
  try {
    return await openSqliteStore(create ? { path, room, codec, create } : { path, room, codec })
  } catch (error) {
    if (!isDamage(error)) throw error
    throw await putAside(base, home, room, error)
  }
}

function noKey(home: Home, room: RoomId): RingleaderError {
  const what = `room ${room} is locked, and ${home.dir} has no key of it: join it with an invitation, through ringleader join`
  return new RingleaderError('ERR_LOCKED', what)
}

/** Sets a closed, damaged store aside. Returns the error for people, also where the disk does not let it. */
async function putAside(base: Base, home: Home, room: RoomId, cause: unknown): Promise<RingleaderError> {
  const path = home.roomPath(room)
  let aside: string
  try {
    aside = await setAside(path)
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code
    const what = `${path} is damaged, and cannot be set aside (${why}): check the disk and the permissions of the folder, then start again`
    return new RingleaderError('ERR_DAMAGED', what, { cause })
  }
  // 2.12: the next start is another node.
  await base.retireIdentity()
  const book = await home.readBook(room)
  // Also where it is empty: that the book lies there without a database tells the next start what was.
  await home.keepBook(room, book)
  return lost(book, aside, cause)
}

function isDamage(error: unknown): boolean {
  return error instanceof RingleaderError && error.code === 'ERR_DAMAGED'
}
