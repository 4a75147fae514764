/**
 * Every knob of the protocol: unit, range, default, source. Sizes of frames stand in wire/limits.ts.
 */

export type Config = {
  /**
   * How often a node counts silence, sends life signs and retries what is due.
   * Unit: ms. Range 10-60000. Default 250. Lower: faster detection, more frames. Source: 2.6.
   */
  readonly heartbeatEveryMs: number
  /**
   * Heartbeats between two life signs on a watched link. Range 1 to suspectAfterBeats / 2.
   * Default 2 (= 500 ms): silence is counted from the last byte, so rarer life signs find a death no later,
   * and an idle node costs half. Lower it where processes are stalled for more than half a second. 2.6
   */
  readonly pingEveryBeats: number
  /** Heartbeats without a byte after which a link is suspected and probed once. Default 4 (= 1000 ms). 2.6 */
  readonly suspectAfterBeats: number
  /** Further heartbeats of silence after the probe until it is dead. Default 1 (= 250 ms). 2.6 */
  readonly deadAfterBeats: number
  /** Heartbeats between two life signs that ask for a PONG, to measure the round trip. Default 16 (= 4 s). 2.6 */
  readonly measureEveryBeats: number
  /**
   * The pace (2.6) is the slowest round trip divided by this, from 1 to paceMax: the times below that wait for replies
   * are multiplied by it. Unit: ms. Default 50: a dial takes three round trips and has 250 ms. Default 12.
   */
  readonly roundTripMs: number
  readonly paceMax: number
  /** How long a dialled link may take until INFO. Unit: ms. Default 250. 2.6 */
  readonly dialAnswerMs: number
  /** How long the leader waits for a dropped member to FOLLOW again. Unit: ms. Default 300. 2.6 */
  readonly evictAfterMs: number
  /**
   * Times in turn that a member falls silent before it has received what it lacks, until the leader lists it only with
   * proof; and FOLLOWs in turn without a frame behind the reply, until people are told why. Default 3. 2.6
   */
  readonly fruitlessMax: number
  /** How long a FOLLOW may take until its reply. Unit: ms. Default 1000. 2.4 */
  readonly followAnswerMs: number
  /** First and longest wait between tries to FOLLOW. Unit: ms. Default 200, 1000. 2.4 */
  readonly retryMinMs: number
  readonly retryMaxMs: number
  /** Redirects followed in one try. Default 3. 2.4 */
  readonly redirectsMax: number
  /** Ring candidates dialled at once when the nearest is down. Default 4. 2.7 N1 */
  readonly candidatesAtOnce: number
  /** How often a ring that is not the view's is tried again. Unit: heartbeats. Default 4. 2.7 N1 */
  readonly ringRetryBeats: number
  /** A leaderless node that is not the gap's owner starts an election after min + rand(spread). Unit: ms. 300, 300. 2.8 */
  readonly backupMinMs: number
  readonly backupSpreadMs: number
  /** (base + perMember * n) * 2^k, at most max, +-50 %: without ELECTED the next term begins. 500, 20, 8000. 2.8 */
  readonly electBaseMs: number
  readonly electPerMemberMs: number
  readonly electMaxMs: number
  /** Terms that fail, or FOLLOWs of a leader named by ALIVE, until solo office. Default 7 (with 5, a ring that
   * loses four tokens of ten for 10 s now and then parts although all can talk), 3. 2.8 */
  readonly failedTermsMax: number
  readonly failedFollowsMax: number
  /** How long a held token waits for the leader's PONG. Unit: ms. Default 250. 2.8 */
  readonly holdTokenMs: number
  /** How long after the lap's return gathering ends. Unit: ms. Default 1000. 2.9 */
  readonly gatherMs: number
  /** How long a restarted node searches, plus rand of the same, until solo office. Unit: ms. Default 1000. 2.12 */
  readonly searchMs: number
  /** The same when a node of an electing ring replied. Unit: ms. Default 5000. 2.12 */
  readonly searchElectingMs: number
  /** How long after its start a joiner that was never in a view gives up. Unit: ms. Default 30000. */
  readonly joinGiveUpMs: number
  /** How long leaving waits for what is unsent and unread. Unit: ms. Default 2000. 2.10 */
  readonly leaveMs: number
  /** A leader that slept longer stamps nothing until a follower replied. Unit: ms. Default 500. 2.6 */
  readonly pauseMs: number
  /**
   * An office probes an absent address at this interval; after `probeFastCount` probes the interval grows by a half each
   * time, up to the slowest. Unit: ms. Default 1000, 90 probes, 15000. 2.11
   */
  readonly probeEveryMs: number
  readonly probeFastCount: number
  readonly probeSlowestMs: number
  /** Absent addresses probed at a time, or more where each would come up less often than the slowest. Default 3. 2.11 */
  readonly probesAtOnce: number
  /** Heartbeats a member may be behind before *sent* stops waiting for it. Default 8 (= 2 s). 2.5 */
  readonly laggardBeats: number
  /**
   * Bytes of records in one REC or UP frame; a longer part has a frame of its own. Range: up to half of frameBytesMax.
   * Default 65536.
   */
  readonly batchBytes: number
  /** What is sealed together must fit into one frame when it is passed on. Unit: bytes, with stamps. Default 196608. D4 */
  readonly blockBytesMax: number
  /**
   * What one author may have stamped that is not safe yet: parts, and bytes. More is taken when the rest is safe, so a
   * flood delays only its author. An honest program reaches it only while nothing gets safe for seconds (peer/outgoing.ts). Default 1024,
   * 1 MiB. 2.5
   */
  readonly unsafeMax: number
  readonly unsafeBytesMax: number
  /** Bytes of recent records kept in memory for followers. Default 1 MiB. */
  readonly tailBytes: number
  /** Members of a room: more would not fit into a frame. Default 512. */
  readonly membersMax: number
  /** Namespaces that a FOLLOW lists; of more it sends digests. Default 128. */
  readonly recentMax: number
  /** Namespaces of one HELD. Default 1024. */
  readonly headsPerPage: number
  /** Entries of the address book told to another node. Default 384. */
  readonly bookToldMax: number
  /** With more bytes than this that are not durable, a commit is asked for at once. Default 256 KiB. 2.5 */
  readonly lazyBytesMax: number
  /** Bytes that wait for the disk, full or silent, before the node stops. Default 64 MiB. 2.12 */
  readonly undurableBytesMax: number
  /** Absent members in the address book. Default 256. 2.3 */
  readonly bookMax: number
  /** Of these, entries that peers named and that were in no view here. Default 64. 2.17 */
  readonly bookUnmetMax: number
  /**
   * How many PROBEs a node that is not in the book sends until an office of several acts upon one; the heartbeats
   * between two that count; and how many such nodes are remembered. Default 8, 3 (= 750 ms), 64. 2.17
   */
  readonly strangerProbes: number
  readonly strangerProbeBeats: number
  readonly unknownProbersMax: number
  /** Leaders that sent what does not verify, and are remembered for that. Default 64. 2.17 */
  readonly distrustedMax: number
  /**
   * Heartbeats until a member that has not replied to a check counts as silent, and for which the leader then looks where
   * those that differ do. Default 12 (= 3 s), 16 (= 4 s). 2.19
   */
  readonly checkReplyBeats: number
  readonly checkSearchBeats: number
  /** How long an office that moves waits for MOVE_OK. Unit: ms. Default 500. 2.11 */
  readonly moveAnswerMs: number
  /** An office that took another in publishes the view after, and drops no-shows after. Unit: ms. 300, 1000. 2.11 */
  readonly mergeViewMs: number
  readonly mergeDropMs: number
}

