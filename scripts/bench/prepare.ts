/**
 * A unit before the bench's visitor meets it: what the authority hands out, and, when the bench begins
 * at an open polling station, what robots left on media, cells and tokens. They held the ceremony
 * and opened the polls with the real firmware on emulated devices under a virtual clock, as in
 * `urna day`, and then switched off.
 */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { wait } from '#hal/clock.ts';
import type { CellSlot } from '#hal/secure-cell.ts';
import { type Provision, provision } from '../day/provision.ts';
import { instant, makeWorld } from '../day/world.ts';
import type { KeptPaper } from './papers.ts';

/** Where the bench's visitor comes in. */
export const BEGINNINGS = ['friday', 'open'] as const;
export type Beginning = (typeof BEGINNINGS)[number];

/** What media and cells hold while the unit is off. */
export type UnitImage = {
  readonly fixed: ReadonlyMap<string, Uint8Array>;
  readonly removable: ReadonlyMap<string, Uint8Array>;
  readonly boardCell: ReadonlyMap<CellSlot, Uint8Array>;
  readonly moduleCell: ReadonlyMap<CellSlot, Uint8Array>;
};

export type Prepared = {
  readonly beginning: Beginning;
  readonly given: Provision;
  readonly locale: Locale;
  /** Null: nothing was ever written. */
  readonly image: UnitImage | null;
  /** The pollbook's key was handed over at the ceremony. */
  readonly keyTaken: boolean;
  /** When the visitor comes in, ms since 1970. */
  readonly calendarMs: number;
  /** What was printed until then, oldest first. */
  readonly papers: readonly KeptPaper[];
};

export type PrepareOptions = {
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly locale: Locale;
};

/** Minutes after the polls' hour at which robots open. */
const OPENS_AFTER_MS = 60_000;
/** Friday's visitor comes two hours after the unit may be set up. */
const FRIDAY_AFTER_MS = 2 * 3_600_000;
/** The reader of every bench. */
export const FAMILY = 'R503';

const fresh = (options: PrepareOptions): Prepared => ({
  beginning: 'friday',
  given: provision(options.definition, options.voters, options.seed, FAMILY),
  locale: options.locale,
  image: null,
  keyTaken: false,
  calendarMs: instant(options.definition.calendar.setupFrom) + FRIDAY_AFTER_MS,
  papers: [],
});

/** Robots hold the ceremony on Friday, open on Sunday and switch the unit off. */
const opened = (options: PrepareOptions): Promise<Prepared> => {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const world = makeWorld(options, (error) => fail(error));
  const { board, clock, given, officers, room, boot } = world;
  const live = async (): Promise<Prepared> => {
    const friday = await boot();
    await officers.ceremony();
    await friday.shutDown();
    board.powerOff();
    const opensMs = instant(options.definition.calendar.opensAt) + OPENS_AFTER_MS;
    await wait(clock, Math.max(0, opensMs - clock.calendarMs()));
    const sunday = await boot();
    await officers.open();
    await sunday.shutDown();
    board.powerOff();
    const { fixed, removable, boardCell, moduleCell } = board.devices;
    return {
      beginning: 'open',
      given,
      locale: options.locale,
      image: {
        fixed: fixed.files(),
        removable: removable.files(),
        boardCell: boardCell.image(),
        moduleCell: moduleCell.image(),
      },
      keyTaken: true,
      calendarMs: clock.calendarMs(),
      papers: room.takeReports().map((piece) => ({ piece, place: 'kept' })),
    };
  };
  return clock.run(Promise.race([live(), failed]));
};

export const prepare = (beginning: Beginning, options: PrepareOptions): Promise<Prepared> =>
  beginning === 'friday' ? Promise.resolve(fresh(options)) : opened(options);
