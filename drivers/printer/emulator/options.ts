/** What differs from one emulated printer to the next: paces, lengths, capacities. */

export type PrinterEmulatorOptions = {
  readonly widthDots?: number;
  readonly dotsPerInch?: number;
  /** What GS I tells: maker and model. */
  readonly identity?: { readonly maker: string; readonly model: string };
  readonly speedMmPerS?: number;
  /** What moving from standstill costs, ms. */
  readonly startMs?: number;
  readonly cutMs?: number;
  /** From power on until it listens, ms. */
  readonly bootMs?: number;
  readonly headToCutterMm?: number;
  readonly rollMm?: number;
  /** Near-end sensor, mm before the end. */
  readonly nearEndMm?: number;
  readonly receiveBufferBytes?: number;
  /** For a wire that has a flow control of its own (USB): told instead of sending XOFF and XON. */
  readonly onFull?: (full: boolean) => void;
  /** The memory link's own plug, for `unplugged`. */
  readonly cable?: { unplug(): void; plug(): void };
};

export const DEFAULT_PRINTER_OPTIONS = {
  widthDots: 576,
  dotsPerInch: 203.2,
  identity: { maker: 'URNA', model: 'EMULATOR-80' },
  speedMmPerS: 200,
  startMs: 60,
  cutMs: 200,
  bootMs: 500,
  headToCutterMm: 18,
  // A kiosk roll of 150 mm: a day of 1,000 voters with its reports takes about 140 m.
  rollMm: 250_000,
  nearEndMm: 2_500,
  receiveBufferBytes: 4_096,
} as const;
