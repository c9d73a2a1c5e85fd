/** An election with the largest ballots that there are: what is measured for a country is measured on these. */
import { MAX_CARDS } from '#firmware/election/limits.ts';
import type { NationalElection } from '#firmware/nation/offer.ts';

/** As many cards as a ballot may have, each with a list everywhere. */
export const withFullBallots = (election: NationalElection): NationalElection => {
  const { offer } = election;
  const listContestIds = offer.contests.filter(({ kind }) => kind === 'list').map(({ id }) => id);
  const cards = offer.cards.map((card) => ({ ...card, listContestIds }));
  const more = Array.from({ length: MAX_CARDS - cards.length }, (_, at) => ({
    ...cards[at % cards.length]!,
    id: `tarjeta-de-mas-${at + 1}`,
  }));
  return { ...election, offer: { ...offer, cards: [...cards, ...more] } };
};
