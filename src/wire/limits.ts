/**
 * Lists every limit of what crosses a link or waits for one: its unit, its value and the reason for it.
 */

/**
 * The protocol versions this program speaks, both included. HELLO and INFO carry them. Versions 1
 * to 5 were never released: messages of 1 did not say which process had said them, a count in those of 2 could be
 * driven to its end by anybody, those of 3 were not signed, FOLLOW of 4 named each process that had ever led, parts
 * of 5 had 256 messages at most, and those of 6 64 KiB of text.
 */
export const protocolVersionMin = 7
export const protocolVersionMax = 7

/**
 * A frame without its length prefix. Unit: bytes. A SUBMIT ends with the part that
 * takes it to 64 KiB or more, and a part is 144 KiB at most: 208 KiB in all. Records that one seal covers may take 192 KiB. The rest is for
 * lists of members and namespaces; a larger limit would only let one peer use more memory.
 */
export const frameBytesMax = 256 * 1024

/** A LOCK: a frame of any length in a box, a proof, the tag of the box, and the fields around them (2.20). Unit: bytes. */
export const lockBytesMax = frameBytesMax + 128

/** The length prefix before each frame: unsigned, big endian. Unit: bytes. */
export const prefixBytes = 4

/** What may wait for one peer while the sender paces itself (S16). Unit: bytes. */
export const linkBufferBytesMax = 384 * 1024

/** Once no more than this waits, a link has room for another frame, and reports `drained` if the last one was paced. Unit: bytes. */
export const linkLowWaterBytes = linkBufferBytesMax - frameBytesMax

/**
 * What may wait for one peer in all, with frames that are not paced (views, tokens, life signs, own
 * submits). Unit: bytes. A peer that reads so little that this fills is cut off.
 */
export const linkBufferBytesCap = 1024 * 1024

/** A message's text (cli.md), in UTF-8. Unit: bytes. */
export const textBytesMax = 65_536

/**
 * The texts of one part together, in UTF-8. Each part costs every member two signatures to verify, a row and a frame; longer ones
 * would make a frame that others wait behind on a slow line: this is 0.1 s at 10 Mbit/s. Unit: bytes.
 */
export const partTextBytesMax = 2 * textBytesMax

/** A member's name: code points, and bytes of UTF-8 (cli.md). */
export const nameCharsMax = 32
/** Of a room's title. */
export const titleCharsMax = 64
export const titleBytesMax = 256
export const nameBytesMax = 128

/** An address as text: `[` IPv6 `]:` port. Unit: bytes. */
export const addressBytesMax = 56

/** Of an author's key and what it makes with it (Ed25519, SHA-256). Unit: bytes. */
export const keyBytes = 32
export const signatureBytes = 64
export const partIdBytes = 32
export const chainBytes = 32
/** Of the digest of a group of namespaces: SHA-256, cut off. */
export const groupDigestBytes = 16
/** A seal: its key and its signature. */
export const sealBytes = keyBytes + signatureBytes

/**
 * An author's part as its author encoded it: the texts, at most 12 bytes more for each of 1024 messages, a signature, a head
 * of at most 292, and some 3 KiB for what later versions add. Unit: bytes.
 */
export const partBytesMax = partTextBytesMax + 16 * 1024

/** Fixed lengths of identities. Unit: bytes. */
export const uidBytes = 16
export const incBytes = 14
export const roomBytes = 16
export const roomKeyBytes = 16
/** A proof that an end of a link knows the room key (2.20). */
export const proofBytes = 32
/** What names a stamper, and an author, in one process. */
export const stamperBytes = uidBytes + incBytes
export const authorBytes = keyBytes + incBytes

/**
 * Entries of one frame. A member takes about 60 bytes and at most 218, a book entry 40 to 263, a namespace
 * 75: a VIEW of 512 members with a book of these and 256 absent is some 60 KiB and
 * passes frameBytesMax only if nearly all names are of the longest; a page of 1024 namespaces is 75 KiB.
 */
