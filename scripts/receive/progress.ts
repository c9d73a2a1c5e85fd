/** How far a country's results have come in, by state: counts alone. Pure. */
import type { NationalOffer } from '#firmware/nation/offer.ts';
import type { Register } from '#firmware/nation/register.ts';

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
  /** States in the order of the offer; what lies in none comes last, with an empty identifier. */
  readonly states: readonly StateProgress[];
};

export type ProgressBook = {
  /** What a precinct has now. Told again, it changes nothing. */
  readonly note: (precinct: string, what: 'received' | 'conflict') => void;
  readonly isKnown: (precinct: string) => boolean;
  readonly progress: () => Progress;
};

export const makeProgressBook = (offer: NationalOffer, register: Register): ProgressBook => {
  const states = offer.districts.filter(({ kind }) => kind === 'state');
  const isState = new Set(states.map(({ id }) => id));
  const stateOf = new Map(
    register.precincts.map(({ id, districtIds }) => [
      id,
      districtIds.find((each) => isState.has(each)) ?? '',
    ]),
  );
  const seen = { received: new Set<string>(), conflict: new Set<string>() };
  const count = (precincts: Iterable<string>): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const precinct of precincts) {
      const state = stateOf.get(precinct) ?? '';
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    return counts;
  };
  const all = count(stateOf.keys());
  const rows = [...states, ...(all.has('') ? [{ id: '', name: '' }] : [])];
  return {
    isKnown: (precinct) => stateOf.has(precinct),
    note: (precinct, what) => {
      if (!stateOf.has(precinct)) return;
      seen.received.add(precinct);
      if (what === 'conflict') seen.conflict.add(precinct);
    },
    progress: () => {
      const [received, conflicts] = [count(seen.received), count(seen.conflict)];
      return {
        precincts: stateOf.size,
        received: seen.received.size,
        conflicts: seen.conflict.size,
        states: rows.map(({ id, name }) => ({
          id,
          name,
          precincts: all.get(id) ?? 0,
          received: received.get(id) ?? 0,
          conflicts: conflicts.get(id) ?? 0,
        })),
      };
    },
  };
};
