/** The doors between supervisor and field console: what is not of the catalogue does not pass. */
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
  text,
} from './checks.ts';
import {
  CONSOLE_REFUSALS,
  type FromConsole,
  MAX_HELP_CODES,
  MAX_QUOTED,
  QUOTE_NONCE,
  REQUEST_LEVELS,
  type ToConsole,
} from './console-catalogue.ts';
import { DIAGNOSTIC_LIMITS, READING_NAMES } from './diagnostics.ts';
import { phase, power } from './read-message.ts';
import { FLIGHT_EVENTS, RECORDED_EVENTS } from './recorded-events.ts';
import { START_UP_STAGES } from './unit-catalogue.ts';

type Fields = Readonly<Record<string, Check>>;

const MAX_FIELDS = 8;
/** As `Part` of hal/inventory.ts may be named in the log. */
const word = text(/^[\w.-]{1,64}$/);
const code = text(/^[A-Za-z][\w.-]{0,63}$/);
const part = oneOf(...UNIT_PARTS);
const path = text(/^[\x21-\x7e]{1,200}$/);
const nonce = text(QUOTE_NONCE);
/** What a TPM said, in hex. */
const quoted = text(/^([0-9a-f]{2}){1,512}$/);
const medium = oneOf('fixed', 'removable');
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

const seen = record({ code, atMs: count });
const partDiagnosis = record({
  part,
  fault: orNull(seen),
  faults: count,
  last: listOf(seen, DIAGNOSTIC_LIMITS.faultsOfPart),
  readings: listOf(
    record({ name: oneOf(...READING_NAMES), value: either(number, flag) }),
    READING_NAMES.length,
  ),
});

const flown = listOf(oneOf(...RECORDED_EVENTS), FLIGHT_EVENTS);

const diagnostics = record({
  atMs: count,
  clockTrusted: flag,
  upMs: count,
  startStages: listOf(
    record({
      stage: word,
      code: orNull(code),
      detail: text(/^[\x20-\x7e]{0,100}$/),
      tookMs: count,
    }),
    DIAGNOSTIC_LIMITS.startStages,
  ),
  stage: oneOf(...START_UP_STAGES),
  parked: orNull(code),
  phase: orNull(phase),
  machineCode: orNull(text(/^[0-9A-Z-]{24}$/)),
  release: orNull(hex(32)),
  manifest: orNull(
    record({
      version: text(/^[0-9A-Za-z.+-]{1,32}$/),
      rollbackIndex: count,
      files: count,
      compared: oneOf('never', 'same', 'differs'),
      differs: listOf(
        text(/^(changed|missing|extra) [\x21-\x7e]{1,240}$/),
        DIAGNOSTIC_LIMITS.differences,
      ),
    }),
  ),
  electionPackage: orNull(hex(32)),
  runtime: word,
  processes: listOf(
    record({
      name: oneOf('desk', 'booth'),
      state: oneOf('started', 'running', 'parked', 'failed', 'stopped'),
      failures: count,
      code: orNull(code),
    }),
    2,
  ),
  lastCrash: orNull(
    record({
      process: oneOf('desk', 'booth'),
      code,
      last: record({ desk: flown, booth: flown, power: flown }),
    }),
  ),
  power: orNull(power),
  history: listOf(
    record({
      atMs: count,
      percent: orNull(between(0, 100)),
      level: oneOf('mains', 'degraded', 'battery', 'low', 'critical', 'parked'),
    }),
    DIAGNOSTIC_LIMITS.history,
  ),
  parts: listOf(partDiagnosis, DIAGNOSTIC_LIMITS.parts),
  log: orNull(record({ entries: count, usedBytes: count, inStep: listOf(medium, 2) })),
  counters: record({
    ballotsCast: count,
    reportsPrinted: count,
    faults: count,
    refusals: count,
  }),
  networks: orNull(
    listOf(
      record({ name: text(/^[\x20-\x7e]{1,80}$/), up: flag, carrier: flag }),
      DIAGNOSTIC_LIMITS.networks,
    ),
  ),
  attached: record({
    listed: flag,
    missing: listOf(word, DIAGNOSTIC_LIMITS.attached),
    extra: listOf(word, DIAGNOSTIC_LIMITS.attached),
    found: listOf(word, DIAGNOSTIC_LIMITS.attached),
    more: count,
  }),
});

const fields: Check = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_FIELDS &&
    entries.every(([name, each]) => word(name) && either(word, number, flag)(each))
  );
};
const logLine = record({
  atMs: count,
  id: word,
  disposition: oneOf('success', 'failure', 'other', 'na'),
  fields,
});

const answer = either(
  record({ outcome: oneOf('done') }),
  record({
    outcome: oneOf('tested'),
    results: listOf(record({ part, code: orNull(code) }), DIAGNOSTIC_LIMITS.parts),
  }),
  record({ outcome: oneOf('refused'), reason: oneOf(...CONSOLE_REFUSALS) }),
  record({
    outcome: oneOf('bytes'),
    offset: count,
    total: count,
    data: text(/^[A-Za-z0-9+/]{0,2048}={0,2}$/),
  }),
  record({ outcome: oneOf('hashed'), path, sha256: orNull(hex(32)), expected: hex(32) }),
  record({
    outcome: oneOf('quoted'),
    nonce,
    key: hex(32),
    ...{ attest: quoted, signature: quoted, publicArea: quoted },
    registers: listOf(record({ pcr: between(0, 23), sha256: hex(32) }), MAX_QUOTED),
  }),
  record({ outcome: oneOf('challenge'), nonce: hex(16), digits: text(/^\d{8}$/) }),
  record({ outcome: oneOf('session'), who: word, minutes: count }),
);

const TO_CONSOLE: Readonly<Record<ToConsole['kind'], Fields>> = {
  snapshot: { diagnostics },
  logged: { lines: listOf(logLine, DIAGNOSTIC_LIMITS.lines) },
  answer: { ask: count, answer },
  stop: {},
};

/** Requests that carry nothing but their name. */
const BARE = Object.keys(REQUEST_LEVELS).filter(
  (name) => !['selfTest', 'login', 'readLog', 'hash', 'quote', 'printHelp'].includes(name),
);

const request = either(
  record({ name: oneOf(...BARE) }),
  record({ name: oneOf('selfTest'), part: orNull(part) }),
  record({ name: oneOf('printHelp'), codes: listOf(code, MAX_HELP_CODES) }),
  record({ name: oneOf('readLog'), offset: count }),
  record({ name: oneOf('hash'), path }),
  record({ name: oneOf('quote'), nonce }),
  record({ name: oneOf('login'), response: text(/^[\w-]{8,90}$/) }),
);

const FROM_CONSOLE: Readonly<Record<FromConsole['kind'], Fields>> = {
  running: {},
  alive: {},
  opened: {},
  request: { ask: count, request },
  stopped: {},
};

export const readToConsole = (json: unknown): ToConsole | null =>
  messageOf<ToConsole>(TO_CONSOLE, json);
export const readFromConsole = (json: unknown): FromConsole | null =>
  messageOf<FromConsole>(FROM_CONSOLE, json);
