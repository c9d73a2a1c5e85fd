/**
 * Loads an election definition from JSON: first its shape, then what refers to what. All mistakes
 * are reported together, each with its path. What this accepts, every other part may rely on.
 */
import { err, ok, type Result } from '#hal/result.ts';
import type { DefinitionError, Report } from './decoder.ts';
import type { ElectionDefinition } from './definition.ts';
import { definitionShape } from './definition-shape.ts';
import { instantMs } from './instant.ts';
import { MAX_OPTIONS } from './limits.ts';

export type { DefinitionError } from './decoder.ts';

/** Mistakes beyond this are not collected: a file that is something else altogether has thousands. */
export const MAX_DEFINITION_ERRORS = 500;

/** The definition in `json` (as parsed), or everything that is wrong with it. */
export const checkDefinition = (
  json: unknown,
): Result<ElectionDefinition, readonly DefinitionError[]> => {
  const errors: DefinitionError[] = [];
  const report: Report = (path, message) => {
    if (errors.length < MAX_DEFINITION_ERRORS) errors.push({ path, message });
  };
  const definition = definitionShape(json, '$', report);
  checkRelations(contextOf(definition, errors, report));
  return errors.length === 0 ? ok(definition) : err(errors);
};

/** What the relations of any offer rest on: that of a precinct, or a whole country's. */
export type Offer = Pick<
  ElectionDefinition,
  | 'alliances'
  | 'calendar'
  | 'candidates'
  | 'cards'
  | 'contests'
  | 'districts'
  | 'organisations'
  | 'rules'
>;

/**
 * Reports what is wrong between the parts of an offer. `misshapen`: the mistakes of shape found before,
 * which it does not report again in other words. `tables`: more rows whose identifiers must differ.
 */
export const checkOfferRelations = (
  offer: Offer,
  misshapen: readonly DefinitionError[],
  report: Report,
  tables: Readonly<Record<string, readonly { readonly id: string }[]>> = {},
): void => {
  const context = contextOf(offer, misshapen, report);
  checkUniqueIds(context, tables);
  checkAlliances(context);
  checkOffer(context);
  checkCards(context);
  checkCalendarAndTimes(context);
};

/** Reports what is wrong with a precinct's officers and the threshold of their shares, under `path`. */
export const checkOfficers = (
  officers: ElectionDefinition['officers'],
  shareThreshold: number,
  report: Report,
  path = '$.officers',
  thresholdPath = '$.rules.shareThreshold',
): void => {
  const presiding = officers.filter((officer) => officer.role === 'presidingOfficer').length;
  if (presiding !== 1) report(path, `must have one presiding officer, has ${presiding}`);
  const holders = officers.filter((officer) => officer.holdsShare);
  if (holders.length === 0) report(path, 'nobody holds a share of the private key');
  if (holders.length === 0) return;
  if (shareThreshold > holders.length) {
    report(
      thresholdPath,
      `needs ${shareThreshold} shares, only ${holders.length} officers hold one`,
    );
  }
  if (holders.length === 1) return;
  if (shareThreshold < 2)
    report(thresholdPath, 'one officer alone could open the urn: must be at least 2');
  for (const role of new Set(holders.map((officer) => officer.role))) {
    const count = holders.filter((officer) => officer.role === role).length;
    if (shareThreshold >= 2 && count >= shareThreshold && count < holders.length) {
      report(thresholdPath, `the ${count} officers of role ${role} alone could open the urn`);
    }
  }
};

/** True when `path` is `other` or lies inside it. */
const isWithin = (path: string, other: string): boolean =>
  path === other || (path.startsWith(other) && '.['.includes(path.charAt(other.length)));

type Table = 'districts' | 'organisations' | 'contests' | 'candidates';

type Context<T extends Offer = Offer> = {
  readonly definition: T;
  readonly report: Report;
  /** No mistake of shape at, in or around this path: what was read there can be relied on. */
  readonly isSound: (path: string) => boolean;
  /** Contests by their identifier; the first of those that have the same. */
  readonly contests: ReadonlyMap<string, Offer['contests'][number]>;
  readonly ids: Readonly<Record<Table, ReadonlySet<string>>>;
};

const contextOf = <T extends Offer>(
  definition: T,
  errors: readonly DefinitionError[],
  report: Report,
): Context<T> => {
  const misshapen = errors.map((error) => error.path);
  const idsOf = (table: Table): ReadonlySet<string> =>
    new Set(definition[table].map(({ id }) => id));
  return {
    definition,
    report,
    isSound: (path) => !misshapen.some((bad) => isWithin(path, bad) || isWithin(bad, path)),
    contests: new Map(definition.contests.toReversed().map((contest) => [contest.id, contest])),
    ids: {
      districts: idsOf('districts'),
      organisations: idsOf('organisations'),
      contests: idsOf('contests'),
      candidates: idsOf('candidates'),
    },
  };
};

