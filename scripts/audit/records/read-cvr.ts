/**
 * Reads cast vote records in the form of NIST SP 1500-103, to tabulate them again: of a test election whose
 * definition is at hand. Whatever is not as it must be is reported with its path.
 */
import type { CastVote } from '#firmware/election/cast-vote-record.ts';
import { marksFault } from '#firmware/election/contest-rules.ts';
import type { Report } from '#firmware/election/decoder.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { CVR_VERSION, contestRef, selectionRef } from './cvr-report.ts';

export const MAX_CVR_BYTES = 256 * 1024 * 1024;
const MAX_RECORDS = 2_000_000;

type Members = Readonly<Record<string, unknown>>;
const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const electionIdIn = (report: Members): unknown => membersOf(listOf(report.Election)[0])['@id'];

/** How options are found by what a record calls them, for each ballot style once. */
const makeStyles = (definition: ElectionDefinition) =>
  new Map(
    definition.ballotStyles.map(({ id }) => {
      const ballot = resolveBallot(definition, id);
      const contests = ballot.contests.map(({ contest, options }) => ({
        ref: contestRef(contest.id),
        options: new Map(options.map((option, at) => [selectionRef(contest.id, option), at])),
      }));
      return [id, { ballot, contests }] as const;
    }),
  );

/** Marks of one contest of a record; an option that is selected without a vote is none. */
const optionsIn = (
  contest: Members,
  options: ReadonlyMap<string, number>,
  path: string,
  report: Report,
): readonly number[] =>
  listOf(contest.CVRContestSelection)
    .flatMap((value, index) => {
      const { ContestSelectionId: id, SelectionPosition: positions } = membersOf(value);
      const votes = listOf(positions).reduce<number>(
        (sum, each) => sum + (membersOf(each).NumberVotes === 1 ? 1 : 0),
        0,
      );
      const option = options.get(String(id));
      if (option === undefined)
        report(
          `${path}.CVRContestSelection[${index}]`,
          `${String(id).slice(0, 60)} is no option here`,
        );
      if (listOf(positions).length !== 1)
        report(`${path}.CVRContestSelection[${index}]`, 'must have one position');
      return option === undefined || votes === 0 ? [] : [option];
    })
    .sort((a, b) => a - b);

/** The records of a document; empty with mistakes, all of which were reported. */
export const readCvr = (
  json: unknown,
  definition: ElectionDefinition,
  report: Report,
): readonly CastVote[] => {
  const document = membersOf(json);
  if (document['@type'] !== 'CVR.CastVoteRecordReport')
    report('$.@type', 'is no CVR.CastVoteRecordReport');
  if (document.Version !== CVR_VERSION) report('$.Version', `must be ${CVR_VERSION}`);
  const election = electionIdIn(document);
  if (election !== definition.id)
    report('$.Election[0].@id', `is ${String(election).slice(0, 60)}, not ${definition.id}`);
  if (!definition.test)
    report('$', 'is of an election that is no test: such records must not be there');
  const records = listOf(document.CVR);
  if (records.length > MAX_RECORDS) report('$.CVR', `has more than ${MAX_RECORDS} records`);
  const styles = makeStyles(definition);
  return records.slice(0, MAX_RECORDS).flatMap((value, at): readonly CastVote[] => {
    const path = `$.CVR[${at}]`;
    const record = membersOf(value);
    const style = styles.get(String(record.BallotStyleId));
    if (style === undefined) {
      report(
        `${path}.BallotStyleId`,
        `${String(record.BallotStyleId).slice(0, 60)} is no ballot style`,
      );
      return [];
    }
    if (record.ElectionId !== definition.id) report(`${path}.ElectionId`, 'is another election');
    const snapshots = listOf(record.CVRSnapshot).map(membersOf);
    const current = snapshots.filter((each) => each['@id'] === record.CurrentSnapshotId);
    if (current.length !== 1) {
      report(`${path}.CurrentSnapshotId`, `names ${current.length} snapshots instead of one`);
      return [];
    }
    const contests = listOf(current[0]?.CVRContest).map(membersOf);
    for (const [index, { ContestId: id }] of contests.entries())
      if (!style.contests.some(({ ref }) => ref === id))
        report(`${path}.CVRContest[${index}]`, `${String(id).slice(0, 60)} is not on this ballot`);
    const marks = style.contests.map(({ ref, options }) => {
      const given = contests.filter(({ ContestId: id }) => id === ref);
      if (given.length !== 1) report(`${path}.CVRContest`, `has ${ref} ${given.length} times`);
      return optionsIn(given[0] ?? {}, options, path, report);
    });
    const fault = marksFault(style.ballot, marks);
    if (fault !== null) report(path, fault);
    return fault === null ? [{ styleId: String(record.BallotStyleId), marks }] : [];
  });
};