/** For a local network; at a distance the pace stretches the times that wait for replies (2.6). */
export const defaultConfig: Config = {
  heartbeatEveryMs: 250,
  pingEveryBeats: 2,
  suspectAfterBeats: 4,
  deadAfterBeats: 1,
  measureEveryBeats: 16,
  roundTripMs: 50,
  paceMax: 12,
  dialAnswerMs: 250,
  evictAfterMs: 300,
  fruitlessMax: 3,
  followAnswerMs: 1000,
  retryMinMs: 200,
  retryMaxMs: 1000,
  redirectsMax: 3,
  candidatesAtOnce: 4,
  ringRetryBeats: 4,
  backupMinMs: 300,
  backupSpreadMs: 300,
  electBaseMs: 500,
  electPerMemberMs: 20,
  electMaxMs: 8000,
  failedTermsMax: 7,
  failedFollowsMax: 3,
  holdTokenMs: 250,
  gatherMs: 1000,
  searchMs: 1000,
  searchElectingMs: 5000,
  joinGiveUpMs: 30_000,
  leaveMs: 2000,
  pauseMs: 500,
  probeEveryMs: 1000,
  probeFastCount: 90,
  probeSlowestMs: 15_000,
  probesAtOnce: 3,
  laggardBeats: 8,
  batchBytes: 65_536,
  blockBytesMax: 196_608,
  tailBytes: 1_048_576,
  unsafeMax: 1024,
  unsafeBytesMax: 1_048_576,
  membersMax: 512,
  recentMax: 128,
  headsPerPage: 1024,
  bookToldMax: 384,
  lazyBytesMax: 262_144,
  undurableBytesMax: 67_108_864,
  bookMax: 256,
  bookUnmetMax: 64,
  strangerProbes: 8,
  strangerProbeBeats: 3,
  unknownProbersMax: 64,
  distrustedMax: 64,
  checkReplyBeats: 12,
  checkSearchBeats: 16,
  moveAnswerMs: 500,
  mergeViewMs: 300,
  mergeDropMs: 1000,
}
