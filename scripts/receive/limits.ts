/** What a receiving centre allows, in one place: sizes, times, sockets, memory, disk. */
import { MAX_SUBMISSION_BYTES } from '#firmware/transmission/submission.ts';

export const RECEIVER_LIMITS = {
  /** Connections at once; more are closed as they come. */
  sockets: 512,
  /** Of one machine, which sends one message at a time and may just have lost another. */
  socketsOfOneMachine: 4,
  /** Bytes of all messages that are being read; whoever comes then is told to come again. */
  bytesInFlight: 64 * 1024 * 1024,
  bytesOfMessage: MAX_SUBMISSION_BYTES,
  bytesOfHeaders: 4096,
  headers: 32,
  /** Requests of one connection. */
  requests: 16,
  /** ms: until a handshake is over. */
  handshakeMs: 10_000,
  /** ms: until the headers of a request are there, and until all of it is. */
  headersMs: 10_000,
  requestMs: 30_000,
  /** ms: a connection that says nothing. */
  idleMs: 10_000,
  /** ms: how often late ones are looked for. */
  checkMs: 2_000,
  /** Different packages that are kept of one precinct: the first, and what shows the alarm. */
  packagesOfOnePrecinct: 8,
  /** The share of remote storage, bytes: store and anomalies together. */
  storageBytes: 64_000_000_000,
  /** What a package may cost on disk beside its bytes, until the write-ahead log is folded in. */
  storageMargin: 16 * 1024 * 1024,
  /** The file of anomalies stops there, and says so. */
  anomalyFileBytes: 64 * 1024 * 1024,
  /** The latest ones, on the page. */
  anomaliesShown: 100,
  /** Precincts with packages that differ, by name; more are counted. */
  conflictsShown: 100,
} as const;
