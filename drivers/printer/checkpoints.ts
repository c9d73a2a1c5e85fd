/**
 * Checkpoints: questions between the commands of one operation that the printer answers in their order,
 * so that an answer says that everything before it is worked off. With process IDs each answer names its
 * question, and neither noise nor an old answer can be taken for it; the paper sensor's status, for
 * printers without them, can only be counted.
 */
import { processIdRequest, SENSOR_REQUEST } from './commands.ts';
import type { PrinterModel } from './profiles.ts';
import type { StatusEvent } from './status.ts';

export type Checkpoints = {
  /** The next one, as bytes to send. */
  next(): Uint8Array;
  /** How many there are. */
  count(): number;
  /** Takes note of what the printer said. True when it answered a checkpoint. */
  hear(event: StatusEvent): boolean;
  /** How many were answered, without a gap. */
  passed(): number;
};

/** Digits of a process ID: 20h to 7Eh. */
const BASE = 95;
const FIRST_DIGIT = 0x20;

const digits = (value: number): string =>
  String.fromCharCode(
    FIRST_DIGIT + (Math.floor(value / BASE) % BASE),
    FIRST_DIGIT + (value % BASE),
  );

/** The ID of checkpoint `index` (from 0) of an operation: two digits each, so IDs come round after 9,025 operations. */
const idOf = (operation: number, index: number): string => digits(operation) + digits(index);

export const makeCheckpoints = (
  confirms: PrinterModel['confirms'],
  operation: number,
): Checkpoints => {
  const ids: string[] = [];
  let passed = 0;
  /** One more, if it is the next: a printer that was without power for a moment has skipped some. */
  const pass = (isNext: boolean): boolean => {
    if (isNext) passed++;
    return isNext;
  };
  return {
    next: () => {
      const id = idOf(operation, ids.length);
      ids.push(id);
      return confirms === 'processId' ? processIdRequest(id) : SENSOR_REQUEST;
    },
    count: () => ids.length,
    hear: (event) => {
      if (confirms === 'paperSensor') return pass(event.kind === 'sensorReply');
      return pass(event.kind === 'processed' && event.id === ids[passed]);
    },
    passed: () => passed,
  };
};