const checkRelations = (context: Context<ElectionDefinition>): void => {
  const { ballotStyles, officers } = context.definition;
  checkUniqueIds(context, { ballotStyles, officers });
  checkAlliances(context);
  checkOffer(context);
  checkCards(context);
  checkStyles(context);
  checkPrecinct(context);
  checkPrecinctOfficers(context);
  checkCalendarAndTimes(context);
};

const checkDistinct = (
  context: Context,
  values: readonly string[],
  pathOf: (index: number) => string,
  what: string,
): void => {
  const first = new Map<string, number>();
  values.forEach((value, index) => {
    if (value === '') return;
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, index);
    else context.report(pathOf(index), `repeats the ${what} ${value} of ${pathOf(earlier)}`);
  });
};

const checkUniqueIds = (
  context: Context,
  more: Readonly<Record<string, readonly { readonly id: string }[]>>,
): void => {
  const { definition } = context;
  const tables = {
    districts: definition.districts,
    organisations: definition.organisations,
    alliances: definition.alliances,
    contests: definition.contests,
    candidates: definition.candidates,
    cards: definition.cards,
    ...more,
  };
  for (const [table, rows] of Object.entries(tables)) {
    const idsOf = rows.map((row) => row.id);
    checkDistinct(context, idsOf, (index) => `$.${table}[${index}].id`, 'identifier');
  }
};

/** Reports a reference that leads nowhere, unless the table it leads to could not be read. */
const checkReference = (context: Context, table: Table, id: string, path: string): boolean => {
  if (id === '' || context.ids[table].has(id)) return id !== '';
  const rows = context.definition[table];
  const readable = context.isSound(`$.${table}`) || rows.every((row) => row.id !== '');
  if (readable && rows.length > 0)
    context.report(path, `refers to ${id}, which is not in ${table}`);
  return false;
};

const checkReferences = (
  context: Context,
  table: Table,
  ids: readonly string[],
  path: string,
): void => {
  ids.forEach((id, index) => {
    checkReference(context, table, id, `${path}[${index}]`);
  });
  checkDistinct(context, ids, (index) => `${path}[${index}]`, 'entry');
};

const checkAlliances = (context: Context): void => {
  const { definition, report } = context;
  const memberOf = new Map<string, string>();
  definition.alliances.forEach((alliance, index) => {
    const path = `$.alliances[${index}].organisationIds`;
    checkReferences(context, 'organisations', alliance.organisationIds, path);
    alliance.organisationIds.forEach((organisationId, member) => {
      const other = memberOf.get(organisationId);
      if (other !== undefined && other !== alliance.id && organisationId !== '') {
        report(`${path}[${member}]`, `${organisationId} is already in the alliance ${other}`);
      }
      memberOf.set(organisationId, alliance.id);
    });
  });
};

const checkOffer = (context: Context): void => {
  const { definition, report, isSound, contests } = context;
  const options = countOptions(definition);
  definition.contests.forEach((contest, index) => {
    const path = `$.contests[${index}]`;
    checkReference(context, 'districts', contest.districtId, `${path}.districtId`);
    if (contest.kind === 'list' && contest.votes !== 1 && isSound(`${path}.kind`)) {
      report(`${path}.votes`, `must be 1 in a list contest, is ${contest.votes}`);
    }
    if (!isSound('$.cards') || !isSound('$.candidates') || contest.id === '') return;
    const count = options.get(contest.id) ?? 0;
    if (count === 0) report(path, `the contest ${contest.id} has no option on any card`);
    if (count > MAX_OPTIONS) report(path, `has ${count} options, at most ${MAX_OPTIONS}`);
  });
  const presented = new Set(definition.cards.flatMap(({ candidateIds }) => candidateIds));
  definition.candidates.forEach((candidate, index) => {
    const path = `$.candidates[${index}]`;
    checkReference(context, 'contests', candidate.contestId, `${path}.contestId`);
    const contest = contests.get(candidate.contestId);
    if (contest?.kind === 'list') {
      report(`${path}.contestId`, `${contest.id} is a list contest, it has no candidates`);
    }
    if (!presented.has(candidate.id) && candidate.id !== '' && isSound('$.cards')) {
      report(path, `the candidate ${candidate.id} is on no card`);
    }
  });
};

