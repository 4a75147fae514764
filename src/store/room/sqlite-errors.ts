/**
 * What the errors of SQLite and of the file system mean for a room: a full disk, a lock, damage, or something
 * that only a person can mend.
 */

import { RingleaderError, type ErrorCode } from '../../peer/errors.ts'

/** Result codes of SQLite; the first eight bits of an extended code are the code. Source: sqlite.org/rescode.html. */
const codes = {
  error: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  lockProtocol: 15,
  format: 24,
  notDatabase: 26,
  shortRead: 522,
  /** The shared index of the WAL could not grow. */
  sharedMemorySize: 4874,
} as const

/** What SQLite says for a code. `@photostructure/sqlite` 1.2.1 gives errors of `all` and `iterate` no code. */
const codeBySaying: readonly [RegExp, number][] = [
  [/^database is locked/, codes.busy],
  [/^database (table|schema) is locked/, codes.locked],
  [/^database disk image is malformed/, codes.corrupt],
  [/^database or disk is full/, codes.full],
  [/^disk I\/O error/, codes.ioError],
  [/^attempt to write a readonly database/, codes.readOnly],
  [/^locking protocol/, codes.lockProtocol],
  [/^unable to open database file/, codes.cannotOpen],
  [/^file is not a database/, codes.notDatabase],
  [/^(no such|malformed)/, codes.error],
]

/** The extended result code of an error of SQLite, 0 for one without; undefined when it is not SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, errcode, message } = error as Error & { code?: unknown; errcode?: unknown }
  if (code !== 'ERR_SQLITE_ERROR') return undefined
  if (typeof errcode === 'number') return errcode
  return codeBySaying.find(([saying]) => saying.test(message))?.[1] ?? 0
}

function primaryCode(error: unknown): number | undefined {
  const code = sqliteCode(error)
  return code === undefined ? undefined : code & 0xff
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code?.startsWith('E') && (error as NodeJS.ErrnoException).errno !== undefined ? code : undefined
}

/** Whether a failed write means that the disk has no room; the same write may be tried again. */
export function isFull(error: unknown): boolean {
  const code = sqliteCode(error)
  if (code !== undefined) return primaryCode(error) === codes.full || code === codes.sharedMemorySize
  const errno = errnoOf(error)
  return errno === 'ENOSPC' || errno === 'EDQUOT'
}

/** Whether a statement failed because another program holds a lock on the file; it may be tried again. */
export function isLocked(error: unknown): boolean {
  const code = primaryCode(error)
  return code === codes.busy || code === codes.locked
}

export function isNotDatabase(error: unknown): boolean {
  return primaryCode(error) === codes.notDatabase
}

/** Whether SQLite could not make the files that reading beside a writer needs: the folder may be read-only. */
export function isUnwritable(error: unknown): boolean {
  const code = primaryCode(error)
  return code === codes.readOnly || code === codes.cannotOpen
}

/** Whether an error means that the content of the file is not what was written. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // No number that we write is so large.
  if (error.message.startsWith('Value is too large to be represented')) return true
  const code = sqliteCode(error)
  if (code === undefined) return false
  // Our own statements name what the schema has, or had.
  if (code === codes.error) return /^(no such (table|column|index)|malformed)/.test(error.message)
  if (code === codes.shortRead) return true
  return [codes.corrupt, codes.format, codes.notDatabase].some((damage) => damage === (code & 0xff))
}

/** The named error for a failure on `path`; `otherwise` where it is neither damage nor a full disk nor a lock. */
export function namedError(error: unknown, path: string, otherwise: ErrorCode): RingleaderError {
  if (error instanceof RingleaderError) return error
  const said = error instanceof Error ? error.message : String(error)
  const named = (code: ErrorCode, what: string) => new RingleaderError(code, what, { cause: error })
  if (isDamage(error)) return named('ERR_DAMAGED', `${path} is damaged (${said})`)
  if (errnoOf(error) === 'EDQUOT')
    return named('ERR_DISK_FULL', `your quota on the disk of ${path} is used up: free some space`)
  if (isFull(error)) return named('ERR_DISK_FULL', `the disk of ${path} is full: free some space`)
  if (isLocked(error)) {
    return named(
      'ERR_HOME_UNUSABLE',
      `another program has locked ${path}: end that program (a backup, an sqlite3 shell) or wait for it, then try again`,
    )
  }
  if (otherwise === 'ERR_COMMIT_FAILED') {
    return named(otherwise, `a commit to ${path} failed (${said}): check the disk, then start again`)
  }
  const why = fileSystemProblem(error)
  if (why !== undefined) return named(otherwise, `${path} ${why} (${said}); or choose another with --home`)
  return named(
    otherwise,
    `${path} cannot be used (${said}): check that it exists and that you may read and write it, or choose another with --home`,
  )
}

/** What is wrong with a file system or a path, and what to do, as the middle of a sentence; undefined: nothing known. */
function fileSystemProblem(error: unknown): string | undefined {
  const { code: errno, syscall } = error as NodeJS.ErrnoException
  if (syscall?.endsWith('chmod') && /^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(errno ?? ''))
    return 'cannot be closed to others, as a key must be: it belongs to somebody else, or its file system keeps no permissions, as FAT'
  const code = primaryCode(error)
  if (code === codes.readOnly) return 'is read-only: make it writable'
  if (code === codes.lockProtocol)
    return 'lies on a file system without locks, as some network shares: take a disk of this machine'
  return errno === undefined ? undefined : pathProblems[errno]
}

const readOnly = 'is on a read-only file system: make it writable, or only read it (ringleader history)'
const gone = 'is on a file system that does not reply: mount it again'
const pathProblems: Readonly<Record<string, string>> = {
  EROFS: readOnly,
  EACCES: 'is closed to you: check whose it is, and who may read and write it',
  EPERM: 'is closed to you: check whose it is, and who may read and write it',
  ENOTDIR: 'is no folder, or a part of its path is none: name a folder',
  EEXIST: 'holds a file where there must be a folder: move that file away',
  ENAMETOOLONG: 'is too long a name: take a shorter one',
  ELOOP: 'is a link that leads back to itself: mend the link',
  EIO: 'is on a disk that cannot be read or written: check the disk',
  EMFILE: 'cannot be opened, because this process has too many files open: raise the limit (ulimit -n)',
  ENFILE: 'cannot be opened, because this machine has too many files open: end some programs',
  ESTALE: gone,
  ENOTCONN: gone,
  EHOSTDOWN: gone,
  ENODEV: gone,
}
