/**
 * What must be true for the announced winners to have won, as comparisons of two competitors. Relative
 * majority: each winner has more votes than each loser. D'Hondt: the last seat of each has a higher quotient
 * than the first seat that each other one did not get (P. B. Stark, V. Teague, "Verifiable European Elections:
 * Risk-limiting Audits for D'Hondt and Its Relatives", JETS 3(1), 2014). If all hold, so do the seats.
 */
import type { BallotOption } from '#firmware/election/ballot.ts';
import type { SeatResult } from '#firmware/nation/national-seats.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';

/** votes(winner) / winnerDivisor > votes(loser) / loserDivisor. */
export type Assertion = {
  readonly winner: string;
  readonly loser: string;
  readonly winnerDivisor: number;
  readonly loserDivisor: number;
  /** votes(winner) * loserDivisor - votes(loser) * winnerDivisor, as announced; 0 or less: a tie. */
  readonly margin: number;
};

export const assertionsOf = ({ kind, competitors }: SeatResult): readonly Assertion[] => {
  const isList = kind === 'list' || kind === 'summed';
  return competitors.flatMap((winner) =>
    winner.seats === 0
      ? []
      : competitors.flatMap((loser): readonly Assertion[] => {
          if (loser === winner || (!isList && loser.seats > 0)) return [];
          const winnerDivisor = isList ? winner.seats : 1;
          const loserDivisor = isList ? loser.seats + 1 : 1;
          const margin = winner.votes * loserDivisor - loser.votes * winnerDivisor;
          return [{ winner: winner.id, loser: loser.id, winnerDivisor, loserDivisor, margin }];
        }),
  );
};

/** Whose votes an option's are: a candidate's over all cards, else an alliance's or an organisation's in none. */
export const competitorOf = ({
  cards,
  alliances,
}: Pick<NationalOffer, 'cards' | 'alliances'>): ((option: BallotOption) => string) => {
  const organisations = new Map(cards.map(({ id, organisationId }) => [id, organisationId]));
  const allianceOf = new Map(
    alliances.flatMap(({ id, organisationIds }) => organisationIds.map((each) => [each, id])),
  );
  return ({ cardId, candidateId }) => {
    if (candidateId !== null) return candidateId;
    const organisation = organisations.get(cardId) ?? cardId;
    return allianceOf.get(organisation) ?? organisation;
  };
};
