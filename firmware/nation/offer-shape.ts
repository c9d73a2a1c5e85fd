/** The shape of a national offer (`election.json`): every field with its type, range and form. */
import {
  type Decoder,
  flag,
  integer,
  list,
  oneOf,
  readable,
  record,
} from '#firmware/election/decoder.ts';
import {
  allianceShape,
  calendarShape,
  candidateShape,
  cardShape,
  contestFields,
  id,
  localized,
  name,
  organisationShape,
  rulesShape,
} from '#firmware/election/definition-shape.ts';
import { MAX_NAME_LENGTH, MAX_TITLE_LENGTH } from '#firmware/election/limits.ts';
import {
  MAX_CONTEST_SEATS,
  MAX_LOT_SEED_LENGTH,
  MAX_NATIONAL_ALLIANCES,
  MAX_NATIONAL_CANDIDATES,
  MAX_NATIONAL_CARDS,
  MAX_NATIONAL_CONTESTS,
  MAX_NATIONAL_DISTRICTS,
  MAX_NATIONAL_ORGANISATIONS,
  MAX_SLATE_NAMES,
  MAX_SLATES,
  MAX_SUMMED_LISTS,
} from './limits.ts';
import type {
  NationalContest,
  NationalDistrict,
  NationalOffer,
  Slate,
  SummedList,
  TieRule,
} from './offer.ts';

const seats = integer(1, MAX_CONTEST_SEATS);
const parent: Decoder<string | null> = (value, path, report) =>
  value === null ? null : id(value, path, report);

const TIE_RULES = {
  ballotOrder: record<TieRule & { kind: 'ballotOrder' }>({ kind: oneOf(['ballotOrder']) }),
  lot: record<TieRule & { kind: 'lot' }>({
    kind: oneOf(['lot']),
    seed: readable(MAX_LOT_SEED_LENGTH),
  }),
  open: record<TieRule & { kind: 'open' }>({ kind: oneOf(['open']) }),
} as const;

const tieRule: Decoder<TieRule> = (value, path, report) => {
  const kind = oneOf(['ballotOrder', 'lot', 'open'])(
    typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined,
    `${path}.kind`,
    report,
  );
  return TIE_RULES[kind](value, path, report);
};

/** Reads the whole offer; what refers to what is checked afterwards (check-offer.ts). */
export const offerShape: Decoder<NationalOffer> = record<NationalOffer>({
  id,
  title: localized(MAX_TITLE_LENGTH),
  authority: name,
  test: flag,
  locale: oneOf(['es', 'en']),
  calendar: calendarShape,
  rules: rulesShape,
  districts: list(
    record<NationalDistrict>({
      id,
      name,
      kind: oneOf(['nation', 'state', 'constituency', 'indigenousRegion']),
      parentId: parent,
    }),
    1,
    MAX_NATIONAL_DISTRICTS,
  ),
  organisations: list(organisationShape, 1, MAX_NATIONAL_ORGANISATIONS),
  alliances: list(allianceShape, 0, MAX_NATIONAL_ALLIANCES),
  contests: list(record<NationalContest>({ ...contestFields, seats }), 1, MAX_NATIONAL_CONTESTS),
  candidates: list(candidateShape, 0, MAX_NATIONAL_CANDIDATES),
  cards: list(cardShape(MAX_NATIONAL_CONTESTS, MAX_NATIONAL_CANDIDATES), 1, MAX_NATIONAL_CARDS),
  summedLists: list(
    record<SummedList>({
      id,
      name: localized(MAX_NAME_LENGTH),
      seats,
      contestIds: list(id, 1, MAX_NATIONAL_CONTESTS),
    }),
    0,
    MAX_SUMMED_LISTS,
  ),
  slates: list(
    record<Slate>({ contestId: id, competitorId: id, names: list(name, 1, MAX_SLATE_NAMES) }),
    0,
    MAX_SLATES,
  ),
  tieRule,
});
