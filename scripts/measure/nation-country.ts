/**
 * Writes the country that is measured: every precinct of the real number, 110 cards on every ballot, each
 * with its signed package. A process of its own, so that making it up costs the measured one nothing.
 *
 *     node scripts/measure/nation-country.ts FOLDER PRECINCTS
 */

import { MAX_CARDS } from '#firmware/election/limits.ts';
import type { NationalElection } from '#firmware/nation/offer.ts';
import { makeNationalElection } from '../nation/made-up.ts';
import { makeSyntheticCountry } from '../nation/synthetic-country.ts';
import { writeCountry } from '../nation/write-country.ts';

const SEED = 1;

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

const [folder, precincts] = process.argv.slice(2);
if (folder !== undefined && precincts !== undefined) {
  const election = withFullBallots(makeNationalElection(SEED, Number(precincts)));
  writeCountry(folder, makeSyntheticCountry(election, SEED), (done, of) => {
    if (done % 1000 === 0 || done === of) process.stdout.write(`${done}\n`);
  });
}
