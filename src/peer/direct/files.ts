/**
 * The library's types of files that members offer to each other.
 */

/** A file that somebody offers to the room. */
export type OfferedFile = {
  /** As its author gives it: it may be one that is not stored here ({@link Files.receive}). */
  readonly name: string
  /** Unit: bytes. Range: 1 to 64 GiB. */
  readonly size: number
  /** SHA-256 over the SHA-256 of its pieces of 1 MiB: 64 hex digits. */
  readonly hash: string
}

/** How far a file is. */
export type FileProgress = {
  /** Of the file, verified and written here. Unit: bytes. */
  done: number
  /** Of the whole file. Unit: bytes. */
  size: number
  /** The name of the member that it comes from now; undefined: a member that has it is looked for. */
  from: string | undefined
}

/** What {@link Files.offer} resolves with. */
export type FileOffer = {
  /** Of the message that offers the file, as in {@link Message.id}. */
  id: string
  /** What it offers. */
  file: OfferedFile
}

/** What {@link Files.receive} resolves with. */
export type ReceivedFile = {
  /** Where the file is now. */
  path: string
}

/** What {@link Files.held} resolves with. */
export type HeldFile = {
  /** Where all of it is, as far as the home knows; undefined: it is not here. */
  path: string | undefined
  /** What is here of it, and is verified when it is fetched on. Unit: bytes. */
  done: number
}

/** Every event of {@link Files}, with what its listeners are given. */
export type FileEvents = {
  /** A member has fetched a file from this one, and says that it can serve it now. `path`: of the file here. */
  fetched: (fetched: { hash: string; path: string; id: string; name: string }) => void
  /** A file that a member wants has changed here, or is gone, and is not served. Once for each offer of it. */
  unserved: (unserved: { hash: string; path: string }) => void
}

/**
 * Files that members offer to the room. An offer is a message ({@link Message.file}); the file itself travels over links of its
 * own, from any member that has it whole: who offered it, or who has fetched it. Nothing is fetched without a call.
 */
export interface Files {
  /**
   * Offers a file to the room. It is read once, and then served from where it is: while it changes, or is gone, it is not.
   *
   * Rejects with a {@link RingleaderError}: `ERR_FILE` (it cannot be read, is no file, is empty or too large), and those of
   * {@link Room.post}.
   *
   * @param path - of the file
   * @param options - `progress`: hears how many bytes were read
   * @returns the id of the message, and what it offers
   */
  offer(path: string, options?: { progress?: (done: number, size: number) => void }): Promise<FileOffer>
  /**
   * Fetches a file that was offered, from whoever has it; goes on with another member when one is gone, and goes on where an
   * earlier try has ended. Each piece is verified before it is written. The file has its name only when it is whole; a file that
   * is there is never overwritten: `photo (2).jpg`.
   *
   * Rejects with a {@link RingleaderError}: `ERR_FILE` (its name is none that is stored here; it cannot be written),
   * `ERR_DISK_FULL`, `ERR_UNREACHABLE` (nobody here has it), `ERR_USAGE` (it is being fetched; four are), `ERR_LEFT`.
   *
   * @param file - what was offered, as in {@link Message.file}
   * @param options - `folder`: where it is stored; made when missing. `author`: node id of who is asked first. `progress`: called
   *   at most 10 times a second. `signal`: ends it; what is there is kept for the next try
   * @returns the path of the file
   */
  receive(
    file: OfferedFile,
    options: {
      folder: string
      author?: string
      progress?: (progress: FileProgress) => void
      signal?: { readonly aborted: boolean }
    },
  ): Promise<ReceivedFile>
  /**
   * Looks what is here of a file that was offered, by this process or an earlier one of this home.
   *
   * @param file - what was offered, as in {@link Message.file}
   * @param options - `folder`: where it would be stored
   * @returns where it is, or how much of it is here
   */
  held(file: OfferedFile, options: { folder: string }): Promise<HeldFile>
  /**
   * Calls `listener` at each such event.
   * @returns itself
   */
  on<E extends keyof FileEvents>(event: E, listener: FileEvents[E]): this
  /**
   * Takes back `on` of the same listener.
   * @returns itself
   */
  off<E extends keyof FileEvents>(event: E, listener: FileEvents[E]): this
}
