/**
 * Counting the box by hand: reads each paper as a person does, line by line, and finds what was
 * chosen. Knows the offer, and nothing of how the machine lays out a record.
 */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What stands on paper for an option: a list's card, or a candidate with the card. */
const printedName = (
  definition: ElectionDefinition,
  cardId: string,
  candidateId: string | null,
): string => {
  const card = definition.cards.find(({ id }) => id === cardId);
  const organisation = definition.organisations.find(({ id }) => id === card?.organisationId);
  if (organisation === undefined) throw new Error(`no card ${cardId}`);
  const candidate = definition.candidates.find(({ id }) => id === candidateId);
  const { shortName, name } = organisation;
  return plain(
    candidate === undefined ? `${shortName} ${name}` : `${candidate.name} ${shortName} - ${name}`,
  );
};

export type PaperReader = {
  /** The selections on a paper, or null when it can not be read as a record of this ballot. */
  readonly read: (text: string) => Marks | null;
};

/** Reads records of one ballot style in either language. */
export const makePaperReader = (definition: ElectionDefinition, ballot: Ballot): PaperReader => {
  const contests = ballot.contests.map(({ contest, options }) => ({
    titles: (['es', 'en'] as const satisfies readonly Locale[]).map((locale) =>
      plain(contest.name[locale]),
    ),
    names: options.map(({ cardId, candidateId }) => printedName(definition, cardId, candidateId)),
  }));

  const selectionsIn = (segment: string, names: readonly string[]): readonly number[] => {
    const found = names.flatMap((name, option) =>
      segment.includes(name) ? [{ name, option }] : [],
    );
    // "Unión" is also found in "Unión Andina": the longer name is what stands there.
    return found
      .filter(
        ({ name }) => !found.some((other) => other.name !== name && other.name.includes(name)),
      )
      .map(({ option }) => option);
  };

  return {
    read: (text) => {
      const whole = plain(text);
      const starts = contests.map(({ titles }) =>
        // Lines that a printer still owed of an attempt that failed may stand above the record.
        Math.max(...titles.map((title) => whole.lastIndexOf(title))),
      );
      if (starts.some((start) => start < 0)) return null;
      return contests.map(({ names }, index) => {
        const start = starts[index] ?? 0;
        const end = Math.min(...starts.filter((other) => other > start), whole.length);
        return selectionsIn(whole.slice(start, end), names);
      });
    },
  };
};
