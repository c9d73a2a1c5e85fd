/**
 * The event log as text: one JSON object a line, each bound to the one before.
 *
 *     line 0   {"n":0,"format":…,"election":…,"precinct":…,"identity":…,"escrow":…,"h":…}
 *     line n   {"n":n,"t":"2026-12-06T10:03Z","id":…,"f":{…},"h":…,"m":…}
 *     checkpoint: the same with "s", the machine's signature over `checkpointText`
 *
 * h = SHA-256(h of the line before ‖ the line without h, m, s); m = the first 16 bytes of
 * HMAC-SHA256(log key, h). After each checkpoint the log key is replaced by a hash of itself, so who
 * takes the machine can not rewrite what stands before the last checkpoint. The first key is in line
 * 0, sealed to the authority. A line has one spelling; any other one is refused.
 *
 * What a checkpoint signs is the text of a C2SP signed note, so that programs of others can verify it. It
 * has the lines of a tlog-checkpoint (origin, size, hash) and is none: that one's hash is the root of a
 * Merkle tree, which lets a client prove an entry or two sizes against each other without the log. Here
 * everybody who checks has the whole log, some thousand lines on a module, and a chain says all of that
 * with nothing to keep but its head. So the origin names the chain, and no such client takes it for a tree.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  type EventId,
  eventFault,
  isEventId,
  isOfVisit,
  type LogEvent,
} from '#firmware/events/catalogue.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { bytesOfHex, concatBytes, equalBytes, jsonObject, textOf, toHex, utf8 } from './bytes.ts';
import type { HeaderFault, LogFault } from './event-log-fault.ts';
import { HPKE_OVERHEAD_BYTES, openWith } from './hpke.ts';
import { KEY_BYTES, SIGNATURE_BYTES, sign, verify } from './keys.ts';

export const LOG_FORMAT = 'urna-event-log-2';
export const LOG_KEY_BYTES = 32;
const DIGEST_BYTES = 32;
const MAC_BYTES = 16;
const ESCROW_BYTES = LOG_KEY_BYTES + HPKE_OVERHEAD_BYTES;
/** Bytes of a line; the longest that the catalogue allows is a tenth of it. */
export const MAX_LINE_BYTES = 4096;
/** Problems that a check of a log names before it gives up. */
export const MAX_LOG_PROBLEMS = 100;
/** Characters of an election's or precinct's identifier. */
const MAX_ID_LENGTH = 64;
const EMPTY = new Uint8Array(0);
const ESCROW_INFO = utf8('urna event log escrow v1');
const NEXT_KEY = utf8('urna event log next key v1');
const NEWLINE = 0x0a;

export type LogHeader = {
  readonly election: string;
  readonly precinct: string;
  /** Ed25519 public key of the machine, hex. */
  readonly identity: string;
  /** The first log key, sealed to the authority (HPKE), hex. */
  readonly escrow: string;
};

export type LogEntry = {
  /** 1, 2, … */
  readonly number: number;
  /** UTC, to the minute: `2026-12-06T10:03Z`; of a voter's visit, see `entryTime`. */
  readonly minute: string;
  readonly id: EventId;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Chain value after this entry, hex. */
  readonly hash: string;
};

/** Where a log stands: what the next line is bound to. */
export type LogState = {
  /** Which log it is, as checkpoints name it. */
  readonly origin: string;
  /** Entries so far. */
  readonly entries: number;
  readonly head: Uint8Array;
  readonly checkpoints: number;
};

/** The note's text that a checkpoint signs: which chain, how many entries, its head in base64. */
export const checkpointText = ({ origin, entries, head }: Omit<LogState, 'checkpoints'>): string =>
  `${origin}\n${entries}\n${Buffer.from(head).toString('base64')}\n`;

const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/;
const LAST_CALENDAR_MS = Date.UTC(9999, 11, 31);

/** Calendar time to the minute; a clock that is out of all range counts as 1970. */
export const minuteOf = (calendarMs: number): string => {
  const sane = calendarMs >= 0 && calendarMs <= LAST_CALENDAR_MS ? calendarMs : 0;
  return `${new Date(sane).toISOString().slice(0, 16)}Z`;
};

