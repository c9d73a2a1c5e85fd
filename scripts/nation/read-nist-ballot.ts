/**
 * A national offer out of a NIST SP 1500-20 ballot definition and the settings that it can not say. What
 * the document leaves out comes as empty, and `checkOffer`, through which every offer goes, names it.
 */
import type { DefinitionError } from '#firmware/election/decoder.ts';
import { checkOffer } from '#firmware/nation/check-offer.ts';
import { MAX_ELECTION_ERRORS } from '#firmware/nation/limits.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { type OfferSettings, OTHER, UNIT_TYPES } from './nist-ballot.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listIn = (object: Json, field: string): readonly unknown[] => {
  const value = object[field];
  return Array.isArray(value) ? value : [];
};
const objectsIn = (object: Json, field: string): readonly Json[] =>
  listIn(object, field).filter(isObject);
const textIn = (object: Json, field: string): string => {
  const value = object[field];
  return typeof value === 'string' ? value : '';
};
const typeOf = (object: Json): string => textIn(object, '@type').replace('BallotDefinition.', '');

/** An identifier as ours are: without the letter that the document's kind has in front, and in small letters. */
const idOf = (reference: unknown): string =>
  String(reference ?? '')
    .replace(/^[upakc]-/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 40);

/** A text in a language, or in the first that there is. */
const wordsIn = (object: Json, field: string, language: string): string => {
  const value = object[field];
  if (!isObject(value)) return typeof value === 'string' ? value : '';
  const texts = objectsIn(value, 'Text');
  const found = texts.find((each) => textIn(each, 'Language').slice(0, 2) === language);
  return textIn(found ?? texts[0] ?? {}, 'Content');
};

const localized = (object: Json, field: string) => ({
  es: wordsIn(object, field, 'es'),
  en: wordsIn(object, field, 'en'),
});

const otherValues = (object: Json, kind: string): readonly string[] =>
  objectsIn(object, 'ExternalIdentifier')
    .filter((each) => each.OtherType === kind)
    .map((each) => textIn(each, 'Value'));

type Kind = keyof typeof UNIT_TYPES;

const kindOf = (unit: Json): Kind | '' =>
  (Object.keys(UNIT_TYPES) as Kind[]).find((kind) => {
    const wanted: Json = UNIT_TYPES[kind];
    return wanted.Type === unit.Type && (wanted.OtherType ?? unit.OtherType) === unit.OtherType;
  }) ?? '';

const districtsIn = (document: Json, language: string) => {
  const units = objectsIn(document, 'GpUnit');
  const parents = new Map(
    units.flatMap((unit) =>
      listIn(unit, 'ComposingGpUnitIds').map((child) => [String(child), unit['@id']] as const),
    ),
  );
  return units
    .filter((unit) => kindOf(unit) !== '')
    .map((unit) => {
      const parent = parents.get(textIn(unit, '@id'));
      return {
        id: idOf(unit['@id']),
        name: wordsIn(unit, 'Name', language),
        kind: kindOf(unit),
        parentId: parent === undefined ? null : idOf(parent),
      };
    });
};

const organisationsIn = (document: Json, language: string) => {
  const parties = objectsIn(document, 'Party');
  return {
    organisations: parties
      .filter((party) => typeOf(party) === 'Party')
      .map((party) => ({
        id: idOf(party['@id']),
        name: wordsIn(party, 'Name', language),
        shortName: wordsIn(party, 'Abbreviation', language),
        colours: [`#${textIn(party, 'Color')}`, ...otherValues(party, OTHER.colour)],
      })),
    alliances: parties
      .filter((party) => typeOf(party) === 'Coalition')
      .map((party) => ({
        id: idOf(party['@id']),
        name: wordsIn(party, 'Name', language),
        organisationIds: listIn(party, 'PartyIds').map(idOf),
      })),
  };
};

type Card = {
  readonly id: string;
  readonly organisationId: string;
  readonly listContestIds: string[];
  readonly candidateIds: string[];
};

