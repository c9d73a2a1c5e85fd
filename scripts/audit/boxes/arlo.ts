/**
 * Files for Arlo, the open audit program of others (batch comparison), so that the same boxes can be audited by
 * a program that shares nothing with this one: for each contest by relative majority its batches with their
 * ballots, and their votes by candidate. Sums of precincts, which are published already; never a cast vote
 * record. Arlo has no d'Hondt: lists are left out. Columns, names and sums are as Arlo's readers want them
 * (votingworks/arlo, server/api/ballot_manifest.py and batch_tallies.py).
 */
import { csvText } from '#firmware/nation/csv.ts';
import { competitorOf } from './assertions.ts';
import { announcedVotes, type Country, partOf } from './country.ts';

/** Contents by path. */
export const arloFiles = ({ offer, precincts, seats }: Country): ReadonlyMap<string, string> => {
  const whose = competitorOf(offer);
  const nameOf = new Map(offer.candidates.map(({ id, name }) => [id, name]));
  const files = new Map<string, string>();
  for (const { id, kind, competitors } of seats) {
    if (kind !== 'nominal' && kind !== 'indigenous') continue;
    const choices = competitors.map((each) => each.id);
    const batches = [...precincts.values()].flatMap((precinct) => {
      const part = partOf(precinct, id);
      if (part === undefined || precinct.row === null) return [];
      const sums = new Map(choices.map((choice) => [choice, 0]));
      const announced = announcedVotes(precinct, part);
      part.options.forEach((option, at) => {
        const choice = whose(option);
        sums.set(choice, (sums.get(choice) ?? 0) + (announced[at] ?? 0));
      });
      return [{ name: precinct.id, ballots: precinct.row[part.at] ?? 0, sums }];
    });
    files.set(
      `${id}/ballot-manifest.csv`,
      csvText(
        ['Batch Name', 'Number of Ballots'],
        batches.map(({ name, ballots }) => [name, String(ballots)]),
      ),
    );
    // Two candidates may have one name.
    const heads = choices.map((choice) => `${nameOf.get(choice) ?? choice} (${choice})`);
    files.set(
      `${id}/batch-tallies.csv`,
      csvText(
        ['Batch Name', ...heads],
        batches.map(({ name, sums }) => [
          name,
          ...choices.map((each) => String(sums.get(each) ?? 0)),
        ]),
      ),
    );
  }
  return files;
};
