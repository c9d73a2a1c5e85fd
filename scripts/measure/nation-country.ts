/**
 * Writes the country that is measured: every precinct of the real number, 110 cards on every ballot, each
 * with its signed package. A process of its own, so that making it up costs the measured one nothing.
 *
 *     node scripts/measure/nation-country.ts FOLDER PRECINCTS
 */
import { makeNationalElection } from '../nation/made-up.ts';
import { makeSyntheticCountry } from '../nation/synthetic-country.ts';
import { writeCountry } from '../nation/write-country.ts';
import { withFullBallots } from './full-ballots.ts';

const SEED = 1;

const [folder, precincts] = process.argv.slice(2);
if (folder !== undefined && precincts !== undefined) {
  const election = withFullBallots(makeNationalElection(SEED, Number(precincts)));
  writeCountry(folder, makeSyntheticCountry(election, SEED), (done, of) => {
    if (done % 1000 === 0 || done === of) process.stdout.write(`${done}\n`);
  });
}