/** Longer than any visit (3 or 6 minutes by configuration, once more on request): none stands out in it. */
const VISIT_GRAIN_MS = 15 * 60_000;

/** The time that an entry of this event carries: its minute; for those of a voter's visit the quarter of the hour. */
export const entryTime = (id: EventId, calendarMs: number): string =>
  minuteOf(isOfVisit(id) ? calendarMs - (calendarMs % VISIT_GRAIN_MS) : calendarMs);

/** The log key after a checkpoint. */
export const nextLogKey = (key: Uint8Array): Uint8Array => hmac(sha256, key, NEXT_KEY);

const chain = (before: Uint8Array, body: string): Uint8Array =>
  sha256(concatBytes(before, utf8(body)));
const macOf = (key: Uint8Array, hash: Uint8Array): Uint8Array =>
  hmac(sha256, key, hash).subarray(0, MAC_BYTES);

/** `body` (a JSON object) with further members. */
const extend = (body: string, members: Readonly<Record<string, string>>): string =>
  `${body.slice(0, -1)},${JSON.stringify(members).slice(1)}`;

const headerBody = (header: LogHeader): string =>
  JSON.stringify({
    n: 0,
    format: LOG_FORMAT,
    election: header.election,
    precinct: header.precinct,
    identity: header.identity,
    escrow: header.escrow,
  });

/** Line 0, and where the log stands after it. */
export const writeHeader = (
  header: LogHeader,
): { readonly line: string; readonly state: LogState } => {
  const body = headerBody(header);
  const head = chain(EMPTY, body);
  return {
    line: `${extend(body, { h: toHex(head) })}\n`,
    state: {
      origin: `urna event log chain ${header.election} ${header.precinct}`,
      entries: 0,
      head,
      checkpoints: 0,
    },
  };
};

/** The line of an event, and where the log stands after it. A checkpoint is signed with `signingKey`. */
export const writeEntry = (
  before: LogState,
  event: LogEvent,
  minute: string,
  logKey: Uint8Array,
  signingKey: Uint8Array,
): { readonly line: string; readonly state: LogState } => {
  const number = before.entries + 1;
  const body = JSON.stringify({ n: number, t: minute, id: event.id, f: event.fields });
  const head = chain(before.head, body);
  const seal = { h: toHex(head), m: toHex(macOf(logKey, head)) };
  const isCheckpoint = event.id === 'checkpointSigned';
  const checkpoints = before.checkpoints + (isCheckpoint ? 1 : 0);
  const state: LogState = { origin: before.origin, entries: number, head, checkpoints };
  const members = isCheckpoint
    ? { ...seal, s: toHex(sign(signingKey, utf8(checkpointText(state)))) }
    : seal;
  return { line: `${extend(body, members)}\n`, state };
};

/** Seals the first log key to the authority. */
export const ESCROW = { info: ESCROW_INFO, associated: EMPTY } as const;

/** The first log key, by the authority's private key; null when it is another's. */
export const openEscrow = (
  header: LogHeader,
  authorityPrivateKey: Uint8Array,
): Uint8Array | null => {
  const sealed = bytesOfHex(header.escrow, ESCROW_BYTES);
  return sealed === null ? null : openWith(authorityPrivateKey, ESCROW_INFO, EMPTY, sealed);
};

export type LogProblem = { readonly line: number; readonly fault: LogFault };

/** A log key and the number of checkpoints after which it was made. */
export type LogKey = { readonly epoch: number; readonly key: Uint8Array };

const isId = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= MAX_ID_LENGTH &&
  !/\p{Cc}/u.test(value);

/** Line 0, or what is wrong with it. */
export const readHeader = (
  line: string,
): Result<{ readonly header: LogHeader; readonly state: LogState }, HeaderFault> => {
  const wrong = (kind: HeaderFault['kind']) => err({ kind });
  const found = jsonObject(line);
  if (found === null) return wrong('notObject');
  const { election, precinct, identity, escrow } = found;
  if (!isId(election) || !isId(precinct)) return wrong('noElection');
  if (bytesOfHex(identity, KEY_BYTES) === null) return wrong('noIdentity');
  if (bytesOfHex(escrow, ESCROW_BYTES) === null) return wrong('noEscrow');
  const header = { election, precinct, identity: String(identity), escrow: String(escrow) };
  const written = writeHeader(header);
  return written.line === `${line}\n`
    ? ok({ header, state: written.state })
    : wrong('notBoundToContent');
};

