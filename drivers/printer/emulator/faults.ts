/** The named ways in which the emulated printer fails. */

/** What can go wrong; `on` makes it so, off takes the cause away (as a person would). */
export const PRINTER_FAULTS = [
  /** The roll is empty. Off: a new roll. */
  'paperEnd',
  /** Little paper left: a warning. */
  'nearEnd',
  'coverOpen',
  /** Paper stuck: stops at once. After the cause is gone the host must send DLE ENQ. */
  'jam',
  /** Another part that moves does not: like a jam in all that the printer tells. */
  'mechanical',
  /** The blade sticks: the next cut fails. After the cause is gone the host must send DLE ENQ. */
  'cutter',
  /** Head too hot: stops, goes on by itself when off. */
  'overheated',
  'unrecoverable',
  /** Somebody leans on the feed button: offline without a cause that lasts. */
  'feeding',
  /** Says that it is well, takes bytes until its buffer is full, and works off none. */
  'stalled',
  /** Prints at a fifth of its speed. */
  'slow',
  /** Answers nothing and prints nothing. */
  'silent',
  /** Status bytes arrive as noise. */
  'garbled',
  /** No power: what it held is lost, a paper in it stays where it is. */
  'powerCut',
  /** The cable is out (needs `cable` in the options). */
  'unplugged',
] as const;

export type PrinterFaultName = (typeof PRINTER_FAULTS)[number];

/** How many times as long paper takes to move under `slow`. */
export const SLOW_FACTOR = 5;
