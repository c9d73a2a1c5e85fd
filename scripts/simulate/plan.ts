/**
 * What goes wrong on a day, as data: drawn from the seed before anything runs. How each kind begins,
 * takes effect and ends is its family's (faults/).
 */
import type { Random } from '../day/random.ts';
import type { Site } from './site.ts';

/** The part of the day in which a fault comes. `voter`: while a certain voter is dealt with. */
export type Part = 'ceremony' | 'opening' | 'voter' | 'closing';

export type FaultPlan = {
  readonly kind: string;
  readonly part: Part;
  /** Which voter, in the order of the queue; 0 in other parts. */
  readonly voter: number;
  /** After the part began, ms. */
  readonly afterMs: number;
  /** From its taking effect to its end, ms. */
  readonly lastsMs: number;
  /** Whatever else the kind has to draw: 0 inclusive to 1 exclusive. */
  readonly draw: number;
};

/** How a fault that has begun ends. */
export type Begun = {
  readonly end: () => void;
  /** For faults that may take effect unseen: looked at from time to time and at the end. */
  readonly hasBitten?: () => boolean;
};

export type FaultKind = {
  readonly name: string;
  /** One fault of a device at a time. */
  readonly device: string;
  readonly parts: readonly Part[];
  /** Drawn so many times as often as others; 0: by its own cause alone, never drawn. */
  readonly weight: number;
  readonly lastsMs: readonly [least: number, most: number];
  /**
   * The store it may damage. Such a fault begins only while both are in step and the other one is
   * beyond doubt: a second loss may lose votes, as the screen says.
   */
  readonly store?: 'fixed' | 'removable';
  /** The damage may stay unseen: for the rest of the day nothing happens to the other store. */
  readonly unseen?: boolean;
  /** `bite`: to be called once it takes effect. */
  readonly begin: (site: Site, plan: FaultPlan, bite: () => void) => Begun;
};

/** Of the faults of a day this share falls on each part; the rest on voters. */
const PART_SHARES = { ceremony: 0.05, opening: 0.06, closing: 0.12 } as const;
/** A part's faults come within this time of its beginning, ms. */
const WITHIN_MS = { ceremony: 60_000, opening: 40_000, voter: 50_000, closing: 75_000 } as const;

const drawPart = (random: Random): Part => {
  let left = random.unit();
  for (const part of ['ceremony', 'opening', 'closing'] as const) {
    left -= PART_SHARES[part];
    if (left < 0) return part;
  }
  return 'voter';
};

const drawKind = (random: Random, kinds: readonly FaultKind[]): FaultKind => {
  let left = random.unit() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of kinds) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  return random.pick(kinds);
};

/** Plans for `count` faults among `voters` voters, in the order in which they were drawn. */
export const drawPlans = (
  random: Random,
  kinds: readonly FaultKind[],
  voters: number,
  count: number,
): readonly FaultPlan[] =>
  Array.from({ length: count }, (): FaultPlan => {
    const wanted = drawPart(random);
    const fitting = kinds.filter(({ parts, weight }) => weight > 0 && parts.includes(wanted));
    const part = fitting.length > 0 ? wanted : 'voter';
    const kind = drawKind(random, fitting.length > 0 ? fitting : kinds);
    return {
      kind: kind.name,
      part,
      voter: part === 'voter' ? random.below(voters) : 0,
      afterMs: Math.round(random.between(0, WITHIN_MS[part])),
      lastsMs: Math.round(random.between(...kind.lastsMs)),
      draw: random.unit(),
    };
  });
