/**
 * The state of an emulated printer as the bytes it sends: DLE EOT, ASB and GS r. Epson ESC/POS
 * Command Reference, the bit tables of those commands. Written apart from the driver's decoder;
 * test/vectors/escpos-status.json pins both.
 */

export type PrinterCondition = {
  readonly coverOpen: boolean;
  /** Paper is fed by the button. */
  readonly feeding: boolean;
  readonly mechanicalError: boolean;
  readonly cutterError: boolean;
  readonly unrecoverableError: boolean;
  readonly autoRecoverableError: boolean;
  readonly paperNearEnd: boolean;
  readonly paperEnd: boolean;
};

const errorBits = (condition: PrinterCondition): number =>
  (condition.mechanicalError ? 0x04 : 0) |
  (condition.cutterError ? 0x08 : 0) |
  (condition.unrecoverableError ? 0x20 : 0) |
  (condition.autoRecoverableError ? 0x40 : 0);

export const inError = (condition: PrinterCondition): boolean => errorBits(condition) !== 0;

export const isOffline = (condition: PrinterCondition): boolean =>
  condition.coverOpen || condition.feeding || condition.paperEnd || inError(condition);

/** Reply to GS r 1. */
export const sensorByte = (condition: PrinterCondition): number =>
  (condition.paperNearEnd ? 0x03 : 0) | (condition.paperEnd ? 0x0c : 0);

/** Reply to DLE EOT n. */
export const statusByte = (condition: PrinterCondition, n: 1 | 2 | 3 | 4): number => {
  switch (n) {
    case 1:
      return 0x12 | (isOffline(condition) ? 0x08 : 0) | (condition.feeding ? 0x40 : 0);
    case 2:
      return (
        0x12 |
        (condition.coverOpen ? 0x04 : 0) |
        (condition.feeding ? 0x08 : 0) |
        (condition.paperEnd ? 0x20 : 0) |
        (inError(condition) ? 0x40 : 0)
      );
    case 3:
      return 0x12 | errorBits(condition);
    case 4:
      return 0x12 | (condition.paperNearEnd ? 0x0c : 0) | (condition.paperEnd ? 0x60 : 0);
  }
};

/** Automatic status back: four bytes. */
export const statusBackBytes = (condition: PrinterCondition): Uint8Array =>
  Uint8Array.of(
    0x10 |
      (isOffline(condition) ? 0x08 : 0) |
      (condition.coverOpen ? 0x20 : 0) |
      (condition.feeding ? 0x40 : 0),
    errorBits(condition),
    sensorByte(condition),
    0x0f,
  );

/** GS a n: what a report is sent for. Bit 1 going on and off line, bit 2 errors, bit 3 the paper sensors. */
const MASK_ONLINE = 0x02;
const MASK_ERROR = 0x04;
const MASK_PAPER = 0x08;

/** The part of a status back whose change is reported under `mask`, as a key to compare. */
export const reportedPart = (statusBack: Uint8Array, mask: number): string => {
  const [online, errors, paper] = statusBack;
  return [
    (mask & MASK_ONLINE) === 0 ? '' : online,
    (mask & MASK_ERROR) === 0 ? '' : errors,
    (mask & MASK_PAPER) === 0 ? '' : paper,
  ].join();
};
