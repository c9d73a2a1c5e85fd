/**
 * What a result package must be, member by member, and the arithmetic that any reader can check:
 * votes + nulls = ballots x positions in each contest, no contest with more ballots than there are.
 */
import { bytesOfHex } from './bytes.ts';
import { readMachineCode } from './machine-code.ts';

const MAX_CONTESTS = 64;
const MAX_OPTIONS = 4096;
const MAX_ID_LENGTH = 64;
const MAX_FIGURE = 10_000_000;
const MAX_PROBLEMS = 20;

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isId: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH;
const isFigure: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_FIGURE;
const isDigits =
  (count: number): Check =>
  (value) =>
    typeof value === 'string' && value.length === count && /^[0-9]+$/.test(value);
const isHex =
  (bytes: number): Check =>
  (value) =>
    bytesOfHex(value, bytes) !== null;

const TOP: Shape = {
  format: (value) => value === 'urna-result-1',
  election: isId,
  test: (value) => typeof value === 'boolean',
  pollingPlaceCode: isDigits(9),
  precinctNumber: isDigits(2),
  reportId: isId,
  ballots: isFigure,
  contests: (value) => Array.isArray(value) && value.length <= MAX_CONTESTS,
  authentication: (value) => typeof value === 'object' && value !== null,
  reprints: isFigure,
  spoils: isFigure,
  copies: isFigure,
  machineCode: (value) => typeof value === 'string' && readMachineCode(value) === value,
  logHead: isHex(32),
  machineKey: isHex(32),
  certificate: (value) => value === null || isHex(64)(value),
};
const AUTHENTICATION: Shape = {
  match: isFigure,
  noMatch: isFigure,
  noStoredPrint: isFigure,
  noUpperLimbs: isFigure,
  overrides: isFigure,
  votersMarked: isFigure,
  registered: isFigure,
};
const CONTEST: Shape = {
  id: isId,
  positions: isFigure,
  ballots: isFigure,
  nulls: isFigure,
  options: (value) => Array.isArray(value) && value.length <= MAX_OPTIONS,
};
const OPTION: Shape = {
  card: isId,
  candidate: (value) => value === null || isId(value),
  votes: isFigure,
};

/** What is wrong, in words; `{path}`: where, as `contests.0.options.3`. */
export const PACKAGE_PROBLEMS = {
  long: 'too long',
  notObject: 'not a JSON object',
  spelling: 'spelled otherwise',
  member: '{path} is not as it must be',
  extra: '{path} is not a member',
  sum: '{path}: votes and nulls are not ballots times positions',
  ballots: '{path}: ballots are more than there are',
  optionTwice: '{path}: an option comes twice',
  contestTwice: 'a contest comes twice',
} as const;

export type PackageProblem = {
  readonly kind: keyof typeof PACKAGE_PROBLEMS;
  /** Empty: in the package as a whole. */
  readonly path: string;
};

export const packageProblemText = ({ kind, path }: PackageProblem): string =>
  PACKAGE_PROBLEMS[kind].replace('{path}', path);

const problem = (kind: PackageProblem['kind'], path = ''): PackageProblem => ({ kind, path });

type Members = Readonly<Record<string, unknown>>;
const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Exactly the members of `shape`, each as it must be. */
const shapeProblems = (path: string, value: unknown, shape: Shape): readonly PackageProblem[] => {
  const members = membersOf(value);
  const wrong = Object.entries(shape).filter(([name, check]) => !check(members[name]));
  const extra = Object.keys(members).filter((name) => !Object.hasOwn(shape, name));
  return [
    ...wrong.map(([name]) => problem('member', `${path}${name}`)),
    ...extra.map((name) => problem('extra', `${path}${name}`)),
  ];
};

/** One contest that has its shape: does it add up? */
const sumProblems = (
  path: string,
  contest: Members,
  ballots: number,
): readonly PackageProblem[] => {
  const options = listOf(contest.options).map(membersOf);
  const given = options.reduce((sum, { votes }) => sum + Number(votes), 0);
  const names = options.map(({ card, candidate }) => JSON.stringify([card, candidate]));
  return [
    ...(given + Number(contest.nulls) === Number(contest.ballots) * Number(contest.positions)
      ? []
      : [problem('sum', path)]),
    ...(Number(contest.ballots) <= ballots ? [] : [problem('ballots', path)]),
    ...(new Set(names).size === names.length ? [] : [problem('optionTwice', path)]),
  ];
};

/** What is wrong with it, at most a few lines; none when it is a result package that adds up. */
export const packageProblems = (value: unknown): readonly PackageProblem[] => {
  const members = membersOf(value);
  const contests = listOf(members.contests).slice(0, MAX_CONTESTS);
  const shape = [
    ...shapeProblems('', value, TOP),
    ...shapeProblems('authentication.', members.authentication, AUTHENTICATION),
    ...contests.flatMap((contest, index) => [
      ...shapeProblems(`contests.${index}.`, contest, CONTEST),
      ...listOf(membersOf(contest).options)
        .slice(0, MAX_OPTIONS)
        .flatMap((option, at) => shapeProblems(`contests.${index}.options.${at}.`, option, OPTION)),
    ]),
  ];
  if (shape.length > 0) return shape.slice(0, MAX_PROBLEMS);
  const ids = contests.map((contest) => membersOf(contest).id);
  return [
    ...contests.flatMap((contest, index) =>
      sumProblems(`contests.${index}`, membersOf(contest), Number(members.ballots)),
    ),
    ...(new Set(ids).size === ids.length ? [] : [problem('contestTwice')]),
  ].slice(0, MAX_PROBLEMS);
};
