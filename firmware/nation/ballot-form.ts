/**
 * What a result package of some districts looks like, to the last byte but for its figures and a few
 * names: the offer is known, and a package has one spelling. Reading by the form is both the proof that
 * contests and options are those of the offer and twenty times as fast as parsing.
 */
import type { BallotOption } from '#firmware/election/ballot.ts';
import { utf8 } from '#firmware/vault/bytes.ts';
import { RESULT_FORMAT, type ResultPackage, resultText } from '#firmware/vault/result-package.ts';
import type { NationalContest, NationalOffer } from './offer.ts';
import { type DistrictOffer, makeOfferIn } from './precinct-definition.ts';

/** A contest in a row of figures: `ballots` at `at`, `nulls` at `at + 1`, then a figure an option. */
export type ContestPart = {
  readonly contest: NationalContest;
  readonly options: readonly BallotOption[];
  /** It stands in every ballot style, so that it has as many ballots as the precinct. */
  readonly onEveryBallot: boolean;
  readonly at: number;
};

/** Places of the figures that are not of a contest, in a row. */
export type RowPlaces = {
  readonly ballots: 0;
  readonly match: number;
  readonly noMatch: number;
  readonly noStoredPrint: number;
  readonly noUpperLimbs: number;
  readonly overrides: number;
  readonly votersMarked: number;
  readonly registered: number;
  readonly reprints: number;
  readonly spoils: number;
  readonly copies: number;
};

export type BallotForm = {
  /** The bytes between the holes; one more than there are holes. */
  readonly literals: readonly Uint8Array[];
  readonly holes: readonly ('figure' | 'name')[];
  readonly contests: readonly ContestPart[];
  readonly places: RowPlaces;
  /** Figures of a package, in the order in which it has them: a row. */
  readonly width: number;
};

/** The names of a package, in the order in which it has them. */
export type FormNames = {
  readonly pollingPlaceCode: string;
  readonly precinctNumber: string;
  readonly reportId: string;
  readonly machineCode: string;
  readonly logHead: string;
  readonly machineKey: string;
  readonly certificate: string;
};

/** Stand in a package for what differs; no name of an offer has a control character. */
const FIGURE_HOLE = '\u0001';
const NAME_HOLE = '\u0002';
const HOLE = /"\\u000([12])"/;
/** The longest name is a certificate. */
const MAX_NAME_BYTES = 128;
/** Any figure that a package may have, and some more; all are held to the precinct's voters later. */
const MAX_FIGURE_DIGITS = 8;

const FIGURES_BEFORE_CONTESTS = 1;
const FIGURES_BEFORE_OPTIONS = 2;

/** A package with holes: the types say what stands there in a real one. */
const packageWithHoles = (
  { id, test }: NationalOffer,
  contests: readonly ContestPart[],
): ResultPackage => {
  const figure = FIGURE_HOLE as unknown as number;
  const name = NAME_HOLE;
  return {
    format: RESULT_FORMAT,
    election: id,
    test,
    pollingPlaceCode: name,
    precinctNumber: name,
    reportId: name,
    ballots: figure,
    contests: contests.map(({ contest, options }) => ({
      id: contest.id,
      positions: contest.votes,
      ballots: figure,
      nulls: figure,
      options: options.map(({ cardId, candidateId }) => ({
        card: cardId,
        candidate: candidateId,
        votes: figure,
      })),
    })),
    authentication: {
      match: figure,
      noMatch: figure,
      noStoredPrint: figure,
      noUpperLimbs: figure,
      overrides: figure,
      votersMarked: figure,
      registered: figure,
    },
    reprints: figure,
    spoils: figure,
    copies: figure,
    machineCode: name,
    logHead: name,
    machineKey: name,
    certificate: name,
  };
};

const contestParts = (
  contests: readonly NationalContest[],
  here: DistrictOffer,
  optionsOf: (contest: NationalContest) => readonly BallotOption[],
): readonly ContestPart[] => {
  const ids = new Set(here.contests.map(({ id }) => id));
  let at = FIGURES_BEFORE_CONTESTS;
  return contests
    .filter(({ id }) => ids.has(id))
    .map((contest) => {
      const options = optionsOf(contest);
      const onEveryBallot = here.ballotStyles.every(({ contestIds }) =>
        contestIds.includes(contest.id),
      );
      const part = { contest, options, onEveryBallot, at };
      at += FIGURES_BEFORE_OPTIONS + options.length;
      return part;
    });
};

const placesAfter = (at: number): RowPlaces => ({
  ballots: 0,
  match: at,
  noMatch: at + 1,
  noStoredPrint: at + 2,
  noUpperLimbs: at + 3,
  overrides: at + 4,
  votersMarked: at + 5,
  registered: at + 6,
  reprints: at + 7,
  spoils: at + 8,
  copies: at + 9,
});

