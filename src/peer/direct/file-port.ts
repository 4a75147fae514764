/**
 * Defines what sharing files needs of a disk. The adapter is in `store/files/`.
 */

/** A file that can be served: where it is, and as it was when its pieces were hashed. */
export type SharedFile = {
  readonly path: string
  readonly size: number
  /** Ms since 1970. */
  readonly changed: number
  /** Of all its pieces, 32 bytes each. */
  readonly hashes: Uint8Array
  /** 64 hex digits, over those. */
  readonly hash: string
}

/** A shared file that is open for reading. */
export interface OpenFile {
  /** The bytes are overwritten by the third read after this one. Rejects where the file is not what it was. */
  read(piece: number): Promise<Uint8Array>
  close(): void
}

/** A file that is being written, under another name than it will have. */
export interface PartFile {
  /** Pieces that an earlier try has left, all of them right. */
  readonly pieces: number
  /** `bytes` are not used afterwards. False: the piece is not what its hash says, and was not written. Rejects with ERR_DISK_FULL or ERR_FILE. */
  write(piece: number, bytes: Uint8Array): Promise<boolean>
  /** Gives it its name, or the next that is free: resolves to the path. */
  finish(): Promise<string>
  close(): Promise<void>
}

export interface FilePort {
  /** Reads and hashes a whole file. Rejects with ERR_FILE. */
  survey(
    path: string,
    progress?: (done: number, size: number) => void,
  ): Promise<SharedFile & { readonly name: string }>
  /** Whether the hashes are those that `hash` stands for. */
  isListOf(hashes: Uint8Array, hash: string): boolean
  /** Rejects where the file is gone, or is not what it was. */
  open(file: SharedFile): Promise<OpenFile>
  /**
   * Begins, or goes on with, a file. Its name is a plain one. Rejects with ERR_DISK_FULL where there is no room for it, and
   * with ERR_FILE.
   */
  begin(folder: string, name: string, size: number, hash: string, hashes: Uint8Array): Promise<PartFile>
  /**
   * What is here of a file: all of it, at a path, as far as this home knows, or so many bytes of a part in the folder, which are
   * verified when it is begun. Never rejects.
   */
  held(
    folder: string,
    name: string,
    size: number,
    hash: string,
  ): Promise<{ path: string | undefined; done: number }>
  /** Files that can be served in this room, of earlier processes as well. */
  readonly shared: readonly SharedFile[]
  /** A later one with the same hash takes the place of an earlier one. Never rejects. */
  share(file: SharedFile): Promise<void>
}