export const membersMax = 512
export const bookEntriesMax = membersMax + 256
export const headsMax = 1024
/**
 * Records, or parts, of one frame. A part is at least 130 bytes, and what one seal covers takes 192 KiB at most, with 256 bytes
 * more for each record (core/log/log.ts): an honest frame has some 760 at most.
 */
export const recordsPerFrameMax = 2048

export { countMax, lamportMax } from '../core/model/bounds.ts'

/** Points that one CHAINS asks about, of 46 bytes, and CHAINS_AT answers, in 34. */
export const chainPointsMax = 128

/** The author's wall clock, ms since 1970: as far as a date can be shown. */
export const wallMsMax = 8.64e15

/** The nonce of a PING. */
export const nonceMax = 2 ** 32 - 1

/** Holders needed before *sent* (cli.md, --copies). */
export const copiesMax = 16

/**
 * Accepted connections that have not yet proved a key: in all, and from one address (an IPv4 address, or the first 64
 * bits of an IPv6 one). Beyond it the oldest goes: of that address, or of the address that has the most. A handshake
 * takes some ms, so only idle ones are old. Loopback has no limit of its own: many nodes may share one machine.
 */
export const strangersMax = 256
export const strangersPerAddressMax = 64

/** How long an accepted connection may take to prove a key, and then until its HELLO. Unit: ms. */
export const handshakeMs = 5000

/**
 * Links that one node may hold to us at a time. Beyond it the one that was silent for longest goes. Of an honest node the
 * simulator has seen 6 (star, next, and candidates, checks and errands that overlap); a copy of its home may add its own.
 */
export const linksPerKeyMax = 16

/** Connections that a node makes before it needs them: to the likely next leader, and to the member behind its next. */
export const sparesMax = 2

/**
 * Links that nodes outside the view may hold to us: in all, and from one address (as above). Beyond it one that has said
 * no HELLO goes, or the one that was silent for longest. 512 can join at once; behind one router hardly more than 64.
 */
export const outsiderLinksMax = 512
export const outsiderLinksPerAddressMax = 64

/** The same for members: each of 512 has its star link, and some dial anew while their old link still counts. */
export const memberLinksMax = 2048

/**
 * File descriptors that only members may use (or a quarter of all, if that is more), and those of them that nobody's
 * connection may use: the history, its journal, the address book and the log need them. A node without any link has 32.
 */
export const memberDescriptorsMin = 32
export const ownDescriptors = 16

/** A frame on a link that has said no HELLO or INFO yet. Unit: bytes. Either has some 400; the rest is for later versions. */
export const firstFrameBytesMax = 4096

/**
 * How long a frame that has begun may take: so many ms, and one more for each so many bytes. 4 KiB/s is what a member
 * gets of an uplink of 1 Mbit/s that 30 share.
 */
export const frameGraceMs = 10_000
export const frameBytesPerMs = 4

/**
 * What is held of frames that have begun, for all members together and for all others together. Unit: bytes. Beyond it the
 * link whose frame began first goes. 128 members that upload a full part at once fit in.
 */
export const memberUnfinishedBytesMax = 32 * 1024 * 1024
export const outsiderUnfinishedBytesMax = 8 * 1024 * 1024

/**
 * What one link is read in one turn of the event loop: bytes, and frames. Then all others have their turn, so that a
 * flood slows only its author. 64 small frames take the core about 1 ms. A turn is as long as the
 * longest frame: a link that stops in the middle of each frame is paused and resumed each time, which took a fifth of a burst.
 */
export const turnBytesMax = 256 * 1024
export const turnFramesMax = 64

/**
 * Signatures that one turn of the event loop verifies itself: a single line has two, its author's and its stamper's. What is
 * beyond is verified by other threads, in batches of at most so many: 2 ms of one core.
 */
export const atOnceMax = 8
export const batchClaimsMax = 32

/**
 * What waits to be verified of one link before it is read no more, and of all before frames go to the core at once. Unit:
 * bytes. Three full parts of a stream of records, so that the next is verified while the core takes one. Each frame, and each
 * record in it, counts some bytes beyond its own.
 */
