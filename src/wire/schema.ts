/* oxlint-disable */
// @ts-nocheck
/**
 * Generated from ringleader.proto by `npm run generate`: do not edit. It knows the layout of every frame;
 * codec.ts checks limits and what is valid.
 */

/** A 64-bit number, as the codec library gives it. */
export type Wide = number | { low: number; high: number }

/** Encodes a message to a writer, and back. */
export type Codec<T> = {
  encode(message: T, writer?: Writer): Writer
  decode(bytes: Uint8Array): T
}
export type Writer = {
  uint32(value: number): Writer
  finish(): Uint8Array
}

export type Envelope = {
  lc?: Wide | null
  hello?: Hello | null
  info?: Info | null
  follow?: Follow | null
  followOk?: FollowOk | null
  redirect?: Redirect | null
  wait?: Wait | null
  up?: Up | null
  upDone?: UpDone | null
  rec?: Rec | null
  synced?: Synced | null
  stored?: Stored | null
  safe?: Safe | null
  submit?: Submit | null
  nack?: Nack | null
  view?: ViewFrame | null
  bye?: Bye | null
  leave?: Leave | null
  resign?: Resign | null
  link?: Link | null
  linkOk?: LinkOk | null
  refer?: Refer | null
  ping?: Ping | null
  pong?: Pong | null
  suspect?: Suspect | null
  elect?: Elect | null
  elected?: Elected | null
  stale?: Stale | null
  alive?: Alive | null
  probe?: Probe | null
  move?: Move | null
  moveOk?: MoveOk | null
  busy?: Busy | null
  moved?: Moved | null
  held?: Held | null
  lacks?: Lacks | null
  check?: Check | null
  checkPoint?: CheckPoint | null
  checked?: Checked | null
  chains?: Chains | null
  chainsAt?: ChainsAt | null
  checkDone?: CheckDone | null
  lock?: Lock | null
  key?: Key | null
  knock?: Knock | null
  admitted?: Admitted | null
  changed?: Changed | null
  knocking?: Knocking | null
  answer?: Answer | null
  direct?: Direct | null
}

export type Member = {
  uid?: Uint8Array | null
  inc?: Uint8Array | null
  name?: string | null
  addr?: string | null
  visit?: boolean | null
  memory?: boolean | null
}

export type Vid = {
  term?: Wide | null
  leader?: Uint8Array | null
  ver?: Wide | null
}

export type View = {
  vid?: Vid | null
  members?: readonly Member[] | null
}

export type BookEntry = {
  uid?: Uint8Array | null
  addr?: string | null
  name?: string | null
  left?: boolean | null
  gone?: number | null
  hearsay?: string | null
}

export type Head = {
  stamper?: Uint8Array | null
  stamperInc?: Uint8Array | null
  s?: Wide | null
  chain?: Uint8Array | null
}

export type Point = {
  stamper?: Uint8Array | null
  stamperInc?: Uint8Array | null
  s?: Wide | null
}

export type Hello = {
  versionMin?: number | null
  versionMax?: number | null
  room?: Uint8Array | null
  uid?: Uint8Array | null
  inc?: Uint8Array | null
  name?: string | null
  addr?: string | null
  visit?: boolean | null
}

export type Info = {
  versionMin?: number | null
  versionMax?: number | null
  room?: Uint8Array | null
  uid?: Uint8Array | null
  inc?: Uint8Array | null
  name?: string | null
  addr?: string | null
  status?: number | null
  term?: Wide | null
  leader?: Member | null
  many?: boolean | null
  copies?: number | null
  visit?: boolean | null
}

export type Lock = {
  proof?: Uint8Array | null
  box?: Uint8Array | null
}

export type Key = {
  key?: Uint8Array | null
}

export type Changed = {
  part?: Uint8Array | null
}

export type Knock = {
  name?: string | null
}

export type Admitted = {
  room?: Uint8Array | null
  key?: Uint8Array | null
}

export type Knocking = {
  door?: Uint8Array | null
  uid?: Uint8Array | null
  name?: string | null
  addr?: string | null
  state?: number | null
  by?: Uint8Array | null
}

export type Answer = {
  door?: Uint8Array | null
  uid?: Uint8Array | null
  admit?: boolean | null
  by?: Uint8Array | null
}

export type Direct = {
  open?: DirectOpen | null
  opened?: DirectOpened | null
  refused?: DirectRefused | null
  private?: Private | null
  taken?: PrivateTaken | null
  away?: Away | null
  want?: Want | null
  have?: Have | null
  lack?: Lack | null
  get?: Get | null
  data?: Data | null
  got?: Got | null
  watch?: Watch | null
  watching?: Watching | null
  seen?: Seen | null
}

export type DirectOpen = {
  room?: Uint8Array | null
}

export type DirectOpened = object

export type DirectRefused = {
  why?: number | null
}

export type Private = {
  inc?: Uint8Array | null
  n?: Wide | null
  text?: string | null
  wall?: Wide | null
}

export type PrivateTaken = {
  inc?: Uint8Array | null
  n?: Wide | null
  away?: Away | null
}

export type Away = {
  back?: boolean | null
  text?: string | null
}

export type Want = {
  hash?: Uint8Array | null
}

export type Have = {
  hashes?: Uint8Array | null
}

export type Lack = object

export type Get = {
  piece?: Wide | null
}

export type Data = {
  bytes?: Uint8Array | null
}

export type Got = object

export type Watch = {
  heartbeats?: boolean | null
}

export type Watching = object

export type Seen = {
  sights?: readonly Sight[] | null
  missed?: Wide | null
}

export type Sight = {
  at?: Wide | null
  lamport?: Wide | null
  standing?: Standing | null
  passage?: Passage | null
  judged?: Judged | null
  logged?: Logged | null
}

export type Standing = {
  status?: string | null
  term?: Wide | null
  leader?: Uint8Array | null
  next?: Uint8Array | null
  previous?: Uint8Array | null
  sentMax?: Uint8Array | null
  ver?: Wide | null
  members?: readonly Uint8Array[] | null
  size?: Wide | null
  safe?: Wide | null
  participant?: boolean | null
}

export type Passage = {
  received?: boolean | null
  peer?: Uint8Array | null
  frame?: string | null
  term?: Wide | null
  candidate?: Uint8Array | null
  messages?: readonly MessageName[] | null
  count?: Wide | null
}

export type MessageName = {
  uid?: Uint8Array | null
  inc?: Uint8Array | null
  n?: Wide | null
}

export type Judged = {
  from?: Uint8Array | null
  term?: Wide | null
  candidate?: Uint8Array | null
  verdict?: number | null
  sentMax?: Uint8Array | null
}

export type Logged = {
  kind?: string | null
  text?: string | null
}

export type Follow = {
  frontier?: readonly Head[] | null
  after?: Uint8Array | null
  role?: number | null
  disk?: boolean | null
  name?: string | null
  book?: readonly BookEntry[] | null
  cut?: Wide | null
  digests?: Uint8Array | null
}

export type FollowOk = {
  frontier?: readonly Head[] | null
  term?: Wide | null
  book?: readonly BookEntry[] | null
  differing?: Uint8Array | null
}

export type Held = {
  heads?: readonly Head[] | null
  done?: boolean | null
}

export type Lacks = {
  points?: readonly Point[] | null
}

export type Redirect = {
  leader?: Member | null
  view?: View | null
}

export type Wait = object

export type Up = {
  records?: Uint8Array | null
}

export type UpDone = object

export type Rec = {
  pos?: Wide | null
  safe?: Wide | null
  records?: Uint8Array | null
}

export type Synced = {
  pos?: Wide | null
}

export type Stored = {
  pos?: Wide | null
}

export type Safe = {
  pos?: Wide | null
}

export type Submit = {
  parts?: readonly Uint8Array[] | null
}

export type Nack = object

export type ViewFrame = {
  view?: View | null
  book?: readonly BookEntry[] | null
}

export type Bye = {
  reason?: number | null
}

export type Leave = object

export type Resign = {
  term?: Wide | null
}

export type Link = {
  vid?: Vid | null
}

export type LinkOk = {
  vid?: Vid | null
}

export type Refer = {
  prev?: Member | null
  vid?: Vid | null
}

export type Ping = {
  nonce?: number | null
  vid?: Vid | null
  safe?: Wide | null
}

export type Pong = {
  nonce?: number | null
}

export type Suspect = {
  uid?: Uint8Array | null
  inc?: Uint8Array | null
  refused?: boolean | null
}

export type Elect = {
  term?: Wide | null
  uid?: Uint8Array | null
  inc?: Uint8Array | null
}

export type Elected = {
  term?: Wide | null
  winner?: Member | null
  list?: readonly Member[] | null
}

export type Stale = {
  term?: Wide | null
}

export type Alive = {
  leader?: Member | null
}

export type Probe = {
  leader?: Member | null
  many?: boolean | null
  open?: boolean | null
}

export type Move = {
  term?: Wide | null
  many?: boolean | null
  members?: readonly Member[] | null
}

export type MoveOk = {
  term?: Wide | null
  pos?: Wide | null
}

export type Busy = object

export type Moved = {
  leader?: Member | null
}

export type Check = object

export type CheckPoint = {
  nonce?: number | null
}

export type Checked = {
  nonce?: number | null
  digest?: Uint8Array | null
}

export type Chains = {
  nonce?: number | null
  points?: readonly Point[] | null
}

export type ChainsAt = {
  nonce?: number | null
  chains?: readonly Uint8Array[] | null
}

export type Compared = {
  uid?: Uint8Array | null
  inc?: Uint8Array | null
  verdict?: number | null
  first?: Point | null
}

export type CheckDone = {
  nonce?: number | null
  digest?: Uint8Array | null
  members?: readonly Compared[] | null
}

export type Schema = {
  Envelope: Codec<Envelope>
  Member: Codec<Member>
  Vid: Codec<Vid>
  View: Codec<View>
  Gone: {NOT_TOLD: 0, DIED: 1, UNREACHABLE: 2}
  BookEntry: Codec<BookEntry>
  Head: Codec<Head>
  Point: Codec<Point>
  Hello: Codec<Hello>
  Status: {SEARCHING: 0, ELECTING: 1, FOLLOWING: 2, GATHERING: 3, OPEN: 4, LEAVING: 5}
  Info: Codec<Info>
  Lock: Codec<Lock>
  Key: Codec<Key>
  Changed: Codec<Changed>
  Knock: Codec<Knock>
  Admitted: Codec<Admitted>
  KnockState: {KNOCK_WAITS: 0, KNOCK_ADMITTED: 1, KNOCK_DENIED: 2, KNOCK_GONE: 3, KNOCK_EXPIRED: 4}
  Knocking: Codec<Knocking>
  Answer: Codec<Answer>
  Direct: Codec<Direct>
  DirectOpen: Codec<DirectOpen>
  DirectOpened: Codec<DirectOpened>
  DirectRefusal: {NOT_A_MEMBER: 0, BUSY: 1, NOT_TAKEN: 2}
  DirectRefused: Codec<DirectRefused>
  Private: Codec<Private>
  PrivateTaken: Codec<PrivateTaken>
  Away: Codec<Away>
  Want: Codec<Want>
  Have: Codec<Have>
  Lack: Codec<Lack>
  Get: Codec<Get>
  Data: Codec<Data>
  Got: Codec<Got>
  Watch: Codec<Watch>
  Watching: Codec<Watching>
  Seen: Codec<Seen>
  Sight: Codec<Sight>
  Standing: Codec<Standing>
  Passage: Codec<Passage>
  MessageName: Codec<MessageName>
  TokenVerdict: {PASS_ON: 0, REPLACED: 1, DROPPED: 2, CAME_HOME: 3, HELD_BACK: 4, OLD_TERM: 5}
  Judged: Codec<Judged>
  Logged: Codec<Logged>
  Role: {MEMBER: 0, BRIDGE: 1}
  Follow: Codec<Follow>
  FollowOk: Codec<FollowOk>
  Held: Codec<Held>
  Lacks: Codec<Lacks>
  Redirect: Codec<Redirect>
  Wait: Codec<Wait>
  Up: Codec<Up>
  UpDone: Codec<UpDone>
  Rec: Codec<Rec>
  Synced: Codec<Synced>
  Stored: Codec<Stored>
  Safe: Codec<Safe>
  Submit: Codec<Submit>
  Nack: Codec<Nack>
  ViewFrame: Codec<ViewFrame>
  ByeReason: {CLOSING: 0, LEFT: 1, ROOM: 2, IDENTITY: 3, FAMILY: 4, LOCKED: 5, REKEYED: 6, REMOVED: 7, DENIED: 8}
  Bye: Codec<Bye>
  Leave: Codec<Leave>
  Resign: Codec<Resign>
  Link: Codec<Link>
  LinkOk: Codec<LinkOk>
  Refer: Codec<Refer>
  Ping: Codec<Ping>
  Pong: Codec<Pong>
  Suspect: Codec<Suspect>
  Elect: Codec<Elect>
  Elected: Codec<Elected>
  Stale: Codec<Stale>
  Alive: Codec<Alive>
  Probe: Codec<Probe>
  Move: Codec<Move>
  MoveOk: Codec<MoveOk>
  Busy: Codec<Busy>
  Moved: Codec<Moved>
  Check: Codec<Check>
  CheckPoint: Codec<CheckPoint>
  Checked: Codec<Checked>
  Chains: Codec<Chains>
  ChainsAt: Codec<ChainsAt>
  Verdict: {SAME: 0, DIFFERS: 1, SILENT: 2}
  Compared: Codec<Compared>
  CheckDone: Codec<CheckDone>
}