const formOf = (offer: NationalOffer, contests: readonly ContestPart[]): BallotForm => {
  const pieces = resultText(packageWithHoles(offer, contests)).split(HOLE);
  const holes = pieces.flatMap((piece, index) =>
    index % 2 === 1 ? [piece === '1' ? ('figure' as const) : ('name' as const)] : [],
  );
  const last = contests.at(-1);
  const end =
    last === undefined
      ? FIGURES_BEFORE_CONTESTS
      : last.at + FIGURES_BEFORE_OPTIONS + last.options.length;
  return {
    literals: pieces.filter((_, index) => index % 2 === 0).map(utf8),
    holes,
    contests,
    places: placesAfter(end),
    width: holes.filter((hole) => hole === 'figure').length,
  };
};

/** The form of the packages of precincts in these districts, made once for each combination. */
export const makeFormIn = (
  offer: NationalOffer,
  optionsOf: (contest: NationalContest) => readonly BallotOption[],
): ((districtIds: readonly string[]) => BallotForm) => {
  const offerIn = makeOfferIn(offer);
  const known = new Map<string, BallotForm>();
  return (districtIds) => {
    const key = districtIds.join(' ');
    const found =
      known.get(key) ??
      formOf(offer, contestParts(offer.contests, offerIn(districtIds), optionsOf));
    known.set(key, found);
    return found;
  };
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** Reads one package from front to back. A position of -1 says that it was not in the form. */
const literalEnd = (bytes: Uint8Array, at: number, literal: Uint8Array): number => {
  const { length } = literal;
  if (at + length > bytes.length) return -1;
  for (let index = 0; index < length; index++) if (bytes[at + index] !== literal[index]) return -1;
  return at + length;
};

/** The end of a whole number without leading zeros; `row[place]` gets it. */
const figureEnd = (bytes: Uint8Array, at: number, row: Uint32Array, place: number): number => {
  let value = 0;
  let end = at;
  for (; end - at < MAX_FIGURE_DIGITS; end++) {
    const digit = (bytes[end] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (end === at || (bytes[at] === ZERO && end > at + 1)) return -1;
  row[place] = value;
  return end;
};

/** The end of a string of printable ASCII without escapes. */
const nameEnd = (bytes: Uint8Array, at: number): number => {
  if (bytes[at] !== QUOTE) return -1;
  for (let end = at + 1; end <= at + 1 + MAX_NAME_BYTES; end++) {
    const byte = bytes[end] ?? 0;
    if (byte === QUOTE) return end + 1;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
  }
  return -1;
};

const nameBetween = (bytes: Uint8Array, at: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(at + 1, end - 1));

/** The names, and the figures in `row` (at least `width` of them); null: not in this form. */
export const readByForm = (
  form: BallotForm,
  bytes: Uint8Array,
  row: Uint32Array,
): FormNames | null => {
  const names: string[] = [];
  let figures = 0;
  let at = literalEnd(bytes, 0, form.literals[0]!);
  for (let hole = 0; hole < form.holes.length && at !== -1; hole++) {
    const begin = at;
    if (form.holes[hole] === 'figure') at = figureEnd(bytes, begin, row, figures++);
    else {
      at = nameEnd(bytes, begin);
      if (at !== -1) names.push(nameBetween(bytes, begin, at));
    }
    if (at !== -1) at = literalEnd(bytes, at, form.literals[hole + 1]!);
  }
  if (at !== bytes.length) return null;
  const [
    pollingPlaceCode,
    precinctNumber,
    reportId,
    machineCode,
    logHead,
    machineKey,
    certificate,
  ] = names as [string, string, string, string, string, string, string];
  return {
    pollingPlaceCode,
    precinctNumber,
    reportId,
    machineCode,
    logHead,
    machineKey,
    certificate,
  };
};

const PLACE_DIGITS = 9;
const NUMBER_DIGITS = 2;

/**
 * The precinct that a package of this election says to be of, read where it must stand: any other bytes
 * give a text that is no precinct's. `form`: any of the election's, for they all begin alike.
 */
export const precinctInForm = (form: BallotForm, bytes: Uint8Array): string => {
  const code = form.literals[0]!.length;
  const number = code + PLACE_DIGITS + 2 + form.literals[1]!.length;
  const digits = (at: number, count: number): string =>
    String.fromCharCode(...bytes.subarray(at + 1, at + 1 + count));
  return `${digits(code, PLACE_DIGITS)}.${digits(number, NUMBER_DIGITS)}`;
};
