/**
 * The authority's commitment to the codes of paper records, made before the election: a paper with a code that
 * was not drawn for its precinct is a foreign one, and nobody can draw another one later. Published as
 * `paper-codes.json` with `paper-codes.sig`, the authority's raw Ed25519 signature over exactly these bytes.
 */
import type { DefinitionError } from '#firmware/election/check-definition.ts';
import { integer, list, oneOf, pattern, record } from '#firmware/election/decoder.ts';
import { equalBytes, jsonObject, textOf, utf8 } from '#firmware/vault/bytes.ts';
import { verify } from '#firmware/vault/keys.ts';
import { paperCodesFor } from '#firmware/vault/paper-codes.ts';
import type { Nation } from './judge-package.ts';
import { MAX_PRECINCTS } from './limits.ts';
import type { NationProblem } from './open-nation.ts';
import { MAX_REGISTER_BYTES } from './register.ts';

export const PAPER_CODES_FORMAT = 'urna-paper-codes-1';
export const PAPER_CODE_FILES = {
  paperCodes: 'paper-codes.json',
  paperCodesSignature: 'paper-codes.sig',
} as const;

export type PaperCodeCommitment = {
  readonly id: string;
  readonly count: number;
  /** SHA-256 over the precinct's codes, each with a line feed after it; hex. */
  readonly sha256: string;
};

export type PaperCodeList = {
  readonly format: typeof PAPER_CODES_FORMAT;
  readonly election: string;
  /** Those that have a package; in a made-up election not all may. */
  readonly precincts: readonly PaperCodeCommitment[];
};

const MAX_CODES = 20_000_000;

const shape = record<PaperCodeList>({
  format: oneOf([PAPER_CODES_FORMAT]),
  election: pattern(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an identifier'),
  precincts: list(
    record<PaperCodeCommitment>({
      id: pattern(/^[0-9]{9}\.[0-9]{2}$/, 'nine digits, a point, two digits'),
      count: integer(1, MAX_CODES),
      sha256: pattern(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
    }),
    0,
    MAX_PRECINCTS,
  ),
});

/** The list's one spelling: a precinct a line. */
export const paperCodeListText = ({ format, election, precincts }: PaperCodeList): string => {
  const lines = precincts.map(({ id, count, sha256 }) => JSON.stringify({ id, count, sha256 }));
  const head = JSON.stringify({ format, election });
  return `${head.slice(0, -1)},"precincts":[\n${lines.join(',\n')}\n]}\n`;
};

const read = (bytes: Uint8Array): PaperCodeList | DefinitionError => {
  const json = bytes.length > MAX_REGISTER_BYTES ? null : jsonObject(textOf(bytes) ?? '');
  if (json === null) return { path: '$', message: 'is not a JSON object in UTF-8' };
  const errors: DefinitionError[] = [];
  const found = shape(json, '$', (path, message) => {
    if (errors.length === 0) errors.push({ path, message });
  });
  if (errors[0] !== undefined) return errors[0];
  return equalBytes(utf8(paperCodeListText(found)), bytes)
    ? found
    : { path: '$', message: 'is spelled otherwise' };
};

/** What is wrong with the list for this election; empty: it is the authority's, and of its precincts. */
export const paperCodeProblems = (
  bytes: Uint8Array,
  signature: Uint8Array,
  { offer, register, authorityKey }: Nation,
): readonly NationProblem[] => {
  const problem = (code: NationProblem['code'], message: string): readonly NationProblem[] => [
    { code, file: PAPER_CODE_FILES.paperCodes, message },
  ];
  if (!verify(authorityKey, bytes, signature))
    return problem('wrongSignature', 'the authority did not sign these bytes');
  const found = read(bytes);
  if ('message' in found) return problem('malformed', `${found.path} ${found.message}`);
  if (found.election !== offer.id)
    return problem('otherElection', `is of the election ${found.election}`);
  const registered = new Map(register.precincts.map((each) => [each.id, each.registered]));
  const seen = new Set<string>();
  for (const [at, { id, count }] of found.precincts.entries()) {
    const path = `$.precincts[${at}]`;
    const voters = registered.get(id);
    if (voters === undefined) return problem('otherElection', `${path} ${id} is not registered`);
    if (seen.has(id)) return problem('malformed', `${path} ${id} stands in the list twice`);
    if (count !== paperCodesFor(voters))
      return problem(
        'malformed',
        `${path}.count ${voters} voters have ${paperCodesFor(voters)} codes`,
      );
    seen.add(id);
  }
  return [];
};
