/**
 * Invented voters for an election: a few have no stored print, very few no upper limbs. What a stored
 * print looks like is the reader's affair, so templates come from a function of the finger's seed.
 */
import { hash } from 'node:crypto';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  CODE_DIGITS,
  CODE_SALT_BYTES,
  type CodeKind,
  codeDigestInput,
  type Pollbook,
  type PollbookEntry,
} from '#firmware/desk/pollbook.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { type Chance, makeChance, personName } from './names.ts';

export const NO_STORED_PRINT_SHARE = 0.015;
export const NO_UPPER_LIMBS_SHARE = 0.003;
/** Of the voters when there are two ballot styles or more: this share has the first one. */
const FIRST_STYLE_SHARE = 0.7;
export const FOREIGN_SHARE = 0.02;

/** Codes in the presiding officer's sealed envelope: one for every fifth voter and some more. */
const authorisationCodes = (voters: number): number => Math.ceil(voters / 5) + 20;
const SUPPORT_CODES = 20;

/** The print that belongs to a finger; the same seed is the same finger. */
export type TemplateOf = (fingerSeed: string) => Uint8Array;

/** Seeds of the fingers that robots put on the reader. */
export const voterFinger = (nationalId: string): string => `voter ${nationalId}`;
export const officerFinger = (officerId: string): string => `officer ${officerId}`;

export type MadePollbook = {
  readonly pollbook: Pollbook;
  /** The digits behind the digests: what is in the officer's envelope, or told by the support line. */
  readonly codes: Readonly<Record<CodeKind, readonly string[]>>;
};

/** The first style for most, one of the others for the rest. */
export const drawStyle = (
  { ballotStyles }: Pick<ElectionDefinition, 'ballotStyles'>,
  chance: Chance,
): string => {
  const [first, ...others] = ballotStyles.map((style) => style.id);
  if (first === undefined) throw new Error('no ballot style');
  return others.length === 0 || chance.happens(FIRST_STYLE_SHARE) ? first : chance.pick(others);
};

/** `count` voters with distinct national IDs; the same seed gives the same ones. */
export const makeVoters = (
  definition: ElectionDefinition,
  count: number,
  seed: number | string,
  templateOf: TemplateOf,
): readonly PollbookEntry[] => {
  const chance = makeChance(seed, 'voters');
  const voters = new Map<string, PollbookEntry>();
  while (voters.size < count) {
    const foreign = chance.happens(FOREIGN_SHARE);
    const digits =
      (foreign ? 80_000_000 : 3_000_000) + chance.below(foreign ? 4_000_000 : 28_000_000);
    const nationalId = `${foreign ? 'E' : 'V'}-${digits}`;
    if (voters.has(nationalId)) continue;
    const name = personName(chance);
    const ballotStyleId = drawStyle(definition, chance);
    const hasUpperLimbs = !chance.happens(NO_UPPER_LIMBS_SHARE);
    const stored = !chance.happens(NO_STORED_PRINT_SHARE) && hasUpperLimbs;
    const template = stored ? templateOf(voterFinger(nationalId)) : null;
    voters.set(nationalId, { nationalId, name, ballotStyleId, template, hasUpperLimbs });
  }
  return [...voters.values()].sort((a, b) => a.name.localeCompare(b.name, 'es'));
};

const drawCodes = (chance: Chance, count: number, taken: Set<string>): readonly string[] =>
  Array.from({ length: count }, () => {
    let digits: string;
    do digits = Array.from({ length: CODE_DIGITS }, () => chance.below(10)).join('');
    while (taken.has(digits));
    taken.add(digits);
    return digits;
  });

export type MadeCodes = Pick<Pollbook, 'codeSalt' | 'codes'> & {
  readonly digits: MadePollbook['codes'];
};

/** Single-use codes for a precinct of so many voters: their digits, and the digests that the pollbook holds. */
export const makeCodes = (voters: number, chance: Chance, codeSalt: Uint8Array): MadeCodes => {
  const taken = new Set<string>();
  const digits = {
    authorisation: drawCodes(chance, authorisationCodes(voters), taken),
    support: drawCodes(chance, SUPPORT_CODES, taken),
  };
  const digest = (kind: CodeKind, code: string): Uint8Array =>
    new Uint8Array(hash('sha256', codeDigestInput(codeSalt, kind, code), 'buffer'));
  const kinds: readonly CodeKind[] = ['authorisation', 'support'];
  return {
    codeSalt,
    digits,
    codes: kinds.flatMap((kind) =>
      digits[kind].map((code) => ({ kind, digest: digest(kind, code) })),
    ),
  };
};

/** A whole pollbook for a precinct: voters, officers' prints, single-use codes. */
export const makePollbook = (
  definition: ElectionDefinition,
  count: number,
  seed: number | string,
  templateOf: TemplateOf,
): MadePollbook => {
  const salt = makeSeededEntropy(seed, 'code salt').bytes(CODE_SALT_BYTES);
  const { codeSalt, codes, digits } = makeCodes(count, makeChance(seed, 'codes'), salt);
  const pollbook: Pollbook = {
    voters: makeVoters(definition, count, seed, templateOf),
    officers: definition.officers.map((officer) => ({
      officerId: officer.id,
      role: officer.role,
      template: templateOf(officerFinger(officer.id)),
    })),
    codeSalt,
    codes,
  };
  return { pollbook, codes: digits };
};