/** Options say on which card they stand; in a document of others each party has one card. */
const offeredIn = (contests: readonly Json[]) => {
  const cards = new Map<string, Card>();
  const contestOf = new Map<string, string>();
  /** The least place of any of its options. */
  const placeOf = new Map<string, number>();
  for (const contest of contests)
    for (const option of objectsIn(contest, 'ContestOption')) {
      const isList = typeOf(option) === 'PartyOption';
      const organisationId = idOf(listIn(option, isList ? 'PartyIds' : 'EndorsementPartyIds')[0]);
      const [, own] = textIn(option, '@id').split('.');
      const id = own ?? organisationId;
      const card = cards.get(id) ?? { id, organisationId, listContestIds: [], candidateIds: [] };
      cards.set(id, card);
      const place = typeof option.SequenceOrder === 'number' ? option.SequenceOrder : cards.size;
      placeOf.set(id, Math.min(place, placeOf.get(id) ?? place));
      if (isList) card.listContestIds.push(idOf(contest['@id']));
      for (const reference of isList ? [] : listIn(option, 'CandidateIds')) {
        card.candidateIds.push(idOf(reference));
        contestOf.set(idOf(reference), idOf(contest['@id']));
      }
    }
  const byPlace = [...cards.values()].sort(
    (a, b) => (placeOf.get(a.id) ?? 0) - (placeOf.get(b.id) ?? 0),
  );
  return { cards: byPlace, contestOf };
};

const contestsIn = (contests: readonly Json[], indigenous: ReadonlySet<string>) =>
  contests.map((contest) => {
    const isList = typeOf(contest) === 'PartyContest';
    const districtId = idOf(contest.ElectionDistrictId);
    const [seats] = otherValues(contest, OTHER.seats);
    return {
      id: idOf(contest['@id']),
      kind: isList ? 'list' : indigenous.has(districtId) ? 'indigenous' : 'nominal',
      name: localized(contest, 'BallotTitle'),
      districtId,
      votes: isList ? 1 : contest.VotesAllowed,
      seats: isList ? Number(seats) : contest.NumberElected,
    };
  });

/** The offer, or everything wrong with it; paths are those of the offer that the document would be. */
export const readNistBallot = (
  document: unknown,
  settings: OfferSettings,
): Result<NationalOffer, readonly DefinitionError[]> => {
  const wrong = (message: string) => err([{ path: '$', message }]);
  if (!isObject(document) || typeOf(document) !== 'BallotDefinition')
    return wrong('is no BallotDefinition of NIST SP 1500-20');
  const [election, ...more] = objectsIn(document, 'Election');
  if (election === undefined || more.length > 0)
    return wrong(`has ${more.length + (election === undefined ? 0 : 1)} elections instead of 1`);
  const language = settings.locale;
  const districts = districtsIn(document, language);
  const regions = districts.filter(({ kind }) => kind === 'indigenousRegion').map(({ id }) => id);
  const contests = objectsIn(election, 'Contest');
  const { cards, contestOf } = offeredIn(contests);
  const errors: DefinitionError[] = [];
  const offer = checkOffer(
    {
      id: otherValues(election, OTHER.election)[0] ?? '',
      title: localized(election, 'Name'),
      authority: textIn(document, 'Issuer'),
      test: document.IsTest === true,
      districts,
      ...organisationsIn(document, language),
      contests: contestsIn(contests, new Set(regions)),
      candidates: objectsIn(election, 'Candidate').map((candidate) => ({
        id: idOf(candidate['@id']),
        contestId: contestOf.get(idOf(candidate['@id'])) ?? '',
        name: wordsIn(candidate, 'BallotName', language),
      })),
      cards,
      ...settings,
    },
    (path, message) => {
      if (errors.length < MAX_ELECTION_ERRORS) errors.push({ path, message });
    },
  );
  return errors.length === 0 ? ok(offer) : err(errors);
};
