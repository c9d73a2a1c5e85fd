/**
 * The election that is added up, from the four files that its authority published: offer and register,
 * each with a signature over exactly its bytes. Nothing of a file is looked at before its signature holds.
 */
import { sha256Hex } from '#firmware/vault/digest.ts';
import { verify } from '#firmware/vault/keys.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Nation } from './judge-package.ts';
import { readOffer } from './read-offer.ts';
import { readRegister } from './read-register.ts';
import type { Register } from './register.ts';

export const NATIONAL_FILES = {
  offer: 'election.json',
  offerSignature: 'election.sig',
  register: 'precincts.json',
  registerSignature: 'precincts.sig',
} as const;

export type NationalFiles = Readonly<Record<keyof typeof NATIONAL_FILES, Uint8Array>>;

export type NationProblem = {
  readonly code:
    | 'wrongSignature'
    | 'malformed'
    /** The register is of another offer or another election. */
    | 'otherElection';
  readonly file: string;
  readonly message: string;
};

const districtProblems = (
  districts: ReadonlySet<string>,
  { precincts }: Register,
): readonly string[] => [
  ...new Set(
    precincts.flatMap(({ districtIds }) => districtIds.filter((id) => !districts.has(id))),
  ),
];

const signatureProblems = (
  files: NationalFiles,
  authorityKey: Uint8Array,
): readonly NationProblem[] =>
  (['offer', 'register'] as const).flatMap((which) =>
    verify(authorityKey, files[which], files[`${which}Signature`])
      ? []
      : [
          {
            code: 'wrongSignature' as const,
            file: NATIONAL_FILES[which],
            message: 'the authority did not sign these bytes',
          },
        ],
  );

/** Everything that is wrong, or what can be relied on. `authorityKey`: Ed25519, 32 bytes. */
export const openNation = (
  files: NationalFiles,
  authorityKey: Uint8Array,
): Result<Nation, readonly NationProblem[]> => {
  const unsigned = signatureProblems(files, authorityKey);
  if (unsigned.length > 0) return err(unsigned);
  const offer = readOffer(files.offer);
  const register = readRegister(files.register);
  const malformed = (
    file: string,
    read: typeof offer | typeof register,
  ): readonly NationProblem[] =>
    read.ok
      ? []
      : read.error.map(({ path, message }) => ({
          code: 'malformed',
          file,
          message: `${path} ${message}`,
        }));
  if (!offer.ok || !register.ok)
    return err([
      ...malformed(NATIONAL_FILES.offer, offer),
      ...malformed(NATIONAL_FILES.register, register),
    ]);
  const strange = (message: string) =>
    err([{ code: 'otherElection', file: NATIONAL_FILES.register, message } as const]);
  const { election, test, offer: digest } = register.value;
  if (digest !== sha256Hex(files.offer))
    return strange(`is of another offer: ${digest} is not the SHA-256 of ${NATIONAL_FILES.offer}`);
  if (election !== offer.value.id || test !== offer.value.test)
    return strange(`is of the election ${election}${test ? ', a test' : ''}`);
  const unknown = districtProblems(
    new Set(offer.value.districts.map(({ id }) => id)),
    register.value,
  );
  if (unknown.length > 0) return strange(`has districts that are not offered: ${unknown[0]}`);
  return ok({ offer: offer.value, register: register.value, authorityKey });
};
