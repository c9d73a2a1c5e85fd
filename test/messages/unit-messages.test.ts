/** The private channels of a unit: each door lets exactly its own direction's messages pass. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_IDS } from '#firmware/events/catalogue.ts';
import {
  encodeFrame,
  encodeUnitFrame,
  makeFrameReader,
  makeUnitFrameReader,
  UNIT_MESSAGE_LIMIT,
} from '#firmware/messages/frame.ts';
import {
  PORTION_BYTES,
  readFromBooth,
  readFromCounting,
  readFromDesk,
  readFromSender,
  readToBooth,
  readToCounting,
  readToDesk,
  readToSender,
} from '#firmware/messages/read-unit-message.ts';
import type {
  FromBooth,
  FromCounting,
  FromDesk,
  FromSender,
  ToBooth,
  ToCounting,
  ToDesk,
  ToSender,
} from '#firmware/messages/unit-catalogue.ts';

const hex = (bytes: number): string => 'ab'.repeat(bytes);
const PORTION = {
  kind: 'portion',
  data: Buffer.alloc(PORTION_BYTES, 0xff).toString('base64'),
} as const;
const PACKAGE = {
  packageBytes: 3_000_000,
  authorityKey: hex(32),
  pollingPlaceCode: '201301006',
  precinctNumber: '01',
  openedAtMs: 1_607_000_000_000,
  locale: 'es',
} as const;
const RECEIVER = { url: 'https://centro.example:8443', key: hex(32) } as const;
const SILENT = {
  ok: false,
  error: { device: 'stabilizer', kind: 'timeout', detail: 'no answer' },
} as const;

const SHARED = [
  { kind: 'starting', stage: 'package' },
  PORTION,
  { kind: 'powerChanged', power: { level: 'low', batteryPercent: 22, minutesLeft: 31 } },
  { kind: 'clockSet', calendarMs: 1_607_000_000_000, trusted: false },
  { kind: 'park', code: 'process.deskFailed' },
  { kind: 'stop' },
] as const satisfies readonly (ToBooth & ToDesk)[];
const SAID = [
  { kind: 'running' },
  { kind: 'alive' },
  { kind: 'log', event: { id: 'voterAdmitted', fields: {} } },
  { kind: 'log', event: { id: 'deviceFault', fields: { code: 'printer.jam' } } },
  { kind: 'parked', code: 'bug.booth.12', detail: null },
  { kind: 'stopped' },
] as const satisfies readonly (FromBooth & FromDesk)[];

const FROM_SENDER: readonly FromSender[] = [
  { kind: 'attemptBegan', attempt: 1 },
  { kind: 'notSent', attempt: 2, why: 'unreachable' },
  { kind: 'receiptCame', receipt: Buffer.alloc(4_096, 7).toString('base64') },
  { kind: 'packageRefused', code: 'conflict', detail: 'the precinct has another' },
  { kind: 'gaveUp', why: 'medium' },
];

const TO_BOOTH: readonly ToBooth[] = [
  ...FROM_SENDER,
  ...SHARED,
  {
    kind: 'beginBooth',
    ...PACKAGE,
    privateKey: hex(32),
    publicKey: hex(32),
    formerKeys: [hex(32)],
    machineCode: '7Q2M-0K4T-ZB81-XW9D-3H5E',
    reportCertificate: hex(64),
    keyCertificate: hex(64),
    versions: [{ name: 'release', value: 'abcdef' }],
    pinCost: { N: 32_768, r: 8, p: 1 },
    receivers: [RECEIVER],
    pollbookKey: null,
  },
  {
    kind: 'surroundings',
    ask: 3,
    found: {
      stabilizers: {
        a: { ok: true, value: { inputVolts: 118.2, outputVolts: 120, feeding: true } },
        b: SILENT,
      },
      battery: { ok: true, value: { present: true, percent: 93.4, volts: 4.1, flow: 'idle' } },
      panel: { ok: true, value: { key: 'on', tamper: false, coverOpen: false } },
      desk: { reader: null, station: 'station.absent' },
    },
  },
  {
    kind: 'surroundings',
    ask: 5,
    found: {
      stabilizers: { a: SILENT, b: SILENT },
      battery: {
        ok: true,
        value: { present: true, percent: 17, volts: 0, flow: 'discharging', warns: 'low' },
      },
      panel: { ok: true, value: { key: 'on', tamper: false, coverOpen: false } },
      desk: null,
    },
  },
  { kind: 'logHead', ask: 4, head: hex(32) },
  { kind: 'senderEnded', why: 'network.absent' },
];
const TO_DESK: readonly ToDesk[] = [
  ...SHARED,
  { kind: 'beginDesk', ...PACKAGE, openedAtMs: null },
  { kind: 'checkDesk', ask: 1 },
];
const FROM_BOOTH: readonly FromBooth[] = [
  ...SAID,
  { kind: 'phaseChanged', phase: 'readyToOpen' },
  { kind: 'resting', resting: true },
  { kind: 'askSurroundings', ask: 9 },
  { kind: 'askLogHead', ask: 10 },
  { kind: 'sendResult', messageBytes: 400_000 },
  { kind: 'endSending' },
  PORTION,
  { kind: 'receiptKept', kept: true },
  { kind: 'hurry' },
];
const FROM_DESK: readonly FromDesk[] = [
  ...SAID,
  { kind: 'deskChecked', ask: 1, reader: 'fingerprint.absent', station: null },
];
const TO_COUNTING: readonly ToCounting[] = [
  {
    kind: 'beginCounting',
    definitionBytes: 100_000,
    ballots: 700,
    ballotBytes: 512,
    votes: 700,
    shares: [{ holder: 'president', bytes: hex(33) }],
    ceremony: {
      election: 'an-2020',
      precinct: '201301006.01',
      publicKey: hex(32),
      threshold: 3,
      commitments: [{ holder: 'president', index: 1, digest: hex(32) }],
    },
  },
  PORTION,
];
const FROM_COUNTING: readonly FromCounting[] = [
  { kind: 'opened', ballots: 25 },
  {
    kind: 'counted',
    ballots: 10,
    contests: [{ contestId: 'lista', votes: [7], nulls: 3, ballots: 10, positions: 1 }],
  },
  { kind: 'notCounted', code: 'counting.ballotsMissing' },
];

const TO_SENDER: readonly ToSender[] = [
  {
    kind: 'beginSending',
    messageBytes: 400_000,
    election: 'an-2020',
    precinct: '201301006.01',
    privateKey: hex(32),
    publicKey: hex(32),
    receivers: [RECEIVER, { ...RECEIVER, url: 'https://[fec0::2]:443' }],
  },
  PORTION,
  { kind: 'receiptKept', kept: false },
  { kind: 'hurry' },
];

type Door = (json: unknown) => unknown;
const DOORS: readonly {
  readonly name: string;
  readonly read: Door;
  readonly own: readonly { readonly kind: string }[];
}[] = [
  { name: 'to the booth', read: readToBooth, own: TO_BOOTH },
  { name: 'to the desk', read: readToDesk, own: TO_DESK },
  { name: 'from the booth', read: readFromBooth, own: FROM_BOOTH },
  { name: 'from the desk', read: readFromDesk, own: FROM_DESK },
  { name: 'to the counting', read: readToCounting, own: TO_COUNTING },
  { name: 'from the counting', read: readFromCounting, own: FROM_COUNTING },
  { name: 'to the sender', read: readToSender, own: TO_SENDER },
  { name: 'from the sender', read: readFromSender, own: FROM_SENDER },
];

const throughFrames = (read: Door, messages: readonly { readonly kind: string }[], cut: number) => {
  const heard: unknown[] = [];
  const garbage: string[] = [];
  const take = makeUnitFrameReader(
    read,
    (message) => heard.push(message),
    (detail) => garbage.push(detail),
  );
  for (const message of messages) {
    const bytes = encodeUnitFrame(message);
    for (let at = 0; at < bytes.length; at += cut) take(bytes.subarray(at, at + cut));
  }
  return { heard, garbage };
};

describe.each(DOORS)('the door $name', ({ read, own }) => {
  test('lets its own messages pass, however the bytes are cut', () => {
    for (const cut of [7, 1_000, UNIT_MESSAGE_LIMIT])
      expect(throughFrames(read, own, cut)).toEqual({ heard: own, garbage: [] });
  });

  test('lets no message of another direction pass', () => {
    const kinds = new Set(own.map(({ kind }) => kind));
    const foreign = DOORS.flatMap((door) => door.own).filter(({ kind }) => !kinds.has(kind));
    expect(foreign.length).toBeGreaterThan(5);
    for (const message of foreign) expect(read(message), message.kind).toBeNull();
  });

  test('wants every field, and no other', () => {
    for (const message of own) {
      expect(read({ ...message, extra: 1 })).toBeNull();
      for (const name of Object.keys(message)) {
        const { [name as keyof typeof message]: _left, ...rest } = message;
        expect(read(rest), `${message.kind} without ${name}`).toBeNull();
      }
    }
  });

  test('answers whatever JSON holds, and never throws', () => {
    const kinds = fc.constantFrom(...own.map(({ kind }) => kind));
    fc.assert(
      fc.property(fc.object({ maxDepth: 3 }), kinds, (fields, kind) => {
        read(fields);
        read({ ...fields, kind });
      }),
      { seed: 11, numRuns: 500 },
    );
    for (const json of [null, 1, 'idle', [], [{ kind: 'alive' }], { kind: 'toString' }])
      expect(read(json)).toBeNull();
  });
});

describe('bounds', () => {
  test('an event of the log passes with exactly the fields of its row', () => {
    const event = (id: string, fields: unknown) =>
      readFromDesk({ kind: 'log', event: { id, fields } });
    expect(event('deviceFault', { code: 'printer.jam' })).not.toBeNull();
    expect(event('deviceFault', { code: 'two words' })).toBeNull();
    expect(event('deviceFault', { code: 'printer.jam', voter: 'V-1' })).toBeNull();
    expect(event('deviceFault', null)).toBeNull();
    expect(event('noSuchEvent', {})).toBeNull();
    expect(event('__proto__', {})).toBeNull();
    expect(EVENT_IDS).not.toContain('__proto__');
  });

  test.each([
    ['a portion that is too long', { kind: 'portion', data: 'AAAA'.repeat(PORTION_BYTES / 3 + 2) }],
    ['a portion that is no base64', { kind: 'portion', data: 'A$AA' }],
    ['an empty portion', { kind: 'portion', data: '' }],
    ['a calendar before 1970', { kind: 'clockSet', calendarMs: -1, trusted: true }],
    ['a calendar of fractions', { kind: 'clockSet', calendarMs: 1.5, trusted: true }],
    ['a code of two lines', { kind: 'park', code: 'a\nb' }],
    ['an unknown stage', { kind: 'starting', stage: 'lunch' }],
  ])('%s is refused', (_what, json) => {
    expect(readToBooth(json)).toBeNull();
    expect(readToDesk(json)).toBeNull();
  });

  test('the link between desk and booth takes no message of a private channel', () => {
    const garbage: string[] = [];
    const take = makeFrameReader(
      () => {
        throw new Error('it was delivered');
      },
      (detail) => garbage.push(detail),
    );
    for (const message of [...TO_DESK, ...FROM_BOOTH])
      if (message.kind !== 'powerChanged' && message.kind !== 'phaseChanged')
        take(encodeUnitFrame(message));
    expect(garbage.length).toBeGreaterThan(10);
    expect(() => encodeFrame(PORTION as never)).toThrow();
  });
});
