/**
 * The paper record of one vote ("comprobante de voto"): election, precinct, selections and a random
 * code. Never a voter, a time, a number that counts. Selections are printed at double size.
 */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import { decodeBallot, encodeBallot } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { sayOnPaper } from '#firmware/locale/paper.ts';
import type { PaperDocument, PaperElement } from '#hal/receipt-printer.ts';
import { ok, type Result } from '#hal/result.ts';
import { feed, paragraph, RULE } from './layout.ts';
import { heading, positionsText, testBanner } from './report-parts.ts';

export type PaperRecordData = {
  readonly definition: ElectionDefinition;
  readonly ballot: Ballot;
  readonly marks: Marks;
  /** Drawn at random from the authority's list. */
  readonly code: string;
};

/** What a mark is called on paper: the card of a list; the candidate and the card it was marked on. */
const selectionLines = (
  data: PaperRecordData,
  contestIndex: number,
  columns: number,
): readonly PaperElement[] => {
  const { definition, ballot, marks } = data;
  const options = ballot.contests[contestIndex]?.options ?? [];
  return (marks[contestIndex] ?? []).flatMap((optionIndex) => {
    const option = options[optionIndex];
    const card = definition.cards.find((one) => one.id === option?.cardId);
    const organisation = definition.organisations.find((one) => one.id === card?.organisationId);
    if (option === undefined || organisation === undefined) {
      throw new Error(`a mark that is not on the ballot: ${contestIndex}/${optionIndex}`);
    }
    const candidate = definition.candidates.find((one) => one.id === option.candidateId);
    return candidate === undefined
      ? [
          ...paragraph(organisation.shortName, columns, { bold: true, size: 2 }),
          ...paragraph(organisation.name, columns),
        ]
      : [
          ...paragraph(candidate.name, columns, { bold: true, size: 2 }),
          ...paragraph(`${organisation.shortName} - ${organisation.name}`, columns),
        ];
  });
};

const contestPart = (
  data: PaperRecordData,
  contestIndex: number,
  locale: Locale,
  columns: number,
): readonly PaperElement[] => {
  const contest = data.ballot.contests[contestIndex]?.contest;
  if (contest === undefined) return [];
  const unmarked = contest.votes - (data.marks[contestIndex]?.length ?? 0);
  const nothing =
    contest.votes === 1
      ? sayOnPaper(locale, 'nullVote')
      : unmarked === 1
        ? sayOnPaper(locale, 'nullVoteOne')
        : sayOnPaper(locale, 'nullVotes', { count: unmarked });
  return [
    RULE,
    ...paragraph(`${contest.name[locale]} (${positionsText(contest.votes, locale)})`, columns),
    ...selectionLines(data, contestIndex, columns),
    ...(unmarked === 0
      ? []
      : paragraph(nothing, columns, { bold: true, size: contest.votes === 1 ? 2 : 1 })),
  ];
};

export const composePaperRecord = (
  data: PaperRecordData,
  locale: Locale,
  columns: number,
): PaperDocument => {
  const setting = { locale, columns };
  return {
    name: 'paperRecord',
    elements: [
      ...heading(data.definition, 'paperRecord', setting),
      ...data.ballot.contests.flatMap((_, index) => contestPart(data, index, locale, columns)),
      RULE,
      ...paragraph(`${sayOnPaper(locale, 'paperCode')} ${data.code}`, columns, {
        align: 'centre',
        bold: true,
        size: 2,
      }),
      ...paragraph(sayOnPaper(locale, 'dropIntoBox'), columns, { align: 'centre' }),
      ...testBanner(data.definition, setting),
      feed(1),
    ],
  };
};

/**
 * What the vault keeps of a paper record until it is printed: the encoded ballot, so its length is
 * the same for every vote of a definition. The code comes from the vault when it prints.
 */
export const encodePaperData = (
  definition: ElectionDefinition,
  ballot: Ballot,
  marks: Marks,
): Uint8Array => encodeBallot(definition, ballot, marks);

/** The record again from what the vault kept; the error says what is wrong with the bytes. */
export const composeKeptPaperRecord = (
  definition: ElectionDefinition,
  paper: Uint8Array,
  code: string,
  locale: Locale,
  columns: number,
): Result<PaperDocument, string> => {
  const vote = decodeBallot(definition, paper);
  if (!vote.ok) return vote;
  const ballot = resolveBallot(definition, vote.value.styleId);
  return ok(
    composePaperRecord({ definition, ballot, marks: vote.value.marks, code }, locale, columns),
  );
};
