/** The bytes by which the emulated printer tells its state, against those of the manual. */
import { describe, expect, test } from 'vitest';
import { motionUnits, processIdRequest, STATUS_BACK_ON } from '#drivers/printer/commands.ts';
import {
  type PrinterCondition,
  sensorByte,
  statusBackBytes,
  statusByte,
} from '#drivers/printer/emulator/condition.ts';
import { rasterBands } from '#drivers/printer/raster.ts';
import { decodeStatusBytes, INITIAL_STATUS_STATE } from '#drivers/printer/status.ts';
import vectors from '#test/vectors/escpos-status.json' with { type: 'json' };

const READY: PrinterCondition = {
  coverOpen: false,
  feeding: false,
  mechanicalError: false,
  cutterError: false,
  unrecoverableError: false,
  autoRecoverableError: false,
  paperNearEnd: false,
  paperEnd: false,
};

/** The wordings of the vectors as conditions; what it lacks is left out. */
const CONDITIONS: Readonly<Record<string, Partial<PrinterCondition>>> = {
  ready: {},
  online: {},
  'no cause': {},
  'no error': {},
  paper: {},
  offline: { coverOpen: true },
  'cover open': { coverOpen: true },
  'feed button': { feeding: true },
  'offline, feed button': { feeding: true },
  'paper end stop': { paperEnd: true },
  error: { cutterError: true },
  mechanical: { mechanicalError: true },
  cutter: { cutterError: true },
  unrecoverable: { unrecoverableError: true },
  'auto-recoverable': { autoRecoverableError: true },
  'near end': { paperNearEnd: true },
  end: { paperEnd: true },
  'near end and end': { paperNearEnd: true, paperEnd: true },
};
const hex = (...bytes: readonly number[]): string => Buffer.from(bytes).toString('hex');
/** A drawer, a wait for recovery, a bit that only says again that the button is down. */
const LACKED = /drawer|waiting|own bit/;
const itsOwn = <T extends { readonly means: string }>(all: readonly T[]): readonly T[] =>
  all.filter(({ means }) => !LACKED.test(means));
const conditionOf = (means: string): PrinterCondition => {
  const partial = CONDITIONS[means];
  if (partial === undefined) throw new Error(`no condition for ${means}`);
  return { ...READY, ...partial };
};

describe('what the printer says of itself', () => {
  test.each(itsOwn(vectors.dleEot))('DLE EOT $n: $means is $hex', ({ n, hex: bytes, means }) => {
    expect(hex(statusByte(conditionOf(means), n as 1 | 2 | 3 | 4))).toBe(bytes);
  });

  test.each(itsOwn(vectors.statusBack))('status back: $means is $hex', ({ hex: bytes, means }) => {
    expect(hex(...statusBackBytes(conditionOf(means)))).toBe(bytes);
  });

  test.each(vectors.sensor)('GS r: $means is $hex', ({ hex: bytes, means }) => {
    expect(hex(sensorByte(conditionOf(means)))).toBe(bytes);
  });
});

describe('what is said to it', () => {
  const vector = (name: string): string | undefined =>
    vectors.commands.find((command) => command.name === name)?.hex;

  test('checkpoints, units, reports and pictures are those of the manual', () => {
    expect(hex(...processIdRequest('ABCD'))).toBe(vector('GS ( H 48, process ID ABCD'));
    expect(hex(...motionUnits(203))).toBe(vector('GS P 203 203'));
    expect(hex(...STATUS_BACK_ON)).toBe(vector('GS a 14'));
    const picture = { widthDots: 8, rows: Uint8Array.of(0x81, 0x42) };
    expect(rasterBands(picture, 576).map((band) => hex(...band))).toEqual([
      vector('GS v 0, 8 x 2'),
    ]);
    expect(() => processIdRequest('ABC')).toThrow(RangeError);
  });

  test('the answer to a checkpoint names it, also with flow control inside', () => {
    for (const bytes of [vectors.processed, vectors.processed.replace('42', '4213')]) {
      const { events } = decodeStatusBytes(INITIAL_STATUS_STATE, Buffer.from(bytes, 'hex'));
      expect(events.filter(({ kind }) => kind !== 'flow')).toEqual([
        { kind: 'processed', id: 'ABCD' },
      ]);
    }
  });
});
