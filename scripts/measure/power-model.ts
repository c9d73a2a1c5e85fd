/**
 * What a unit draws from its battery, part by part and state by state: the energy model as data, each
 * value with where it is from. Values "of the class" are no datasheet's: to be replaced by those of the
 * parts that are bought. The policy itself counts with `DEFAULT_CHARGE_SETTINGS`, on the safe side.
 */

/** What the unit does; a part may be told more than one value. */
export type LoadState = 'parked' | 'waiting' | 'voting' | 'printing';

export const LOAD_STATES = ['parked', 'waiting', 'voting', 'printing'] as const;

export type PartLoad = {
  readonly part: string;
  /** Watts at the part's own supply. */
  readonly watts: Readonly<Record<LoadState, number>>;
  readonly source: string;
};

const steady = (watts: number): Record<LoadState, number> => ({
  parked: watts,
  waiting: watts,
  voting: watts,
  printing: watts,
});

export const PARTS: readonly PartLoad[] = [
  {
    part: 'computer, four cores of the Cortex-A72 class',
    watts: { parked: 2.7, waiting: 3.0, voting: 4.5, printing: 6.4 },
    source: 'of the class: 2.7 W idle to 6.4 W with all cores busy (Raspberry Pi 4B, as published)',
  },
  {
    part: 'panel 10.1 inches, 1280x800, and its touch controller',
    watts: { parked: 0.5, waiting: 4.0, voting: 5.5, printing: 5.5 },
    source: 'of the class: 3 to 5 W of back light, 0.5 W of logic and touch; parked it is dark',
  },
  {
    part: 'receipt printer, 24 V',
    watts: { parked: 2.4, waiting: 2.4, voting: 2.4, printing: 24 },
    source: 'Epson TM-T20II technical reference: 0.1 A standby, 1.0 A mean while printing',
  },
  {
    part: 'fingerprint module, 3.3 V',
    watts: { parked: 0.01, waiting: 0.07, voting: 0.07, printing: 0.07 },
    source: 'R503 manual: 20 mA working, finger detection in microamperes',
  },
  {
    part: 'two boards with an ATmega328P, relays closed at rest',
    watts: steady(0.5),
    source: 'of the class: 50 mA at 5 V each, converter of the USB line included',
  },
  {
    part: "operator's two-line display and keypad",
    watts: { parked: 0.05, waiting: 0.3, voting: 0.3, printing: 0.3 },
    source: 'of the class: 30 mA of back light at 5 V, 20 mA of keypad',
  },
  {
    part: 'two memory media',
    watts: { parked: 0.2, waiting: 0.4, voting: 0.8, printing: 1.2 },
    source: 'of the class: 0.1 W idle, 0.6 W writing, each',
  },
];

/** What of the battery's energy reaches the parts (of the class: two converters of 92 %). */
export const CONVERSION = 0.85;

/** How a day's time is divided while voters come. */
export const VISIT = {
  /** One voter to the next, s. */
  everyS: 240,
  /** At the screen, s. */
  votingS: 150,
  /** Head and cutter at work for one record, s: devices.md, 120 mm and cut. */
  printingS: 1.5,
} as const;

/** Watts out of the battery in one state. */
export const loadOf = (state: LoadState): number =>
  PARTS.reduce((sum, { watts }) => sum + watts[state], 0) / CONVERSION;

/** Watts out of the battery on average, with a voter every `everyS` seconds. */
export const averageLoad = (everyS: number = VISIT.everyS): number => {
  const { votingS, printingS } = VISIT;
  const waitingS = Math.max(everyS - votingS - printingS, 0);
  const energy =
    loadOf('voting') * votingS + loadOf('printing') * printingS + loadOf('waiting') * waitingS;
  return energy / (votingS + printingS + waitingS);
};

const cell = (value: number): string => value.toFixed(2).padStart(9);

/** The model as a table for people, with its sources. */
export const modelTable = (): string => {
  const head = ['W', ...LOAD_STATES].map((name) => name.padStart(9)).join('');
  const rows = PARTS.map(
    ({ part, watts, source }) =>
      `         ${LOAD_STATES.map((state) => cell(watts[state])).join('')}  ${part}\n${' '.repeat(47)}(${source})`,
  );
  const total = `         ${LOAD_STATES.map((state) => cell(loadOf(state))).join('')}  out of the battery, at ${CONVERSION * 100} % conversion`;
  const average = `a voter every ${VISIT.everyS} s: ${averageLoad().toFixed(1)} W on average`;
  return [head, ...rows, total, average].join('\n');
};