/** A checkpoint whose signature was verified. */
export type SignedCheckpoint = {
  readonly state: LogState;
  readonly signature: Uint8Array;
  /** Ed25519 public key of the machine that signed. */
  readonly signer: Uint8Array;
};

type ReadEntry = {
  readonly entry: LogEntry;
  readonly state: LogState;
  readonly fault: LogFault | null;
  readonly checkpoint: SignedCheckpoint | null;
};

/** One line after `before`; a fault alone when it is not even an entry. A line that is one but is not rightly bound comes with its fault. */
const readEntry = (
  line: string,
  before: LogState,
  logKey: Uint8Array | null,
  identities: readonly Uint8Array[],
): Result<ReadEntry, LogFault> => {
  const found = jsonObject(line);
  if (found === null) return err({ kind: 'notObject' });
  const { n, t, id, f, h, m, s } = found;
  const claimed = bytesOfHex(h, DIGEST_BYTES);
  const mac = bytesOfHex(m, MAC_BYTES);
  if (claimed === null || mac === null) return err({ kind: 'noSeal' });
  if (typeof id !== 'string' || !isEventId(id))
    return err({ kind: 'noEvent', event: String(id ?? '–').slice(0, MAX_ID_LENGTH) });
  if (typeof f !== 'object' || f === null || Array.isArray(f)) return err({ kind: 'noFields' });
  if (typeof t !== 'string' || !MINUTE.test(t)) return err({ kind: 'noMinute' });
  const fields = { ...f };
  const number = before.entries + 1;
  const body = JSON.stringify({ n, t, id, f });
  const isCheckpoint = id === 'checkpointSigned';
  const members = isCheckpoint ? { h, m, s } : { h, m };
  const entry: LogEntry = { number, minute: t, id, fields, hash: toHex(claimed) };
  const state: LogState = {
    origin: before.origin,
    entries: number,
    head: claimed,
    checkpoints: before.checkpoints + (isCheckpoint ? 1 : 0),
  };
  const wrong = (): LogFault | null => {
    if (n !== number)
      return { kind: 'number', found: String(n ?? '–').slice(0, MAX_ID_LENGTH), expected: number };
    if (extend(body, members as Readonly<Record<string, string>>) !== line)
      return { kind: 'spelling' };
    if (!equalBytes(chain(before.head, body), claimed)) return { kind: 'notBoundToLineBefore' };
    if (logKey !== null && !equalBytes(macOf(logKey, claimed), mac)) return { kind: 'wrongMac' };
    const notInCatalogue = eventFault(id, fields);
    if (notInCatalogue !== null) return notInCatalogue;
    if (!isCheckpoint) return null;
    const signature = bytesOfHex(s, SIGNATURE_BYTES);
    if (signature === null) return { kind: 'noSignature' };
    const message = utf8(checkpointText(state));
    const signer = identities.find((identity) => verify(identity, message, signature));
    if (signer === undefined) return { kind: 'wrongSignature' };
    checkpoint = { state, signature, signer };
    return null;
  };
  let checkpoint: SignedCheckpoint | null = null;
  const fault = wrong();
  return ok({ entry, state, fault, checkpoint });
};

export type ReadLog = {
  readonly header: LogHeader | null;
  readonly entries: readonly LogEntry[];
  /** After the lines before the first problem. */
  readonly state: LogState | null;
  /** Length of the lines before the first problem. */
  readonly goodBytes: number;
  /** The log key after those lines; null when none was given or the log ends before it. */
  readonly key: LogKey | null;
  readonly problems: readonly LogProblem[];
  /** The last checkpoint before the first problem; null: there is none. */
  readonly checkpoint: SignedCheckpoint | null;
};

