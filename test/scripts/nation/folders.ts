/** A small made-up election as a folder, and a place for what is made of it; both go after the test. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import { makeNationalElection } from '#scripts/nation/made-up.ts';
import { makeVotersOf } from '#scripts/nation/made-up-voters.ts';
import { type ProvisionOptions, provisionElection } from '#scripts/nation/provision.ts';
import { keysFor } from '#scripts/nation/provision-keys.ts';
import { writeElection } from '#scripts/nation/write-election.ts';

export const SEED = 5;
export const PRECINCTS = 4;
export const RELEASE = new Uint8Array(32).fill(7);

const whole = makeNationalElection(SEED, PRECINCTS);
const [placeOfTwo, , ...otherPlaces] = whole.places;
if (placeOfTwo === undefined) throw new Error('no polling place');

/** With few voters, so that tests are quick, and with two precincts in the first polling place. */
export const ELECTION = {
  ...whole,
  places: [placeOfTwo, ...otherPlaces],
  precincts: whole.precincts.map((precinct, at) => ({
    ...precinct,
    registered: 12,
    ...(at === 1 && {
      pollingPlaceCode: placeOfTwo.code,
      number: '02',
      reportId: `${placeOfTwo.code}.02.1.0001`,
    }),
  })),
};
const prints = (finger: string): Uint8Array => templateOf(finger, 'R503').subarray(0, 64);
export const VOTERS_OF = makeVotersOf(ELECTION, SEED, prints);

const made: string[] = [];

export const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-nation-'));
  made.push(folder);
  return folder;
};

export const removeFolders = (): void => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
};

let pattern: string | null = null;

/** A copy of the election's folder, to be changed at will. */
export const electionFolder = (): string => {
  if (pattern === null) {
    pattern = mkdtempSync(join(tmpdir(), 'urna-election-'));
    writeElection(pattern, ELECTION, {
      votersOf: VOTERS_OF,
      pollbooks: PRECINCTS,
      templateOf: prints,
    });
  }
  const copy = temporary();
  cpSync(pattern, copy, { recursive: true });
  return copy;
};

export const removePattern = (): void => {
  if (pattern !== null) rmSync(pattern, { recursive: true, force: true });
  pattern = null;
};

export const edit = (folder: string, file: string, change: (text: string) => string): void => {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${file}`);
  writeFileSync(path, after);
};

export const provisionTo = (out: string, folder: string, more: Partial<ProvisionOptions> = {}) =>
  provisionElection({
    folder,
    out,
    keysFor: keysFor({ key: null, escrow: null, seed: 's' }),
    releaseDigest: RELEASE,
    keepUntil: null,
    partly: false,
    identities: null,
    ...more,
  });

/** Every file below a folder with its bytes in hex. */
export const contentsOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path).toString('hex')]),
  );