export const waitingLinkBytesMax = 3 * partBytesMax
export const waitingBytesMax = 16 * 1024 * 1024
export const waitingFrameBytes = 256

/**
 * Lines of the log about refused peers: a minute, about one address or key, and in all. What is left out is counted.
 * People are shown one notice a minute.
 */
export const refusedLinesPerPeer = 3
export const refusedLinesMax = 30
/**
 * Lines about errors that peers can cause, such as an identity that is used twice: of one kind, for log and people, a
 * minute.
 */
export const errorLinesPerKind = 3
/** The minute of the three above. Unit: ms. */
export const refusedEveryMs = 60_000

/**
 * Notices about members that come and go, and what follows from it, a minute: anybody can come and go as often as it
 * likes. Beyond, people are shown counts at this interval. Unit: ms. More than a person reads, and enough for a class
 * that comes at once.
 */
export const comingsMax = 60
export const comingsMinuteMs = 60_000
export const comingsToldEveryMs = 10_000

/**
 * How often the system looks whether the other end of a quiet connection is there (TCP keep-alive), so that a router between
 * the two does not forget it. Unit: ms.
 */
export const keepAliveMs = 30_000

/** A link that is silent for so long is dropped. Ring and star links are never so quiet. Unit: ms. */
export const idleLinkMs = 60_000

/**
 * Nodes that knock at a time (2.20): in all, with one key, and from one address (as above). More than a person wants to
 * decide upon at once. Who comes beyond it hears what a stranger hears.
 */
export const knockersMax = 8
export const knockersPerKeyMax = 1
export const knockersPerAddressMax = 2

/** After a burst of knockersMax, one knock is let through in so many seconds. Unit: s. Who knocks can go and knock again. */
export const knockEveryS = 5

/** People are told of so many new ones in a minute, at all doors together. */
export const knockNewsMax = 6
/** Of these, and of knockersMax, so many are for those at the own door: what other members say cannot shut it. */
export const knocksKeptForDoor = 2

/** How long one that knocks waits for an answer. Unit: ms. A person has to see it, and may ask who it is. */
export const knockMs = 10 * 60_000

/** How long a dial may take until its handshake is done. Unit: ms. The core gives most dials less (2.6). */
export const connectMs = 5000

/** How long what was sent may take to go out after a link is closed on purpose. Unit: ms. */
export const lingerMs = 1000

/** What a person says of being away (2.23). Unit: bytes of UTF-8. */
export const awayBytesMax = 256

/** Of a file: what one DATA carries at most, a piece, its hash, and the hashes of one HAVE. Unit: bytes; the last: hashes. */
export const dataBytesMax = 65_536
export const pieceBytes = 1024 * 1024
export const hashBytes = 32
export const hashesPerPageMax = 2048

/** Pieces of one file: 64 GiB. Their hashes take 2 MiB. */
export const piecesMax = 65_536

/**
 * Direct links that others hold to us at a time: of one member, and in all. A member has one for what is private, and one for
 * each file that it fetches.
 */
export const directPerPeerMax = 6
export const directLinksMax = 64

/** A frame of a direct link: a text, bytes of a file or hashes, and the fields around them. Unit: bytes. */
export const directFrameBytesMax = 66 * 1024

/** How long the other end of a direct link may take to open it, or to take a message. Unit: ms. */
export const directAnswerMs = 5000
/** A direct link on which nothing is said any more is closed after this time. Unit: ms. */
export const directIdleMs = 20_000

/** Private messages that wait on one link for the disk, before it is read no more. */
export const privatesWaitingMax = 16

/** Members that watch one node at a time. PROTOCOL.md 2.25. */
export const watchersMax = 4
/** What a node tells one that watches it in a second; the rest is counted. */
export const sightsPerSecondMax = 400
/** What is seen is told together, so long after the first of it. Unit: ms. */
export const sightsEveryMs = 50
/** Sights in a frame, and messages named in a sight. */
export const sightsPerFrameMax = 64
export const sightMessagesMax = 8
/** The text of a line of the log. Unit: bytes. */
export const sightTextBytesMax = 1024
