/**
 * The result package: what leaves the machine after counting. Totals and nothing finer, with what is
 * needed to check them: counters of voters and papers, machine code, log head, and the machine's key
 * with the authority's certificate. Three files, named in `RESULT_FILES`, that OpenSSL can verify:
 *
 *     openssl pkeyutl -verify -pubin -inkey machine-key.pem -rawin -in result-package.json -sigfile result-package.sig
 */
import type { Totals } from '#firmware/election/ballot.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';
import { bytesOfHex, equalBytes, jsonObject, textOf, toHex, utf8 } from './bytes.ts';
import { verifyCertificate } from './identity.ts';
import { KEY_BYTES, type KeyPair, publicKeyPem, SIGNATURE_BYTES, sign, verify } from './keys.ts';
import {
  type PackageProblem,
  packageProblems,
  packageProblemText,
} from './result-package-check.ts';
import { inOrder, replaceWholeFile } from './whole-file.ts';

export const RESULT_FORMAT = 'urna-result-1';
export const MAX_RESULT_BYTES = 4 * 1024 * 1024;
export const RESULT_FILES = {
  package: 'result-package.json',
  signature: 'result-package.sig',
  machineKey: 'machine-key.pem',
} as const;

/** Outcomes of authentication, as firmware/messages names them. */
export type ResultAuthentication = {
  readonly match: number;
  readonly noMatch: number;
  readonly noStoredPrint: number;
  readonly noUpperLimbs: number;
  readonly overrides: number;
  readonly votersMarked: number;
  readonly registered: number;
};

export type ResultContest = {
  readonly id: string;
  readonly positions: number;
  readonly ballots: number;
  readonly nulls: number;
  /** `candidate` null: the card's list. */
  readonly options: readonly {
    readonly card: string;
    readonly candidate: string | null;
    readonly votes: number;
  }[];
};

export type ResultPackage = {
  readonly format: typeof RESULT_FORMAT;
  readonly election: string;
  /** A test election; never added to a real one. */
  readonly test: boolean;
  readonly pollingPlaceCode: string;
  readonly precinctNumber: string;
  readonly reportId: string;
  readonly ballots: number;
  readonly contests: readonly ResultContest[];
  readonly authentication: ResultAuthentication;
  /** Papers in the envelope. */
  readonly reprints: number;
  readonly spoils: number;
  /** Tally reports printed before this package was written. */
  readonly copies: number;
  readonly machineCode: string;
  /** Chain value of the event log that the tally report prints, hex. */
  readonly logHead: string;
  /** Ed25519 public key of the machine, hex. */
  readonly machineKey: string;
  /** The authority's signature over it (`certifyMachine`), hex; null in a test without an authority. */
  readonly certificate: string | null;
};

/** The precinct as certificates name it: nine digits, a point, two digits. */
export const precinctId = (place: {
  readonly pollingPlaceCode: string;
  readonly precinctNumber: string;
}): string => `${place.pollingPlaceCode}.${place.precinctNumber}`;

export const resultContests = (totals: Totals): readonly ResultContest[] =>
  totals.contests.map((contest) => ({
    id: contest.contestId,
    positions: contest.positions,
    ballots: contest.ballots,
    nulls: contest.nulls,
    options: contest.options.map(({ cardId, candidateId }, index) => ({
      card: cardId,
      candidate: candidateId,
      votes: contest.votes[index] ?? 0,
    })),
  }));

const inOneOrder = (found: ResultPackage): ResultPackage => ({
  format: found.format,
  election: found.election,
  test: found.test,
  pollingPlaceCode: found.pollingPlaceCode,
  precinctNumber: found.precinctNumber,
  reportId: found.reportId,
  ballots: found.ballots,
  contests: found.contests.map(({ id, positions, ballots, nulls, options }) => ({
    id,
    positions,
    ballots,
    nulls,
    options: options.map(({ card, candidate, votes }) => ({ card, candidate, votes })),
  })),
  authentication: {
    match: found.authentication.match,
    noMatch: found.authentication.noMatch,
    noStoredPrint: found.authentication.noStoredPrint,
    noUpperLimbs: found.authentication.noUpperLimbs,
    overrides: found.authentication.overrides,
    votersMarked: found.authentication.votersMarked,
    registered: found.authentication.registered,
  },
  reprints: found.reprints,
  spoils: found.spoils,
  copies: found.copies,
  machineCode: found.machineCode,
  logHead: found.logHead,
  machineKey: found.machineKey,
  certificate: found.certificate,
});

