import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  causesOfReplies,
  decodeStatusBytes,
  INITIAL_STATUS_STATE,
  type PrinterCauses,
  type StatusEvent,
} from '#drivers/printer/status.ts';
import vectors from '#test/vectors/escpos-status.json' with { type: 'json' };

const READY: PrinterCauses = {
  offline: false,
  coverOpen: false,
  feeding: false,
  mechanicalError: false,
  cutterError: false,
  unrecoverableError: false,
  autoRecoverableError: false,
  paperNearEnd: false,
  paperEnd: false,
};

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const decode = (hex: string): readonly StatusEvent[] =>
  decodeStatusBytes(INITIAL_STATUS_STATE, bytesOf(hex)).events;

/** What each wording of the vectors says about the causes. */
const MEANINGS: Readonly<Record<string, Partial<PrinterCauses>>> = {
  ready: {},
  'ready, drawer signal high': {},
  online: {},
  'online, drawer signal high': {},
  offline: { offline: true },
  'offline, waiting for online recovery': { offline: true },
  'offline, feed button': { offline: true, feeding: true },
  'no cause': {},
  'no error': {},
  paper: {},
  'cover open': { coverOpen: true },
  'feed button': { feeding: true },
  'feed button, with its own bit': { feeding: true },
  'paper end stop': { paperEnd: true },
  error: {},
  mechanical: { mechanicalError: true },
  cutter: { cutterError: true },
  unrecoverable: { unrecoverableError: true },
  'auto-recoverable': { autoRecoverableError: true },
  'near end': { paperNearEnd: true },
  end: { paperEnd: true },
  'near end and end': { paperNearEnd: true, paperEnd: true },
};

const meaning = (name: string): Partial<PrinterCauses> => {
  const found = MEANINGS[name];
  if (found === undefined) throw new Error(`no meaning for ${name}`);
  return found;
};

describe('status stream', () => {
  test.each(vectors.dleEot)('DLE EOT $n reply $hex: $means', ({ n, hex, means }) => {
    const [event] = decode(hex);
    expect(event?.kind).toBe('realTimeReply');
    const byte = bytesOf(hex)[0]!;
    const replies = [0x12, 0x12, 0x12, 0x12].map((idle, index) => (index === n - 1 ? byte : idle));
    expect(causesOfReplies(replies as [number, number, number, number])).toEqual({
      ...READY,
      ...meaning(means),
    });
  });

  test.each(vectors.statusBack)('status back $hex: $means', ({ hex, means }) => {
    const offline = ((bytesOf(hex)[0] ?? 0) & 0x08) !== 0;
    expect(decode(hex)).toEqual([
      { kind: 'statusBack', causes: { ...READY, offline, ...meaning(means) } },
    ]);
  });

  test.each(vectors.sensor)('GS r reply $hex: $means', ({ hex, means }) => {
    const { paperNearEnd, paperEnd } = { ...READY, ...meaning(means) };
    expect(decode(hex)).toEqual([{ kind: 'sensorReply', paperNearEnd, paperEnd }]);
  });

  test('flow control and the clear response are told apart from the rest', () => {
    expect(decode('1113')).toEqual([
      { kind: 'flow', open: true },
      { kind: 'flow', open: false },
    ]);
    expect(decode(vectors.cleared)).toEqual([{ kind: 'bufferCleared' }]);
  });

  test('XOFF in the middle of a report does not break it', () => {
    expect(decode('10 00 13 03 0f'.replaceAll(' ', '')).map((event) => event.kind)).toEqual([
      'flow',
      'statusBack',
    ]);
  });

  test('a report that breaks off is dropped and the next one is read', () => {
    expect(decode('1000' + '1200' + '3800000f').map((event) => event.kind)).toEqual([
      'garbled',
      'realTimeReply',
      'sensorReply',
      'statusBack',
    ]);
  });

  test('the same bytes give the same events however they are cut; it never holds more than three', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        const whole = decodeStatusBytes(INITIAL_STATUS_STATE, bytes);
        const first = decodeStatusBytes(INITIAL_STATUS_STATE, bytes.subarray(0, cut));
        const second = decodeStatusBytes(first.state, bytes.subarray(cut));
        expect([...first.events, ...second.events]).toEqual(whole.events);
        expect(whole.state.held.length).toBeLessThanOrEqual(3);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  test('after any noise at most one good report is lost', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        const { state } = decodeStatusBytes(INITIAL_STATUS_STATE, noise);
        const { events } = decodeStatusBytes(state, bytesOf('3800000f'.repeat(2)));
        expect(events.at(-1)).toEqual({
          kind: 'statusBack',
          causes: { ...READY, offline: true, coverOpen: true },
        });
      }),
      { seed: 5, numRuns: 1000 },
    );
  });
});
