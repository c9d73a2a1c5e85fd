/**
 * The doors of a unit's private channels: parsed JSON becomes a message of the one direction that it
 * came from, or null when anything is missing, of another type, out of range, or too much.
 */
import { eventProblem } from '../events/catalogue.ts';
import { UNIT_PARTS } from '../faults/parts.ts';
import {
  between,
  type Check,
  count,
  flag,
  hex,
  listOf,
  messageOf,
  oneOf,
  orNull,
  record,
  shortText,
  text,
} from './checks.ts';
import { phase, power } from './read-message.ts';
import { FLIGHT_EVENTS, RECORDED_EVENTS } from './recorded-events.ts';
import {
  type ForSender,
  type FromBooth,
  type FromCounting,
  type FromDesk,
  type FromProcess,
  type FromSender,
  START_UP_STAGES,
  type ToBooth,
  type ToCounting,
  type ToDesk,
  type ToProcess,
  type ToSender,
} from './unit-catalogue.ts';

/** Bytes that one portion carries at most, and their length in base64. */
export const PORTION_BYTES = 32_768;
const PORTION_CHARACTERS = Math.ceil(PORTION_BYTES / 3) * 4;
/** As in firmware/vault/election-package.ts. */
const PACKAGE_BYTES = 16 * 1024 * 1024;
const DEFINITION_BYTES = 4 * 1024 * 1024;
const BALLOTS = 2_000;
const BALLOT_BYTES = 65_536;
/** Signature and package, as firmware/transmission/submission.ts bounds them. */
const SUBMISSION_BYTES = 64 + 4 * 1024 * 1024;
const RECEIVERS = 8;
/** Of a receipt: 4,096 bytes in base64. */
const RECEIPT_CHARACTERS = 5_464;
const ATTEMPTS = 100_000;
const VERSIONS = 20;
const FORMER_KEYS = 8;
const SHARES = 64;
const CONTESTS = 64;
const OPTIONS = 2_000;
/** Lines of what is printed about a thing done at the console. */
const SLIP_LINES = 12;
const DETAIL_CHARACTERS = 400;
/** A calendar of this century and the next. */
const LATEST_MS = Date.UTC(2200, 0, 1);

type Fields = Readonly<Record<string, Check>>;
type Table<M extends { readonly kind: string }> = Readonly<Record<M['kind'], Fields>>;

const code = text(/^[A-Za-z][\w.-]{0,63}$/);
const word = text(/^[\w.-]{1,64}$/);
const calendar: Check = (value) => count(value) && (value as number) < LATEST_MS;
const atMost =
  (most: number): Check =>
  (value) =>
    count(value) && (value as number) <= most;
const base64: Check = (value) =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= PORTION_CHARACTERS &&
  value.length % 4 === 0 &&
  /^[A-Za-z0-9+/]+={0,2}$/.test(value);

/** An event of the log, with exactly the fields of its row. */
const logEvent: Check = (value) => {
  if (!record({ id: shortText(48), fields: (fields) => typeof fields === 'object' })(value))
    return false;
  const { id, fields } = value as { readonly id: string; readonly fields: unknown };
  if (fields === null || Array.isArray(fields)) return false;
  return eventProblem(id, fields as Readonly<Record<string, unknown>>) === null;
};

const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const yes: Check = (value) => value === true;
const no: Check = (value) => value === false;

/** A reading, or a fault of that device. */
const resultOf = (device: string, reading: Fields): Check =>
  either(
    record({ ok: yes, value: record(reading) }),
    record({
      ok: no,
      error: record({
        device: oneOf(device),
        kind: oneOf('absent', 'timeout', 'garbled', 'broken', 'busy'),
        detail: shortText(DETAIL_CHARACTERS),
      }),
    }),
  );

const volts = between(0, 1_000);
const stabilizer = resultOf('stabilizer', {
  inputVolts: volts,
  outputVolts: volts,
  feeding: flag,
});
const battery = {
  present: flag,
  percent: between(0, 100),
  volts,
  flow: oneOf('charging', 'discharging', 'idle'),
};
/** What tests of the console found. */
const testResults = listOf(
  record({ part: oneOf(...UNIT_PARTS), code: orNull(code) }),
  UNIT_PARTS.length,
);
const deskCheck = { reader: orNull(code), station: orNull(code) };

const surroundings = record({
  stabilizers: record({ a: stabilizer, b: stabilizer }),
  battery: either(
    resultOf('battery', battery),
    resultOf('battery', { ...battery, warns: oneOf('low', 'critical') }),
  ),
  panel: resultOf('panel', { key: oneOf('off', 'on'), tamper: flag, coverOpen: flag }),
  desk: orNull(record(deskCheck)),
});

const TO_PROCESS: Table<ToProcess> = {
  starting: { stage: oneOf(...START_UP_STAGES) },
  portion: { data: base64 },
  powerChanged: { power },
  clockSet: { calendarMs: calendar, trusted: flag },
  park: { code },
  stop: {},
};

const PACKAGE: Fields = {
  packageBytes: atMost(PACKAGE_BYTES),
  authorityKey: hex(32),
  pollingPlaceCode: word,
  precinctNumber: word,
  openedAtMs: orNull(calendar),
  locale: oneOf('es', 'en'),
};

const receivers = listOf(
  record({ url: text(/^https:\/\/[a-z0-9.:[\]-]{1,192}$/), key: hex(32) }),
  RECEIVERS,
);