/** Options of each contest over all cards: lists, and candidates as often as a card presents them. */
const countOptions = ({ candidates, cards }: Offer): ReadonlyMap<string, number> => {
  const contestsOf = new Map<string, Set<string>>();
  for (const { id, contestId } of candidates)
    contestsOf.set(id, (contestsOf.get(id) ?? new Set()).add(contestId));
  const counts = new Map<string, number>();
  const count = (contestId: string): void => {
    counts.set(contestId, (counts.get(contestId) ?? 0) + 1);
  };
  for (const card of cards) {
    for (const contestId of new Set(card.listContestIds)) count(contestId);
    for (const id of card.candidateIds)
      for (const contestId of contestsOf.get(id) ?? []) count(contestId);
  }
  return counts;
};

const checkCards = (context: Context): void => {
  const { definition, report, isSound, contests } = context;
  definition.cards.forEach((card, index) => {
    const path = `$.cards[${index}]`;
    checkReference(context, 'organisations', card.organisationId, `${path}.organisationId`);
    checkReferences(context, 'contests', card.listContestIds, `${path}.listContestIds`);
    checkReferences(context, 'candidates', card.candidateIds, `${path}.candidateIds`);
    card.listContestIds.forEach((contestId, position) => {
      const contest = contests.get(contestId);
      if (contest !== undefined && contest.kind !== 'list') {
        report(`${path}.listContestIds[${position}]`, `${contestId} is not a list contest`);
      }
    });
    if (card.listContestIds.length + card.candidateIds.length === 0 && isSound(path)) {
      report(path, `the card ${card.id} has neither a list nor a candidate`);
    }
  });
};

const checkStyles = (context: Context<ElectionDefinition>): void => {
  const { definition, report, isSound, contests } = context;
  const ownDistricts = definition.precinct.districtIds;
  definition.ballotStyles.forEach((style, index) => {
    const path = `$.ballotStyles[${index}].contestIds`;
    checkReferences(context, 'contests', style.contestIds, path);
    style.contestIds.forEach((contestId, position) => {
      const contest = contests.get(contestId);
      if (contest === undefined || !isSound('$.precinct.districtIds')) return;
      if (contest.districtId !== '' && !ownDistricts.includes(contest.districtId)) {
        report(
          `${path}[${position}]`,
          `${contestId} is of the district ${contest.districtId}, which is not the precinct's`,
        );
      }
    });
  });
  if (!isSound('$.ballotStyles')) return;
  definition.contests.forEach((contest, index) => {
    const offered = definition.ballotStyles.some((each) => each.contestIds.includes(contest.id));
    if (!offered && ownDistricts.includes(contest.districtId)) {
      report(`$.contests[${index}]`, `the contest ${contest.id} is in no ballot style`);
    }
  });
};

const checkPrecinct = (context: Context<ElectionDefinition>): void => {
  const { definition, report, isSound } = context;
  const { precinct } = definition;
  checkReferences(context, 'districts', precinct.districtIds, '$.precinct.districtIds');
  const own = `${precinct.pollingPlaceCode}.${precinct.number}.`;
  const comparable = ['pollingPlaceCode', 'number', 'reportId'].every((field) =>
    isSound(`$.precinct.${field}`),
  );
  if (comparable && !precinct.reportId.startsWith(own)) {
    report('$.precinct.reportId', `must begin with ${own}, as the precinct does`);
  }
};

const checkPrecinctOfficers = (context: Context<ElectionDefinition>): void => {
  const { definition, report, isSound } = context;
  if (!isSound('$.officers')) return;
  const { officers, rules } = definition;
  const thresholdPath = '$.rules.shareThreshold';
  checkOfficers(officers, rules.shareThreshold, (path, message) => {
    if (path !== thresholdPath || isSound(thresholdPath)) report(path, message);
  });
};

const checkCalendarAndTimes = (context: Context): void => {
  const { definition, report, isSound } = context;
  const order = ['setupFrom', 'opensAt', 'closesAt', 'validUntil'] as const;
  order.slice(1).forEach((field, index) => {
    const earlier = order[index] ?? 'setupFrom';
    const [from, to] = [
      instantMs(definition.calendar[earlier]),
      instantMs(definition.calendar[field]),
    ];
    if (from !== null && to !== null && to <= from) {
      report(`$.calendar.${field}`, `must be after ${earlier}`);
    }
  });
  const { votingTimeMs, warningMs } = definition.rules;
  const sound = isSound('$.rules.warningMs') && isSound('$.rules.votingTimeMs');
  if (sound && warningMs >= votingTimeMs) {
    report('$.rules.warningMs', 'must be shorter than the voting time');
  }
};