/** The package's one spelling: the same figures give the same text. JSON, a member a line; nothing is checked. */
export const resultText = (found: ResultPackage): string =>
  `${JSON.stringify(inOneOrder(found), null, 1)}\n`;

/** `resultText` in UTF-8. Throws on figures that do not add up. */
export const encodeResultPackage = (found: ResultPackage): Uint8Array => {
  const problems = packageProblems(found);
  if (problems.length > 0)
    throw new Error(`not a result package: ${problems.map(packageProblemText).join('; ')}`);
  return utf8(resultText(found));
};

/** The machine's signature over exactly these bytes: raw, 64 bytes. */
export const signResultPackage = (bytes: Uint8Array, identity: KeyPair): Uint8Array =>
  sign(identity.privateKey, bytes);

export type ResultProblem =
  /** Not a result package in its one spelling, or figures that do not add up. */
  | { readonly kind: 'malformed'; readonly problems: readonly PackageProblem[] }
  /** The signature is not that of the machine key over these bytes. */
  | { readonly kind: 'wrongSignature' }
  /** The machine key inside is not the one given. */
  | { readonly kind: 'otherMachine' }
  /** The authority did not certify this key for this precinct. */
  | { readonly kind: 'notCertified' };

/** The package in `bytes`, unsigned: only its shape and arithmetic are checked. */
export const decodeResultPackage = (bytes: Uint8Array): Result<ResultPackage, ResultProblem> => {
  const malformed = (problems: readonly PackageProblem[]) =>
    err({ kind: 'malformed', problems } as const);
  const whole = (kind: PackageProblem['kind']) => malformed([{ kind, path: '' }]);
  if (bytes.length > MAX_RESULT_BYTES) return whole('long');
  const found = jsonObject(textOf(bytes) ?? '');
  if (found === null) return whole('notObject');
  const problems = packageProblems(found);
  if (problems.length > 0) return malformed(problems);
  const result = found as unknown as ResultPackage;
  return equalBytes(encodeResultPackage(result), bytes) ? ok(result) : whole('spelling');
};

/**
 * The package, when `machineKey` signed these very bytes. With `authorityKey` also the certificate of
 * that key for the package's precinct is required.
 */
export const openResultPackage = (
  bytes: Uint8Array,
  signature: Uint8Array,
  machineKey: Uint8Array,
  authorityKey: Uint8Array | null,
): Result<ResultPackage, ResultProblem> => {
  if (!verify(machineKey, bytes, signature)) return err({ kind: 'wrongSignature' });
  const decoded = decodeResultPackage(bytes);
  if (!decoded.ok) return decoded;
  const { election, machineKey: inside, certificate: hex } = decoded.value;
  if (inside !== toHex(machineKey)) return err({ kind: 'otherMachine' });
  if (authorityKey === null) return decoded;
  const certificate = bytesOfHex(hex, SIGNATURE_BYTES);
  const machine = { election, precinct: precinctId(decoded.value), machineKey };
  if (certificate === null || !verifyCertificate(machine, certificate, authorityKey))
    return err({ kind: 'notCertified' });
  return decoded;
};

/** The three files, by name. */
export const resultFiles = (
  found: ResultPackage,
  identity: KeyPair,
): Readonly<Record<string, Uint8Array>> => {
  if (
    bytesOfHex(found.machineKey, KEY_BYTES) === null ||
    found.machineKey !== toHex(identity.publicKey)
  )
    throw new Error('the package names another machine');
  const bytes = encodeResultPackage(found);
  return {
    [RESULT_FILES.package]: bytes,
    [RESULT_FILES.signature]: signResultPackage(bytes, identity),
    [RESULT_FILES.machineKey]: utf8(publicKeyPem(identity.publicKey)),
  };
};

/** Writes the files into `folder` of a medium; durable when it resolves. The package itself comes last. */
export const writeResultFiles = (
  medium: Medium,
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Result<void, MediumFault>> => {
  const names = Object.keys(files).sort((a) => (a === RESULT_FILES.package ? 1 : -1));
  return inOrder(
    names.map((name) => () => {
      const path = folder === '' ? name : `${folder}/${name}`;
      return replaceWholeFile(medium, path, files[name] ?? new Uint8Array(0));
    }),
  );
};