const FOR_SENDER: Table<ForSender> = { receiptKept: { kept: flag }, hurry: {} };

const FROM_SENDER: Table<FromSender> = {
  attemptBegan: { attempt: atMost(ATTEMPTS) },
  notSent: { attempt: atMost(ATTEMPTS), why: code },
  receiptCame: {
    receipt: (value) => base64(value) && (value as string).length <= RECEIPT_CHARACTERS,
  },
  packageRefused: { code, detail: shortText(DETAIL_CHARACTERS) },
  gaveUp: { why: code },
};

const TO_SENDER: Table<ToSender> = {
  ...FOR_SENDER,
  portion: { data: base64 },
  beginSending: {
    messageBytes: atMost(SUBMISSION_BYTES),
    election: shortText(64),
    precinct: shortText(64),
    privateKey: hex(32),
    publicKey: hex(32),
    receivers,
  },
};

const TO_BOOTH: Table<ToBooth> = {
  ...TO_PROCESS,
  ...FROM_SENDER,
  senderEnded: { why: code },
  beginBooth: {
    ...PACKAGE,
    privateKey: hex(32),
    publicKey: hex(32),
    formerKeys: listOf(hex(32), FORMER_KEYS),
    machineCode: text(/^[0-9A-Z-]{24}$/),
    reportCertificate: hex(64),
    keyCertificate: hex(64),
    versions: listOf(record({ name: shortText(64), value: shortText(64) }), VERSIONS),
    pinCost: orNull(record({ N: atMost(2 ** 24), r: atMost(64), p: atMost(64) })),
    receivers,
    pollbookKey: orNull(hex(32)),
  },
  surroundings: { ask: count, found: surroundings },
  logHead: { ask: count, head: hex(32) },
  testBooth: {
    ask: count,
    what: oneOf('nothing', 'selfTest', 'print', 'help', 'touch', 'officer'),
    lines: listOf(shortText(64), SLIP_LINES),
  },
};

const TO_DESK: Table<ToDesk> = {
  ...TO_PROCESS,
  beginDesk: PACKAGE,
  checkDesk: { ask: count },
  testDesk: { ask: count, finger: flag },
};

const FROM_PROCESS: Table<FromProcess> = {
  running: {},
  alive: {},
  flight: { events: listOf(oneOf(...RECORDED_EVENTS), FLIGHT_EVENTS) },
  log: { event: logEvent },
  parked: { code, detail: orNull(shortText(DETAIL_CHARACTERS)) },
  stopped: {},
};

const FROM_BOOTH: Table<FromBooth> = {
  ...FROM_PROCESS,
  ...FOR_SENDER,
  sendResult: { messageBytes: atMost(SUBMISSION_BYTES) },
  endSending: {},
  portion: { data: base64 },
  phaseChanged: { phase },
  resting: { resting: flag },
  askSurroundings: { ask: count },
  askLogHead: { ask: count },
  boothTested: {
    ask: count,
    presence: oneOf('free', 'voter', 'busy'),
    officer: orNull(word),
    results: testResults,
  },
};

const FROM_DESK: Table<FromDesk> = {
  ...FROM_PROCESS,
  deskChecked: { ask: count, ...deskCheck },
  deskTested: { ask: count, presence: oneOf('free', 'voter', 'busy'), results: testResults },
};

const TO_COUNTING: Table<ToCounting> = {
  portion: { data: base64 },
  beginCounting: {
    definitionBytes: atMost(DEFINITION_BYTES),
    ballots: atMost(BALLOTS),
    ballotBytes: atMost(BALLOT_BYTES),
    votes: atMost(BALLOTS),
    shares: listOf(record({ holder: shortText(64), bytes: hex(33) }), SHARES),
    ceremony: record({
      election: shortText(64),
      precinct: shortText(64),
      publicKey: hex(32),
      threshold: atMost(SHARES),
      commitments: listOf(
        record({ holder: shortText(64), index: atMost(255), digest: hex(32) }),
        SHARES,
      ),
    }),
  },
};

const FROM_COUNTING: Table<FromCounting> = {
  opened: { ballots: atMost(BALLOTS) },
  counted: {
    ballots: atMost(BALLOTS),
    contests: listOf(
      record({
        contestId: shortText(64),
        votes: listOf(count, OPTIONS),
        nulls: count,
        ballots: atMost(BALLOTS),
        positions: count,
      }),
      CONTESTS,
    ),
  },
  notCounted: { code },
};

export const readToBooth = (json: unknown): ToBooth | null => messageOf<ToBooth>(TO_BOOTH, json);
export const readToDesk = (json: unknown): ToDesk | null => messageOf<ToDesk>(TO_DESK, json);
export const readFromBooth = (json: unknown): FromBooth | null =>
  messageOf<FromBooth>(FROM_BOOTH, json);
export const readFromDesk = (json: unknown): FromDesk | null =>
  messageOf<FromDesk>(FROM_DESK, json);
export const readToCounting = (json: unknown): ToCounting | null =>
  messageOf<ToCounting>(TO_COUNTING, json);
export const readFromCounting = (json: unknown): FromCounting | null =>
  messageOf<FromCounting>(FROM_COUNTING, json);
export const readToSender = (json: unknown): ToSender | null =>
  messageOf<ToSender>(TO_SENDER, json);
export const readFromSender = (json: unknown): FromSender | null =>
  messageOf<FromSender>(FROM_SENDER, json);
