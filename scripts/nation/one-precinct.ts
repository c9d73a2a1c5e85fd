/**
 * A nation of one precinct, for receivers that know a single machine's election by its definition alone: of
 * a day, of a bench. Its offer is the definition's, and gives no seats that anybody would count.
 */
import { createHash } from 'node:crypto';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { Nation } from '#firmware/nation/judge-package.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import { REGISTER_FORMAT, type RegisteredMachine } from '#firmware/nation/register.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';

/** The widest district of a precinct, its state, then the others below that. */
const KINDS = ['nation', 'state'] as const;

const offerOf = (definition: ElectionDefinition): NationalOffer => ({
  id: definition.id,
  title: definition.title,
  authority: definition.authority,
  test: definition.test,
  locale: definition.locale,
  calendar: definition.calendar,
  rules: definition.rules,
  districts: definition.districts.map((district, at, all) => ({
    ...district,
    kind: KINDS[at] ?? 'constituency',
    parentId: all[Math.min(at, KINDS.length) - 1]?.id ?? null,
  })),
  organisations: definition.organisations,
  alliances: definition.alliances,
  contests: definition.contests.map((contest) => ({ ...contest, seats: contest.votes })),
  candidates: definition.candidates,
  cards: definition.cards,
  summedLists: [],
  slates: [],
  tieRule: { kind: 'open' },
});

/** `machines`: the unit of the precinct, and spares that may have taken its place. */
export const onePrecinctNation = (
  definition: ElectionDefinition,
  registered: number,
  machines: readonly RegisteredMachine[],
  authorityKey: Uint8Array,
): Nation => {
  const offer = offerOf(definition);
  return {
    offer,
    register: {
      format: REGISTER_FORMAT,
      election: definition.id,
      test: definition.test,
      offer: createHash('sha256').update(JSON.stringify(offer)).digest('hex'),
      precincts: [
        {
          id: precinctOf(definition),
          reportId: definition.precinct.reportId,
          districtIds: definition.precinct.districtIds,
          registered,
          machines,
        },
      ],
    },
    authorityKey,
  };
};
