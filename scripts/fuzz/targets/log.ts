/** What leaves the unit and is read by others: the event log and the result package. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { exportEventLog } from '#firmware/vault/event-log-export.ts';
import {
  ESCROW,
  LOG_KEY_BYTES,
  type LogState,
  nextLogKey,
  readLog,
  verifyEventLog,
  writeEntry,
  writeHeader,
} from '#firmware/vault/event-log-format.ts';
import { sealTo } from '#firmware/vault/hpke.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import {
  decodeResultPackage,
  encodeResultPackage,
  RESULT_FORMAT,
  type ResultPackage,
  resultContests,
} from '#firmware/vault/result-package.ts';
import { loadOwnDefinition, SMALL_PATH } from '../../elections/load.ts';
import { type FuzzTarget, type FuzzVerdict, finding, sameAgain } from '../target.ts';

const utf8 = new TextEncoder();
const entropy = makeSeededEntropy(1, 'fuzz seeds of logs and results');
const IDENTITY = makeEd25519KeyPair(entropy);
const AUTHORITY = makeX25519KeyPair(entropy);
const FIRST_KEY = entropy.bytes(LOG_KEY_BYTES);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const HEADER = writeHeader({
  election: 'AN-2020',
  precinct: '201301006.01',
  identity: hex(IDENTITY.publicKey),
  escrow: hex(sealTo(AUTHORITY.publicKey, ESCROW.info, ESCROW.associated, FIRST_KEY, entropy)),
});
const EVENTS: readonly LogEvent[] = [
  { id: 'pollsOpened', fields: { override: false } },
  { id: 'ballotCast', fields: {} },
  { id: 'mediumLost', fields: { medium: 'removable' } },
  { id: 'checkpointSigned', fields: { number: 1 } },
  { id: 'machineParked', fields: { reason: 'logFull' } },
  { id: 'ballotCast', fields: {} },
];

/** Lines of events bound to each other as a machine binds them, whatever they say. */
const write = (
  events: readonly { readonly event: LogEvent; readonly minute: string }[],
): string => {
  let state: LogState = HEADER.state;
  let key = FIRST_KEY;
  let text = HEADER.line;
  for (const { event, minute } of events) {
    const written = writeEntry(state, event, minute, key, IDENTITY.privateKey);
    text += written.line;
    if (written.state.checkpoints > state.checkpoints) key = nextLogKey(key);
    state = written.state;
  }
  return text;
};
const MINUTE = '2026-12-06T10:03Z';
const LOG = utf8.encode(write(EVENTS.map((event) => ({ event, minute: MINUTE }))));
const EXPORT = { deviceId: 'K7QM', version: '1.0', minute: MINUTE };

const runLog = (input: Uint8Array): FuzzVerdict => {
  const stopped = readLog(input, [IDENTITY.publicKey], { epoch: 0, key: FIRST_KEY }, true);
  if (stopped.goodBytes > input.length) return finding('more good bytes than there are');
  const verified = verifyEventLog(input, IDENTITY.publicKey, FIRST_KEY);
  if (!verified.ok) return verified.error.length > 0 ? 'refused' : finding('wrong, without reason');
  JSON.stringify(exportEventLog(verified.value, EXPORT));
  const whole = input.length === stopped.goodBytes;
  // A log that ends earlier is a sound log: only the head on paper tells.
  const prefix = Buffer.compare(input, LOG.subarray(0, input.length)) === 0;
  return whole && prefix ? 'accepted' : finding('verifies, and is not what was written');
};

type Row = { readonly id?: unknown; readonly f?: unknown; readonly t?: unknown };

/** A JSON object {id, f, t} a line: each written into the chain as a machine would. */
const runEvents = (input: Uint8Array): FuzzVerdict => {
  const rows: { event: LogEvent; minute: string }[] = [];
  for (const line of new TextDecoder().decode(input).split('\n').slice(0, 64)) {
    let row: Row | null;
    try {
      row = JSON.parse(line) as Row | null;
    } catch {
      continue;
    }
    if (typeof row !== 'object' || row === null) continue;
    rows.push({ event: { id: row.id, fields: row.f } as LogEvent, minute: row.t as string });
  }
  const verified = verifyEventLog(utf8.encode(write(rows)), IDENTITY.publicKey, FIRST_KEY);
  if (!verified.ok) return 'refused';
  JSON.stringify(exportEventLog(verified.value, EXPORT));
  return verified.value.entries.length === rows.length
    ? 'accepted'
    : finding('an entry is missing');
};

const SMALL = loadOwnDefinition(SMALL_PATH);
const RESULT: ResultPackage = {
  format: RESULT_FORMAT,
  election: SMALL.id,
  test: true,
  pollingPlaceCode: SMALL.precinct.pollingPlaceCode,
  precinctNumber: SMALL.precinct.number,
  reportId: SMALL.precinct.reportId,
  ballots: 0,
  contests: resultContests(tabulate(SMALL, [])),
  authentication: {
    match: 0,
    noMatch: 0,
    noStoredPrint: 0,
    noUpperLimbs: 0,
    overrides: 0,
    votersMarked: 0,
    registered: 5,
  },
  reprints: 0,
  spoils: 0,
  copies: 1,
  machineCode: machineCode({
    releaseDigest: entropy.bytes(32),
    packageDigest: entropy.bytes(32),
    identityPublicKey: IDENTITY.publicKey,
  }),
  logHead: '9f86d081'.repeat(8),
  machineKey: hex(IDENTITY.publicKey),
  certificate: null,
};

/** Compact JSON is spread as packages are, so that what it says is what is judged. */
const spread = (input: Uint8Array): Uint8Array => {
  try {
    return utf8.encode(`${JSON.stringify(JSON.parse(new TextDecoder().decode(input)), null, 1)}\n`);
  } catch {
    return input;
  }
};

const runResult = (input: Uint8Array): FuzzVerdict => {
  for (const bytes of [input, spread(input)]) {
    const read = decodeResultPackage(bytes);
    if (read.ok) return sameAgain(bytes, encodeResultPackage(read.value));
  }
  return 'refused';
};

export const LOG_TARGETS: readonly FuzzTarget[] = [
  { name: 'event-log', describes: 'the event log as a file', seeds: () => [LOG], run: runLog },
  {
    name: 'event-log-entries',
    describes: "what a log's entries say, rightly bound",
    seeds: () => [
      utf8.encode(
        EVENTS.map(({ id, fields }) => JSON.stringify({ id, f: fields, t: MINUTE })).join('\n'),
      ),
    ],
    run: runEvents,
  },
  {
    name: 'result-package',
    describes: 'result packages',
    seeds: () => [encodeResultPackage(RESULT)],
    run: runResult,
  },
];
