/**
 * Loads a national offer from JSON: its shape, what refers to what, and at last what every combination
 * of districts that polling places lie in would give a machine. All mistakes at once, each with its path.
 */
import {
  checkDefinition,
  checkOfferRelations,
  type DefinitionError,
} from '#firmware/election/check-definition.ts';
import type { Report } from '#firmware/election/decoder.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { NationalDistrict, NationalOffer } from './offer.ts';
import { offerShape } from './offer-shape.ts';
import { offerIn } from './precinct-definition.ts';

/** The offer in `json` (as parsed); it may be relied on where nothing was reported. */
export const checkOffer = (json: unknown, report: Report): NationalOffer => {
  const misshapen: DefinitionError[] = [];
  const offer = offerShape(json, '$', (path, message) => {
    // Only where mistakes are counts below, so not all of many need to be kept.
    if (misshapen.length < MAX_KEPT) misshapen.push({ path, message });
    report(path, message);
  });
  checkOfferRelations(offer, misshapen, report, { summedLists: offer.summedLists });
  if (misshapen.length > 0) return offer;
  checkDistricts(offer, report);
  checkSummedLists(offer, report);
  checkSlates(offer, report);
  return offer;
};

const MAX_KEPT = 1000;

/** What a district of each kind lies in. */
const PARENT_KIND = {
  nation: null,
  state: 'nation',
  constituency: 'state',
  indigenousRegion: 'nation',
} as const satisfies Record<NationalDistrict['kind'], NationalDistrict['kind'] | null>;

const checkDistricts = ({ districts }: NationalOffer, report: Report): void => {
  const kinds = new Map(districts.map(({ id, kind }) => [id, kind]));
  const nations = districts.filter(({ kind }) => kind === 'nation').length;
  if (nations !== 1) report('$.districts', `must have one nation, has ${nations}`);
  districts.forEach(({ kind, parentId }, index) => {
    const path = `$.districts[${index}].parentId`;
    const wanted = PARENT_KIND[kind];
    if (wanted === null) {
      if (parentId !== null) report(path, 'the nation lies in no other district: must be null');
    } else if (parentId === null || kinds.get(parentId) !== wanted) {
      report(path, `a district of kind ${kind} lies in one of kind ${wanted}`);
    }
  });
};

const checkSummedLists = ({ summedLists, contests }: NationalOffer, report: Report): void => {
  const kinds = new Map(contests.map(({ id, kind }) => [id, kind]));
  summedLists.forEach(({ id, contestIds }, index) => {
    const path = `$.summedLists[${index}]`;
    if (kinds.has(id)) report(`${path}.id`, `${id} is a contest too`);
    contestIds.forEach((contestId, at) => {
      if (kinds.get(contestId) !== 'list')
        report(`${path}.contestIds[${at}]`, `${contestId} is not a list contest`);
      if (contestIds.indexOf(contestId) < at)
        report(`${path}.contestIds[${at}]`, `repeats ${contestId}`);
    });
  });
};

const checkSlates = (offer: NationalOffer, report: Report): void => {
  const lists = new Map<string, number>([
    ...offer.contests.flatMap(({ id, kind, seats }) =>
      kind === 'list' ? [[id, seats] as const] : [],
    ),
    ...offer.summedLists.map(({ id, seats }) => [id, seats] as const),
  ]);
  const allied = new Set(offer.alliances.flatMap(({ organisationIds }) => organisationIds));
  const competitors = new Set([
    ...offer.alliances.map(({ id }) => id),
    ...offer.organisations.map(({ id }) => id).filter((id) => !allied.has(id)),
  ]);
  const seen = new Set<string>();
  offer.slates.forEach(({ contestId, competitorId }, index) => {
    const path = `$.slates[${index}]`;
    if (!lists.has(contestId))
      report(`${path}.contestId`, `${contestId} is neither a list contest nor a summed list`);
    if (!competitors.has(competitorId))
      report(
        `${path}.competitorId`,
        allied.has(competitorId)
          ? `${competitorId} stands in an alliance: the slate is the alliance's`
          : `${competitorId} is neither an alliance nor an organisation`,
      );
    const key = `${contestId} ${competitorId}`;
    if (seen.has(key)) report(path, `there is a slate of ${competitorId} in ${contestId} already`);
    seen.add(key);
  });
};

/** Stands for any precinct: what a machine is given in these districts is checked with it. */
const anyPrecinct = (
  districtIds: readonly string[],
): Pick<ElectionDefinition, 'precinct' | 'officers'> => ({
  precinct: {
    pollingPlaceCode: '000000000',
    number: '01',
    pollingPlaceName: 'Centro',
    address: 'Calle',
    districtIds,
    reportId: '000000000.01.1.0001',
  },
  officers: [{ id: 'of', role: 'presidingOfficer', name: 'Nadie', holdsShare: true }],
});

/**
 * A definition as a machine in these districts would get it, with a stand-in for the precinct and its
 * one officer: where nothing was reported, it is that of any precinct there but for these two.
 */
export const definitionIn = (
  offer: NationalOffer,
  districtIds: readonly string[],
  report: Report,
): ElectionDefinition => {
  const { id, title, authority, test, locale, calendar, rules } = offer;
  const definition: ElectionDefinition = {
    id,
    title,
    authority,
    test,
    locale,
    calendar,
    ...offerIn(offer, districtIds),
    ...anyPrecinct(districtIds),
    rules: { ...rules, shareThreshold: 1 },
  };
  const checked = checkDefinition(definition);
  for (const { path, message } of checked.ok ? [] : checked.error)
    report(`in ${districtIds.join(' ')}: ${path}`, message);
  return definition;
};