import $protobuf from "protobufjs/minimal.js";
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;
const $root = $protobuf.roots["ringleader"] || ($protobuf.roots["ringleader"] = {});
const ringleader = $root.ringleader = (() => {
const ringleader = {};
ringleader.Envelope = (function() {
const Envelope = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Envelope.prototype.lc = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Envelope.prototype.hello = null;
Envelope.prototype.info = null;
Envelope.prototype.follow = null;
Envelope.prototype.followOk = null;
Envelope.prototype.redirect = null;
Envelope.prototype.wait = null;
Envelope.prototype.up = null;
Envelope.prototype.upDone = null;
Envelope.prototype.rec = null;
Envelope.prototype.synced = null;
Envelope.prototype.stored = null;
Envelope.prototype.safe = null;
Envelope.prototype.submit = null;
Envelope.prototype.nack = null;
Envelope.prototype.view = null;
Envelope.prototype.bye = null;
Envelope.prototype.leave = null;
Envelope.prototype.resign = null;
Envelope.prototype.link = null;
Envelope.prototype.linkOk = null;
Envelope.prototype.refer = null;
Envelope.prototype.ping = null;
Envelope.prototype.pong = null;
Envelope.prototype.suspect = null;
Envelope.prototype.elect = null;
Envelope.prototype.elected = null;
Envelope.prototype.stale = null;
Envelope.prototype.alive = null;
Envelope.prototype.probe = null;
Envelope.prototype.move = null;
Envelope.prototype.moveOk = null;
Envelope.prototype.busy = null;
Envelope.prototype.moved = null;
Envelope.prototype.held = null;
Envelope.prototype.lacks = null;
Envelope.prototype.check = null;
Envelope.prototype.checkPoint = null;
Envelope.prototype.checked = null;
Envelope.prototype.chains = null;
Envelope.prototype.chainsAt = null;
Envelope.prototype.checkDone = null;
Envelope.prototype.lock = null;
Envelope.prototype.key = null;
Envelope.prototype.knock = null;
Envelope.prototype.admitted = null;
Envelope.prototype.changed = null;
Envelope.prototype.knocking = null;
Envelope.prototype.answer = null;
Envelope.prototype.direct = null;
Envelope.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.lc != null && $Object.hasOwnProperty.call(m, "lc") && (typeof m.lc === "object" ? m.lc.low || m.lc.high : m.lc !== 0))
w.uint32(8).uint64(m.lc);
if (m.hello != null && $Object.hasOwnProperty.call(m, "hello"))
$root.ringleader.Hello.encode(m.hello, w.uint32(18).fork(), q + 1).ldelim();
if (m.info != null && $Object.hasOwnProperty.call(m, "info"))
$root.ringleader.Info.encode(m.info, w.uint32(26).fork(), q + 1).ldelim();
if (m.follow != null && $Object.hasOwnProperty.call(m, "follow"))
$root.ringleader.Follow.encode(m.follow, w.uint32(34).fork(), q + 1).ldelim();
if (m.followOk != null && $Object.hasOwnProperty.call(m, "followOk"))
$root.ringleader.FollowOk.encode(m.followOk, w.uint32(42).fork(), q + 1).ldelim();
if (m.redirect != null && $Object.hasOwnProperty.call(m, "redirect"))
$root.ringleader.Redirect.encode(m.redirect, w.uint32(50).fork(), q + 1).ldelim();
if (m.wait != null && $Object.hasOwnProperty.call(m, "wait"))
$root.ringleader.Wait.encode(m.wait, w.uint32(58).fork(), q + 1).ldelim();
if (m.up != null && $Object.hasOwnProperty.call(m, "up"))
$root.ringleader.Up.encode(m.up, w.uint32(66).fork(), q + 1).ldelim();
if (m.upDone != null && $Object.hasOwnProperty.call(m, "upDone"))
$root.ringleader.UpDone.encode(m.upDone, w.uint32(74).fork(), q + 1).ldelim();
if (m.rec != null && $Object.hasOwnProperty.call(m, "rec"))
$root.ringleader.Rec.encode(m.rec, w.uint32(82).fork(), q + 1).ldelim();
if (m.synced != null && $Object.hasOwnProperty.call(m, "synced"))
$root.ringleader.Synced.encode(m.synced, w.uint32(90).fork(), q + 1).ldelim();
if (m.stored != null && $Object.hasOwnProperty.call(m, "stored"))
$root.ringleader.Stored.encode(m.stored, w.uint32(98).fork(), q + 1).ldelim();
if (m.safe != null && $Object.hasOwnProperty.call(m, "safe"))
$root.ringleader.Safe.encode(m.safe, w.uint32(106).fork(), q + 1).ldelim();
if (m.submit != null && $Object.hasOwnProperty.call(m, "submit"))
$root.ringleader.Submit.encode(m.submit, w.uint32(114).fork(), q + 1).ldelim();
if (m.nack != null && $Object.hasOwnProperty.call(m, "nack"))
$root.ringleader.Nack.encode(m.nack, w.uint32(122).fork(), q + 1).ldelim();
if (m.view != null && $Object.hasOwnProperty.call(m, "view"))
$root.ringleader.ViewFrame.encode(m.view, w.uint32(130).fork(), q + 1).ldelim();
if (m.bye != null && $Object.hasOwnProperty.call(m, "bye"))
$root.ringleader.Bye.encode(m.bye, w.uint32(138).fork(), q + 1).ldelim();
if (m.leave != null && $Object.hasOwnProperty.call(m, "leave"))
$root.ringleader.Leave.encode(m.leave, w.uint32(146).fork(), q + 1).ldelim();
if (m.resign != null && $Object.hasOwnProperty.call(m, "resign"))
$root.ringleader.Resign.encode(m.resign, w.uint32(154).fork(), q + 1).ldelim();
if (m.link != null && $Object.hasOwnProperty.call(m, "link"))
$root.ringleader.Link.encode(m.link, w.uint32(162).fork(), q + 1).ldelim();
if (m.linkOk != null && $Object.hasOwnProperty.call(m, "linkOk"))
$root.ringleader.LinkOk.encode(m.linkOk, w.uint32(170).fork(), q + 1).ldelim();
if (m.refer != null && $Object.hasOwnProperty.call(m, "refer"))
$root.ringleader.Refer.encode(m.refer, w.uint32(178).fork(), q + 1).ldelim();
if (m.ping != null && $Object.hasOwnProperty.call(m, "ping"))
$root.ringleader.Ping.encode(m.ping, w.uint32(186).fork(), q + 1).ldelim();
if (m.pong != null && $Object.hasOwnProperty.call(m, "pong"))
$root.ringleader.Pong.encode(m.pong, w.uint32(194).fork(), q + 1).ldelim();
if (m.suspect != null && $Object.hasOwnProperty.call(m, "suspect"))
$root.ringleader.Suspect.encode(m.suspect, w.uint32(202).fork(), q + 1).ldelim();
if (m.elect != null && $Object.hasOwnProperty.call(m, "elect"))
$root.ringleader.Elect.encode(m.elect, w.uint32(210).fork(), q + 1).ldelim();
if (m.elected != null && $Object.hasOwnProperty.call(m, "elected"))
$root.ringleader.Elected.encode(m.elected, w.uint32(218).fork(), q + 1).ldelim();
if (m.stale != null && $Object.hasOwnProperty.call(m, "stale"))
$root.ringleader.Stale.encode(m.stale, w.uint32(226).fork(), q + 1).ldelim();
if (m.alive != null && $Object.hasOwnProperty.call(m, "alive"))
$root.ringleader.Alive.encode(m.alive, w.uint32(234).fork(), q + 1).ldelim();
if (m.probe != null && $Object.hasOwnProperty.call(m, "probe"))
$root.ringleader.Probe.encode(m.probe, w.uint32(242).fork(), q + 1).ldelim();
if (m.move != null && $Object.hasOwnProperty.call(m, "move"))
$root.ringleader.Move.encode(m.move, w.uint32(250).fork(), q + 1).ldelim();
if (m.moveOk != null && $Object.hasOwnProperty.call(m, "moveOk"))
$root.ringleader.MoveOk.encode(m.moveOk, w.uint32(258).fork(), q + 1).ldelim();
if (m.busy != null && $Object.hasOwnProperty.call(m, "busy"))
$root.ringleader.Busy.encode(m.busy, w.uint32(266).fork(), q + 1).ldelim();
if (m.moved != null && $Object.hasOwnProperty.call(m, "moved"))
$root.ringleader.Moved.encode(m.moved, w.uint32(274).fork(), q + 1).ldelim();
if (m.held != null && $Object.hasOwnProperty.call(m, "held"))
$root.ringleader.Held.encode(m.held, w.uint32(282).fork(), q + 1).ldelim();
if (m.lacks != null && $Object.hasOwnProperty.call(m, "lacks"))
$root.ringleader.Lacks.encode(m.lacks, w.uint32(290).fork(), q + 1).ldelim();
if (m.check != null && $Object.hasOwnProperty.call(m, "check"))
$root.ringleader.Check.encode(m.check, w.uint32(298).fork(), q + 1).ldelim();
if (m.checkPoint != null && $Object.hasOwnProperty.call(m, "checkPoint"))
$root.ringleader.CheckPoint.encode(m.checkPoint, w.uint32(306).fork(), q + 1).ldelim();
if (m.checked != null && $Object.hasOwnProperty.call(m, "checked"))
$root.ringleader.Checked.encode(m.checked, w.uint32(314).fork(), q + 1).ldelim();
if (m.chains != null && $Object.hasOwnProperty.call(m, "chains"))
$root.ringleader.Chains.encode(m.chains, w.uint32(322).fork(), q + 1).ldelim();
if (m.chainsAt != null && $Object.hasOwnProperty.call(m, "chainsAt"))
$root.ringleader.ChainsAt.encode(m.chainsAt, w.uint32(330).fork(), q + 1).ldelim();
if (m.checkDone != null && $Object.hasOwnProperty.call(m, "checkDone"))
$root.ringleader.CheckDone.encode(m.checkDone, w.uint32(338).fork(), q + 1).ldelim();
if (m.lock != null && $Object.hasOwnProperty.call(m, "lock"))
$root.ringleader.Lock.encode(m.lock, w.uint32(346).fork(), q + 1).ldelim();
if (m.key != null && $Object.hasOwnProperty.call(m, "key"))
$root.ringleader.Key.encode(m.key, w.uint32(354).fork(), q + 1).ldelim();
if (m.knock != null && $Object.hasOwnProperty.call(m, "knock"))
$root.ringleader.Knock.encode(m.knock, w.uint32(362).fork(), q + 1).ldelim();
if (m.admitted != null && $Object.hasOwnProperty.call(m, "admitted"))
$root.ringleader.Admitted.encode(m.admitted, w.uint32(370).fork(), q + 1).ldelim();
if (m.changed != null && $Object.hasOwnProperty.call(m, "changed"))
$root.ringleader.Changed.encode(m.changed, w.uint32(378).fork(), q + 1).ldelim();
if (m.knocking != null && $Object.hasOwnProperty.call(m, "knocking"))
$root.ringleader.Knocking.encode(m.knocking, w.uint32(418).fork(), q + 1).ldelim();
if (m.answer != null && $Object.hasOwnProperty.call(m, "answer"))
$root.ringleader.Answer.encode(m.answer, w.uint32(426).fork(), q + 1).ldelim();
if (m.direct != null && $Object.hasOwnProperty.call(m, "direct"))
$root.ringleader.Direct.encode(m.direct, w.uint32(482).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Envelope.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Envelope();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.lc = v;
else
delete m.lc;
continue;
}
case 2: {
if (u !== 2)
break;
m.hello = $root.ringleader.Hello.decode(r, r.size(), $undefined, q + 1, m.hello);
continue;
}
case 3: {
if (u !== 2)
break;
m.info = $root.ringleader.Info.decode(r, r.size(), $undefined, q + 1, m.info);
continue;
}
case 4: {
if (u !== 2)
break;
m.follow = $root.ringleader.Follow.decode(r, r.size(), $undefined, q + 1, m.follow);
continue;
}
case 5: {
if (u !== 2)
break;
m.followOk = $root.ringleader.FollowOk.decode(r, r.size(), $undefined, q + 1, m.followOk);
continue;
}
case 6: {
if (u !== 2)
break;
m.redirect = $root.ringleader.Redirect.decode(r, r.size(), $undefined, q + 1, m.redirect);
continue;
}
case 7: {
if (u !== 2)
break;
m.wait = $root.ringleader.Wait.decode(r, r.size(), $undefined, q + 1, m.wait);
continue;
}
case 8: {
if (u !== 2)
break;
m.up = $root.ringleader.Up.decode(r, r.size(), $undefined, q + 1, m.up);
continue;
}
case 9: {
if (u !== 2)
break;
m.upDone = $root.ringleader.UpDone.decode(r, r.size(), $undefined, q + 1, m.upDone);
continue;
}
case 10: {
if (u !== 2)
break;
m.rec = $root.ringleader.Rec.decode(r, r.size(), $undefined, q + 1, m.rec);
continue;
}
case 11: {
if (u !== 2)
break;
m.synced = $root.ringleader.Synced.decode(r, r.size(), $undefined, q + 1, m.synced);
continue;
}
case 12: {
if (u !== 2)
break;
m.stored = $root.ringleader.Stored.decode(r, r.size(), $undefined, q + 1, m.stored);
continue;
}
case 13: {
if (u !== 2)
break;
m.safe = $root.ringleader.Safe.decode(r, r.size(), $undefined, q + 1, m.safe);
continue;
}
case 14: {
if (u !== 2)
break;
m.submit = $root.ringleader.Submit.decode(r, r.size(), $undefined, q + 1, m.submit);
continue;
}
case 15: {
if (u !== 2)
break;
m.nack = $root.ringleader.Nack.decode(r, r.size(), $undefined, q + 1, m.nack);
continue;
}
case 16: {
if (u !== 2)
break;
m.view = $root.ringleader.ViewFrame.decode(r, r.size(), $undefined, q + 1, m.view);
continue;
}
case 17: {
if (u !== 2)
break;
m.bye = $root.ringleader.Bye.decode(r, r.size(), $undefined, q + 1, m.bye);
continue;
}
case 18: {
if (u !== 2)
break;
m.leave = $root.ringleader.Leave.decode(r, r.size(), $undefined, q + 1, m.leave);
continue;
}
case 19: {
if (u !== 2)
break;
m.resign = $root.ringleader.Resign.decode(r, r.size(), $undefined, q + 1, m.resign);
continue;
}
case 20: {
if (u !== 2)
break;
m.link = $root.ringleader.Link.decode(r, r.size(), $undefined, q + 1, m.link);
continue;
}
case 21: {
if (u !== 2)
break;
m.linkOk = $root.ringleader.LinkOk.decode(r, r.size(), $undefined, q + 1, m.linkOk);
continue;
}
case 22: {
if (u !== 2)
break;
m.refer = $root.ringleader.Refer.decode(r, r.size(), $undefined, q + 1, m.refer);
continue;
}
case 23: {
if (u !== 2)
break;
m.ping = $root.ringleader.Ping.decode(r, r.size(), $undefined, q + 1, m.ping);
continue;
}
case 24: {
if (u !== 2)
break;
m.pong = $root.ringleader.Pong.decode(r, r.size(), $undefined, q + 1, m.pong);
continue;
}
case 25: {
if (u !== 2)
break;
m.suspect = $root.ringleader.Suspect.decode(r, r.size(), $undefined, q + 1, m.suspect);
continue;
}
case 26: {
if (u !== 2)
break;
m.elect = $root.ringleader.Elect.decode(r, r.size(), $undefined, q + 1, m.elect);
continue;
}
case 27: {
if (u !== 2)
break;
m.elected = $root.ringleader.Elected.decode(r, r.size(), $undefined, q + 1, m.elected);
continue;
}
case 28: {
if (u !== 2)
break;
m.stale = $root.ringleader.Stale.decode(r, r.size(), $undefined, q + 1, m.stale);
continue;
}
case 29: {
if (u !== 2)
break;
m.alive = $root.ringleader.Alive.decode(r, r.size(), $undefined, q + 1, m.alive);
continue;
}
case 30: {
if (u !== 2)
break;
m.probe = $root.ringleader.Probe.decode(r, r.size(), $undefined, q + 1, m.probe);
continue;
}
case 31: {
if (u !== 2)
break;
m.move = $root.ringleader.Move.decode(r, r.size(), $undefined, q + 1, m.move);
continue;
}
case 32: {
if (u !== 2)
break;
m.moveOk = $root.ringleader.MoveOk.decode(r, r.size(), $undefined, q + 1, m.moveOk);
continue;
}
case 33: {
if (u !== 2)
break;
m.busy = $root.ringleader.Busy.decode(r, r.size(), $undefined, q + 1, m.busy);
continue;
}
case 34: {
if (u !== 2)
break;
m.moved = $root.ringleader.Moved.decode(r, r.size(), $undefined, q + 1, m.moved);
continue;
}
case 35: {
if (u !== 2)
break;
m.held = $root.ringleader.Held.decode(r, r.size(), $undefined, q + 1, m.held);
continue;
}
case 36: {
if (u !== 2)
break;
m.lacks = $root.ringleader.Lacks.decode(r, r.size(), $undefined, q + 1, m.lacks);
continue;
}
case 37: {
if (u !== 2)
break;
m.check = $root.ringleader.Check.decode(r, r.size(), $undefined, q + 1, m.check);
continue;
}
case 38: {
if (u !== 2)
break;
m.checkPoint = $root.ringleader.CheckPoint.decode(r, r.size(), $undefined, q + 1, m.checkPoint);
continue;
}
case 39: {
if (u !== 2)
break;
m.checked = $root.ringleader.Checked.decode(r, r.size(), $undefined, q + 1, m.checked);
continue;
}
case 40: {
if (u !== 2)
break;
m.chains = $root.ringleader.Chains.decode(r, r.size(), $undefined, q + 1, m.chains);
continue;
}
case 41: {
if (u !== 2)
break;
m.chainsAt = $root.ringleader.ChainsAt.decode(r, r.size(), $undefined, q + 1, m.chainsAt);
continue;
}
case 42: {
if (u !== 2)
break;
m.checkDone = $root.ringleader.CheckDone.decode(r, r.size(), $undefined, q + 1, m.checkDone);
continue;
}
case 43: {
if (u !== 2)
break;
m.lock = $root.ringleader.Lock.decode(r, r.size(), $undefined, q + 1, m.lock);
continue;
}
case 44: {
if (u !== 2)
break;
m.key = $root.ringleader.Key.decode(r, r.size(), $undefined, q + 1, m.key);
continue;
}
case 45: {
if (u !== 2)
break;
m.knock = $root.ringleader.Knock.decode(r, r.size(), $undefined, q + 1, m.knock);
continue;
}
case 46: {
if (u !== 2)
break;
m.admitted = $root.ringleader.Admitted.decode(r, r.size(), $undefined, q + 1, m.admitted);
continue;
}
case 47: {
if (u !== 2)
break;
m.changed = $root.ringleader.Changed.decode(r, r.size(), $undefined, q + 1, m.changed);
continue;
}
case 52: {
if (u !== 2)
break;
m.knocking = $root.ringleader.Knocking.decode(r, r.size(), $undefined, q + 1, m.knocking);
continue;
}
case 53: {
if (u !== 2)
break;
m.answer = $root.ringleader.Answer.decode(r, r.size(), $undefined, q + 1, m.answer);
continue;
}
case 60: {
if (u !== 2)
break;
m.direct = $root.ringleader.Direct.decode(r, r.size(), $undefined, q + 1, m.direct);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Envelope;
})();
ringleader.Member = (function() {
const Member = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Member.prototype.uid = $util.newBuffer([]);
Member.prototype.inc = $util.newBuffer([]);
Member.prototype.name = "";
Member.prototype.addr = "";
Member.prototype.visit = false;
Member.prototype.memory = false;
Member.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(10).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(18).bytes(m.inc);
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(26).string(m.name);
if (m.addr != null && $Object.hasOwnProperty.call(m, "addr") && m.addr !== "")
w.uint32(34).string(m.addr);
if (m.visit != null && $Object.hasOwnProperty.call(m, "visit") && m.visit !== false)
w.uint32(40).bool(m.visit);
if (m.memory != null && $Object.hasOwnProperty.call(m, "memory") && m.memory !== false)
w.uint32(48).bool(m.memory);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Member.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Member();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.addr = v;
else
delete m.addr;
continue;
}
case 5: {
if (u !== 0)
break;
if (v = r.bool())
m.visit = v;
else
delete m.visit;
continue;
}
case 6: {
if (u !== 0)
break;
if (v = r.bool())
m.memory = v;
else
delete m.memory;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Member;
})();
ringleader.Vid = (function() {
const Vid = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Vid.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Vid.prototype.leader = $util.newBuffer([]);
Vid.prototype.ver = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Vid.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader") && m.leader.length)
w.uint32(18).bytes(m.leader);
if (m.ver != null && $Object.hasOwnProperty.call(m, "ver") && (typeof m.ver === "object" ? m.ver.low || m.ver.high : m.ver !== 0))
w.uint32(24).uint64(m.ver);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Vid.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Vid();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.leader = v;
else
delete m.leader;
continue;
}
case 3: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.ver = v;
else
delete m.ver;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Vid;
})();
ringleader.View = (function() {
const View = function (p) {
this.members = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
View.prototype.vid = null;
View.prototype.members = $util.emptyArray;
View.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.vid != null && $Object.hasOwnProperty.call(m, "vid"))
$root.ringleader.Vid.encode(m.vid, w.uint32(10).fork(), q + 1).ldelim();
if (m.members != null && m.members.length) {
for (var i = 0; i < m.members.length; ++i)
$root.ringleader.Member.encode(m.members[i], w.uint32(18).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
View.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.View();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.vid = $root.ringleader.Vid.decode(r, r.size(), $undefined, q + 1, m.vid);
continue;
}
case 2: {
if (u !== 2)
break;
if (!(m.members && m.members.length))
m.members = [];
m.members.push($root.ringleader.Member.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return View;
})();
ringleader.Gone = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "NOT_TOLD"] = 0;
values[valuesById[1] = "DIED"] = 1;
values[valuesById[2] = "UNREACHABLE"] = 2;
return values;
})();
ringleader.BookEntry = (function() {
const BookEntry = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
BookEntry.prototype.uid = $util.newBuffer([]);
BookEntry.prototype.addr = "";
BookEntry.prototype.name = "";
BookEntry.prototype.left = false;
BookEntry.prototype.gone = 0;
BookEntry.prototype.hearsay = "";
BookEntry.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(10).bytes(m.uid);
if (m.addr != null && $Object.hasOwnProperty.call(m, "addr") && m.addr !== "")
w.uint32(18).string(m.addr);
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(26).string(m.name);
if (m.left != null && $Object.hasOwnProperty.call(m, "left") && m.left !== false)
w.uint32(32).bool(m.left);
if (m.gone != null && $Object.hasOwnProperty.call(m, "gone") && m.gone !== 0)
w.uint32(40).int32(m.gone);
if (m.hearsay != null && $Object.hasOwnProperty.call(m, "hearsay") && m.hearsay !== "")
w.uint32(50).string(m.hearsay);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
BookEntry.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.BookEntry();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.addr = v;
else
delete m.addr;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
case 4: {
if (u !== 0)
break;
if (v = r.bool())
m.left = v;
else
delete m.left;
continue;
}
case 5: {
if (u !== 0)
break;
if (v = r.int32())
m.gone = v;
else
delete m.gone;
continue;
}
case 6: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.hearsay = v;
else
delete m.hearsay;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return BookEntry;
})();
ringleader.Head = (function() {
const Head = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Head.prototype.stamper = $util.newBuffer([]);
Head.prototype.stamperInc = $util.newBuffer([]);
Head.prototype.s = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Head.prototype.chain = $util.newBuffer([]);
Head.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.stamper != null && $Object.hasOwnProperty.call(m, "stamper") && m.stamper.length)
w.uint32(10).bytes(m.stamper);
if (m.stamperInc != null && $Object.hasOwnProperty.call(m, "stamperInc") && m.stamperInc.length)
w.uint32(18).bytes(m.stamperInc);
if (m.s != null && $Object.hasOwnProperty.call(m, "s") && (typeof m.s === "object" ? m.s.low || m.s.high : m.s !== 0))
w.uint32(24).uint64(m.s);
if (m.chain != null && $Object.hasOwnProperty.call(m, "chain") && m.chain.length)
w.uint32(34).bytes(m.chain);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Head.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Head();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.stamper = v;
else
delete m.stamper;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.stamperInc = v;
else
delete m.stamperInc;
continue;
}
case 3: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.s = v;
else
delete m.s;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.chain = v;
else
delete m.chain;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Head;
})();
ringleader.Point = (function() {
const Point = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Point.prototype.stamper = $util.newBuffer([]);
Point.prototype.stamperInc = $util.newBuffer([]);
Point.prototype.s = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Point.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.stamper != null && $Object.hasOwnProperty.call(m, "stamper") && m.stamper.length)
w.uint32(10).bytes(m.stamper);
if (m.stamperInc != null && $Object.hasOwnProperty.call(m, "stamperInc") && m.stamperInc.length)
w.uint32(18).bytes(m.stamperInc);
if (m.s != null && $Object.hasOwnProperty.call(m, "s") && (typeof m.s === "object" ? m.s.low || m.s.high : m.s !== 0))
w.uint32(24).uint64(m.s);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Point.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Point();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.stamper = v;
else
delete m.stamper;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.stamperInc = v;
else
delete m.stamperInc;
continue;
}
case 3: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.s = v;
else
delete m.s;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Point;
})();
ringleader.Hello = (function() {
const Hello = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Hello.prototype.versionMin = 0;
Hello.prototype.versionMax = 0;
Hello.prototype.room = $util.newBuffer([]);
Hello.prototype.uid = $util.newBuffer([]);
Hello.prototype.inc = $util.newBuffer([]);
Hello.prototype.name = "";
Hello.prototype.addr = "";
Hello.prototype.visit = false;
Hello.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.versionMin != null && $Object.hasOwnProperty.call(m, "versionMin") && m.versionMin !== 0)
w.uint32(8).uint32(m.versionMin);
if (m.versionMax != null && $Object.hasOwnProperty.call(m, "versionMax") && m.versionMax !== 0)
w.uint32(16).uint32(m.versionMax);
if (m.room != null && $Object.hasOwnProperty.call(m, "room") && m.room.length)
w.uint32(26).bytes(m.room);
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(34).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(42).bytes(m.inc);
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(50).string(m.name);
if (m.addr != null && $Object.hasOwnProperty.call(m, "addr") && m.addr !== "")
w.uint32(58).string(m.addr);
if (m.visit != null && $Object.hasOwnProperty.call(m, "visit") && m.visit !== false)
w.uint32(64).bool(m.visit);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Hello.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Hello();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.versionMin = v;
else
delete m.versionMin;
continue;
}
case 2: {
if (u !== 0)
break;
if (v = r.uint32())
m.versionMax = v;
else
delete m.versionMax;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.room = v;
else
delete m.room;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 5: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 6: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
case 7: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.addr = v;
else
delete m.addr;
continue;
}
case 8: {
if (u !== 0)
break;
if (v = r.bool())
m.visit = v;
else
delete m.visit;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Hello;
})();
ringleader.Status = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "SEARCHING"] = 0;
values[valuesById[1] = "ELECTING"] = 1;
values[valuesById[2] = "FOLLOWING"] = 2;
values[valuesById[3] = "GATHERING"] = 3;
values[valuesById[4] = "OPEN"] = 4;
values[valuesById[5] = "LEAVING"] = 5;
return values;
})();
ringleader.Info = (function() {
const Info = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Info.prototype.versionMin = 0;
Info.prototype.versionMax = 0;
Info.prototype.room = $util.newBuffer([]);
Info.prototype.uid = $util.newBuffer([]);
Info.prototype.inc = $util.newBuffer([]);
Info.prototype.name = "";
Info.prototype.addr = "";
Info.prototype.status = 0;
Info.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Info.prototype.leader = null;
Info.prototype.many = false;
Info.prototype.copies = 0;
Info.prototype.visit = false;
Info.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.versionMin != null && $Object.hasOwnProperty.call(m, "versionMin") && m.versionMin !== 0)
w.uint32(8).uint32(m.versionMin);
if (m.versionMax != null && $Object.hasOwnProperty.call(m, "versionMax") && m.versionMax !== 0)
w.uint32(16).uint32(m.versionMax);
if (m.room != null && $Object.hasOwnProperty.call(m, "room") && m.room.length)
w.uint32(26).bytes(m.room);
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(34).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(42).bytes(m.inc);
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(50).string(m.name);
if (m.addr != null && $Object.hasOwnProperty.call(m, "addr") && m.addr !== "")
w.uint32(58).string(m.addr);
if (m.status != null && $Object.hasOwnProperty.call(m, "status") && m.status !== 0)
w.uint32(64).int32(m.status);
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(72).uint64(m.term);
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader"))
$root.ringleader.Member.encode(m.leader, w.uint32(82).fork(), q + 1).ldelim();
if (m.many != null && $Object.hasOwnProperty.call(m, "many") && m.many !== false)
w.uint32(88).bool(m.many);
if (m.copies != null && $Object.hasOwnProperty.call(m, "copies") && m.copies !== 0)
w.uint32(96).uint32(m.copies);
if (m.visit != null && $Object.hasOwnProperty.call(m, "visit") && m.visit !== false)
w.uint32(104).bool(m.visit);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Info.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Info();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.versionMin = v;
else
delete m.versionMin;
continue;
}
case 2: {
if (u !== 0)
break;
if (v = r.uint32())
m.versionMax = v;
else
delete m.versionMax;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.room = v;
else
delete m.room;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 5: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 6: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
case 7: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.addr = v;
else
delete m.addr;
continue;
}
case 8: {
if (u !== 0)
break;
if (v = r.int32())
m.status = v;
else
delete m.status;
continue;
}
case 9: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 10: {
if (u !== 2)
break;
m.leader = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.leader);
continue;
}
case 11: {
if (u !== 0)
break;
if (v = r.bool())
m.many = v;
else
delete m.many;
continue;
}
case 12: {
if (u !== 0)
break;
if (v = r.uint32())
m.copies = v;
else
delete m.copies;
continue;
}
case 13: {
if (u !== 0)
break;
if (v = r.bool())
m.visit = v;
else
delete m.visit;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Info;
})();
ringleader.Lock = (function() {
const Lock = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Lock.prototype.proof = $util.newBuffer([]);
Lock.prototype.box = $util.newBuffer([]);
Lock.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.proof != null && $Object.hasOwnProperty.call(m, "proof") && m.proof.length)
w.uint32(10).bytes(m.proof);
if (m.box != null && $Object.hasOwnProperty.call(m, "box") && m.box.length)
w.uint32(18).bytes(m.box);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Lock.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Lock();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.proof = v;
else
delete m.proof;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.box = v;
else
delete m.box;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Lock;
})();
ringleader.Key = (function() {
const Key = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Key.prototype.key = $util.newBuffer([]);
Key.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.key != null && $Object.hasOwnProperty.call(m, "key") && m.key.length)
w.uint32(10).bytes(m.key);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Key.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Key();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.key = v;
else
delete m.key;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Key;
})();
ringleader.Changed = (function() {
const Changed = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Changed.prototype.part = $util.newBuffer([]);
Changed.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.part != null && $Object.hasOwnProperty.call(m, "part") && m.part.length)
w.uint32(10).bytes(m.part);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Changed.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Changed();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.part = v;
else
delete m.part;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Changed;
})();
ringleader.Knock = (function() {
const Knock = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Knock.prototype.name = "";
Knock.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(10).string(m.name);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Knock.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Knock();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Knock;
})();
ringleader.Admitted = (function() {
const Admitted = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Admitted.prototype.room = $util.newBuffer([]);
Admitted.prototype.key = $util.newBuffer([]);
Admitted.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.room != null && $Object.hasOwnProperty.call(m, "room") && m.room.length)
w.uint32(10).bytes(m.room);
if (m.key != null && $Object.hasOwnProperty.call(m, "key") && m.key.length)
w.uint32(18).bytes(m.key);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Admitted.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Admitted();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.room = v;
else
delete m.room;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.key = v;
else
delete m.key;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Admitted;
})();
ringleader.KnockState = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "KNOCK_WAITS"] = 0;
values[valuesById[1] = "KNOCK_ADMITTED"] = 1;
values[valuesById[2] = "KNOCK_DENIED"] = 2;
values[valuesById[3] = "KNOCK_GONE"] = 3;
values[valuesById[4] = "KNOCK_EXPIRED"] = 4;
return values;
})();
ringleader.Knocking = (function() {
const Knocking = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Knocking.prototype.door = $util.newBuffer([]);
Knocking.prototype.uid = $util.newBuffer([]);
Knocking.prototype.name = "";
Knocking.prototype.addr = "";
Knocking.prototype.state = 0;
Knocking.prototype.by = $util.newBuffer([]);
Knocking.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.door != null && $Object.hasOwnProperty.call(m, "door") && m.door.length)
w.uint32(10).bytes(m.door);
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(18).bytes(m.uid);
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(26).string(m.name);
if (m.addr != null && $Object.hasOwnProperty.call(m, "addr") && m.addr !== "")
w.uint32(34).string(m.addr);
if (m.state != null && $Object.hasOwnProperty.call(m, "state") && m.state !== 0)
w.uint32(40).int32(m.state);
if (m.by != null && $Object.hasOwnProperty.call(m, "by") && m.by.length)
w.uint32(50).bytes(m.by);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Knocking.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Knocking();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.door = v;
else
delete m.door;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.addr = v;
else
delete m.addr;
continue;
}
case 5: {
if (u !== 0)
break;
if (v = r.int32())
m.state = v;
else
delete m.state;
continue;
}
case 6: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.by = v;
else
delete m.by;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Knocking;
})();
ringleader.Answer = (function() {
const Answer = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Answer.prototype.door = $util.newBuffer([]);
Answer.prototype.uid = $util.newBuffer([]);
Answer.prototype.admit = false;
Answer.prototype.by = $util.newBuffer([]);
Answer.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.door != null && $Object.hasOwnProperty.call(m, "door") && m.door.length)
w.uint32(10).bytes(m.door);
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(18).bytes(m.uid);
if (m.admit != null && $Object.hasOwnProperty.call(m, "admit") && m.admit !== false)
w.uint32(24).bool(m.admit);
if (m.by != null && $Object.hasOwnProperty.call(m, "by") && m.by.length)
w.uint32(34).bytes(m.by);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Answer.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Answer();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.door = v;
else
delete m.door;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 3: {
if (u !== 0)
break;
if (v = r.bool())
m.admit = v;
else
delete m.admit;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.by = v;
else
delete m.by;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Answer;
})();
ringleader.Direct = (function() {
const Direct = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Direct.prototype.open = null;
Direct.prototype.opened = null;
Direct.prototype.refused = null;
Direct.prototype["private"] = null;
Direct.prototype.taken = null;
Direct.prototype.away = null;
Direct.prototype.want = null;
Direct.prototype.have = null;
Direct.prototype.lack = null;
Direct.prototype.get = null;
Direct.prototype.data = null;
Direct.prototype.got = null;
Direct.prototype.watch = null;
Direct.prototype.watching = null;
Direct.prototype.seen = null;
Direct.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.open != null && $Object.hasOwnProperty.call(m, "open"))
$root.ringleader.DirectOpen.encode(m.open, w.uint32(10).fork(), q + 1).ldelim();
if (m.opened != null && $Object.hasOwnProperty.call(m, "opened"))
$root.ringleader.DirectOpened.encode(m.opened, w.uint32(18).fork(), q + 1).ldelim();
if (m.refused != null && $Object.hasOwnProperty.call(m, "refused"))
$root.ringleader.DirectRefused.encode(m.refused, w.uint32(26).fork(), q + 1).ldelim();
if (m["private"] != null && $Object.hasOwnProperty.call(m, "private"))
$root.ringleader.Private.encode(m["private"], w.uint32(34).fork(), q + 1).ldelim();
if (m.taken != null && $Object.hasOwnProperty.call(m, "taken"))
$root.ringleader.PrivateTaken.encode(m.taken, w.uint32(42).fork(), q + 1).ldelim();
if (m.away != null && $Object.hasOwnProperty.call(m, "away"))
$root.ringleader.Away.encode(m.away, w.uint32(50).fork(), q + 1).ldelim();
if (m.want != null && $Object.hasOwnProperty.call(m, "want"))
$root.ringleader.Want.encode(m.want, w.uint32(58).fork(), q + 1).ldelim();
if (m.have != null && $Object.hasOwnProperty.call(m, "have"))
$root.ringleader.Have.encode(m.have, w.uint32(66).fork(), q + 1).ldelim();
if (m.lack != null && $Object.hasOwnProperty.call(m, "lack"))
$root.ringleader.Lack.encode(m.lack, w.uint32(74).fork(), q + 1).ldelim();
if (m.get != null && $Object.hasOwnProperty.call(m, "get"))
$root.ringleader.Get.encode(m.get, w.uint32(82).fork(), q + 1).ldelim();
if (m.data != null && $Object.hasOwnProperty.call(m, "data"))
$root.ringleader.Data.encode(m.data, w.uint32(90).fork(), q + 1).ldelim();
if (m.got != null && $Object.hasOwnProperty.call(m, "got"))
$root.ringleader.Got.encode(m.got, w.uint32(98).fork(), q + 1).ldelim();
if (m.watch != null && $Object.hasOwnProperty.call(m, "watch"))
$root.ringleader.Watch.encode(m.watch, w.uint32(106).fork(), q + 1).ldelim();
if (m.watching != null && $Object.hasOwnProperty.call(m, "watching"))
$root.ringleader.Watching.encode(m.watching, w.uint32(114).fork(), q + 1).ldelim();
if (m.seen != null && $Object.hasOwnProperty.call(m, "seen"))
$root.ringleader.Seen.encode(m.seen, w.uint32(122).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Direct.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Direct();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.open = $root.ringleader.DirectOpen.decode(r, r.size(), $undefined, q + 1, m.open);
continue;
}
case 2: {
if (u !== 2)
break;
m.opened = $root.ringleader.DirectOpened.decode(r, r.size(), $undefined, q + 1, m.opened);
continue;
}
case 3: {
if (u !== 2)
break;
m.refused = $root.ringleader.DirectRefused.decode(r, r.size(), $undefined, q + 1, m.refused);
continue;
}
case 4: {
if (u !== 2)
break;
m["private"] = $root.ringleader.Private.decode(r, r.size(), $undefined, q + 1, m["private"]);
continue;
}
case 5: {
if (u !== 2)
break;
m.taken = $root.ringleader.PrivateTaken.decode(r, r.size(), $undefined, q + 1, m.taken);
continue;
}
case 6: {
if (u !== 2)
break;
m.away = $root.ringleader.Away.decode(r, r.size(), $undefined, q + 1, m.away);
continue;
}
case 7: {
if (u !== 2)
break;
m.want = $root.ringleader.Want.decode(r, r.size(), $undefined, q + 1, m.want);
continue;
}
case 8: {
if (u !== 2)
break;
m.have = $root.ringleader.Have.decode(r, r.size(), $undefined, q + 1, m.have);
continue;
}
case 9: {
if (u !== 2)
break;
m.lack = $root.ringleader.Lack.decode(r, r.size(), $undefined, q + 1, m.lack);
continue;
}
case 10: {
if (u !== 2)
break;
m.get = $root.ringleader.Get.decode(r, r.size(), $undefined, q + 1, m.get);
continue;
}
case 11: {
if (u !== 2)
break;
m.data = $root.ringleader.Data.decode(r, r.size(), $undefined, q + 1, m.data);
continue;
}
case 12: {
if (u !== 2)
break;
m.got = $root.ringleader.Got.decode(r, r.size(), $undefined, q + 1, m.got);
continue;
}
case 13: {
if (u !== 2)
break;
m.watch = $root.ringleader.Watch.decode(r, r.size(), $undefined, q + 1, m.watch);
continue;
}
case 14: {
if (u !== 2)
break;
m.watching = $root.ringleader.Watching.decode(r, r.size(), $undefined, q + 1, m.watching);
continue;
}
case 15: {
if (u !== 2)
break;
m.seen = $root.ringleader.Seen.decode(r, r.size(), $undefined, q + 1, m.seen);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Direct;
})();
ringleader.DirectOpen = (function() {
const DirectOpen = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
DirectOpen.prototype.room = $util.newBuffer([]);
DirectOpen.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.room != null && $Object.hasOwnProperty.call(m, "room") && m.room.length)
w.uint32(10).bytes(m.room);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
DirectOpen.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.DirectOpen();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.room = v;
else
delete m.room;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return DirectOpen;
})();
ringleader.DirectOpened = (function() {
const DirectOpened = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
DirectOpened.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
DirectOpened.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.DirectOpened();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return DirectOpened;
})();
ringleader.DirectRefusal = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "NOT_A_MEMBER"] = 0;
values[valuesById[1] = "BUSY"] = 1;
values[valuesById[2] = "NOT_TAKEN"] = 2;
return values;
})();
ringleader.DirectRefused = (function() {
const DirectRefused = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
DirectRefused.prototype.why = 0;
DirectRefused.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.why != null && $Object.hasOwnProperty.call(m, "why") && m.why !== 0)
w.uint32(8).int32(m.why);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
DirectRefused.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.DirectRefused();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.int32())
m.why = v;
else
delete m.why;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return DirectRefused;
})();
ringleader.Private = (function() {
const Private = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Private.prototype.inc = $util.newBuffer([]);
Private.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Private.prototype.text = "";
Private.prototype.wall = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Private.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(10).bytes(m.inc);
if (m.n != null && $Object.hasOwnProperty.call(m, "n") && (typeof m.n === "object" ? m.n.low || m.n.high : m.n !== 0))
w.uint32(16).uint64(m.n);
if (m.text != null && $Object.hasOwnProperty.call(m, "text") && m.text !== "")
w.uint32(26).string(m.text);
if (m.wall != null && $Object.hasOwnProperty.call(m, "wall") && (typeof m.wall === "object" ? m.wall.low || m.wall.high : m.wall !== 0))
w.uint32(32).uint64(m.wall);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Private.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Private();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.n = v;
else
delete m.n;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.text = v;
else
delete m.text;
continue;
}
case 4: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.wall = v;
else
delete m.wall;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Private;
})();
ringleader.PrivateTaken = (function() {
const PrivateTaken = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
PrivateTaken.prototype.inc = $util.newBuffer([]);
PrivateTaken.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
PrivateTaken.prototype.away = null;
PrivateTaken.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(10).bytes(m.inc);
if (m.n != null && $Object.hasOwnProperty.call(m, "n") && (typeof m.n === "object" ? m.n.low || m.n.high : m.n !== 0))
w.uint32(16).uint64(m.n);
if (m.away != null && $Object.hasOwnProperty.call(m, "away"))
$root.ringleader.Away.encode(m.away, w.uint32(26).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
PrivateTaken.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.PrivateTaken();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.n = v;
else
delete m.n;
continue;
}
case 3: {
if (u !== 2)
break;
m.away = $root.ringleader.Away.decode(r, r.size(), $undefined, q + 1, m.away);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return PrivateTaken;
})();
ringleader.Away = (function() {
const Away = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Away.prototype.back = false;
Away.prototype.text = "";
Away.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.back != null && $Object.hasOwnProperty.call(m, "back") && m.back !== false)
w.uint32(8).bool(m.back);
if (m.text != null && $Object.hasOwnProperty.call(m, "text") && m.text !== "")
w.uint32(18).string(m.text);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Away.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Away();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.bool())
m.back = v;
else
delete m.back;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.text = v;
else
delete m.text;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Away;
})();
ringleader.Want = (function() {
const Want = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Want.prototype.hash = $util.newBuffer([]);
Want.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.hash != null && $Object.hasOwnProperty.call(m, "hash") && m.hash.length)
w.uint32(10).bytes(m.hash);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Want.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Want();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.hash = v;
else
delete m.hash;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Want;
})();
ringleader.Have = (function() {
const Have = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Have.prototype.hashes = $util.newBuffer([]);
Have.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.hashes != null && $Object.hasOwnProperty.call(m, "hashes") && m.hashes.length)
w.uint32(10).bytes(m.hashes);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Have.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Have();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.hashes = v;
else
delete m.hashes;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Have;
})();
ringleader.Lack = (function() {
const Lack = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Lack.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Lack.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Lack();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Lack;
})();
ringleader.Get = (function() {
const Get = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Get.prototype.piece = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Get.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.piece != null && $Object.hasOwnProperty.call(m, "piece") && (typeof m.piece === "object" ? m.piece.low || m.piece.high : m.piece !== 0))
w.uint32(8).uint64(m.piece);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Get.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Get();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.piece = v;
else
delete m.piece;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Get;
})();
ringleader.Data = (function() {
const Data = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Data.prototype.bytes = $util.newBuffer([]);
Data.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.bytes != null && $Object.hasOwnProperty.call(m, "bytes") && m.bytes.length)
w.uint32(10).bytes(m.bytes);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Data.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Data();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.bytes = v;
else
delete m.bytes;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Data;
})();
ringleader.Got = (function() {
const Got = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Got.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Got.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Got();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Got;
})();
ringleader.Watch = (function() {
const Watch = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Watch.prototype.heartbeats = false;
Watch.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.heartbeats != null && $Object.hasOwnProperty.call(m, "heartbeats") && m.heartbeats !== false)
w.uint32(8).bool(m.heartbeats);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Watch.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Watch();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.bool())
m.heartbeats = v;
else
delete m.heartbeats;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Watch;
})();
ringleader.Watching = (function() {
const Watching = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Watching.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Watching.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Watching();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Watching;
})();
ringleader.Seen = (function() {
const Seen = function (p) {
this.sights = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Seen.prototype.sights = $util.emptyArray;
Seen.prototype.missed = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Seen.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.sights != null && m.sights.length) {
for (var i = 0; i < m.sights.length; ++i)
$root.ringleader.Sight.encode(m.sights[i], w.uint32(10).fork(), q + 1).ldelim();
}
if (m.missed != null && $Object.hasOwnProperty.call(m, "missed") && (typeof m.missed === "object" ? m.missed.low || m.missed.high : m.missed !== 0))
w.uint32(16).uint64(m.missed);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Seen.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Seen();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if (!(m.sights && m.sights.length))
m.sights = [];
m.sights.push($root.ringleader.Sight.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.missed = v;
else
delete m.missed;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Seen;
})();
ringleader.Sight = (function() {
const Sight = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Sight.prototype.at = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Sight.prototype.lamport = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Sight.prototype.standing = null;
Sight.prototype.passage = null;
Sight.prototype.judged = null;
Sight.prototype.logged = null;
Sight.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.at != null && $Object.hasOwnProperty.call(m, "at") && (typeof m.at === "object" ? m.at.low || m.at.high : m.at !== 0))
w.uint32(8).uint64(m.at);
if (m.lamport != null && $Object.hasOwnProperty.call(m, "lamport") && (typeof m.lamport === "object" ? m.lamport.low || m.lamport.high : m.lamport !== 0))
w.uint32(16).uint64(m.lamport);
if (m.standing != null && $Object.hasOwnProperty.call(m, "standing"))
$root.ringleader.Standing.encode(m.standing, w.uint32(26).fork(), q + 1).ldelim();
if (m.passage != null && $Object.hasOwnProperty.call(m, "passage"))
$root.ringleader.Passage.encode(m.passage, w.uint32(34).fork(), q + 1).ldelim();
if (m.judged != null && $Object.hasOwnProperty.call(m, "judged"))
$root.ringleader.Judged.encode(m.judged, w.uint32(42).fork(), q + 1).ldelim();
if (m.logged != null && $Object.hasOwnProperty.call(m, "logged"))
$root.ringleader.Logged.encode(m.logged, w.uint32(50).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Sight.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Sight();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.at = v;
else
delete m.at;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.lamport = v;
else
delete m.lamport;
continue;
}
case 3: {
if (u !== 2)
break;
m.standing = $root.ringleader.Standing.decode(r, r.size(), $undefined, q + 1, m.standing);
continue;
}
case 4: {
if (u !== 2)
break;
m.passage = $root.ringleader.Passage.decode(r, r.size(), $undefined, q + 1, m.passage);
continue;
}
case 5: {
if (u !== 2)
break;
m.judged = $root.ringleader.Judged.decode(r, r.size(), $undefined, q + 1, m.judged);
continue;
}
case 6: {
if (u !== 2)
break;
m.logged = $root.ringleader.Logged.decode(r, r.size(), $undefined, q + 1, m.logged);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Sight;
})();
ringleader.Standing = (function() {
const Standing = function (p) {
this.members = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Standing.prototype.status = "";
Standing.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Standing.prototype.leader = $util.newBuffer([]);
Standing.prototype.next = $util.newBuffer([]);
Standing.prototype.previous = $util.newBuffer([]);
Standing.prototype.sentMax = $util.newBuffer([]);
Standing.prototype.ver = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Standing.prototype.members = $util.emptyArray;
Standing.prototype.size = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Standing.prototype.safe = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Standing.prototype.participant = false;
Standing.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.status != null && $Object.hasOwnProperty.call(m, "status") && m.status !== "")
w.uint32(10).string(m.status);
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(16).uint64(m.term);
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader") && m.leader.length)
w.uint32(26).bytes(m.leader);
if (m.next != null && $Object.hasOwnProperty.call(m, "next") && m.next.length)
w.uint32(34).bytes(m.next);
if (m.previous != null && $Object.hasOwnProperty.call(m, "previous") && m.previous.length)
w.uint32(42).bytes(m.previous);
if (m.sentMax != null && $Object.hasOwnProperty.call(m, "sentMax") && m.sentMax.length)
w.uint32(50).bytes(m.sentMax);
if (m.ver != null && $Object.hasOwnProperty.call(m, "ver") && (typeof m.ver === "object" ? m.ver.low || m.ver.high : m.ver !== 0))
w.uint32(56).uint64(m.ver);
if (m.members != null && m.members.length) {
for (var i = 0; i < m.members.length; ++i)
w.uint32(66).bytes(m.members[i]);
}
if (m.size != null && $Object.hasOwnProperty.call(m, "size") && (typeof m.size === "object" ? m.size.low || m.size.high : m.size !== 0))
w.uint32(72).uint64(m.size);
if (m.safe != null && $Object.hasOwnProperty.call(m, "safe") && (typeof m.safe === "object" ? m.safe.low || m.safe.high : m.safe !== 0))
w.uint32(80).uint64(m.safe);
if (m.participant != null && $Object.hasOwnProperty.call(m, "participant") && m.participant !== false)
w.uint32(88).bool(m.participant);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Standing.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Standing();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.status = v;
else
delete m.status;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.leader = v;
else
delete m.leader;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.next = v;
else
delete m.next;
continue;
}
case 5: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.previous = v;
else
delete m.previous;
continue;
}
case 6: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.sentMax = v;
else
delete m.sentMax;
continue;
}
case 7: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.ver = v;
else
delete m.ver;
continue;
}
case 8: {
if (u !== 2)
break;
if (!(m.members && m.members.length))
m.members = [];
m.members.push(r.bytes());
continue;
}
case 9: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.size = v;
else
delete m.size;
continue;
}
case 10: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.safe = v;
else
delete m.safe;
continue;
}
case 11: {
if (u !== 0)
break;
if (v = r.bool())
m.participant = v;
else
delete m.participant;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Standing;
})();
ringleader.Passage = (function() {
const Passage = function (p) {
this.messages = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Passage.prototype.received = false;
Passage.prototype.peer = $util.newBuffer([]);
Passage.prototype.frame = "";
Passage.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Passage.prototype.candidate = $util.newBuffer([]);
Passage.prototype.messages = $util.emptyArray;
Passage.prototype.count = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Passage.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.received != null && $Object.hasOwnProperty.call(m, "received") && m.received !== false)
w.uint32(8).bool(m.received);
if (m.peer != null && $Object.hasOwnProperty.call(m, "peer") && m.peer.length)
w.uint32(18).bytes(m.peer);
if (m.frame != null && $Object.hasOwnProperty.call(m, "frame") && m.frame !== "")
w.uint32(26).string(m.frame);
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(32).uint64(m.term);
if (m.candidate != null && $Object.hasOwnProperty.call(m, "candidate") && m.candidate.length)
w.uint32(42).bytes(m.candidate);
if (m.messages != null && m.messages.length) {
for (var i = 0; i < m.messages.length; ++i)
$root.ringleader.MessageName.encode(m.messages[i], w.uint32(50).fork(), q + 1).ldelim();
}
if (m.count != null && $Object.hasOwnProperty.call(m, "count") && (typeof m.count === "object" ? m.count.low || m.count.high : m.count !== 0))
w.uint32(56).uint64(m.count);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Passage.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Passage();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.bool())
m.received = v;
else
delete m.received;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.peer = v;
else
delete m.peer;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.frame = v;
else
delete m.frame;
continue;
}
case 4: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 5: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.candidate = v;
else
delete m.candidate;
continue;
}
case 6: {
if (u !== 2)
break;
if (!(m.messages && m.messages.length))
m.messages = [];
m.messages.push($root.ringleader.MessageName.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 7: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.count = v;
else
delete m.count;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Passage;
})();
ringleader.MessageName = (function() {
const MessageName = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
MessageName.prototype.uid = $util.newBuffer([]);
MessageName.prototype.inc = $util.newBuffer([]);
MessageName.prototype.n = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
MessageName.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(10).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(18).bytes(m.inc);
if (m.n != null && $Object.hasOwnProperty.call(m, "n") && (typeof m.n === "object" ? m.n.low || m.n.high : m.n !== 0))
w.uint32(24).uint64(m.n);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
MessageName.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.MessageName();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 3: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.n = v;
else
delete m.n;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return MessageName;
})();
ringleader.TokenVerdict = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "PASS_ON"] = 0;
values[valuesById[1] = "REPLACED"] = 1;
values[valuesById[2] = "DROPPED"] = 2;
values[valuesById[3] = "CAME_HOME"] = 3;
values[valuesById[4] = "HELD_BACK"] = 4;
values[valuesById[5] = "OLD_TERM"] = 5;
return values;
})();
ringleader.Judged = (function() {
const Judged = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Judged.prototype.from = $util.newBuffer([]);
Judged.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Judged.prototype.candidate = $util.newBuffer([]);
Judged.prototype.verdict = 0;
Judged.prototype.sentMax = $util.newBuffer([]);
Judged.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.from != null && $Object.hasOwnProperty.call(m, "from") && m.from.length)
w.uint32(10).bytes(m.from);
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(16).uint64(m.term);
if (m.candidate != null && $Object.hasOwnProperty.call(m, "candidate") && m.candidate.length)
w.uint32(26).bytes(m.candidate);
if (m.verdict != null && $Object.hasOwnProperty.call(m, "verdict") && m.verdict !== 0)
w.uint32(32).int32(m.verdict);
if (m.sentMax != null && $Object.hasOwnProperty.call(m, "sentMax") && m.sentMax.length)
w.uint32(42).bytes(m.sentMax);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Judged.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Judged();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.from = v;
else
delete m.from;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.candidate = v;
else
delete m.candidate;
continue;
}
case 4: {
if (u !== 0)
break;
if (v = r.int32())
m.verdict = v;
else
delete m.verdict;
continue;
}
case 5: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.sentMax = v;
else
delete m.sentMax;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Judged;
})();
ringleader.Logged = (function() {
const Logged = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Logged.prototype.kind = "";
Logged.prototype.text = "";
Logged.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.kind != null && $Object.hasOwnProperty.call(m, "kind") && m.kind !== "")
w.uint32(10).string(m.kind);
if (m.text != null && $Object.hasOwnProperty.call(m, "text") && m.text !== "")
w.uint32(18).string(m.text);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Logged.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Logged();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.kind = v;
else
delete m.kind;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.text = v;
else
delete m.text;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Logged;
})();
ringleader.Role = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "MEMBER"] = 0;
values[valuesById[1] = "BRIDGE"] = 1;
return values;
})();
ringleader.Follow = (function() {
const Follow = function (p) {
this.frontier = [];
this.book = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Follow.prototype.frontier = $util.emptyArray;
Follow.prototype.after = $util.newBuffer([]);
Follow.prototype.role = 0;
Follow.prototype.disk = false;
Follow.prototype.name = "";
Follow.prototype.book = $util.emptyArray;
Follow.prototype.cut = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Follow.prototype.digests = $util.newBuffer([]);
Follow.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.frontier != null && m.frontier.length) {
for (var i = 0; i < m.frontier.length; ++i)
$root.ringleader.Head.encode(m.frontier[i], w.uint32(10).fork(), q + 1).ldelim();
}
if (m.after != null && $Object.hasOwnProperty.call(m, "after") && m.after.length)
w.uint32(18).bytes(m.after);
if (m.role != null && $Object.hasOwnProperty.call(m, "role") && m.role !== 0)
w.uint32(24).int32(m.role);
if (m.disk != null && $Object.hasOwnProperty.call(m, "disk") && m.disk !== false)
w.uint32(32).bool(m.disk);
if (m.name != null && $Object.hasOwnProperty.call(m, "name") && m.name !== "")
w.uint32(42).string(m.name);
if (m.book != null && m.book.length) {
for (var i = 0; i < m.book.length; ++i)
$root.ringleader.BookEntry.encode(m.book[i], w.uint32(50).fork(), q + 1).ldelim();
}
if (m.cut != null && $Object.hasOwnProperty.call(m, "cut") && (typeof m.cut === "object" ? m.cut.low || m.cut.high : m.cut !== 0))
w.uint32(56).uint64(m.cut);
if (m.digests != null && $Object.hasOwnProperty.call(m, "digests") && m.digests.length)
w.uint32(66).bytes(m.digests);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Follow.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Follow();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if (!(m.frontier && m.frontier.length))
m.frontier = [];
m.frontier.push($root.ringleader.Head.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.after = v;
else
delete m.after;
continue;
}
case 3: {
if (u !== 0)
break;
if (v = r.int32())
m.role = v;
else
delete m.role;
continue;
}
case 4: {
if (u !== 0)
break;
if (v = r.bool())
m.disk = v;
else
delete m.disk;
continue;
}
case 5: {
if (u !== 2)
break;
if ((v = r.stringVerify()).length)
m.name = v;
else
delete m.name;
continue;
}
case 6: {
if (u !== 2)
break;
if (!(m.book && m.book.length))
m.book = [];
m.book.push($root.ringleader.BookEntry.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 7: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.cut = v;
else
delete m.cut;
continue;
}
case 8: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.digests = v;
else
delete m.digests;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Follow;
})();
ringleader.FollowOk = (function() {
const FollowOk = function (p) {
this.frontier = [];
this.book = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
FollowOk.prototype.frontier = $util.emptyArray;
FollowOk.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
FollowOk.prototype.book = $util.emptyArray;
FollowOk.prototype.differing = $util.newBuffer([]);
FollowOk.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.frontier != null && m.frontier.length) {
for (var i = 0; i < m.frontier.length; ++i)
$root.ringleader.Head.encode(m.frontier[i], w.uint32(10).fork(), q + 1).ldelim();
}
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(16).uint64(m.term);
if (m.book != null && m.book.length) {
for (var i = 0; i < m.book.length; ++i)
$root.ringleader.BookEntry.encode(m.book[i], w.uint32(26).fork(), q + 1).ldelim();
}
if (m.differing != null && $Object.hasOwnProperty.call(m, "differing") && m.differing.length)
w.uint32(34).bytes(m.differing);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
FollowOk.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.FollowOk();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if (!(m.frontier && m.frontier.length))
m.frontier = [];
m.frontier.push($root.ringleader.Head.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 3: {
if (u !== 2)
break;
if (!(m.book && m.book.length))
m.book = [];
m.book.push($root.ringleader.BookEntry.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.differing = v;
else
delete m.differing;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return FollowOk;
})();
ringleader.Held = (function() {
const Held = function (p) {
this.heads = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Held.prototype.heads = $util.emptyArray;
Held.prototype.done = false;
Held.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.heads != null && m.heads.length) {
for (var i = 0; i < m.heads.length; ++i)
$root.ringleader.Head.encode(m.heads[i], w.uint32(10).fork(), q + 1).ldelim();
}
if (m.done != null && $Object.hasOwnProperty.call(m, "done") && m.done !== false)
w.uint32(16).bool(m.done);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Held.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Held();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if (!(m.heads && m.heads.length))
m.heads = [];
m.heads.push($root.ringleader.Head.decode(r, r.size(), $undefined, q + 1));
continue;
}
case 2: {
if (u !== 0)
break;
if (v = r.bool())
m.done = v;
else
delete m.done;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Held;
})();
ringleader.Lacks = (function() {
const Lacks = function (p) {
this.points = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Lacks.prototype.points = $util.emptyArray;
Lacks.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.points != null && m.points.length) {
for (var i = 0; i < m.points.length; ++i)
$root.ringleader.Point.encode(m.points[i], w.uint32(10).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Lacks.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Lacks();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if (!(m.points && m.points.length))
m.points = [];
m.points.push($root.ringleader.Point.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Lacks;
})();
ringleader.Redirect = (function() {
const Redirect = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Redirect.prototype.leader = null;
Redirect.prototype.view = null;
Redirect.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader"))
$root.ringleader.Member.encode(m.leader, w.uint32(10).fork(), q + 1).ldelim();
if (m.view != null && $Object.hasOwnProperty.call(m, "view"))
$root.ringleader.View.encode(m.view, w.uint32(18).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Redirect.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Redirect();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.leader = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.leader);
continue;
}
case 2: {
if (u !== 2)
break;
m.view = $root.ringleader.View.decode(r, r.size(), $undefined, q + 1, m.view);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Redirect;
})();
ringleader.Wait = (function() {
const Wait = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Wait.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Wait.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Wait();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Wait;
})();
ringleader.Up = (function() {
const Up = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Up.prototype.records = $util.newBuffer([]);
Up.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.records != null && $Object.hasOwnProperty.call(m, "records") && m.records.length)
w.uint32(18).bytes(m.records);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Up.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Up();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.records = v;
else
delete m.records;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Up;
})();
ringleader.UpDone = (function() {
const UpDone = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
UpDone.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
UpDone.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.UpDone();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return UpDone;
})();
ringleader.Rec = (function() {
const Rec = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Rec.prototype.pos = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Rec.prototype.safe = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Rec.prototype.records = $util.newBuffer([]);
Rec.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.pos != null && $Object.hasOwnProperty.call(m, "pos") && (typeof m.pos === "object" ? m.pos.low || m.pos.high : m.pos !== 0))
w.uint32(8).uint64(m.pos);
if (m.safe != null && $Object.hasOwnProperty.call(m, "safe") && (typeof m.safe === "object" ? m.safe.low || m.safe.high : m.safe !== 0))
w.uint32(16).uint64(m.safe);
if (m.records != null && $Object.hasOwnProperty.call(m, "records") && m.records.length)
w.uint32(34).bytes(m.records);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Rec.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Rec();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.pos = v;
else
delete m.pos;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.safe = v;
else
delete m.safe;
continue;
}
case 4: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.records = v;
else
delete m.records;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Rec;
})();
ringleader.Synced = (function() {
const Synced = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Synced.prototype.pos = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Synced.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.pos != null && $Object.hasOwnProperty.call(m, "pos") && (typeof m.pos === "object" ? m.pos.low || m.pos.high : m.pos !== 0))
w.uint32(8).uint64(m.pos);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Synced.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Synced();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.pos = v;
else
delete m.pos;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Synced;
})();
ringleader.Stored = (function() {
const Stored = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Stored.prototype.pos = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Stored.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.pos != null && $Object.hasOwnProperty.call(m, "pos") && (typeof m.pos === "object" ? m.pos.low || m.pos.high : m.pos !== 0))
w.uint32(8).uint64(m.pos);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Stored.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Stored();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.pos = v;
else
delete m.pos;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Stored;
})();
ringleader.Safe = (function() {
const Safe = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Safe.prototype.pos = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Safe.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.pos != null && $Object.hasOwnProperty.call(m, "pos") && (typeof m.pos === "object" ? m.pos.low || m.pos.high : m.pos !== 0))
w.uint32(8).uint64(m.pos);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Safe.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Safe();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.pos = v;
else
delete m.pos;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Safe;
})();
ringleader.Submit = (function() {
const Submit = function (p) {
this.parts = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Submit.prototype.parts = $util.emptyArray;
Submit.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.parts != null && m.parts.length) {
for (var i = 0; i < m.parts.length; ++i)
w.uint32(10).bytes(m.parts[i]);
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Submit.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Submit();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if (!(m.parts && m.parts.length))
m.parts = [];
m.parts.push(r.bytes());
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Submit;
})();
ringleader.Nack = (function() {
const Nack = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Nack.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Nack.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Nack();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Nack;
})();
ringleader.ViewFrame = (function() {
const ViewFrame = function (p) {
this.book = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
ViewFrame.prototype.view = null;
ViewFrame.prototype.book = $util.emptyArray;
ViewFrame.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.view != null && $Object.hasOwnProperty.call(m, "view"))
$root.ringleader.View.encode(m.view, w.uint32(10).fork(), q + 1).ldelim();
if (m.book != null && m.book.length) {
for (var i = 0; i < m.book.length; ++i)
$root.ringleader.BookEntry.encode(m.book[i], w.uint32(18).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
ViewFrame.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.ViewFrame();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.view = $root.ringleader.View.decode(r, r.size(), $undefined, q + 1, m.view);
continue;
}
case 2: {
if (u !== 2)
break;
if (!(m.book && m.book.length))
m.book = [];
m.book.push($root.ringleader.BookEntry.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return ViewFrame;
})();
ringleader.ByeReason = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "CLOSING"] = 0;
values[valuesById[1] = "LEFT"] = 1;
values[valuesById[2] = "ROOM"] = 2;
values[valuesById[3] = "IDENTITY"] = 3;
values[valuesById[4] = "FAMILY"] = 4;
values[valuesById[5] = "LOCKED"] = 5;
values[valuesById[6] = "REKEYED"] = 6;
values[valuesById[7] = "REMOVED"] = 7;
values[valuesById[8] = "DENIED"] = 8;
return values;
})();
ringleader.Bye = (function() {
const Bye = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Bye.prototype.reason = 0;
Bye.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.reason != null && $Object.hasOwnProperty.call(m, "reason") && m.reason !== 0)
w.uint32(8).int32(m.reason);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Bye.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Bye();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.int32())
m.reason = v;
else
delete m.reason;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Bye;
})();
ringleader.Leave = (function() {
const Leave = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Leave.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Leave.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Leave();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Leave;
})();
ringleader.Resign = (function() {
const Resign = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Resign.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Resign.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Resign.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Resign();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Resign;
})();
ringleader.Link = (function() {
const Link = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Link.prototype.vid = null;
Link.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.vid != null && $Object.hasOwnProperty.call(m, "vid"))
$root.ringleader.Vid.encode(m.vid, w.uint32(10).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Link.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Link();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.vid = $root.ringleader.Vid.decode(r, r.size(), $undefined, q + 1, m.vid);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Link;
})();
ringleader.LinkOk = (function() {
const LinkOk = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
LinkOk.prototype.vid = null;
LinkOk.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.vid != null && $Object.hasOwnProperty.call(m, "vid"))
$root.ringleader.Vid.encode(m.vid, w.uint32(10).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
LinkOk.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.LinkOk();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.vid = $root.ringleader.Vid.decode(r, r.size(), $undefined, q + 1, m.vid);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return LinkOk;
})();
ringleader.Refer = (function() {
const Refer = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Refer.prototype.prev = null;
Refer.prototype.vid = null;
Refer.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.prev != null && $Object.hasOwnProperty.call(m, "prev"))
$root.ringleader.Member.encode(m.prev, w.uint32(10).fork(), q + 1).ldelim();
if (m.vid != null && $Object.hasOwnProperty.call(m, "vid"))
$root.ringleader.Vid.encode(m.vid, w.uint32(18).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Refer.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Refer();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.prev = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.prev);
continue;
}
case 2: {
if (u !== 2)
break;
m.vid = $root.ringleader.Vid.decode(r, r.size(), $undefined, q + 1, m.vid);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Refer;
})();
ringleader.Ping = (function() {
const Ping = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Ping.prototype.nonce = 0;
Ping.prototype.vid = null;
Ping.prototype.safe = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Ping.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.vid != null && $Object.hasOwnProperty.call(m, "vid"))
$root.ringleader.Vid.encode(m.vid, w.uint32(18).fork(), q + 1).ldelim();
if (m.safe != null && $Object.hasOwnProperty.call(m, "safe") && (typeof m.safe === "object" ? m.safe.low || m.safe.high : m.safe !== 0))
w.uint32(24).uint64(m.safe);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Ping.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Ping();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
case 2: {
if (u !== 2)
break;
m.vid = $root.ringleader.Vid.decode(r, r.size(), $undefined, q + 1, m.vid);
continue;
}
case 3: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.safe = v;
else
delete m.safe;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Ping;
})();
ringleader.Pong = (function() {
const Pong = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Pong.prototype.nonce = 0;
Pong.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Pong.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Pong();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Pong;
})();
ringleader.Suspect = (function() {
const Suspect = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Suspect.prototype.uid = $util.newBuffer([]);
Suspect.prototype.inc = $util.newBuffer([]);
Suspect.prototype.refused = false;
Suspect.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(10).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(18).bytes(m.inc);
if (m.refused != null && $Object.hasOwnProperty.call(m, "refused") && m.refused !== false)
w.uint32(24).bool(m.refused);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Suspect.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Suspect();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 3: {
if (u !== 0)
break;
if (v = r.bool())
m.refused = v;
else
delete m.refused;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Suspect;
})();
ringleader.Elect = (function() {
const Elect = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Elect.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Elect.prototype.uid = $util.newBuffer([]);
Elect.prototype.inc = $util.newBuffer([]);
Elect.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(18).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(26).bytes(m.inc);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Elect.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Elect();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 3: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Elect;
})();
ringleader.Elected = (function() {
const Elected = function (p) {
this.list = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Elected.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Elected.prototype.winner = null;
Elected.prototype.list = $util.emptyArray;
Elected.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.winner != null && $Object.hasOwnProperty.call(m, "winner"))
$root.ringleader.Member.encode(m.winner, w.uint32(18).fork(), q + 1).ldelim();
if (m.list != null && m.list.length) {
for (var i = 0; i < m.list.length; ++i)
$root.ringleader.Member.encode(m.list[i], w.uint32(26).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Elected.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Elected();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 2: {
if (u !== 2)
break;
m.winner = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.winner);
continue;
}
case 3: {
if (u !== 2)
break;
if (!(m.list && m.list.length))
m.list = [];
m.list.push($root.ringleader.Member.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Elected;
})();
ringleader.Stale = (function() {
const Stale = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Stale.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Stale.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Stale.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Stale();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Stale;
})();
ringleader.Alive = (function() {
const Alive = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Alive.prototype.leader = null;
Alive.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader"))
$root.ringleader.Member.encode(m.leader, w.uint32(10).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Alive.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Alive();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.leader = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.leader);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Alive;
})();
ringleader.Probe = (function() {
const Probe = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Probe.prototype.leader = null;
Probe.prototype.many = false;
Probe.prototype.open = false;
Probe.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader"))
$root.ringleader.Member.encode(m.leader, w.uint32(10).fork(), q + 1).ldelim();
if (m.many != null && $Object.hasOwnProperty.call(m, "many") && m.many !== false)
w.uint32(16).bool(m.many);
if (m.open != null && $Object.hasOwnProperty.call(m, "open") && m.open !== false)
w.uint32(24).bool(m.open);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Probe.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Probe();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.leader = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.leader);
continue;
}
case 2: {
if (u !== 0)
break;
if (v = r.bool())
m.many = v;
else
delete m.many;
continue;
}
case 3: {
if (u !== 0)
break;
if (v = r.bool())
m.open = v;
else
delete m.open;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Probe;
})();
ringleader.Move = (function() {
const Move = function (p) {
this.members = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Move.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
Move.prototype.many = false;
Move.prototype.members = $util.emptyArray;
Move.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.many != null && $Object.hasOwnProperty.call(m, "many") && m.many !== false)
w.uint32(16).bool(m.many);
if (m.members != null && m.members.length) {
for (var i = 0; i < m.members.length; ++i)
$root.ringleader.Member.encode(m.members[i], w.uint32(26).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Move.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Move();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 2: {
if (u !== 0)
break;
if (v = r.bool())
m.many = v;
else
delete m.many;
continue;
}
case 3: {
if (u !== 2)
break;
if (!(m.members && m.members.length))
m.members = [];
m.members.push($root.ringleader.Member.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Move;
})();
ringleader.MoveOk = (function() {
const MoveOk = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
MoveOk.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
MoveOk.prototype.pos = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
MoveOk.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.term != null && $Object.hasOwnProperty.call(m, "term") && (typeof m.term === "object" ? m.term.low || m.term.high : m.term !== 0))
w.uint32(8).uint64(m.term);
if (m.pos != null && $Object.hasOwnProperty.call(m, "pos") && (typeof m.pos === "object" ? m.pos.low || m.pos.high : m.pos !== 0))
w.uint32(16).uint64(m.pos);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
MoveOk.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.MoveOk();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.term = v;
else
delete m.term;
continue;
}
case 2: {
if (u !== 0)
break;
if (typeof (v = r.uint64()) === "object" ? v.low || v.high : v !== 0)
m.pos = v;
else
delete m.pos;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return MoveOk;
})();
ringleader.Busy = (function() {
const Busy = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Busy.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Busy.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Busy();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Busy;
})();
ringleader.Moved = (function() {
const Moved = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Moved.prototype.leader = null;
Moved.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.leader != null && $Object.hasOwnProperty.call(m, "leader"))
$root.ringleader.Member.encode(m.leader, w.uint32(10).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Moved.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Moved();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
m.leader = $root.ringleader.Member.decode(r, r.size(), $undefined, q + 1, m.leader);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Moved;
})();
ringleader.Check = (function() {
const Check = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Check.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Check.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Check();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
r.skipType(t & 7, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Check;
})();
ringleader.CheckPoint = (function() {
const CheckPoint = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
CheckPoint.prototype.nonce = 0;
CheckPoint.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
CheckPoint.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.CheckPoint();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return CheckPoint;
})();
ringleader.Checked = (function() {
const Checked = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Checked.prototype.nonce = 0;
Checked.prototype.digest = $util.newBuffer([]);
Checked.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.digest != null && $Object.hasOwnProperty.call(m, "digest") && m.digest.length)
w.uint32(18).bytes(m.digest);
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Checked.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Checked();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.digest = v;
else
delete m.digest;
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Checked;
})();
ringleader.Chains = (function() {
const Chains = function (p) {
this.points = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Chains.prototype.nonce = 0;
Chains.prototype.points = $util.emptyArray;
Chains.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.points != null && m.points.length) {
for (var i = 0; i < m.points.length; ++i)
$root.ringleader.Point.encode(m.points[i], w.uint32(18).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Chains.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Chains();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
case 2: {
if (u !== 2)
break;
if (!(m.points && m.points.length))
m.points = [];
m.points.push($root.ringleader.Point.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Chains;
})();
ringleader.ChainsAt = (function() {
const ChainsAt = function (p) {
this.chains = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
ChainsAt.prototype.nonce = 0;
ChainsAt.prototype.chains = $util.emptyArray;
ChainsAt.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.chains != null && m.chains.length) {
for (var i = 0; i < m.chains.length; ++i)
w.uint32(18).bytes(m.chains[i]);
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
ChainsAt.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.ChainsAt();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
case 2: {
if (u !== 2)
break;
if (!(m.chains && m.chains.length))
m.chains = [];
m.chains.push(r.bytes());
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return ChainsAt;
})();
ringleader.Verdict = (function() {
const valuesById = $Object.create(null), values = $Object.create(valuesById);
values[valuesById[0] = "SAME"] = 0;
values[valuesById[1] = "DIFFERS"] = 1;
values[valuesById[2] = "SILENT"] = 2;
return values;
})();
ringleader.Compared = (function() {
const Compared = function (p) {
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
Compared.prototype.uid = $util.newBuffer([]);
Compared.prototype.inc = $util.newBuffer([]);
Compared.prototype.verdict = 0;
Compared.prototype.first = null;
Compared.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.uid != null && $Object.hasOwnProperty.call(m, "uid") && m.uid.length)
w.uint32(10).bytes(m.uid);
if (m.inc != null && $Object.hasOwnProperty.call(m, "inc") && m.inc.length)
w.uint32(18).bytes(m.inc);
if (m.verdict != null && $Object.hasOwnProperty.call(m, "verdict") && m.verdict !== 0)
w.uint32(24).int32(m.verdict);
if (m.first != null && $Object.hasOwnProperty.call(m, "first"))
$root.ringleader.Point.encode(m.first, w.uint32(34).fork(), q + 1).ldelim();
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
Compared.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.Compared();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.uid = v;
else
delete m.uid;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.inc = v;
else
delete m.inc;
continue;
}
case 3: {
if (u !== 0)
break;
if (v = r.int32())
m.verdict = v;
else
delete m.verdict;
continue;
}
case 4: {
if (u !== 2)
break;
m.first = $root.ringleader.Point.decode(r, r.size(), $undefined, q + 1, m.first);
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return Compared;
})();
ringleader.CheckDone = (function() {
const CheckDone = function (p) {
this.members = [];
if (p)
for (var ks = $Object.keys(p), i = 0; i < ks.length; ++i)
if (p[ks[i]] != null && ks[i] !== "__proto__")
this[ks[i]] = p[ks[i]];
};
CheckDone.prototype.nonce = 0;
CheckDone.prototype.digest = $util.newBuffer([]);
CheckDone.prototype.members = $util.emptyArray;
CheckDone.encode = function (m, w, q) {
if (!w)
w = $Writer.create();
if (q === $undefined)
q = 0;
if (q > $util.recursionLimit)
throw $Error("max depth exceeded");
if (m.nonce != null && $Object.hasOwnProperty.call(m, "nonce") && m.nonce !== 0)
w.uint32(8).uint32(m.nonce);
if (m.digest != null && $Object.hasOwnProperty.call(m, "digest") && m.digest.length)
w.uint32(18).bytes(m.digest);
if (m.members != null && m.members.length) {
for (var i = 0; i < m.members.length; ++i)
$root.ringleader.Compared.encode(m.members[i], w.uint32(26).fork(), q + 1).ldelim();
}
if (m.$unknowns != null && $Object.hasOwnProperty.call(m, "$unknowns"))
for (var i = 0; i < m.$unknowns.length; ++i)
w.raw(m.$unknowns[i]);
return w;
};
CheckDone.decode = function (r, l, z, q, g) {
if (!(r instanceof $Reader))
r = $Reader.create(r);
if (q === $undefined)
q = 0;
if (q > $Reader.recursionLimit)
throw $Error("max depth exceeded");
var c, m, v;
if (l === $undefined)
c = r.len;
else {
c = r.pos + l;
if (c > r.len)
throw $RangeError("index out of range");
l = r.len;
r.len = c;
}
m = g || new $root.ringleader.CheckDone();
while (r.pos < c) {
var s = r.pos;
var t = r.tag();
if (t === z) {
z = $undefined;
break;
}
var u = t & 7;
switch (t >>>= 3) {
case 1: {
if (u !== 0)
break;
if (v = r.uint32())
m.nonce = v;
else
delete m.nonce;
continue;
}
case 2: {
if (u !== 2)
break;
if ((v = r.bytes()).length)
m.digest = v;
else
delete m.digest;
continue;
}
case 3: {
if (u !== 2)
break;
if (!(m.members && m.members.length))
m.members = [];
m.members.push($root.ringleader.Compared.decode(r, r.size(), $undefined, q + 1));
continue;
}
}
r.skipType(u, q, t);
if (!r.discardUnknown) {
$util.makeProp(m, "$unknowns", false);
(m.$unknowns || (m.$unknowns = [])).push(r.raw(s, r.pos));
}
}
if (l !== $undefined) {
if (r.pos !== c)
throw $RangeError("index out of range");
r.len = l;
}
if (z !== $undefined)
throw $Error("missing end group");
return m;
};
return CheckDone;
})();
return ringleader;
})();

/** The codecs, typed. */
export const schema: Schema = ringleader as unknown as Schema
