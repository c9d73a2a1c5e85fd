/** How far a country's results have come in, by state: counts alone. Pure. */
import type { NationalOffer } from '#firmware/nation/offer.ts';
import type { Register } from '#firmware/nation/register.ts';
import { RECEIVER_LIMITS } from './limits.ts';

export type StateProgress = {
  readonly id: string;
  readonly name: string;
  readonly precincts: number;
  readonly received: number;
  /** Precincts with packages that differ. */
  readonly conflicts: number;
};

export type Progress = {
  readonly precincts: number;
  readonly received: number;
  readonly conflicts: number;
  /** Which they are, in the order of the register: the first of them. */
  readonly conflicting: readonly string[];
  /** States in the order of the offer; what lies in none comes last, with an empty identifier. */
  readonly states: readonly StateProgress[];
};

const count = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

/** Made once for an election; then from how many packages each precinct has. */
export const makeProgressOf = (
  offer: NationalOffer,
  register: Register,
): ((packages: ReadonlyMap<string, number>) => Progress) => {
  const states = offer.districts.filter(({ kind }) => kind === 'state');
  const isState = new Set(states.map(({ id }) => id));
  const precincts = register.precincts.map(({ id, districtIds }) => ({
    id,
    state: districtIds.find((each) => isState.has(each)) ?? '',
  }));
  const all = count(precincts.map(({ state }) => state));
  const rows = [...states, ...(all.has('') ? [{ id: '', name: '' }] : [])];
  return (packages) => {
    const having = (least: number) =>
      precincts.filter(({ id }) => (packages.get(id) ?? 0) >= least);
    const [received, conflicts] = [having(1), having(2)];
    const [receivedIn, conflictsIn] = [received, conflicts].map((found) =>
      count(found.map(({ state }) => state)),
    ) as [ReadonlyMap<string, number>, ReadonlyMap<string, number>];
    return {
      precincts: precincts.length,
      received: received.length,
      conflicts: conflicts.length,
      conflicting: conflicts.slice(0, RECEIVER_LIMITS.conflictsShown).map(({ id }) => id),
      states: rows.map(({ id, name }) => ({
        id,
        name,
        precincts: all.get(id) ?? 0,
        received: receivedIn.get(id) ?? 0,
        conflicts: conflictsIn.get(id) ?? 0,
      })),
    };
  };
};
