/**
 * A national election from provisioning to public evidence: a made-up country, its packages, the days of so
 * many precincts through the real machine, their results collected, added up, published, and all of what
 * was published verified from the authority's key alone.
 *
 * One thing is in another order than in service: a unit's key is sent back, certified and registered
 * after its day instead of before it, since here a unit is made for its day.
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import type { DefinitionError } from '#firmware/election/decoder.ts';
import type { Aggregation } from '#firmware/nation/aggregate.ts';
import type { Nation } from '#firmware/nation/judge-package.ts';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import { ed25519PublicKey, privateKeyFromPem } from '#firmware/vault/keys.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import { publishSite } from '../evidence/publish.ts';
import { verifySite } from '../evidence/verify-site.ts';
import { ownRelease } from '../release/build-release.ts';
import { runSeeds } from '../simulate/threads.ts';
import { isKept } from './apportion.ts';
import { certifyUnits, readOwnRegister, replaceSigned } from './certify.ts';
import { MADE_UP_PRECINCTS, makeNationalElection } from './made-up.ts';
import { makeVotersOf } from './made-up-voters.ts';
import type { NationTask } from './nation-worker.ts';
import { aggregateFolder, openNationalFolder } from './national-folder.ts';
import type { PrecinctDay } from './precinct-day.ts';
import { provisionElection } from './provision.ts';
import { PRIVATE_FOLDER, PUBLIC, SECRET } from './provision-folder.ts';
import { AUTHORITY_SECRET, keysFor } from './provision-keys.ts';
import type { NationalResult } from './result-document.ts';
import { synthesiseRest } from './synthesise-rest.ts';
import { writeWholeFolderWaiting } from './whole-folder.ts';
import { PACKAGES_FOLDER } from './write-country.ts';
import { writeElection } from './write-election.ts';

export type NationOptions = {
  /** A folder that is there, and empty. */
  readonly out: string;
  /** Precincts whose days run on the real machine. */
  readonly precincts: number;
  /** Voters of each of them; null: as many as a precinct of the country has. */
  readonly voters: number | null;
  /** The other precincts of the country, up to the real number, get made-up results. */
  readonly rest: boolean;
  readonly seed: number;
  readonly threads: number;
  /** What a guess of a PIN costs; null: the unit's own. */
  readonly pinCost: PinCost | null;
  /** When it is published, ISO 8601 with seconds and `Z`. */
  readonly at: string;
  readonly onProgress: (words: string, done: number, of: number) => void;
};

export type NationRun = {
  readonly days: readonly PrecinctDay[];
  readonly synthesised: number;
  readonly result: NationalResult;
  /** Time that the days took, ms. */
  readonly daysMs: number;
  /** Of the whole country. */
  readonly registered: number;
  readonly authorityKey: Uint8Array;
  /** What a stranger finds wrong with what was published, and what could not be. */
  readonly failures: readonly { readonly file: string; readonly detail: string }[];
};

/** Folders of a run. */
export const NATION_FOLDERS = {
  election: 'election',
  provisioned: 'provisioned',
  identities: 'identities',
  /** What the authority has after the vote: the election's signed files and every precinct's package. */
  national: 'national',
  /** What anyone can serve, and check. */
  published: 'published',
} as const;

/** A day of a thousand voters on a slow machine, and much more. */
const DAY_MOST_MS = 60 * 60_000;

const failed = (what: string, errors: readonly DefinitionError[]): never => {
  throw new Error(
    `${what}: ${errors.map(({ path, message }) => `${path}: ${message}`).join('\n')}`,
  );
};

const makeUp = ({ precincts, voters, rest, seed }: NationOptions) => {
  const made = makeNationalElection(seed, rest ? MADE_UP_PRECINCTS : precincts);
  const isReal = (at: number): boolean => isKept(at, made.precincts.length, precincts);
  return {
    ...made,
    precincts: made.precincts.map((precinct, at) =>
      voters !== null && isReal(at) ? { ...precinct, registered: voters } : precinct,
    ),
  };
};

const provisionAll = (options: NationOptions, election: ReturnType<typeof makeUp>) => {
  const { out, precincts, seed, onProgress } = options;
  const at = (folder: keyof typeof NATION_FOLDERS): string => join(out, NATION_FOLDERS[folder]);
  const prints = (finger: string): Uint8Array => templateOf(finger, 'R503');
  mkdirSync(at('election'), PRIVATE_FOLDER);
  mkdirSync(at('identities'), PRIVATE_FOLDER);
  writeElection(
    at('election'),
    election,
    { votersOf: makeVotersOf(election, seed, prints), pollbooks: precincts, templateOf: prints },
    (done, of) => onProgress('pollbooks', done, of),
  );
  const provisioned = provisionElection({
    folder: at('election'),
    out: at('provisioned'),
    keysFor: keysFor({ key: null, escrow: null, seed: String(seed) }),
    releaseDigest: ownRelease().digest,
    keepUntil: null,
    partly: true,
    identities: null,
    onProgress,
  });
  if (provisioned.errors.length > 0) failed('provisioning', provisioned.errors);
  return provisioned.precincts;
};

