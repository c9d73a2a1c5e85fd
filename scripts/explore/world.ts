/**
 * The state of a whole unit as the exploration sees it: the two machines by the numbers of their states
 * (machine-table.ts) and what stands around them, a few small numbers each. Everything that happens is a
 * change of these numbers; two worlds with the same numbers are one.
 *
 * What is left out, and why nothing is lost by it:
 * - time, identifiers, texts on screen and display: nothing is decided by them (timers may end at any moment);
 * - how often something failed: faults are not counted, every one may come again and again, so that
 *   "each at most twice" is a part of what is tried;
 * - the single writes of a vault call: a call is done, or not, or (a medium went away) done on the one
 *   that is left. Every order of the writes and every torn state is tried on the vault itself
 *   (`urna test --exhaustive`);
 * - a start on a medium alone that was left behind by the other: the vault's cells tell (same place);
 * - which of several equal things it was: kind of a printer's fault, code of a refusal, key of a keypad.
 */

/** Bytes that each field takes in the packed state. */
const FIELDS = {
  /** Numbers of the machines' states; 0: the process does not run. */
  booth: 2,
  desk: 2,

  // ---- the vault: what is durable (firmware/vault/vault.ts)
  /** Index in PHASES and PRINTS. */
  phase: 1,
  print: 1,
  /** Index in POLLS. */
  polls: 1,
  /** Voter (1, 2) of the pending record; 0: none. */
  owner: 1,
  /** Voters whose ballots are in the urn, a bit each. */
  urn: 1,
  /** Papers that the journal's counters know of, less those in the envelope; +8. */
  envelope: 1,
  /** The call under way, index in CALLS; 0: none. */
  call: 1,
  /** Both media were in step when it began. */
  callBoth: 1,
  /** Media, a bit each (FIXED, REMOVABLE): plugged in; with the newest content; in step for the vault. */
  present: 1,
  newest: 1,
  inStep: 1,
  /** In step for the desk file. */
  deskInStep: 1,

  // ---- the booth's devices
  /** Work that will be answered, bits of WORK. */
  work: 1,
  /** Timers that run, by index in BOOTH_TIMERS. */
  timers: 1,
  /** The officer whose token is in the slot: 0 none, 1 presiding, 2 another. */
  token: 1,
  /** The pollbook's key was read from a token and neither given nor forgotten. */
  keyHeld: 1,
  /** Shares that were given, a bit for each officer. */
  shares: 1,
  /** The printer can not print. */
  printerDown: 1,
  /** Index in PAPERS: what hangs out of the printer. */
  paper: 1,
  /** Voters whose paper is in the ballot box, a bit each. */
  box: 1,

  // ---- the desk's devices
  /** Index in DESK_WORK. */
  deskWork: 1,
  /** Timers of the desk, bits. */
  deskTimers: 1,
  /** This desk was told that the polls are closed. */
  toldClosed: 1,
  /** The desk file: number of its content; 0: none yet. */
  file: 2,
  /** The content on its way to the media; 0: none. */
  saving: 2,

  // ---- between them, and around
  /** Messages under way, four bits each, the oldest lowest. */
  toBooth: 4,
  toDesk: 4,
  /** Index in POWERS. */
  power: 1,
  /** The voter at the booth (1, 2), and whether that one has gone. */
  voter: 1,
  left: 1,
  /** Faults so far, where they are counted. */
  faults: 1,
} as const;

export type Field = keyof typeof FIELDS;
export type World = Record<Field, number>;

const NAMES = Object.keys(FIELDS) as Field[];
const SIZES = NAMES.map((name) => FIELDS[name]);
/** Bytes of a packed world. */
export const WORLD_BYTES = SIZES.reduce<number>((sum, size) => sum + size, 0);

export const PHASES = ['IDLE', 'ACTIVE', 'PREPARED', 'SPOILED', 'OUTCOME'] as const;
export const PRINTS = ['NONE', 'STARTED', 'PARTIAL', 'DONE', 'CONFIRMED'] as const;
export const POLLS = ['ready', 'open', 'closed', 'counted'] as const;
export const PAPERS = ['none', 'partial', 'whole', 'cut'] as const;
/**
 * One level of each kind that booth and desk tell apart: `degraded` and `battery` are to them as `mains`,
 * `parked` as `critical`, but for what they show (test/explore/power-levels.test.ts holds that).
 */
export const POWERS = ['mains', 'low', 'critical'] as const;
export const DESK_WORK = ['none', 'opening', 'loading', 'waiting', 'code'] as const;

export const MEDIA = ['fixed', 'removable'] as const;
export const FIXED = 1;
export const REMOVABLE = 2;
export const BOTH = 3;

export const WORK = {
  record: 1,
  cut: 2,
  check: 4,
  report: 8,
  calendar: 16,
  printer: 32,
  share: 64,
  /** count or writeResult, which never overlap. */
  count: 128,
} as const;

export const ENVELOPE_EVEN = 8;

/** Before the polls open on Sunday: everything is set up, the unit is switched off. */
export const SWITCHED_OFF: World = {
  ...(Object.fromEntries(NAMES.map((name) => [name, 0])) as World),
  envelope: ENVELOPE_EVEN,
  present: BOTH,
  newest: BOTH,
};

export const pack = (world: World, bytes: Uint8Array): void => {
  let at = 0;
  for (let field = 0; field < NAMES.length; field++) {
    let value = world[NAMES[field]!];
    for (let size = SIZES[field]!; size > 0; size--) {
      bytes[at++] = value & 0xff;
      value >>>= 8;
    }
  }
};

export const unpack = (bytes: Uint8Array, from: number): World => {
  const world = { ...SWITCHED_OFF };
  let at = from;
  for (let field = 0; field < NAMES.length; field++) {
    let value = 0;
    for (let size = 0; size < SIZES[field]!; size++) value += bytes[at++]! * 2 ** (8 * size);
    world[NAMES[field]!] = value;
  }
  return world;
};

/** The media of a mask, by name. */
export const mediaIn = (mask: number): readonly (typeof MEDIA)[number][] =>
  MEDIA.filter((_medium, at) => (mask & (1 << at)) !== 0);

export const popCount = (mask: number): number => (mask & 1) + ((mask >> 1) & 1);

export const voterBit = (voter: number): number => (voter === 0 ? 0 : 1 << (voter - 1));