/** The lines of a log as text; null: without an end, too long, or not UTF-8. */
const linesOf = (bytes: Uint8Array): readonly { text: string | null; end: number }[] => {
  const lines: { text: string | null; end: number }[] = [];
  for (let start = 0; start < bytes.length; ) {
    const at = bytes.indexOf(NEWLINE, start);
    const end = at < 0 ? bytes.length : at + 1;
    const readable = at >= 0 && at - start <= MAX_LINE_BYTES;
    lines.push({ text: readable ? textOf(bytes.subarray(start, at)) : null, end });
    start = end;
  }
  return lines;
};

/**
 * Reads and checks a whole log of one of the machines `identities` (a spare unit continues the log of
 * the one before it). With `logKey` also the MACs of every line after that key's
 * checkpoint. `stopAtFirst` ends at the first problem, as a machine does that continues its log.
 */
export const readLog = (
  bytes: Uint8Array,
  identities: readonly Uint8Array[],
  logKey: LogKey | null,
  stopAtFirst: boolean,
): ReadLog => {
  const lines = linesOf(bytes);
  const problems: LogProblem[] = [];
  const entries: LogEntry[] = [];
  const first = readHeader(lines[0]?.text ?? '');
  if (!first.ok) {
    const nothing = {
      header: null,
      entries,
      state: null,
      goodBytes: 0,
      key: null,
      checkpoint: null,
    };
    return { ...nothing, problems: [{ line: 0, fault: first.error }] };
  }
  const { header } = first.value;
  if (!identities.some((identity) => header.identity === toHex(identity)))
    problems.push({ line: 0, fault: { kind: 'otherMachine' } });
  let at = first.value.state;
  let good = { state: at, bytes: lines[0]?.end ?? 0, key: logKey };
  let key = logKey;
  let checkpoint: SignedCheckpoint | null = null;
  for (let index = 1; index < lines.length && problems.length < MAX_LOG_PROBLEMS; index++) {
    const text = lines[index]?.text ?? null;
    const usable = key !== null && key.epoch === at.checkpoints ? key.key : null;
    const line: ReturnType<typeof readEntry> =
      text === null ? err({ kind: 'notText' }) : readEntry(text, at, usable, identities);
    const fault = line.ok ? line.value.fault : line.error;
    if (fault !== null) problems.push({ line: index, fault });
    if (fault !== null && stopAtFirst) break;
    if (!line.ok) continue;
    const read = line.value;
    entries.push(read.entry);
    at = read.state;
    if (key !== null && at.checkpoints > key.epoch)
      key = { epoch: key.epoch + 1, key: nextLogKey(key.key) };
    if (problems.length === 0) checkpoint = read.checkpoint ?? checkpoint;
    if (problems.length === 0) good = { state: at, bytes: lines[index]?.end ?? 0, key };
  }
  return {
    header,
    entries,
    state: good.state,
    goodBytes: good.bytes,
    key: good.key,
    problems,
    checkpoint,
  };
};

export type VerifiedLog = {
  readonly header: LogHeader;
  readonly entries: readonly LogEntry[];
  /** What the papers witness, hex. */
  readonly head: string;
  readonly checkpoints: number;
};

/**
 * Checks a log from outside: every line bound to the one before, every event of the catalogue, every
 * checkpoint signed by the machine; with `firstKey` (from the escrow) every MAC too. Without it, what
 * follows the last checkpoint is bound but not authenticated. Line 0 is the header. Several identity
 * keys: when a spare unit went on with the log of another.
 */
export const verifyEventLog = (
  bytes: Uint8Array,
  identityPublicKey: Uint8Array | readonly Uint8Array[],
  firstKey: Uint8Array | null,
): Result<VerifiedLog, readonly LogProblem[]> => {
  const key = firstKey === null ? null : { epoch: 0, key: firstKey };
  const identities =
    identityPublicKey instanceof Uint8Array ? [identityPublicKey] : identityPublicKey;
  const { header, entries, state, problems } = readLog(bytes, identities, key, false);
  if (header === null || state === null || problems.length > 0) return err(problems);
  return ok({ header, entries, head: toHex(state.head), checkpoints: state.checkpoints });
};