const runDays = async (
  { out, seed, threads, pinCost, onProgress }: NationOptions,
  precincts: readonly string[],
): Promise<readonly PrecinctDay[]> => {
  const days: PrecinctDay[] = [];
  const workerData: NationTask = {
    root: join(out, NATION_FOLDERS.provisioned),
    precincts,
    seed,
    packages: join(out, NATION_FOLDERS.national, PACKAGES_FOLDER),
    identities: join(out, NATION_FOLDERS.identities),
    pinCost,
  };
  let next = 0;
  onProgress('election days', 0, precincts.length);
  await runSeeds<PrecinctDay>({
    module: new URL('./nation-worker.ts', import.meta.url),
    workerData,
    next: () => (next < precincts.length ? next++ : null),
    threads,
    limitMs: DAY_MOST_MS,
    endless: (at) => ({
      precinct: precincts[at] ?? '',
      ballots: 0,
      errors: ['the day computes without end'],
    }),
    onOutcome: (day) => {
      days.push(day);
      onProgress('election days', days.length, precincts.length);
    },
  });
  return days.sort((a, b) => (a.precinct < b.precinct ? -1 : 1));
};

/** Certifies the machines that ran, and with `rest` gives every other precinct a result. */
const registerMachines = (
  options: NationOptions,
  election: ReturnType<typeof makeUp>,
  authorityKey: Uint8Array,
): number => {
  const { out, rest, seed, onProgress } = options;
  const root = join(out, NATION_FOLDERS.provisioned);
  const certified = certifyUnits(root, join(out, NATION_FOLDERS.identities), authorityKey);
  if (certified.errors.length > 0) failed('certifying', certified.errors);
  if (!rest) return 0;
  const register = readOwnRegister(root, authorityKey);
  const precincts = synthesiseRest(
    {
      offer: election.offer,
      seed,
      releaseDigest: ownRelease().digest,
      authorityKey,
      packages: join(out, NATION_FOLDERS.national, PACKAGES_FOLDER),
    },
    register.precincts,
    (done, of) => onProgress('results made up', done, of),
  );
  replaceSigned(join(root, PUBLIC), { ...register, precincts }, authorityKey);
  return precincts.length - certified.precincts.length;
};

export const runNation = async (options: NationOptions): Promise<NationRun> => {
  const { out, onProgress } = options;
  onProgress('making an election up', 0, 0);
  const election = makeUp(options);
  const precincts = provisionAll(options, election);
  const root = join(out, NATION_FOLDERS.provisioned);
  const national = join(out, NATION_FOLDERS.national);
  mkdirSync(national);
  const beganMs = performance.now();
  const days = await runDays(options, precincts);
  const daysMs = performance.now() - beganMs;
  const signingKey = privateKeyFromPem(readFileSync(join(root, SECRET, AUTHORITY_SECRET), 'utf8'));
  if (signingKey === null) throw new Error('the authority has no key');
  const synthesised = registerMachines(options, election, signingKey);
  cpSync(join(root, PUBLIC), national, { recursive: true });
  const authorityKey = ed25519PublicKey(signingKey);
  const opened = openNationalFolder(national, authorityKey);
  if (!opened.ok)
    return failed(
      'the published election',
      opened.error.map(({ file, message }) => ({ path: file, message })),
    );
  const { aggregation } = aggregateFolder(opened.value, national, (done, of) =>
    onProgress('packages verified', done, of),
  );
  const sums = aggregation.sums();
  const { offer } = opened.value;
  return {
    days,
    synthesised,
    result: { offer, sums, seats: nationalSeats(offer, sums.contests) },
    daysMs,
    registered: election.precincts.reduce((sum, { registered }) => sum + registered, 0),
    authorityKey,
    failures: await publishAndVerify(options, opened.value, aggregation),
  };
};

const publishAndVerify = async (
  { out, at, onProgress }: NationOptions,
  nation: Nation,
  aggregation: Aggregation,
): Promise<NationRun['failures']> => {
  const site = join(out, NATION_FOLDERS.published);
  const { notPublished } = await writeWholeFolderWaiting(site, (folder) =>
    publishSite(folder, {
      nation,
      folder: join(out, NATION_FOLDERS.national),
      aggregation,
      at,
      locale: nation.offer.locale,
      onProgress: (done, of) => onProgress('precincts published', done, of),
    }),
  );
  const refused = notPublished.map(({ file, reason }) => ({ file, detail: reason }));
  const { failures } = verifySite(site, nation.authorityKey, (done, of) =>
    onProgress('published packages verified', done, of),
  );
  return [...refused, ...failures.map(({ file, detail }) => ({ file, detail }))];
};
