/**
 * Lists every limit of what crosses a link or waits for one: its unit, its value and the reason for it.
 */

/**
 * The protocol versions this program speaks, both included. HELLO and INFO carry them. Version 1 was never released:
 * its messages did not say which process had said them.
 */
export const protocolVersionMin = 2
export const protocolVersionMax = 2

/**
 * A frame without its length prefix. Unit: bytes. A batch of records is 64 KiB and a single record
 * about 66 KiB at most, so there is room for four; a larger limit would only let one peer use more memory.
 */
export const frameBytesMax = 256 * 1024

/** The length prefix before each frame: unsigned, big endian. Unit: bytes. */
export const prefixBytes = 4

/**
 * What may wait for one peer while the sender paces itself (S16). Unit: bytes. A paced frame is
 * answered by `drained` once no more than half of this waits, and is itself no more than half.
 */
export const linkBufferBytesMax = 256 * 1024

/** At or below this, a link has room again. Unit: bytes. */
export const linkLowWaterBytes = linkBufferBytesMax / 2

/**
 * What may wait for one peer in all, with frames that are not paced (views, tokens, life signs, own
 * submits). Unit: bytes. A peer that reads so little that this fills is cut off.
 */
export const linkBufferBytesCap = 1024 * 1024

/** A message's text in UTF-8. Unit: bytes (cli.md). */
export const textBytesMax = 65_536

/** A member's name: code points, and bytes of UTF-8 (cli.md). */
export const nameCharsMax = 32
export const nameBytesMax = 128

/** An address as text: `[` IPv6 `]:` port. Unit: bytes. */
export const addressBytesMax = 56

/** An author's part as its author encoded it: the text, and room for fields of later versions. Unit: bytes. */
export const partBytesMax = textBytesMax + 2048

/** A stamped record: its part and the stamp. Unit: bytes. */
export const recordBytesMax = partBytesMax + 256

/** Fixed lengths of identities. Unit: bytes. */
export const uidBytes = 16
export const incBytes = 14
export const roomBytes = 16

/**
 * Entries of one frame. A member takes about 60 bytes and at most 218, a book entry 40 to 263, a namespace
 * 46: a VIEW of 512 members with a book of these and 256 absent is some 60 KiB and
 * passes frameBytesMax only if nearly all names are of the longest; a FOLLOW of 4096 namespaces is 184 KiB.
 */
export const membersMax = 512
export const bookEntriesMax = membersMax + 256
export const frontierEntriesMax = 4096
/** A record is at least some 60 bytes, so a full frame holds no more than this. */
export const recordsPerFrameMax = 4096

/** Lamport timestamps. A larger one is refused, as it would leave no numbers to continue with. */
export const lamportMax = 2 ** 52

/** Everything else that counts: aseq, s, positions, terms, versions of a view. */
export const countMax = 2 ** 48 - 1

/** The author's wall clock, ms since 1970: as far as a date can be shown. */
export const wallMsMax = 8.64e15

/** The nonce of a PING. */
export const nonceMax = 2 ** 32 - 1

/** Holders needed before *sent* (cli.md, --copies). */
export const copiesMax = 16

/** Accepted connections that have not yet proved a key. Beyond it the oldest is dropped. */
export const strangersMax = 256

/** How long an accepted connection may take to prove a key, and then to send its first frame. Unit: ms. */
export const handshakeMs = 5000

/** Links that others may hold to us at a time. Beyond it a new one is dropped. */
export const acceptedLinksMax = 1024

/** A link that is silent for so long is dropped. Ring and star links are never so quiet. Unit: ms. */
export const idleLinkMs = 60_000

/** How long a dial may take until its handshake is done. Unit: ms. The core gives most dials less (2.6). */
export const connectMs = 5000

/** How long what was sent may take to go out after a link is closed on purpose. Unit: ms. */
export const lingerMs = 1000
